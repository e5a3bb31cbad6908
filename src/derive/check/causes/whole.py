"""Inverse slips of a whole right side: its sign, a factor, a slope or a diagonal that it lacks."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, Integer, Mul, Rational, sqrt

from derive.check.causes.offers import Offer, Surroundings
from derive.check.causes.walk import Scope, everywhere, placed, single_factors, without
from derive.expr import Delta, Unknown


def opposite(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    yield -e, None


def two(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    for c in (Integer(2), Rational(1, 2)):
        yield c * e, c


def size(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    for n in around.sizes:
        yield e / n, 1 / n
        yield e * n, n


def one_off(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    if not scope:
        yield e - 1, None
        yield e + 1, None


def scalar(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    for x in around.scalars:
        yield e * x, x
        if x not in single_factors(e):  # else it is one too many
            yield e / x, 1 / x


def slope(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    for s in around.slopes:
        for image in placed(s, scope):
            yield e * image, image


def moved_slope(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """The slope of another activation, outside the sums: f'(z) of the wrong layer."""

    def dropped(x: Expr, inner: Scope) -> Iterator[Expr]:
        if x.is_Mul:
            for k, f in enumerate(x.args):
                if isinstance(f, Unknown) and f.order:
                    yield Mul(*without(x.args, k))

    for image in everywhere(e, dropped, scope):
        for s in around.slopes:
            for factor in placed(s, scope):
                yield image * factor, factor


def squared(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    yield e**2, None
    yield sqrt(e), None


def diagonal(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """diag(v) is missing: of a Jacobian only what lies off the diagonal was written."""
    if len(around.axes) == 2 and around.axes[0].dim == around.axes[1].dim:
        i, j = around.axes
        for t in around.tensors:
            if t.dims == (i.dim,):
                yield e + Delta(i, j) * t(i), Delta(i, j) * t(i)
