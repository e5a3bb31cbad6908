"""Powers of polynomials, denominators above all: content out, the rest primitive, its power an atom."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import sympy
from sympy import Add, Expr, Integer, Mul, Pow, S

from derive.expr import Size
from derive.prove.cases import by_cases
from derive.prove.ledger import Exhausted, Undefined, tick
from derive.prove.monomials import reduce
from derive.prove.normal import exponent_of, normal, rule
from derive.prove.polynomial import (
    ONE,
    Monomial,
    Number,
    Poly,
    accumulate,
    atom,
    combine,
    common,
    constant,
    expr,
    leading,
    monomial_expr,
    mul,
    number,
    power,
    product,
    rational,
    rational_content,
    whole,
)
from derive.prove.positivity import positive, positive_atom

TALLEST = 24  # exponents above this are not multiplied out


@rule(Pow)
def _pow(e: Pow) -> Poly:
    base, exponent = e.args
    p = normal(base)
    n = exponent_of(exponent)
    return raised(p, n) if n is not None else symbolic_power(p, normal(exponent))


def symbolic_power(p: Poly, exponent: Poly) -> Poly:
    """p to a power that is not a number: exp(exponent log p) for a positive p."""
    from derive.prove.exponentials import exponential, logarithm

    if positive(p):
        return exponential(mul(exponent, logarithm(p)))
    split = by_cases(exponent, lambda q: _power_case(p, q))
    if split is not None:
        return split
    if all(
        isinstance(c, int) and all(isinstance(a, Size) and e == int(e) > 0 for a, e in m) for m, c in exponent.items()
    ):
        base = expr(p)
        return product(reduce({Pow(base, monomial_expr(m)): c}) if m else raised(p, c) for m, c in exponent.items())
    return atom(Pow(expr(p), expr(exponent)))


def _power_case(p: Poly, q: Poly) -> Poly:
    n = constant(q)
    return symbolic_power(p, q) if n is None else raised(p, n)


def raised(p: Poly, e: Number) -> Poly:
    """p^e for a rational e."""
    e = whole(e)
    if e == 0:
        return ONE
    if e == 1:
        return p
    if not p:
        if e < 0:
            raise Undefined
        return p
    if len(p) == 1:
        ((m, c),) = p.items()
        return _monomial_power(m, c, e)
    if isinstance(e, int) and e > 0:
        if e > TALLEST:
            raise Exhausted
        return power(p, e)
    return _sum_power(p, e)


def _sum_power(p: Poly, e: Number) -> Poly:
    numerator, denominator = clear(p)
    if denominator and (isinstance(e, int) or all(positive_atom(a) for a in denominator)):
        below = product(raised(atom(a), -k * e) for a, k in denominator.items())
        return mul(raised(numerator, e), below)
    split = by_cases(p, lambda q: raised(q, e))
    if split is not None:
        return split
    return _primitive_power(p, e)


def _primitive_power(p: Poly, e: Number) -> Poly:
    """Take the content out (for a root only what is positive) and make the power of the rest an atom."""
    root = not isinstance(e, int)
    c = rational_content(p)
    if not root and p[leading(p)] < 0:
        c = -c
    content = {a: k for a, k in common(p).items() if not root or positive_atom(a)}
    outside = mul(number_power(c, e), product(reduce({a: whole(k * e)}) for a, k in content.items()))
    rest = divided_by(p, content, c)
    if len(rest) == 1:
        return mul(outside, raised(rest, e))
    return mul(outside, reduce({expr(rest): e}))


def divided_by(p: Poly, content: dict[Expr, Number], c: Number = 1) -> Poly:
    """The polynomial divided by a number and by a monomial."""
    inverse = {a: -k for a, k in content.items()}
    out: dict[Monomial, Number] = {}
    for m, k in p.items():
        exponents = dict(m)
        for a, d in inverse.items():
            exponents[a] = exponents.get(a, 0) + d
            if not exponents[a]:
                del exponents[a]
        accumulate(out, reduce(exponents), whole(Fraction(k) / Fraction(c)))
    return out


def _monomial_power(m: Monomial, c: Number, e: Number) -> Poly:
    if isinstance(e, int):
        return mul(number_power(c, e), product(raised_atom(a, k, e) for a, k in m))
    outside, inside = ONE, {}
    for a, k in m:
        if k != int(k) or positive_atom(a):
            outside = mul(outside, raised_atom(a, k, e))
        elif int(k) % 2 == 0 and (k * e) == int(k * e):
            outside = mul(outside, raised(absolute(atom(a)), int(k * e)))
        else:
            inside[a] = k
    sign = 1 if c > 0 else -1
    outside = mul(outside, number_power(abs(c), e))
    if not inside:
        if sign < 0:
            raise Undefined
        return outside
    ((a, k),) = inside.items() if len(inside) == 1 else ((None, 0),)
    if a is not None and sign > 0 and int(k) % 2:
        return mul(outside, reduce({a: whole(k * e)}))
    return mul(outside, reduce({Mul(rational(sign), monomial_expr(inside.items())): e}))


def raised_atom(a: Expr, k: Number, e: Number) -> Poly:
    return reduce({a: whole(k * e)})


def absolute(p: Poly) -> Poly:
    """|p| = 2 max(0, p) - p."""
    from derive.prove.kinks import positive_part

    return combine((2, positive_part(p)), (-1, p))


@lru_cache(4096)
def primes(n: int) -> tuple[tuple[int, int], ...]:
    return tuple(sympy.factorint(n).items()) if n < 10**12 else ((n, 1),)


def number_power(c: Number, e: Number) -> Poly:
    """A rational power of a number: roots of primes are atoms."""
    if c == 1:
        return ONE
    if isinstance(e, int):
        if abs(e) > 512:
            raise Exhausted
        return number(whole(Fraction(c) ** e))
    if c < 0:
        raise Undefined
    exponents: dict[Expr, Number] = {}
    f = Fraction(c)
    for sign, part in ((1, f.numerator), (-1, f.denominator)):
        for prime, k in primes(part):
            exponents[Integer(prime)] = exponents.get(Integer(prime), 0) + sign * k * e
    return reduce({a: k for a, k in exponents.items() if k and a is not S.One})


def clear(p: Poly) -> tuple[Poly, dict[Expr, Number]]:
    """Numerator and denominator: p times the denominators that are sums, and those as {atom: exponent}."""
    denominator: dict[Expr, Number] = {}
    for _ in range(8):
        low: dict[Expr, Number] = {}
        for m in p:
            for a, e in m:
                if e < 0 and isinstance(a, (Add, Mul)):
                    low[a] = min(low.get(a, 0), e)
        if not low:
            return p, denominator
        for a, e in low.items():
            tick(len(p))
            denominator[a] = whole(denominator.get(a, 0) - e)
            p = raised_terms(p, a, -e)
    raise Exhausted


def raised_terms(p: Poly, a: Expr, e: Number) -> Poly:
    """p times a^e, each term reduced."""
    out: dict[Monomial, Number] = {}
    for m, c in p.items():
        exponents = dict(m)
        exponents[a] = whole(exponents.get(a, 0) + e)
        if not exponents[a]:
            del exponents[a]
        accumulate(out, reduce(exponents), c)
    return out
