"""How fast things grow as z goes to infinity: z^a (log z)^d exp(c_1 z^k_1 + c_2 z^k_2 + ...), in their order."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sympy import Add, Expr, S, exp, expand
from sympy import log as sympy_log

from derive.analysis.boxes import ball, number, sign
from derive.analysis.variable import z
from derive.evaluate.refusals import Undecidable


class NotYet(Undecidable):
    """Nothing is known from here to infinity; from further out, more may be."""


@dataclass(frozen=True)
class Growth:
    """z^power (log z)^log exp(sum of c z^k); `exponent` has pairs (k, c), the largest k > 0 first, c not zero."""

    power: Fraction = Fraction(0)
    log: Fraction = Fraction(0)
    exponent: tuple[tuple[Fraction, Expr], ...] = ()

    def __mul__(self, other: Growth) -> Growth:
        return Growth(self.power + other.power, self.log + other.log, _sum(self.exponent, other.exponent))

    def __pow__(self, n: Fraction) -> Growth:
        exponent = tuple((k, c * S(n)) for k, c in self.exponent) if n else ()
        return Growth(self.power * n, self.log * n, exponent)

    def __truediv__(self, other: Growth) -> Growth:
        return self * other ** Fraction(-1)

    def expr(self) -> Expr:
        """As an expression in z."""
        x = z()
        out = x ** S(self.power) * sympy_log(x) ** S(self.log)
        return out * exp(Add(*(c * x ** S(k) for k, c in self.exponent)))

    def order(self) -> int:
        """1 if it goes to infinity, 0 if it is 1, -1 if it goes to 0."""
        if self.exponent:
            return definite(self.exponent[0][1])
        return _sign(self.power) or _sign(self.log)

    def largest(self, start: Fraction) -> Any:
        """Its value at `start`, where it goes to 0 and falls from there on: the largest value on the tail."""
        if not self._falls(start):
            raise NotYet(f"{self} does not fall yet")
        x = ball(start)
        out = x.log() * ball(self.power)
        if self.log:
            out += x.log().log() * ball(self.log)
        for k, c in self.exponent:
            out += number(c) * (x.log() * ball(k)).exp()
        return out.exp()

    def _falls(self, start: Fraction) -> bool:
        """Whether z d/dz log = power + log/log z + sum c k z^k is negative from `start` on."""
        x = ball(start)
        rest = ball(self.power) + (ball(self.log) / x.log() if self.log > 0 else 0)
        if not self.exponent:
            return bool(rest < 0) or (self.power == 0 and self.log < 0)
        (top, lead), *others = self.exponent
        total = number(lead) * ball(top)
        for k, c in others:
            slope = number(c) * ball(k)
            if not slope < 0:  # c k z^k <= c k z^top start^(k - top)
                total += slope.nonnegative_part() * (x.log() * ball(k - top)).exp()
        if not rest < 0:
            total += rest.nonnegative_part() * (-x.log() * ball(top)).exp()
        return bool(total < 0)


ONE = Growth()


def definite(c: Expr) -> int:
    """The sign of a constant; Undecidable where balls do not show one and it is not zero by itself."""
    c = expand(c)
    if c == 0:
        return 0
    s = sign(number(c))
    if s is None:
        raise Undecidable(f"the sign of {c}")
    return s


def _sign(q: Fraction) -> int:
    return (q > 0) - (q < 0)


def _sum(a: tuple[tuple[Fraction, Expr], ...], b: tuple[tuple[Fraction, Expr], ...]) -> tuple:
    total: dict[Fraction, Expr] = dict(a)
    for k, c in b:
        total[k] = expand(total.get(k, S.Zero) + c)
    return tuple(sorted(((k, c) for k, c in total.items() if c != 0), reverse=True, key=lambda pair: pair[0]))
