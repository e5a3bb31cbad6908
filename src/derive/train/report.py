"""What a run came to: numbers for programs, a page for people."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from math import isfinite
from typing import Any

import numpy as np

from derive.train.dataset import Dataset
from derive.train.labels import Coding
from derive.train.loop import Run, Samples
from derive.train.machine import Machine
from derive.train.options import TrainOptions
from derive.train.plan import Plan
from derive.train.plot import sparkline
from derive.train.split import Parts
from derive.train.state import Arrays, Epoch, State

EXIT_CODES = {"diverged": 1, "interrupted": 130}


@dataclass(frozen=True)
class Report:
    """Losses are means over samples without the penalty; scores are accuracies or mean squared errors.

    stopped: epochs, early, converged, separable, flat, stalled, diverged or interrupted.
    """

    model: str
    data: str
    loss: str
    sizes: tuple[int, ...]
    optimizer: str
    rate: float
    batch: int
    l2: float
    samples: tuple[int, int, int]
    epochs: int
    best_epoch: int | None
    metric: str
    train_loss: float
    train_score: float
    test_loss: float | None
    test_score: float | None
    norm: float
    parameters: int
    seconds: float
    seed: int
    stopped: str
    classes: tuple[str, ...]
    history: tuple[Epoch, ...]
    notes: tuple[str, ...]

    @classmethod
    def of(
        cls,
        options: TrainOptions,
        data: Dataset,
        design: Plan,
        parts: Parts,
        run: Run,
        test: Samples | None,
        state: State,
        seconds: float,
    ) -> Report:
        """Measure the parameters that the run ends with."""
        params = state.result
        train_loss, train_score = measured(run.machine, params, run.training, run.coding)
        test_loss, test_score = (None, None) if test is None else measured(run.machine, params, test, run.coding)
        arrays = {name: run.machine.backend.get(array) for name, array in params.items()}
        return cls(
            model=options.model,
            data=data.name,
            loss=design.loss,
            sizes=design.sizes,
            optimizer=options.optimizer,
            rate=design.rate,
            batch=min(options.batch or len(parts.training), len(parts.training)),
            l2=options.l2,
            samples=(len(parts.training), len(parts.validation), len(parts.test)),
            epochs=state.epoch,
            best_epoch=None if state.best is None else state.best.epoch,
            metric=design.coding.metric,
            train_loss=train_loss,
            train_score=train_score,
            test_loss=test_loss,
            test_score=test_score,
            norm=float(np.sqrt(sum(np.sum(a**2) for n, a in arrays.items() if n.startswith("W")))),
            parameters=sum(a.size for a in arrays.values()),
            seconds=seconds,
            seed=options.seed,
            stopped=state.stopped,
            classes=design.coding.classes,
            history=tuple(in_units(row, run.coding.unit) for row in state.history),
            notes=(*data.notes, *design.page.notes),
        )

    @property
    def exit_code(self) -> int:
        return EXIT_CODES.get(self.stopped, 0)

    # -- for programs --------------------------------------------------------------------------------------------

    def as_json(self) -> str:
        """One JSON object; what is no number is null."""
        record: dict[str, Any] = {
            "epochs": self.epochs,
            "train_loss": self.train_loss,
            "test_loss": self.test_loss,
            f"train_{self.metric}": self.train_score,
            f"test_{self.metric}": self.test_score,
            "seconds": round(self.seconds, 6),
            "seed": self.seed,
            "stopped": self.stopped,
            "best_epoch": self.best_epoch,
            "model": self.model,
            "data": self.data,
            "loss": self.loss,
            "sizes": self.sizes,
            "parameters": self.parameters,
            "norm": self.norm,
            "optimizer": self.optimizer,
            "lr": self.rate,
            "batch_size": self.batch,
            "l2": self.l2,
            "samples": dict(zip(("train", "validation", "test"), self.samples, strict=True)),
            "classes": self.classes,
            "history": [asdict(row) for row in self.history],
            "notes": self.notes,
        }
        return json.dumps(_finite(record), indent=2, allow_nan=False)

    # -- for people ----------------------------------------------------------------------------------------------

    def as_text(self) -> str:
        """The report as lines."""
        return "\n".join(f"{name:<11}{value}" for name, value in self._lines() if value)

    def _lines(self) -> list[tuple[str, str]]:
        train, validation, test = self.samples
        shares = ((train, "to train on"), (validation, "to validate"), (test, "to test"))
        parts = ", ".join(f"{n} {what}" for n, what in shares if n)
        penalty = f", l2 {self.l2:g}" if self.l2 else ""
        step = "all samples" if self.batch >= train else f"batches of {self.batch}"
        losses = [row.loss for row in self.history]
        held = [row.validation for row in self.history if row.validation is not None]
        shape = "-".join(map(str, self.sizes))
        return [
            ("model", f"{self.model} {shape}, {self.parameters} parameters, loss {self.loss}{penalty}"),
            ("data", f"{self.data}: {parts}; {self.sizes[0]} features"),
            ("classes", _some(self.classes)),
            ("optimiser", f"{self.optimizer}, rate {self.rate:g}, {step}"),
            ("", ""),
            ("loss", f"{sparkline(losses)}  {losses[0]:.4g} to {losses[-1]:.4g}" if losses else ""),
            ("validation", f"{sparkline(held)}  {held[0]:.4g} to {held[-1]:.4g}" if held else ""),
            ("training", self._measured(self.train_loss, self.train_score)),
            ("test", self._measured(self.test_loss, self.test_score)),
            ("stopped", self._ending()),
        ]

    def _measured(self, loss: float | None, score: float | None) -> str:
        if loss is None or score is None:
            return ""
        name = "accuracy" if self.metric == "accuracy" else "mean squared error"
        return f"loss {loss:.4g}, {name} {score:.4g}"

    def _ending(self) -> str:
        took = f"after {self.epochs} epoch{'s' * (self.epochs != 1)} and {self.seconds:.2g} s (seed {self.seed})"
        return f"{took}{ENDINGS[self.stopped](self)}"

    @property
    def error(self) -> str:
        """What went wrong, if something did."""
        if self.stopped != "diverged":
            return ""
        last = self.history[-1]
        found = f"reached {last.loss:.3g}" if isfinite(last.loss) else "is no longer a finite number"
        kept = f"the state after epoch {self.epochs}" if self.epochs else "the state at the start"
        return (
            f"training diverged in epoch {last.epoch}: the loss {found} (rate {last.rate:g}); {kept}, the best of "
            f"the run, is kept. Try: --lr {self.rate / 10:g}"
        )


def _early(r: Report) -> str:
    return f": no better on validation since epoch {r.best_epoch}, whose parameters are kept"


def _separable(r: Report) -> str:
    return (
        f": a hyperplane separates the training classes, so the loss has no minimum: it falls towards 0 while the norm "
        f"of the weights grows without bound ({r.norm:.4g} here). Try: --l2 0.01"
    )


def _flat(r: Report) -> str:
    return (
        f": the loss no longer falls, but the weights still grow (norm {r.norm:.4g}): no minimum was reached, as where "
        "classes are separated in part. Try: --l2 0.01"
    )


def _diverged(r: Report) -> str:
    return f": diverged in epoch {r.history[-1].epoch}"


ENDINGS = {
    "epochs": lambda r: "",
    "early": _early,
    "converged": lambda r: ": converged",
    "separable": _separable,
    "flat": _flat,
    "stalled": lambda r: ": no step along Newton's direction lowers the loss any more, though it is no minimum yet",
    "diverged": _diverged,
    "interrupted": lambda r: ": interrupted",
}


def measured(machine: Machine, params: Arrays, data: Samples, coding: Coding) -> tuple[float, float]:
    """Loss and score of these samples."""
    with np.errstate(all="ignore"):
        prediction = machine.predict(params, data.X)
        loss = machine.loss(params, data.X, data.Y) * coding.unit
        return loss, coding.score(prediction, machine.backend.get(data.Y))


def in_units(row: Epoch, unit: float) -> Epoch:
    """The row with losses in the units of the data."""
    return replace(row, loss=row.loss * unit, validation=None if row.validation is None else row.validation * unit)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(v) for v in value]
    return value


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:10]) + (f", ... ({len(names)})" if len(names) > 10 else "")
