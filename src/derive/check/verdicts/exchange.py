"""A claim in which one tensor has a further property: what holds or fails then."""

from __future__ import annotations

from typing import Any

from sympy import Expr

from derive.check.verdicts.shapes import Pair
from derive.expr import Elem, Let, Program, Tensor, tensors


def exchanged(e: Expr, old: Tensor, new: Tensor) -> Any:
    """The expression with one tensor in place of another of the same shape."""
    if e == old:
        return new
    if not e.args or old not in tensors(e):
        return e
    return e.func(*(exchanged(a, old, new) for a in e.args))


def flipped(e: Expr, old: Tensor, new: Tensor) -> Any:
    """The expression with the transpose of one matrix in place of another."""
    if isinstance(e, Elem) and e.tensor == old:
        return Elem(new, *reversed(e.indices))
    if not e.args or old not in tensors(e):
        return e
    return e.func(*(flipped(a, old, new) for a in e.args))


def restricted(pair: Pair, program: Program, t: Tensor, further: str) -> tuple[Pair, Program]:
    """The claim where `t` has a further property: a smaller domain, if the property is not declared."""
    other = Tensor(t.name, t.dims, t.layer, t.properties | {further})
    lets = tuple(Let(let.target, exchanged(let.rhs, t, other)) for let in program)
    return Pair(exchanged(pair.left, t, other), exchanged(pair.right, t, other), pair.axes), Program(lets)
