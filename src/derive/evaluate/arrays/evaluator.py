"""The vectorised evaluator: one environment of arrays, and what has been computed over it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Expr

from derive.errors import ShapeError
from derive.evaluate.arrays.axes import Axes, Labelled
from derive.evaluate.arrays.rules import rule_of
from derive.expr.nodes import Index, Tensor, free_indices
from derive.expr.program import Program


def compute(e: Expr, out: tuple[Index, ...], env: Mapping[Tensor, Any], sizes: Mapping[Any, int], xp: Any) -> Any:
    """The array of the values of `e`, with one axis for each index in `out`.

    env: {Tensor: array}; sizes: {Size: int}; xp: numpy, autograd.numpy or the `xp` of an engine.
    """
    return Arrays(env, sizes, xp).compute(e, out)


def run(
    program: Program,
    env: Mapping[Tensor, Any],
    sizes: Mapping[Any, int],
    xp: Any,
    offsets: Mapping[Tensor, Any] | None = None,
) -> dict[Tensor, Any]:
    """The inputs together with the array of every let, evaluated in order.

    `offsets` are added to lets as they are computed: the gradient in an offset is the adjoint of that let.
    """
    arrays, offsets = Arrays(dict(env), sizes, xp), offsets or {}
    for let in program:
        value = arrays.compute(let.rhs, let.target.indices)
        arrays.env[let.tensor] = value + offsets[let.tensor] if let.tensor in offsets else value
    return arrays.env


class Arrays(Axes):
    """Evaluates expressions over one environment and remembers what it has seen."""

    def __init__(self, env: Any, sizes: Mapping[Any, int], xp: Any) -> None:
        super().__init__(sizes, xp)
        self.env = env
        self._memo: dict[Expr, Labelled] = {}

    def compute(self, e: Expr, out: tuple[Index, ...]) -> Any:
        unbound = free_indices(e) - set(out)
        if unbound:
            raise ShapeError(f"an index of the expression is no axis of the result: {', '.join(map(str, unbound))}")
        value = self(e)
        if out:
            return self.laid_out(value, out)
        return self.xp.asarray(value.array) if isinstance(value.array, float) else value.array

    def __call__(self, e: Expr) -> Labelled:
        if e not in self._memo:
            self._memo[e] = rule_of(type(e))(self, e)
        return self._memo[e]
