"""Models and checkpoints as .npz files: arrays of numbers, and one text of JSON for everything else."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from derive.errors import OptionError
from derive.train import arrays
from derive.train.options import TrainOptions
from derive.train.plan import page_of, parameter_shapes
from derive.train.split import Scaler
from derive.train.state import Arrays, Best, Epoch, State

VERSION = 1


@dataclass(frozen=True)
class Model:
    """What is needed to predict: the options it was trained with, scaling, classes, and the parameters."""

    options: TrainOptions
    sizes: tuple[int, ...]
    loss: str
    classes: tuple[str, ...]
    features: tuple[str, ...]
    scaler: Scaler
    target: Scaler | None  # of targets that are numbers
    params: dict[str, np.ndarray]


def save_model(path: str, model: Model) -> None:
    """Write the model; an old file of that name stays until the new one is whole."""
    arrays.save(path, _model_arrays(model))


def load_model(path: str, option: str = "--load") -> Model:
    """The model of a file that `save_model` or `save_checkpoint` wrote."""
    return _model(path, option, *_opened(path, option))


def save_checkpoint(path: str, model: Model, state: State, data: str) -> None:
    """Everything that the run needs to go on from here as if nothing had happened; `data` is the print of the data."""
    record: dict[str, Any] = {
        "epoch": state.epoch,
        "steps": state.steps,
        "stopped": state.stopped,
        "first_loss": state.first_loss,
        "history": [asdict(row) for row in state.history],
        "best": None if state.best is None else {"epoch": state.best.epoch, "loss": state.best.loss},
        "data": data,
    }
    held = _model_arrays(model) | {"run": np.array(json.dumps(record))}
    held |= {f"now:{name}": array for name, array in _plain(state.params).items()}
    for slot, kept in state.slots.items():
        held |= {f"slot:{slot}:{name}": array for name, array in _plain(kept).items()}
    arrays.save(path, held)


def load_checkpoint(path: str) -> tuple[Model, State, str]:
    """The model, the state and the print of the data of a checkpoint."""
    found, record = _opened(path, "--resume")
    model = _model(path, "--resume", found, record)
    if "run" not in found:
        raise OptionError(f"--resume {path}: a model, not a checkpoint. Try: --load {path}")
    try:
        run = json.loads(str(found["run"]))
        slots: dict[str, Arrays] = {}
        for key, array in found.items():
            if key.startswith("slot:"):
                _, slot, name = key.split(":")
                slots.setdefault(slot, {})[name] = array
        best = run["best"] and Best(run["best"]["epoch"], run["best"]["loss"], model.params)
        params = {name: found[f"now:{name}"] for name in model.params}
        history = tuple(Epoch(**row) for row in run["history"])
        stopped = run["stopped"]
        state = State(params, slots, run["epoch"], run["steps"], history, best, run["first_loss"], stopped)
    except (KeyError, TypeError, ValueError) as error:
        raise _broken("--resume", path) from error
    return model, state, run["data"]


def _plain(params: Arrays) -> dict[str, np.ndarray]:
    return {name: np.asarray(array) for name, array in params.items()}


def _model_arrays(model: Model) -> dict[str, np.ndarray]:
    record = {
        "format": "derive model",
        "version": VERSION,
        "options": model.options.as_record(),
        "sizes": model.sizes,
        "loss": model.loss,
        "classes": model.classes,
        "features": model.features,
    }
    held = {"model": np.array(json.dumps(record)), "mean": model.scaler.mean, "scale": model.scaler.scale}
    if model.target is not None:
        held |= {"target_mean": model.target.mean, "target_scale": model.target.scale}
    return held | _plain(model.params)


def _opened(path: str, option: str) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    found = arrays.load(path, option)
    try:
        record = json.loads(str(found["model"]))
        if record["format"] != "derive model" or record["version"] != VERSION:
            raise KeyError("version")
    except (KeyError, TypeError, ValueError):
        raise OptionError(f"{option} {path}: no model of derive train. Try: a file that --save wrote") from None
    return found, record


def _model(path: str, option: str, found: dict[str, np.ndarray], record: dict[str, Any]) -> Model:
    try:
        sizes = tuple(record["sizes"])
        options = TrainOptions.from_record(record["options"])
        params: dict[str, np.ndarray] = {}
        for name, shape in parameter_shapes(page_of(options, sizes, record["loss"])).items():
            if found[name].shape != shape or found[name].dtype.kind != "f":
                raise ValueError(name)
            params[name] = found[name]
        scaler = Scaler(found["mean"], found["scale"])
        target = Scaler(found["target_mean"], found["target_scale"]) if "target_mean" in found else None
        classes, features = tuple(record["classes"]), tuple(record["features"])
    except (KeyError, TypeError, ValueError) as error:
        raise _broken(option, path) from error
    return Model(options, sizes, record["loss"], classes, features, scaler, target, params)


def _broken(option: str, path: str) -> OptionError:
    return OptionError(f"{option} {path}: the file is damaged or was changed. Try: an earlier copy")
