"""Expressions at given numbers, as decimals: exact where they are rational, else rounded from a ball that is narrow
enough to leave no doubt about the last digit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

from sympy import Expr

from derive.evaluate.extent import extent
from derive.evaluate.oracle import EXACT, Ball, Evaluator
from derive.evaluate.refusals import NotExact, OutsideDomain, Undecidable
from derive.expr.nodes import Elem, Index, Tensor
from derive.expr.program import Program

PRECISIONS = (128, 512, 2048)
MOST_BITS = 20_000  # before or behind the point


@dataclass(frozen=True)
class Point:
    """A program whose inputs are given exactly: `values` maps each to nested tuples of Fractions."""

    program: Program
    values: Mapping[Tensor, Any]
    _evaluators: dict[int, Evaluator] = field(default_factory=dict, compare=False, repr=False)

    def enclosure(self, e: Expr, at: Mapping[Index, int], precision: int) -> tuple[Fraction, Fraction]:
        """Two rationals with the value between them: equal, where the value is rational and was found exactly."""
        exact = self._evaluators.setdefault(0, Evaluator(self.values, {}, EXACT, self.program))
        try:
            q = exact.value(e, dict(at))
            return q, q
        except NotExact:
            ball = self._evaluators.setdefault(
                precision, Evaluator(self.values, {}, Ball(precision), self.program)
            ).value(e, dict(at))
            if not ball.is_finite():
                raise OutsideDomain(f"{e} is too large for any number of digits") from None
            middle, radius = _fraction(ball.mid()), _fraction(ball.rad())
            return middle - radius, middle + radius

    def rounded(self, e: Expr, digits: int, at: Mapping[Index, int] | None = None) -> tuple[Decimal, bool]:
        """The value to so many significant digits, and whether that is the value itself.

        A value that cannot be told from zero with hundreds of digits is rounded to zero.
        """
        for precision in PRECISIONS:
            low, high = self.enclosure(e, at or {}, precision)
            if low == high:
                return nearest(low, digits)
            ends = {nearest(low, digits)[0], nearest(high, digits)[0]}
            if len(ends) == 1:
                return ends.pop(), False
        if low < 0 < high and high - low < Fraction(1, 10**100):  # pyright: ignore[reportPossiblyUnboundVariable]
            return Decimal(0), False
        if high - low < Fraction(1, 10**100) * abs(low):  # half way between two decimals: either is a rounding
            return nearest(low, digits)[0], False
        raise Undecidable(f"{e} is not known well enough to be rounded to {digits} digits")

    def array(self, e: Expr, out: tuple[Index, ...], digits: int) -> tuple[Any, bool]:
        """Nested tuples of decimals, one level for each index in `out`; and whether all of them are exact."""
        exact = True

        def level(rest: tuple[Index, ...], at: dict[Index, int]) -> Any:
            nonlocal exact
            if not rest:
                value, itself = self.rounded(e, digits, at)
                exact &= itself
                return value
            return tuple(level(rest[1:], {**at, rest[0]: k}) for k in range(extent(rest[0].dim, {})))

        return level(out, {}), exact

    def tensor(self, t: Tensor, digits: int) -> tuple[Any, bool]:
        """All entries of a tensor."""
        axes = tuple(Index(f"axis{k}", d) for k, d in enumerate(t.dims))
        return self.array(Elem(t, *axes), axes, digits)

    def floats(self, e: Expr, out: tuple[Index, ...]) -> list[float]:
        """The values at all places as floats, the last index fastest; a value near zero has all its digits too."""
        return [self._float(e, dict(zip(out, at, strict=True))) for at in places(out)]

    def _float(self, e: Expr, at: Mapping[Index, int]) -> float:
        low = high = Fraction(0)
        for precision in PRECISIONS:
            low, high = self.enclosure(e, at, precision)
            if high - low <= abs(low) * Fraction(1, 2**60):
                break
        return float((low + high) / 2)


def places(out: tuple[Index, ...]) -> Iterator[tuple[int, ...]]:
    """All places of the indices, the last one fastest."""
    return product(*(range(extent(i.dim, {})) for i in out))


def _fraction(x: Any) -> Fraction:
    """A number of flint with radius zero; what has more than some thousand digits is no number to be shown."""
    man, exp = x.man_exp()
    if man and abs(int(exp)) > MOST_BITS:
        raise OutsideDomain("a value is too large, or too close to zero, to be written down")
    return Fraction(int(man)) * Fraction(2) ** int(exp)


def nearest(q: Fraction, digits: int) -> tuple[Decimal, bool]:
    """q to so many significant digits, and whether nothing was lost; an exact decimal has no zeros at its end.

    >>> nearest(Fraction(17, 100), 4), nearest(Fraction(1, 3), 2), nearest(Fraction(1, 2) + Fraction(1, 10**9), 3)
    ((Decimal('0.17'), True), (Decimal('0.33'), False), (Decimal('0.500'), False))
    """
    if q == 0:
        return Decimal(0), True
    place = _magnitude(q) - digits + 1
    n = round(q / Fraction(10) ** place)
    if abs(n) == 10**digits:  # 9.996 to three digits is 10.0
        n, place = n // 10, place + 1
    exact = n * Fraction(10) ** place == q
    while exact and n % 10 == 0:
        n, place = n // 10, place + 1
    return Decimal((n < 0, tuple(map(int, str(abs(n)))), place)), exact


def _magnitude(q: Fraction) -> int:
    """The exponent of the first significant digit: 10^m <= |q| < 10^(m+1)."""
    q = abs(q)
    m = len(str(q.numerator)) - len(str(q.denominator))
    return m if q >= Fraction(10) ** m else m - 1
