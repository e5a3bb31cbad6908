"""Functions given by cases: which comparison a node makes, and what it is on either side."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sympy import Abs, Expr, S, sign

from derive.analysis.variable import replaced
from derive.expr import Where, maximum, minimum, relu, step


class Cases(NamedTuple):
    """What a node compares with zero, and what it is where that is positive, zero and negative."""

    argument: Expr
    positive: Expr
    zero: Expr
    negative: Expr

    def at(self, sign: int) -> Expr:
        return (self.zero, self.positive, self.negative)[sign]

    def all(self) -> tuple[Expr, ...]:
        return tuple(dict.fromkeys((self.positive, self.zero, self.negative)))


def _binary(node: Expr) -> tuple[Expr, Expr]:
    a, b = node.args
    return a, b


def _maximum(node: Expr) -> Cases:
    a, b = _binary(node)
    return Cases(a - b, a, b, b)


def _minimum(node: Expr) -> Cases:
    a, b = _binary(node)
    return Cases(a - b, b, b, a)


CASES: dict[type, Callable[..., Cases]] = {
    step: lambda e: Cases(e.args[0], S.One, S.Zero, S.Zero),
    relu: lambda e: Cases(e.args[0], e.args[0], S.Zero, S.Zero),
    Abs: lambda e: Cases(e.args[0], e.args[0], S.Zero, -e.args[0]),
    sign: lambda e: Cases(e.args[0], S.One, S.Zero, S.NegativeOne),
    Where: lambda e: Cases(e.args[0], e.args[1], e.args[2], e.args[2]),
    maximum: _maximum,
    minimum: _minimum,
}


def innermost(e: Expr) -> Expr | None:
    """A node with cases whose own parts have none; None where there is no such node."""
    for a in e.args:
        found = innermost(a)
        if found is not None:
            return found
    return e if type(e) in CASES else None


def cases_of(node: Expr) -> Cases:
    return CASES[type(node)](node)


def branches(e: Expr, sign_of: Callable[[Expr], int | None]) -> tuple[Expr, ...]:
    """All that `e` can be, free of cases, where `sign_of` may not know the sign of an argument."""
    node = innermost(e)
    if node is None:
        return (e,)
    cases = cases_of(node)
    known = sign_of(cases.argument)
    chosen = cases.all() if known is None else (cases.at(known),)
    return tuple(dict.fromkeys(b for c in chosen for b in branches(replaced(e, node, c), sign_of)))
