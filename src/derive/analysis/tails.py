"""What a function does from some point on: sums of growths with exact coefficients, and a ball for the rest.

For all z >= start the value lies in the sum of (exact + error) * growth(z), where the error may be any number of its
ball, another one for each z. So limits are read off exactly, and signs and bounds hold on the whole tail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key
from typing import Any

from sympy import Add, Expr, Pow, S, binomial, exp, expand, factorial, log, oo

from derive.analysis.boxes import PREC, number, sign
from derive.analysis.growth import ONE, Growth, NotYet, definite
from derive.evaluate.refusals import NoValue, OutsideDomain, Undecidable

KEPT = 6  # terms of a sum, the rest goes into the error of the last
ORDER = 3  # of Taylor expansions
FALL = 8  # exponentials of what falls faster than any power are bounded by exp(-8 z)
Coefficient = tuple[Expr, Any]  # exact part, ball of the error


@dataclass(frozen=True)
class Tail:
    """The terms, the fastest growing first; none with a coefficient that is exactly zero."""

    terms: tuple[tuple[Growth, Coefficient], ...]
    start: Fraction

    @property
    def lead(self) -> Growth | None:
        return self.terms[0][0] if self.terms else None

    def sign(self) -> int | None:
        """The sign on the whole tail, where it has one there."""
        if not self.terms:
            return 0
        top = self.terms[0][0]
        with precision():
            total = zero()
            for growth, coefficient in self.terms:
                total += _ball(coefficient) * _upto(growth / top, self.start)
            return sign(total)

    def limit(self) -> Expr | None:
        """The limit as z goes to infinity, a number or an infinity; None where it is not known."""
        value: Expr = S.Zero
        for growth, (exact, error) in self.terms:
            order = growth.order()
            if order > 0:
                way = self.sign()
                return None if not way else oo * way
            if order == 0:
                if not error.is_zero():
                    return None
                value = exact
        return value

    def leading(self) -> Expr | None:
        """The limit and the largest term beside it, or the largest term; None where they are not known exactly."""
        shown: list[Expr] = []
        for growth, (exact, _) in self.terms[:2]:
            if definite(exact) == 0:
                return None
            shown.append(exact * growth.expr())
            if growth.order() != 0:
                break
        return Add(*shown)

    def hull(self) -> Any:
        """A ball that holds all values on the tail, where they are bounded."""
        with precision():
            total = zero()
            for growth, coefficient in self.terms:
                if growth.order() > 0:
                    raise Undecidable("the tail is not bounded")
                total += _ball(coefficient) * _upto(growth, self.start)
            return total


# -- arithmetic --------------------------------------------------------------------------------------------------------


def precision() -> Any:
    from flint import ctx

    return ctx.workprec(PREC)


def zero() -> Any:
    from flint import arb

    return arb(0)


def _ball(c: Coefficient) -> Any:
    return number(c[0]) + c[1]


def _upto(growth: Growth, start: Fraction) -> Any:
    """All that a growth of order <= 0 is on the tail."""
    from flint import arb

    if growth == ONE:
        return arb(1)
    return arb(0).union(growth.largest(start))


def made(terms: dict[Growth, Coefficient], start: Fraction) -> Tail:
    """The sum in order, without zeros; what is beyond the first terms becomes part of the error of the last."""
    with precision():
        kept = []
        for growth, (exact, error) in terms.items():
            exact = expand(exact)
            if exact != 0 or not error.is_zero():
                kept.append((growth, (exact, error)))
        kept.sort(key=cmp_to_key(lambda a, b: -(a[0] / b[0]).order()))
        kept, rest = kept[:KEPT], kept[KEPT:]
        for growth, coefficient in rest:
            last, (exact, error) = kept[-1]
            kept[-1] = last, (exact, error + _ball(coefficient) * _upto(growth / last, start))
        return Tail(tuple(kept), start)


def added(a: Tail, b: Tail) -> Tail:
    with precision():
        terms = dict(a.terms)
        for growth, (exact, error) in b.terms:
            before, wide = terms.get(growth, (S.Zero, zero()))
            terms[growth] = before + exact, wide + error
        return made(terms, a.start)


def multiplied(a: Tail, b: Tail) -> Tail:
    with precision():
        terms: dict[Growth, Coefficient] = {}
        for g, (e, r) in a.terms:
            for h, (f, s) in b.terms:
                before, wide = terms.get(g * h, (S.Zero, zero()))
                error = r * s
                error += zero() if s == 0 else number(e) * s
                error += zero() if r == 0 else r * number(f)
                terms[g * h] = before + e * f, wide + error
        return made(terms, a.start)


def constant(c: Expr, start: Fraction) -> Tail:
    return made({ONE: (S(c), zero())}, start)


def scaled(a: Tail, c: Expr | int) -> Tail:
    return multiplied(a, constant(S(c), a.start))


def taylor(small: Tail, coefficients: list[Expr], last: Callable[[Any], Any]) -> Tail:
    """sum c_k d^k + r d^n for an infinitesimal d, where `last` encloses r over the values of d."""
    out, power = constant(S.Zero, small.start), constant(S.One, small.start)
    for c in coefficients:
        out = added(out, scaled(power, c))
        power = multiplied(power, small)
    with precision():
        try:
            remainder = last(zero().union(small.hull()))
        except NoValue as error:  # the values of d reach too far still
            raise NotYet(str(error)) from error
    if not remainder.is_finite():
        raise NotYet("the remainder is not bounded yet")
    return added(out, multiplied(power, Tail(((ONE, (S.Zero, remainder)),), small.start)))


def _split(a: Tail) -> tuple[Growth, Expr, Tail]:
    """a = c g (1 + d) with the leading growth g, its exact coefficient c and an infinitesimal d."""
    if not a.terms:
        raise OutsideDomain("division by zero, or a logarithm of zero")
    g, (c, error) = a.terms[0]
    if not definite(c):
        raise Undecidable("the leading coefficient is not known")
    with precision():
        terms = {h / g: (e / c, r / number(c)) for h, (e, r) in a.terms[1:]}
        if not error.is_zero():
            terms[ONE] = (S.Zero, error / number(c))
        return g, c, made(terms, a.start)


def powered(a: Tail, r: Fraction) -> Tail:
    """a^r."""
    if r == int(r) and 0 <= r <= 8:
        out = constant(S.One, a.start)
        for _ in range(int(r)):
            out = multiplied(out, a)
        return out
    g, c, d = _split(a)
    if r.denominator > 1 and definite(c) < 0:
        raise OutsideDomain("a root of a negative number")
    q = S(r)
    rest = taylor(d, [binomial(q, k) for k in range(ORDER)], lambda h: _binomial_rest(h, q))
    return multiplied(Tail(((g**r, (Pow(c, q), zero())),), a.start), rest)


def _binomial_rest(h: Any, q: Expr) -> Any:
    base = 1 + h
    if not base > 0:
        raise NotYet("the terms are not small yet")
    return number(binomial(q, ORDER)) * (base.log() * number(q - ORDER)).exp()


def logarithm(a: Tail) -> Tail:
    g, c, d = _split(a)
    if definite(c) < 0:
        raise OutsideDomain("a logarithm of a negative number")
    if g.log:
        raise Undecidable("a logarithm of a logarithm")
    terms: dict[Growth, Coefficient] = {ONE: (log(c), zero()), Growth(log=Fraction(1)): (S(g.power), zero())}
    for k, coefficient in g.exponent:
        terms[Growth(k)] = coefficient, zero()

    def rest(h: Any) -> Any:
        if not 1 + h > 0:
            raise NotYet("the terms are not small yet")
        return number(S(-1) ** (ORDER + 1) / ORDER) / (1 + h) ** ORDER

    return added(made(terms, a.start), taylor(d, [S.Zero, *(S(-1) ** (k + 1) / S(k) for k in range(1, ORDER))], rest))


def exponential(a: Tail) -> Tail:
    """The growing terms must be known exactly: they are the growth of the exponential."""
    large, exponent, factor, terms = Fraction(0), [], S.One, {}
    for g, (c, error) in a.terms:
        if g.order() < 0 or (g == ONE and c == 0):
            terms[g] = c, error
        elif g == ONE:
            factor = exp(c)
            terms[ONE] = S.Zero, error
        elif not error.is_zero() or (g.exponent or (g.log and (g.power, g.log) != (0, 1))):
            return _vanishing(a)
        elif g.log:
            large = _rational(c)
        else:
            exponent.append((g.power, c))
    small = taylor(
        made(terms, a.start), [1 / factorial(k) for k in range(ORDER)], lambda h: h.exp() / number(factorial(ORDER))
    )
    return multiplied(Tail(((Growth(large, exponent=tuple(exponent)), (factor, zero())),), a.start), small)


def _vanishing(a: Tail) -> Tail:
    """exp(a) = t exp(-8 z) with 0 <= t <= 1, where a <= -8 z on the whole tail: as much as a limit needs."""
    if a.sign() == 1:
        raise Undecidable("an exponential of what is not a sum of powers")
    if added(a, made({Growth(Fraction(1)): (S(FALL), zero())}, a.start)).sign() not in (-1, 0):
        raise NotYet("an exponent that does not fall fast enough yet")
    with precision():
        between = zero().union(zero() + 1)
    return Tail(((Growth(exponent=((Fraction(1), S(-FALL)),)), (S.Zero, between)),), a.start)


def _rational(c: Expr) -> Fraction:
    if not c.is_Rational:
        raise Undecidable("a power of z that is not rational")
    return Fraction(int(c.p), int(c.q))
