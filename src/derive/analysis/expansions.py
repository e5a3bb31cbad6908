"""Tails of expressions: each node by its expansion where its argument goes to infinity, else by its Taylor series."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import sympy
from sympy import Expr, S, erf, exp, factorial, log, pi, sqrt, tanh
from sympy.functions.elementary.trigonometric import atan

from derive.analysis.boxes import jet, number
from derive.analysis.growth import ONE, Growth, NotYet
from derive.analysis.kinks import CASES, cases_of
from derive.analysis.tails import (
    ORDER,
    Tail,
    added,
    constant,
    exponential,
    logarithm,
    made,
    multiplied,
    powered,
    scaled,
    taylor,
    zero,
)
from derive.analysis.variable import Z, at, z
from derive.calculus import differentiate
from derive.evaluate.refusals import OutsideDomain, Undecidable
from derive.expr import sigmoid, softplus, tensors
from derive.expr.nodes import Elem


def tail(e: Expr, start: Fraction) -> Tail:
    """What `e` is for z >= start. Raises Undecidable (or NotYet) where that is not seen."""
    if Z not in tensors(e):
        return made({ONE: (e, zero())}, start) if _finite(e) else _refuse(e)
    if isinstance(e, Elem):
        return Tail(((Growth(Fraction(1)), (S.One, zero())),), start)
    if type(e) in CASES:
        cases = cases_of(e)
        s = tail(cases.argument, start).sign()
        if s is None:
            raise NotYet(f"the sign of {cases.argument}")
        return tail(cases.at(s), start)
    rule = RULES.get(type(e))
    if rule is None:
        raise Undecidable(f"no rule for {type(e).__name__} at infinity")
    return rule(e, start)


def tail_from(e: Expr, starts: Iterable[int] = (4, 8, 16, 32, 64, 256, 1024)) -> Tail:
    """The tail from the first of these starts at which one is seen, and has a sign if it can have one."""
    trouble: Undecidable = NotYet(f"no start of a tail of {e}")
    unsigned: Tail | None = None
    for start in starts:
        try:
            found = tail(e, Fraction(start))
            if found.sign() is not None:
                return found
        except NotYet as error:
            trouble = error
            continue
        unsigned = unsigned or found
    if unsigned is None:
        raise trouble
    return unsigned


def mirrored(e: Expr) -> Expr:
    """e(-z), whose tail at infinity is that of `e` at minus infinity."""
    return at(e, -z())


def _finite(e: Expr) -> bool:
    return bool(number(e).is_finite())


def _refuse(e: Expr) -> Tail:
    raise OutsideDomain(f"{e} is no finite number")


# -- functions ---------------------------------------------------------------------------------------------------------


def _smooth(kind: Any, plus: Callable[[Tail], Tail], minus: Callable[[Tail], Tail]) -> Callable[[Expr, Fraction], Tail]:
    """A function by its Taylor series where the argument stays bounded, and by its own rules where it does not."""

    def apply(e: Expr, start: Fraction) -> Tail:
        a = tail(e.args[0], start)
        way = a.sign() if a.lead is not None and a.lead.order() > 0 else 0
        if way is None:
            raise NotYet(f"the sign of {e.args[0]}")
        return plus(a) if way > 0 else minus(a) if way < 0 else _around(kind, a)

    return apply


def _around(kind: Any, a: Tail) -> Tail:
    """f(c + d) for a constant c and an infinitesimal d."""
    terms = dict(a.terms)
    c, error = terms.pop(ONE, (S.Zero, zero()))
    if not error.is_zero():
        terms[ONE] = (S.Zero, error)
    derivatives: list[Expr] = [kind(z())]
    for _ in range(ORDER - 1):
        derivatives.append(differentiate(derivatives[-1], z()))
    coefficients = [at(f, c) / factorial(k) for k, f in enumerate(derivatives)]
    return taylor(made(terms, a.start), coefficients, lambda h: jet(kind(z()), number(c) + h, ORDER)[ORDER])


def _one_over(a: Tail) -> Tail:
    return powered(a, Fraction(-1))


def _sigmoid(a: Tail) -> Tail:
    """1 / (1 + exp(-a)) for a that goes to infinity."""
    return _one_over(added(constant(S.One, a.start), exponential(scaled(a, -1))))


def _sigmoid_minus(a: Tail) -> Tail:
    grown = exponential(a)
    return multiplied(grown, _one_over(added(constant(S.One, a.start), grown)))


def _log1p_exp(a: Tail) -> Tail:
    """log(1 + exp(a)) for a that goes to minus infinity."""
    return logarithm(added(constant(S.One, a.start), exponential(a)))


def _tanh(a: Tail) -> Tail:
    """2 sigmoid(2 a) - 1."""
    return added(scaled(_sigmoid(scaled(a, 2)), 2), constant(S.NegativeOne, a.start))


def _erf(a: Tail) -> Tail:
    """1 - erfc(a) with erfc(a) = exp(-a^2)/(a sqrt(pi)) (1 - t/(2 a^2)), 0 <= t <= 1, for a > 0."""
    from flint import arb

    inverse = _one_over(a)
    bracket = added(
        constant(S.One, a.start),
        multiplied(multiplied(inverse, inverse), Tail(((ONE, (S.Zero, -arb(0).union(arb(0.5)))),), a.start)),
    )
    shape = multiplied(exponential(scaled(multiplied(a, a), -1)), multiplied(inverse, bracket))
    return added(constant(S.One, a.start), scaled(shape, -1 / sqrt(pi)))


def _atan(a: Tail) -> Tail:
    return added(constant(pi / 2, a.start), scaled(_around(atan, _one_over(a)), -1))


def _half_exp(sign_: int) -> Callable[[Tail], Tail]:
    return lambda a: scaled(added(exponential(a), scaled(exponential(scaled(a, -1)), sign_)), S.Half)


def _odd(f: Callable[[Tail], Tail]) -> tuple[Callable[[Tail], Tail], Callable[[Tail], Tail]]:
    return f, lambda a: scaled(f(scaled(a, -1)), -1)


def _within_one(a: Tail) -> Tail:
    from flint import arb

    return Tail(((ONE, (S.Zero, arb(-1).union(arb(1)))),), a.start)


def _pow(e: Expr, start: Fraction) -> Tail:
    base, exponent = e.args
    if exponent.is_Rational:
        return powered(tail(base, start), Fraction(int(exponent.p), int(exponent.q)))
    return exponential(multiplied(tail(exponent, start), logarithm(tail(base, start))))


def _sum(e: Expr, start: Fraction) -> Tail:
    out = constant(S.Zero, start)
    for a in e.args:
        out = added(out, tail(a, start))
    return out


def _product(e: Expr, start: Fraction) -> Tail:
    out = constant(S.One, start)
    for a in e.args:
        out = multiplied(out, tail(a, start))
    return out


RULES: dict[type, Callable[[Expr, Fraction], Tail]] = {
    sympy.Add: _sum,
    sympy.Mul: _product,
    sympy.Pow: _pow,
    exp: lambda e, start: exponential(tail(e.args[0], start)),
    log: lambda e, start: logarithm(tail(e.args[0], start)),
    sigmoid: _smooth(sigmoid, _sigmoid, _sigmoid_minus),
    softplus: _smooth(softplus, lambda a: added(a, _log1p_exp(scaled(a, -1))), _log1p_exp),
    tanh: _smooth(tanh, *_odd(_tanh)),
    erf: _smooth(erf, *_odd(_erf)),
    atan: _smooth(atan, *_odd(_atan)),
    sympy.sinh: _smooth(sympy.sinh, *_odd(_half_exp(-1))),
    sympy.cosh: _smooth(sympy.cosh, _half_exp(1), _half_exp(1)),
    sympy.sin: _smooth(sympy.sin, _within_one, _within_one),
    sympy.cos: _smooth(sympy.cos, _within_one, _within_one),
}
