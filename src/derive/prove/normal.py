"""`normal`: the polynomial of an expression, by one rule for each class of node.

The rules stand in the modules of this room, entered with `rule(Class, ...)`. A class without a rule is a function
of which nothing is known: an atom, its scalar arguments brought to normal form.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy
from sympy import Add, Expr, Mul, S

from derive.expr import Diff, Index, Size, Tensor
from derive.prove.ledger import Undefined, remembered, tick
from derive.prove.polynomial import Number, Poly, accumulate, atom, expr, number, product, whole

Rule = Callable[[Any], Poly]
RULES: dict[type, Rule] = {}


def rule(*kinds: type) -> Callable[[Rule], Rule]:
    """Enter the function as the rule of these classes."""

    def enter(f: Rule) -> Rule:
        RULES.update(dict.fromkeys(kinds, f))
        return f

    return enter


@lru_cache(1024)
def _rule_of(kind: type) -> Rule:
    return next((RULES[base] for base in kind.__mro__ if base in RULES), opaque)


@remembered
def normal(e: Expr) -> Poly:
    """The normal form of an expression."""
    tick()
    return _rule_of(type(e))(e)


def canonical(e: Any) -> Expr:
    """The expression of the normal form: what the arguments of atoms are made of."""
    return expr(normal(e))


def opaque(e: Any) -> Poly:
    """A function of which nothing is known but that equal arguments give equal values."""
    if not e.args or not isinstance(e, sympy.Function):
        return atom(e)
    return made(e.func, e.func(*(canonical(a) for a in e.args)))


def made(kind: type, value: Any) -> Poly:
    """An atom that has just been constructed; or the normal form of its value, if SymPy knew that."""
    return atom(value) if isinstance(value, kind) else normal(value)


@rule(sympy.Rational)
def _rational(e: Any) -> Poly:
    return number(whole(Fraction(int(e.p), int(e.q))))


@rule(sympy.Float)
def _float(e: Any) -> Poly:
    return number(whole(Fraction(str(e))))  # 0.1 is read as 1/10


@rule(type(S.NaN), type(S.Infinity), type(S.NegativeInfinity), type(S.ComplexInfinity), type(S.ImaginaryUnit))
def _undefined(e: Expr) -> Poly:
    raise Undefined


@rule(Size, Index, Tensor, Diff, sympy.Symbol, type(S.Pi), type(S.Exp1))
def _atom(e: Expr) -> Poly:
    return atom(e)


@rule(Add)
def _add(e: Expr) -> Poly:
    out: Poly = {}
    for a in e.args:
        accumulate(out, normal(a))
    return out


@rule(Mul)
def _mul(e: Expr) -> Poly:
    return product(sorted((normal(a) for a in e.args), key=len))


def exponent_of(e: Expr) -> Number | None:
    p = normal(e)
    return (p.get(frozenset()) if len(p) == 1 else None) if p else 0
