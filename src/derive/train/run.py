"""One run from data to report: read, split, scale, plan, start or go on, train, measure, save."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from derive.errors import OptionError
from derive.train import dataset
from derive.train.dataset import Dataset
from derive.train.initial import INITS, initial
from derive.train.labels import Coding
from derive.train.loop import Run, Samples, Watcher, descend
from derive.train.machine import Machine
from derive.train.options import TrainOptions
from derive.train.plan import Plan, parameter_shapes, plan
from derive.train.report import Report, in_units, measured
from derive.train.split import Parts, Scaler, check_unscaled, split
from derive.train.state import State
from derive.train.storage import Model, load_checkpoint, load_model, save_checkpoint, save_model
from derive.train.updates import Update

#: Gets each state, of its history the last row alone, and a function that says what the score is, if it is wanted.
Progress = Callable[[State, Callable[[], str]], None]
CHANGEABLE = ("epochs", "lr", "schedule", "early_stopping")  # what a run that goes on may change


SEEN = "the model was trained on other parts: the test part may hold samples that it has seen"


@dataclass(frozen=True)
class Files:
    """Where to put the model and the checkpoints, and where to start from."""

    save: str | None = None
    checkpoint: str | None = None
    load: str | None = None
    resume: str | None = None


def resumed(path: str, given: dict) -> TrainOptions:
    """The options of a checkpoint with those of `given` that may change; others must be as they were."""
    stored = load_checkpoint(path)[0].options
    for name, value in given.items():
        was = getattr(stored, name)
        if name not in CHANGEABLE and value != was:
            option = "derive train" if name == "model" else "--" + name.replace("_", "-")
            raise OptionError(
                f"--resume {path}: the run was started with {option} {_listed(was)}; found {_listed(value)}"
            )
    return replace(stored, **given)


def train(
    options: TrainOptions, files: Files = Files(), progress: Progress | None = None, *, scheduler: str | None = None
) -> Report:
    """Train, save what is asked for, and report. Divergence and Ctrl-C end the run with what was reached before.

    With the address of a `scheduler`, data in chunks are computed by the workers of its cluster.
    """
    if scheduler is None:
        return _train(options, files, progress)
    if options.backend != "dask":
        raise OptionError(f"--scheduler is for --backend dask; found --backend {options.backend[:60]}")
    from derive.cluster import connected

    with connected(scheduler):
        return _train(options, files, progress)


def _train(options: TrainOptions, files: Files, progress: Progress | None) -> Report:
    job = Job.prepare(options, files)
    started, latest = time.perf_counter(), job.start
    run = job.run

    def watch(state: State) -> None:
        nonlocal latest
        latest = state
        if files.checkpoint is not None:
            job.save_checkpoint(files.checkpoint, state)
        if progress is not None:
            last = tuple(in_units(row, run.coding.unit) for row in state.history[-1:])
            progress(state.with_(history=last), lambda: _score(run, state))

    try:
        state = job.train(watch)
    except KeyboardInterrupt:
        state = latest.with_(stopped="interrupted")
        if files.checkpoint is not None:  # there may be none yet
            job.save_checkpoint(files.checkpoint, latest)
    seconds = time.perf_counter() - started
    if files.save is not None:
        save_model(files.save, job.model(state))
    return job.report(state, seconds)


def _score(run: Run, state: State) -> str:
    """Of the validation part where there is one, else of the training part."""
    known = state.history[-1].score if state.history else None
    value = measured(run.machine, state.params, run.training, run.coding)[1] if known is None else known
    return f"{run.coding.metric} {value:.4g}"


@dataclass(frozen=True)
class Job:
    """A run with its data, before the first step."""

    options: TrainOptions
    data: Dataset
    plan: Plan
    parts: Parts
    scaler: Scaler
    run: Run
    test: Samples | None
    start: State

    @classmethod
    def prepare(cls, options: TrainOptions, files: Files) -> Job:
        """Everything that can be refused is refused here, before any work."""
        data = dataset.read(options.data, target=options.target, model=options.model)
        design = plan(options, data)
        groups = design.coding.numbers(data.y) if design.coding.classes else np.zeros(len(data.y), int)
        parts = split(groups, options.validation_share, options.test_size, options.seed)
        machine = Machine.of(design, options.backend, options.l2)
        kept = _given(files, options, data, design)
        if kept and kept[1] is None and not _same_parts(kept[0].options, options):
            data = replace(data, notes=(*data.notes, SEEN))
        scaler, code = _scaling(options, data, design, parts, kept and kept[0])

        def samples(rows: np.ndarray) -> Samples:
            return machine.backend.samples(scaler(data.X[rows]), code.encode(data.y[rows]))

        validation = samples(parts.validation) if len(parts.validation) else None
        run = Run(options, machine, code, design.rate, samples(parts.training), validation)
        test = samples(parts.test) if len(parts.test) else None
        start = _start(options, design, machine, kept)
        return cls(options, data, design, parts, scaler, run, test, start)

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(self.data)

    def train(self, watch: Watcher) -> State:
        if self.start.stopped:
            return self.start
        if self.options.optimizer == "newton":
            from derive.train.newton import Hessian, newton

            return newton(self.run, Hessian(self.plan), self.start, watch)
        return descend(self.run, _update(self.options), self.start, watch)

    def model(self, state: State) -> Model:
        """What is saved; parameters are NumPy arrays whatever the backend."""
        params = {name: self.run.machine.backend.get(array) for name, array in state.result.items()}
        design, classes = self.plan, self.plan.coding.classes
        return Model(
            self.options,
            design.sizes,
            design.loss,
            classes,
            self.data.features,
            self.scaler,
            self.run.coding.scaler,
            params,
        )

    def save_checkpoint(self, path: str, state: State) -> None:
        get = self.run.machine.backend.get
        slots = {slot: {n: get(a) for n, a in kept.items()} for slot, kept in state.slots.items()}
        plain = state.with_(params={n: get(a) for n, a in state.params.items()}, slots=slots)
        save_checkpoint(path, self.model(state), plain, self.fingerprint)

    def report(self, state: State, seconds: float) -> Report:
        return Report.of(self.options, self.data, self.plan, self.parts, self.run, self.test, state, seconds)


def fingerprint(data: Dataset) -> str:
    """The same for the same data, wherever they lie."""
    contents = data.checksums.encode() if data.checksums else np.ascontiguousarray(data.X).tobytes()
    digest = hashlib.sha256(contents)
    digest.update(np.ascontiguousarray(data.y).tobytes())
    return digest.hexdigest()


def _scaling(
    options: TrainOptions, data: Dataset, design: Plan, parts: Parts, model: Model | None
) -> tuple[Scaler, Coding]:
    """Of inputs and targets: the model's own, or that of the training part."""
    if model is not None:
        return model.scaler, design.coding.scaled(model.target)
    if not options.standardize:
        check_unscaled(data.X[parts.training], "features")
        if not design.coding.classes:
            check_unscaled(data.y[parts.training], "targets")
        return Scaler.none(data.X.shape[1]), design.coding
    return Scaler.of(data.X[parts.training]), design.coding.fitted(data.y[parts.training])


def _update(options: TrainOptions) -> Update:
    from derive.catalogue.optimizers import OPTIMIZERS

    return Update(OPTIMIZERS[options.optimizer])


def _given(files: Files, options: TrainOptions, data: Dataset, design: Plan) -> tuple[Model, State | None] | None:
    """The model, and the state if there is one, that the run starts from."""
    if files.load is not None:
        model = load_model(files.load)
        _fits(files.load, model, design)
        return model, None
    if files.resume is not None:
        model, state, printed = load_checkpoint(files.resume)
        if printed != fingerprint(data):
            raise OptionError(f"--resume {files.resume}: {data.name} is not the data of that run, or was changed since")
        return model, state
    return None


def _fits(path: str, model: Model, design: Plan) -> None:
    for what, was, now in (
        ("sizes", model.sizes, design.sizes),
        ("loss", model.loss, design.loss),
        ("classes", model.classes, design.coding.classes),
        ("parameters", tuple(model.params), tuple(parameter_shapes(design.page))),
    ):
        if was != now:
            raise OptionError(f"--load {path}: the model has {what} {_listed(was)}, this run {_listed(now)}")


def _same_parts(a: TrainOptions, b: TrainOptions) -> bool:
    """Whether both split the same data in the same way."""
    names = ("data", "target", "model", "seed", "test_size", "validation_share")
    return all(getattr(a, name) == getattr(b, name) for name in names)


def _listed(value: object) -> str:
    return ",".join(map(str, value)) or "none" if isinstance(value, tuple) else str(value)


def _start(options: TrainOptions, design: Plan, machine: Machine, kept: tuple[Model, State | None] | None) -> State:
    put = machine.backend.put
    if kept is not None and kept[1] is not None:
        return _going_on(kept[1], options, put)
    plain = kept[0].params if kept else initial(INITS[design.init], parameter_shapes(design.page), options.seed)
    params = {name: put(array) for name, array in plain.items()}
    if options.optimizer == "newton":
        return State(params)
    return State(params, _update(options).initial_state(params, machine.backend.xp))


def _going_on(state: State, options: TrainOptions, put: Callable) -> State:
    """The state on the backend; a run that ended because its epochs were over goes on if there are more."""
    on = {n: put(a) for n, a in state.params.items()}
    slots = {slot: {n: put(a) for n, a in arrays.items()} for slot, arrays in state.slots.items()}
    best = state.best and replace(state.best, params={n: put(a) for n, a in state.best.params.items()})
    again = "" if state.stopped in ("epochs", "interrupted", "diverged") else state.stopped
    return state.with_(params=on, slots=slots, best=best, stopped=again, history=state.history[: state.epoch])
