"""Rigorous values of an expression on an interval of z, by ball arithmetic and power series over balls."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sympy import Expr

from derive.analysis.variable import Z
from derive.evaluate.oracle import Evaluator
from derive.evaluate.refusals import NoValue
from derive.evaluate.rings import Ball, Series

PREC = 160


def ball(low: Fraction, high: Fraction | None = None) -> Any:
    """A ball that holds the interval, or the number."""
    from flint import arb, ctx, fmpq

    with ctx.workprec(PREC):
        a = arb(fmpq(low.numerator, low.denominator))
        return a if high is None or high == low else a.union(arb(fmpq(high.numerator, high.denominator)))


def number(e: Expr) -> Any:
    """A constant as a ball. Raises NoValue where it is no real number."""
    return value(e, ball(Fraction(0)))


def value(e: Expr, box: Any) -> Any:
    """A ball that holds all values of the kink-free `e` on the box. Raises NoValue where there may be none."""
    ring = Ball(PREC)
    with ring.session():
        found = Evaluator({Z: box}, {}, ring).value(e)
    if not found.is_finite():
        raise Unbounded(f"{e} is not bounded on the box")
    return found


def jet(e: Expr, box: Any, order: int = 2) -> list[Any]:
    """The value and the derivatives up to `order`, each divided by its factorial, on the box, as balls."""
    from flint import arb, arb_series

    ring = Series(PREC, order + 1)
    with ring.session():
        found = Evaluator({Z: arb_series([box, arb(1)], order + 1)}, {}, ring).value(e)
    parts = [found[k] for k in range(order + 1)]
    if not all(p.is_finite() for p in parts):
        raise Unbounded(f"{e} is not bounded on the box")
    return parts


class Unbounded(NoValue):
    """No finite enclosure was found on a box: a smaller one may have one."""


def sign(x: Any) -> int | None:
    """The sign of a ball, where it has one."""
    if x > 0:
        return 1
    return -1 if x < 0 else 0 if x == 0 else None
