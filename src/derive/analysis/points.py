"""Places on the line and numbers: exact where algebra gives them, with a ball in any case."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sympy import Expr, Integer, Rational, S, cancel, expand, oo, radsimp

from derive.analysis.algebra import NotRational, X, rational
from derive.analysis.boxes import ball, number, sign
from derive.analysis.variable import at
from derive.evaluate.refusals import NoValue, Undecidable


@dataclass(frozen=True)
class Number:
    """A real number or an infinity: `exact` where it is known exactly, and a ball that holds it where it is finite."""

    exact: Expr | None
    ball: Any = None

    @staticmethod
    def of(e: Expr) -> Number:
        """An exact constant, which may be infinite. Raises NoValue where it is no real number."""
        return Number(e) if e in (oo, -oo) else Number(e, number(e))

    @property
    def finite(self) -> bool:
        return self.ball is not None

    def same(self, other: Number) -> bool:
        """Whether both are known to be the same number."""
        if self.exact is None or other.exact is None:
            return False
        return self.exact == other.exact or (self.finite and other.finite and zero(self.exact - other.exact))

    def below(self, other: Number) -> bool:
        """Whether this is certainly less than the other."""
        if not (self.finite and other.finite):
            return self.exact != other.exact and (self.exact == -oo or other.exact == oo)
        return bool(self.ball < other.ball)

    def negated(self) -> Number:
        return Number(None if self.exact is None else -self.exact, None if self.ball is None else -self.ball)

    def absolute(self) -> Number:
        if not self.finite:
            return Number(oo)
        s = sign(self.ball)
        if s is None:
            return (
                Number(S.Zero, number(S.Zero))
                if self.exact is not None and zero(self.exact)
                else Number(None, abs(self.ball))
            )
        return self if s >= 0 else self.negated()


def zero(e: Expr) -> bool:
    """Whether a constant is zero, by algebra."""
    return expand(e) == 0 or (not sign(_near(e)) and radsimp(expand(e)) == 0)


def _near(e: Expr) -> Any:
    try:
        return number(e)
    except NoValue:
        return ball(Fraction(0))


def order(a: Expr, b: Expr) -> int:
    """-1, 0 or 1 as a < b, a = b or a > b, for exact numbers or infinities. Raises Undecidable."""
    if a == b:
        return 0
    if a in (oo, -oo) or b in (oo, -oo):
        return 1 if a == oo or b == -oo else -1
    s = sign(number(a - b))
    if s is None:
        if zero(a - b):
            return 0
        raise Undecidable(f"whether {a} is less than {b}")
    return s


def exact_value(e: Expr, place: Expr) -> Expr:
    """The value of `e` at an exact place, exact: kernels by kernels, so that exp(log 2) is 2."""
    direct = at(e, place)
    if direct.is_Rational:
        return direct
    try:
        (r,) = rational(e)
    except NotRational:
        return direct
    places = {X: place, **{s: at(kernel, place) for s, kernel in r.kernels.items()}}
    bottom = r.bottom.subs(places, simultaneous=True)  # plain symbols only
    if zero(bottom):
        return direct
    found = expand(cancel(r.top.subs(places, simultaneous=True) / bottom))
    if not found.is_Rational:
        found = min((found, radsimp(found)), key=lambda v: v.count_ops())
    if not number(found).overlaps(number(direct)):
        raise Undecidable(f"two values of {e} at {place} differ")
    return found


def between(a: Expr, b: Expr) -> Fraction:
    """A rational number between two exact places, a < b, either of which may be infinite."""
    if a == -oo and b == oo:
        return Fraction(0)
    if a == -oo or b == oo:
        end = b if a == -oo else a
        return fraction(Rational(_whole(end)) + (-2 if a == -oo else 2))
    middle = number((a + b) / 2)
    for bits in (4, 16, 64, 128):
        q = Fraction(int((middle * (1 << bits)).mid().floor().unique_fmpz() or 0), 1 << bits)
        if order(a, rational_expr(q)) < 0 < order(b, rational_expr(q)):
            return q
    raise Undecidable(f"no place between {a} and {b}")


def _whole(e: Expr) -> Integer:
    found = number(e).mid().floor().unique_fmpz()
    if found is None:
        raise Undecidable(f"{e} is too large")
    return Integer(int(found))


def fraction(e: Expr) -> Fraction:
    """A rational SymPy number as a Fraction."""
    return Fraction(int(e.p), int(e.q))


def dyadic(x: Any) -> Rational:
    """An exact ball as a rational number."""
    mantissa, exponent = x.man_exp()
    return Rational(int(mantissa)) * Rational(2) ** int(exponent)


def rational_expr(q: Fraction) -> Rational:
    return Rational(q.numerator, q.denominator)
