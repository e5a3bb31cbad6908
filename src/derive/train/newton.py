"""Newton's method for networks of one layer, with the derived Hessian in all weights and biases.

Where the classes are separated by a hyperplane the loss has no minimum; one iterate that puts every training sample
on its side is the proof, and it is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import inf, isfinite
from typing import Any

import numpy as np

from derive.catalogue.schedules import read_schedule
from derive.errors import OptionError
from derive.train.loop import EXPLOSION, Run, Watcher, check_start, measured
from derive.train.plan import Plan
from derive.train.state import Arrays, Epoch, State

MOST_PARAMETERS = 6000
ENOUGH = 1e-9  # of the loss: where the quadratic model promises less than that, this step is the last
STILL = 1e-3  # of the norm: a shorter step is one that has arrived
NOTHING = 1e-13  # of the loss: a decrease that is hardly seen
SEPARATED = 1e-6  # the loss at which a run on separable classes has shown its point
SUFFICIENT = 1e-4  # of the promised decrease, for a step to be taken
HALVINGS = 40


@dataclass(frozen=True)
class Hessian:
    """The generated second derivatives of a network, in all parameters."""

    plan: Plan

    @cached_property
    def compiled(self) -> Any:
        from derive import codegen

        return codegen.hessian(self.plan.page)

    def __call__(self, params: Arrays, X: Any, Y: Any, l2: float) -> np.ndarray:
        """The (P, P) matrix, in the order of `flat`."""
        factors = dict.fromkeys(self.compiled.factors, l2)
        if isinstance(X, np.ndarray):
            return self.compiled.hessian(params, X, Y, **factors)
        from derive.train.chunks import hessian_of_chunks

        arrays = [params[name] for name, _ in self.compiled.parameters]
        return hessian_of_chunks(self.compiled.source, arrays, X, Y, list(factors.values()))


def flat(params: Any) -> np.ndarray:
    """Parameters row by row, one after the other: the order of the Hessian."""
    return np.concatenate([np.asarray(p).ravel() for p in params.values()])


def shaped(x: np.ndarray, like: Arrays) -> Arrays:
    """The inverse of `flat`."""
    sizes = [np.asarray(p).size for p in like.values()]
    parts = np.split(x, np.cumsum(sizes)[:-1])
    return {name: part.reshape(np.asarray(p).shape) for (name, p), part in zip(like.items(), parts, strict=True)}


def newton(run: Run, hessian: Hessian, state: State, watch: Watcher) -> State:
    """Damped Newton steps until the promised decrease is nothing, or the epochs are over."""
    size = sum(np.asarray(p).size for p in state.params.values())
    if size > MOST_PARAMETERS:
        raise OptionError(
            f"--optimizer newton: the Hessian of {size} parameters has {size**2 * 8 / 2**30:.1f} GiB. "
            "Try: --optimizer adam"
        )
    factor = read_schedule(run.options.schedule)
    while state.epoch < run.options.epochs and not state.stopped:
        with np.errstate(all="ignore"):
            state = _step(run, hessian, state, run.rate * factor(state.epoch, run.options.epochs))
        watch(state)
    return state if state.stopped else state.with_(stopped="epochs")


def _step(run: Run, hessian: Hessian, state: State, rate: float) -> State:
    data, here = run.training, state.params
    loss, gradients = run.machine.loss_and_gradients(here, data.X, data.Y)
    first = loss if state.first_loss is None else state.first_loss
    if state.steps == 0 and not isfinite(loss):
        check_start(run, state)
    if not isfinite(loss) or loss > EXPLOSION * max(first, 1.0):
        return state.with_(stopped="diverged", history=(*state.history, Epoch(state.epoch + 1, rate, loss)))
    g, x = flat(gradients), flat(here)
    H = hessian(here, data.X, data.Y, run.options.l2)
    p, promised, curved = _direction(H, g)
    a, params, after = rate, here, loss
    for _ in range(HALVINGS):
        trial = shaped(x + a * p, here)
        after, _ = run.machine.loss_and_gradients(trial, data.X, data.Y)
        if isfinite(after) and after <= loss - SUFFICIENT * a * 2 * promised + 1e-14 * abs(loss):
            params = trial
            break
        a /= 2
    row = Epoch(state.epoch + 1, a, loss)
    state = state.with_(params=params, epoch=row.epoch, steps=state.steps + 1, history=(*state.history, row))
    state = state.with_(first_loss=first)
    if run.validation is not None:
        row = measured(run, state)
        state = state.with_(history=(*state.history[:-1], row))
    if after < SEPARATED and is_separated(run, hessian.plan, params):
        return state.with_(stopped="separable")
    moved = float(np.linalg.norm(a * p) / (1 + np.linalg.norm(x)))
    return state.with_(stopped=_reason(params is here, promised / max(abs(loss), 1e-3), moved if curved else inf))


def _direction(H: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, float, bool]:
    """A step, the decrease that it promises, and whether it is Newton's.

    Where H is not convex, or is flat along the gradient, the step goes against the gradient.
    """
    p = -np.linalg.lstsq(H, g, rcond=None)[0]
    promised = -float(g @ p) / 2
    if promised < 0 or np.linalg.norm(H @ p + g) > 0.5 * np.linalg.norm(g):
        return -g, float(g @ g) / 2, False
    return p, promised, True


def _reason(stuck: bool, promised: float, moved: float) -> str:
    """Why to stop, from the decrease that was promised and the way that was gone, both relative.

    Near a minimum both vanish. A loss that no longer falls along steps that stay long has its minimum at infinity.
    """
    if promised <= ENOUGH and moved <= STILL:
        return "converged"
    if promised <= NOTHING:
        return "flat"
    return "stalled" if stuck else ""


def is_separated(run: Run, plan: Plan, params: Arrays) -> bool:
    """Whether these weights put every training sample strictly on the side of its class, without a penalty.

    Then their multiples do so ever more clearly: the cross-entropy falls towards 0, and no weights attain it.
    """
    if run.options.l2 or plan.loss not in ("bce", "ce") or plan.page.output is not None:
        return False
    Y = run.training.Y
    z = run.training.X @ np.asarray(params["W1"]).T + np.asarray(params["b1"])
    if run.coding.outputs == 1:
        return bool(np.all((2 * Y - 1) * z > 0))
    right = np.sum(np.where(Y == 1, z, 0.0), axis=1)
    return bool(np.all(right > np.where(Y == 1, -np.inf, z).max(axis=1)))
