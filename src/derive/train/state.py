"""The whole state of a run between two epochs: what a checkpoint holds, and what a run goes on from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

Arrays = dict[str, Any]


@dataclass(frozen=True)
class Epoch:
    """A row of the history; `validation` loss and `score` (accuracy or squared error) where there are such samples."""

    epoch: int
    rate: float
    loss: float
    validation: float | None = None
    score: float | None = None


@dataclass(frozen=True)
class Best:
    """The parameters with the smallest validation loss so far."""

    epoch: int
    loss: float
    params: Arrays


@dataclass(frozen=True)
class State:
    """After `epoch` epochs and `steps` steps. Arrays are never changed in place, so an older state stays what it was.

    slots: what the optimiser remembers, {name: {parameter: array}}. `first_loss` is that of the first batch, before any
    step. `stopped` is empty while the run goes on.
    """

    params: Arrays
    slots: dict[str, Arrays] = field(default_factory=dict)
    epoch: int = 0
    steps: int = 0
    history: tuple[Epoch, ...] = ()
    best: Best | None = None
    first_loss: float | None = None
    stopped: str = ""

    def with_(self, **changes: Any) -> State:
        return replace(self, **changes)

    @property
    def result(self) -> Arrays:
        """The parameters that the run ends with: the best ones, where validation decides."""
        return self.params if self.best is None else self.best.params
