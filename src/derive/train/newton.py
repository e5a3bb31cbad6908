"""Newton's method for networks of one layer, with the derived Hessian in all weights and biases.

The second derivatives are derived for the regression pages: blocks over (weights, bias), written as NumPy code, run.
Where the classes are separated by a hyperplane the loss has no minimum; one iterate that puts every training sample
on its side is the proof, and it is said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import inf, isfinite, prod
from types import SimpleNamespace
from typing import Any

import numpy as np

from derive.errors import OptionError
from derive.train.loop import EXPLOSION, Run, Watcher, measured
from derive.train.plan import LAMBDA, Plan
from derive.train.schedules import read_schedule
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
    """The generated second derivatives of one layer with the loss of the plan."""

    plan: Plan

    @cached_property
    def source(self) -> str:
        """`hessian(X, y, w, b, lambda_)` returns the blocks (weights, weights), (weights, bias) and (bias, bias)."""
        from derive.notation import recover
        from derive.notation.code import name_of
        from derive.notation.numpy import numpy

        model = _regression(self.plan)
        arguments = (model.inputs, model.target, model.weights, model.bias)
        lines = [f"def hessian({', '.join(map(name_of, arguments))}, lambda_):"]
        lines.append('    """Second derivatives of the cost: weights twice, weights and bias, bias twice."""')
        for let in model.program.lets[:-1]:
            lines.append(f"    {name_of(let.tensor)} = {numpy(recover(let.rhs, let.target.indices), arguments)}")  # type: ignore[arg-type]
        blocks = {name: numpy(recover(e, out), arguments) for name, e, out in _blocks(model)}
        lines += [f"    {name} = {code}" for name, code in blocks.items()]
        return "\n".join([*lines, f"    return {', '.join(blocks)}"])

    @cached_property
    def function(self) -> Callable[..., tuple[np.ndarray, ...]]:
        """Every name in the source is one of the catalogue's."""
        from derive.codegen.backends import backend
        from derive.codegen.execute import load

        library: Any = SimpleNamespace(**(vars(np) | {"einsum": einsum}))
        return load(f"import numpy as np\n\n\n{self.source}\n", backend("numpy"), library)["hessian"]

    def __call__(self, params: Arrays, X: np.ndarray, Y: np.ndarray, l2: float) -> np.ndarray:
        """The (P, P) matrix, in the order of `flat`."""
        W, b = np.asarray(params["W1"]).T, np.asarray(params["b1"])
        if self.plan.coding.outputs == 1:
            W, b, Y = W[:, 0], b[0], Y[:, 0]
        ww, wb, bb = self.function(X, Y, W, b, l2)
        p, k = W.size, b.size
        corner = np.reshape(wb, (p, k))
        return np.block([[np.reshape(ww, (p, p)), corner], [corner.T, np.reshape(bb, (k, k))]])


def _regression(plan: Plan) -> Any:
    from derive.catalogue.model import read_activation, read_loss
    from derive.catalogue.regression import Regression

    loss = read_loss(plan.loss)
    link = read_activation(plan.page.output or loss.output, "--output-activation")
    return Regression(link, loss, classes=plan.coding.outputs > 1, l2=LAMBDA if plan.page.l2 else None)


def _blocks(model: Any) -> list[tuple[str, Any, tuple]]:
    from derive.calculus import total_derivative
    from derive.catalogue.regression import CLASS, FEATURE, OTHER_CLASS, OTHER_FEATURE

    w, b, classes = model.weights, model.bias, bool(model.columns)
    first = {w: (FEATURE, CLASS)[: 1 + classes], b: (CLASS,)[:classes]}
    second = {w: (OTHER_FEATURE, OTHER_CLASS)[: 1 + classes], b: (OTHER_CLASS,)[:classes]}

    def block(u: Any, v: Any) -> tuple[str, Any, tuple]:
        gradient = model._in_names(model.gradient(u))
        at = second[v]
        return f"H_{u.name}_{v.name}", total_derivative(gradient, v(*at), model.program), (*first[u], *at)

    return [block(w, w), block(w, b), block(b, b)]


def einsum(subscripts: str, *arrays: np.ndarray) -> np.ndarray:
    """`np.einsum`; a sum over samples of products of rows goes through one matrix product.

    The arrays fall into two groups; the products of the rows of each are a matrix with a row for each sample.
    """
    names, out = subscripts.split("->")
    terms = names.split(",")
    samples = terms[0][0]
    if samples in out or len(out) < 2 or any(len(t) != 2 or t[0] != samples for t in terms):
        return np.einsum(subscripts, *arrays, optimize=True)
    columns: dict[str, np.ndarray] = {}
    for (_, letter), array in zip(terms, arrays, strict=True):
        columns[letter] = columns[letter] * array if letter in columns else array
    if sorted(columns) != sorted(out):
        return np.einsum(subscripts, *arrays, optimize=True)
    left = min((c for n in range(1, len(out)) for c in combinations(out, n)), key=lambda c: _width(columns, c))
    letters = [*left, *(c for c in out if c not in left)]
    product = _row_products(columns, left).T @ _row_products(columns, letters[len(left) :])
    return product.reshape([columns[c].shape[1] for c in letters]).transpose([letters.index(c) for c in out])


def _width(columns: dict[str, np.ndarray], left: Sequence[str]) -> int:
    """Columns of both matrices together, where those letters go to the left one."""
    widths = {c: array.shape[1] for c, array in columns.items()}
    return prod(widths[c] for c in left) + prod(n for c, n in widths.items() if c not in left)


def _row_products(columns: dict[str, np.ndarray], letters: Sequence[str]) -> np.ndarray:
    """(N, a), (N, b), ... -> (N, a b ...)."""
    found = columns[letters[0]]
    for letter in letters[1:]:
        found = (found[:, :, None] * columns[letter][:, None, :]).reshape(len(found), -1)
    return found


def flat(params: Any) -> np.ndarray:
    """Weights, feature by feature, then biases: the order of the Hessian."""
    return np.concatenate([np.asarray(params["W1"]).T.ravel(), np.asarray(params["b1"])])


def shaped(x: np.ndarray, like: Arrays) -> Arrays:
    """The inverse of `flat`."""
    W, b = np.asarray(like["W1"]), np.asarray(like["b1"])
    return {"W1": x[: W.size].reshape(W.T.shape).T.copy(), "b1": x[W.size :].reshape(b.shape).copy()}


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
    W, b = np.asarray(params["W1"]), np.asarray(params["b1"])
    z, Y = np.asarray(run.training.X) @ W.T + b, np.asarray(run.training.Y)
    if run.coding.outputs == 1:
        return bool(np.all((2 * Y - 1) * z > 0))
    right = z[Y == 1]
    return bool(np.all(right > np.where(Y == 1, -np.inf, z).max(axis=1)))
