"""Polynomials {monomial: coefficient}, a monomial being a frozenset of (atom, exponent) pairs.

Coefficients and exponents are ints or Fractions. Atoms are SymPy expressions taken as they are. Whatever is special
about an atom (y^2 = y for a binary one, say) is the business of `monomials.reduce`, through which all products go.
A polynomial is never changed once it has been returned: memo tables share them.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cmp_to_key
from math import gcd
from typing import Any

from sympy import Add, Expr, Integer, Mul, Pow, Rational

from derive.prove.atoms import vanishes
from derive.prove.ledger import tick

Number = int | Fraction
Monomial = frozenset[tuple[Expr, Number]]
Poly = dict[Monomial, Number]


def _by_structure(a: Any, b: Any) -> int:
    return a.compare(b)


_structural = cmp_to_key(_by_structure)


UNIT: Monomial = frozenset()
ZERO: Poly = {}
ONE: Poly = {UNIT: 1}


def number(c: Number) -> Poly:
    return {UNIT: c} if c else {}


def atom(a: Any, exponent: Number = 1) -> Poly:
    return {frozenset(((a, exponent),)): 1}


def constant(p: Poly) -> Number | None:
    """The number that a polynomial is, if it is one."""
    if not p:
        return 0
    return p.get(UNIT) if len(p) == 1 else None


def accumulate(into: dict[Monomial, Number], p: Poly, c: Number = 1) -> None:
    for m, k in p.items():
        total = into.get(m, 0) + c * k
        if total:
            into[m] = total
        else:
            into.pop(m, None)


def combine(*terms: tuple[Number, Poly]) -> Poly:
    """The linear combination of polynomials."""
    out: dict[Monomial, Number] = {}
    for c, p in terms:
        accumulate(out, p, c)
    return out


def scale(p: Poly, c: Number) -> Poly:
    return p if c == 1 else {m: c * k for m, k in p.items()} if c else {}


def add(p: Poly, q: Poly) -> Poly:
    return combine((1, p), (1, q))


def sub(p: Poly, q: Poly) -> Poly:
    return combine((1, p), (-1, q))


def mul(p: Poly, q: Poly) -> Poly:
    if len(q) == 1 and UNIT in q:
        return scale(p, q[UNIT])
    if len(p) == 1 and UNIT in p:
        return scale(q, p[UNIT])
    tick(1 + len(p) * len(q) // 2)
    out: dict[Monomial, Number] = {}
    for m, c in p.items():
        for n, d in q.items():
            accumulate(out, times(m, n), c * d)
    return out


def times(m: Monomial, n: Monomial) -> Poly:
    """The product of two monomials, reduced."""
    from derive.prove.monomials import reduce

    if not m or not n:
        return {m or n: 1}
    exponents = dict(m)
    for a, e in n:
        exponents[a] = exponents.get(a, 0) + e
        if not exponents[a]:
            del exponents[a]
    return reduce(exponents)


def product(factors: Iterable[Poly]) -> Poly:
    out = ONE
    for p in factors:
        out = mul(out, p)
    return out


def power(p: Poly, n: int) -> Poly:
    """A natural power, by repeated squaring."""
    out = ONE
    while n:
        if n & 1:
            out = mul(out, p)
        n >>= 1
        if n:
            p = mul(p, p)
    return out


# -- back to expressions ----------------------------------------------------------------------------------------


def rational(c: Number) -> Expr:
    return Integer(c) if isinstance(c, int) else Rational(c.numerator, c.denominator)


def factor_expr(a: Expr, e: Number) -> Expr:
    base = a.meaning() if isinstance(a, vanishes) else a
    return base if e == 1 else Pow(base, rational(e))


def monomial_expr(m: Iterable[tuple[Expr, Number]]) -> Expr:
    return Mul(*(factor_expr(a, e) for a, e in m))


def expr(p: Poly) -> Expr:
    """The expression that a polynomial stands for (it may hold nodes of this room, see `atoms.plain`)."""
    tick(1 + len(p) // 4)
    return Add(*(Mul(rational(c), *(factor_expr(a, e) for a, e in m)) for m, c in p.items()))


# -- order, content ---------------------------------------------------------------------------------------------


def degree(m: Monomial) -> Number:
    return sum((e for _, e in m), 0)


def leading(p: Poly) -> Monomial:
    """The greatest monomial: by degree, then lexicographically over the atoms in SymPy's structural order.

    An order that respects products, or exchanging leading terms for lower ones might go round in circles.
    """
    if len(p) == 1:
        return next(iter(p))
    tick(len(p))
    top = max(map(degree, p))
    tied = [m for m in p if degree(m) == top]
    if len(tied) == 1:
        return tied[0]
    atoms = sorted({a for m in tied for a, _ in m}, key=_structural)
    return max(tied, key=lambda m: [dict(m).get(a, 0) for a in atoms])


def rational_content(p: Poly) -> Fraction:
    """The greatest common divisor of the coefficients, positive."""
    numerator, denominator = 0, 1
    for c in p.values():
        c = Fraction(c)
        numerator = gcd(numerator, c.numerator)
        denominator = denominator * c.denominator // gcd(denominator, c.denominator)
    return Fraction(numerator, denominator)


def whole(c: Number) -> Number:
    """An int where the number is one."""
    return c.numerator if isinstance(c, Fraction) and c.denominator == 1 else c


def common(p: Poly) -> dict[Expr, Number]:
    """The monomial content: for each atom its least exponent (0 where it is absent), if that is not 0."""
    terms = [dict(m) for m in p]
    atoms = {a for m in terms for a in m}
    least = {a: min(m.get(a, 0) for m in terms) for a in atoms}
    return {a: e for a, e in least.items() if e}
