"""When floats disagree, balls say whether it was rounding.

A saturated net (1 - p with p near 1) loses digits in floating point, in the engine as well as in the claim. So a
disagreement is never taken from floats: the entry is computed again from exact inputs, the claim in balls and
the derivative by power series over balls, which share no rule with ours either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from sympy import Expr

from derive.evaluate.clock import now
from derive.evaluate.oracle import Evaluator
from derive.evaluate.refusals import NoValue
from derive.evaluate.rings import Ball
from derive.expr.nodes import Diff, Elem, Index, Tensor, fresh
from derive.expr.program import Let, Program

SECONDS = 5.0
Ruling = Literal["differ", "rounding", "open"]


def rule(
    claim: Expr,
    derivative: Expr,
    at: Mapping[Index, int],
    values: Mapping[Tensor, Any],
    sizes: Mapping[Any, int],
    program: Program,
) -> Ruling:
    """Whether the claim differs from a derivative that is not carried out, at these places of their free indices."""
    evaluator = Evaluator(values, sizes, Ball(192), program, deadline=now() + SECONDS)
    try:
        gap = evaluator.value(claim, dict(at)) - evaluator.value(derivative, dict(at))
    except (NoValue, RecursionError):
        return "open"
    if not gap.is_finite():
        return "open"
    return "differ" if gap > 0 or gap < 0 else "rounding"


def with_adjoints(program: Program, adjoints: Mapping[Tensor, Tensor]) -> Program:
    """The program with adjoints by name, as they are defined: derivatives of its output."""

    def adjoint(tensor: Tensor, name: Tensor) -> Let:
        indices = tuple(map(fresh, tensor.dims))
        return Let(Elem(name, *indices), Diff(program.output.target, Elem(tensor, *indices)))

    return Program(program.lets + tuple(adjoint(t, name) for t, name in adjoints.items()))
