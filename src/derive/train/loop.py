"""Training by steps of a generated update rule: epochs of minibatches, drawn anew each epoch from the seed.

The order of the samples depends on the seed and the number of the epoch alone, so that a run that goes on from a
checkpoint takes the very steps that it would have taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf, isfinite

import numpy as np

from derive.catalogue.schedules import read_schedule
from derive.errors import OptionError
from derive.train.labels import Coding
from derive.train.machine import Machine
from derive.train.options import TrainOptions
from derive.train.samples import Samples
from derive.train.state import Best, Epoch, State
from derive.train.updates import Update

EXPLOSION = 1e4  # times the loss before the first step, or 1: far above what a wrong start costs


@dataclass(frozen=True)
class Run:
    """Everything that a step needs and that does not change during the run."""

    options: TrainOptions
    machine: Machine
    coding: Coding
    rate: float
    training: Samples
    validation: Samples | None = None


Watcher = Callable[[State], None]


def descend(run: Run, update: Update, state: State, watch: Watcher) -> State:
    """Train from `state` to the last epoch, or until validation or divergence ends it; `watch` sees each epoch.

    A run that diverges ends with the state that the epoch of the smallest loss began with.
    """
    step = update.stepper(run.machine.backend.xp, run.machine.backend.jit)
    factor = read_schedule(run.options.schedule)
    lowest, kept = inf, state
    while state.epoch < run.options.epochs and not state.stopped:
        rate = run.rate * factor(state.epoch, run.options.epochs)
        with np.errstate(all="ignore"):  # overflow is what divergence looks like; it is told below
            after = _epoch(run, step, state, rate)
            loss = after.history[-1].loss
            if state.steps == 0 and not isfinite(loss):
                check_start(run, state)
            if loss < lowest:
                lowest, kept = loss, state
            state = _judged(run, kept, after)
        watch(state)
    return state if state.stopped else state.with_(stopped="epochs")


def check_start(run: Run, state: State) -> None:
    """Refuse weights at which the loss is no number: no learning rate helps where a formula has no value."""
    loss = run.machine.loss(state.params, run.training.X, run.training.Y)
    if not isfinite(loss):
        raise OptionError(
            f"the loss is not finite before the first step ({loss}): at the weights that the run starts from, the loss "
            "or an activation is outside its domain, or overflows. Try: formulas that are defined for all real numbers"
        )


def _epoch(run: Run, step: Callable[..., None], state: State, rate: float) -> State:
    """One pass over the training samples."""
    params, slots = dict(state.params), {name: dict(kept) for name, kept in state.slots.items()}
    steps, total, first = state.steps, 0.0, state.first_loss
    for batch in _batches(run, state.epoch):
        loss, gradients = run.machine.loss_and_gradients(params, batch.X, batch.Y)
        steps += 1
        first = loss if first is None else first
        total += loss * len(batch)
        if not isfinite(total):
            break
        step(params, gradients, slots, rate, steps)
    row = Epoch(state.epoch + 1, rate, total / len(run.training))
    history = (*state.history, row)
    return state.with_(params=params, slots=slots, epoch=row.epoch, steps=steps, history=history, first_loss=first)


def _batches(run: Run, epoch: int) -> Iterator[Samples]:
    return run.training.batches(run.options.batch, np.random.default_rng([run.options.seed, 2, epoch]))


def _judged(run: Run, kept: State, after: State) -> State:
    """The new state with its validation loss; the one that is kept, marked, if the loss has exploded."""
    row = after.history[-1]
    if not isfinite(row.loss) or row.loss > EXPLOSION * max(after.first_loss or 0.0, 1.0):
        return kept.with_(stopped="diverged", history=after.history)
    if run.validation is None:
        return after
    row = measured(run, after)
    best = after.best
    if run.options.early_stopping is not None:
        if best is None or (row.validation is not None and row.validation < best.loss):
            best = Best(row.epoch, float(row.validation or 0.0), after.params)
        elif row.epoch - best.epoch >= run.options.early_stopping:
            after = after.with_(stopped="early")
    return after.with_(history=(*after.history[:-1], row), best=best)


def measured(run: Run, state: State) -> Epoch:
    """The last row of the history with validation loss and score."""
    assert run.validation is not None
    row, held = state.history[-1], run.validation
    prediction = run.machine.predict(state.params, held.X)
    score = run.coding.score(prediction, run.machine.backend.get(held.Y))
    loss = run.machine.loss(state.params, held.X, held.Y)
    return Epoch(row.epoch, row.rate, row.loss, loss, score)
