"""Rules for products: what is special about an atom when it meets others.

`reduce` takes a product as {atom: exponent} and gives its normal form. Each kind of special atom has one rule in
`RULES`: a function of the product, the atom and its exponent that answers with a polynomial, or None if all is well.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from sympy import Add, Expr, Integer, Mul, cos, sin

from derive.expr import Delta, Elem, Index, free_indices, rename, step
from derive.prove.atoms import vanishes
from derive.prove.cases import note, values_of
from derive.prove.ledger import remembered, tick, use
from derive.prove.normal import normal
from derive.prove.polynomial import (
    ONE,
    UNIT,
    ZERO,
    Monomial,
    Number,
    Poly,
    atom,
    combine,
    leading,
    mul,
    number,
    power,
    product,
)

Exponents = dict[Expr, Number]
Rule = Callable[[Exponents, Expr, Number], Poly | None]


@lru_cache(1 << 14)
def rules_for(a: Expr) -> tuple[Rule, ...]:
    """The rules that watch over an atom; for most atoms none."""
    found: list[Rule] = []
    if values_of(a) is not None:
        found.append(idempotent if values_of(a) == (1, 0) else sign_square)
    if isinstance(a, Elem) and "one_hot" in a.tensor.properties:
        found.append(one_hot_pair)
    found += [r for kind, r in RULES if isinstance(a, kind)]
    return tuple(found)


def reduce(exponents: Exponents) -> Poly:
    """The normal form of a product of powers of atoms."""
    for a, e in exponents.items():
        for rule in rules_for(a):
            out = rule(exponents, a, e)
            if out is not None:
                tick()
                return out
    return {frozenset(exponents.items()): 1}


def without(exponents: Exponents, *atoms: Expr) -> Poly:
    """The product of the others."""
    return reduce({a: e for a, e in exponents.items() if a not in atoms})


def lowered(exponents: Exponents, by: Monomial, times: Monomial = UNIT) -> Poly:
    """The product divided by one monomial and multiplied by another."""
    left = dict(exponents)
    for sign, m in ((-1, by), (1, times)):
        for a, e in m:
            left[a] = left.get(a, 0) + sign * e
    return reduce({a: e for a, e in left.items() if e})


def divides(m: Monomial, exponents: Exponents) -> bool:
    return all(exponents.get(a, 0) >= e > 0 for a, e in m)


# -- the rules --------------------------------------------------------------------------------------------------


def idempotent(exponents: Exponents, a: Expr, e: Number) -> Poly | None:
    """y^e = y for a y in {0, 1}."""
    if e == 1 or e < 0:
        return None
    note(a)
    return reduce({**exponents, a: 1})


def sign_square(exponents: Exponents, a: Expr, e: Number) -> Poly | None:
    """s^2 = 1 for an s in {-1, 1}."""
    if e == 1 or e != int(e):
        return None
    note(a)
    return reduce({**exponents, a: 1}) if int(e) % 2 else without(exponents, a)


def one_hot_pair(exponents: Exponents, a: Expr, e: Number) -> Poly | None:
    """y_nk y_nl = delta_kl y_nk for rows that are unit vectors."""
    if not isinstance(a, Elem):
        return None
    for b in exponents:
        if b is a or not isinstance(b, Elem) or b.tensor != a.tensor or b.indices[:-1] != a.indices[:-1]:
            continue
        if exponents[b] == 1 and e == 1:
            use(f"{a.tensor} one-hot")
            return mul(without(exponents, b), normal(Delta(a.indices[-1], b.indices[-1])))
    return None


def merge_delta(exponents: Exponents, a: Expr, e: Number) -> Poly | None:
    """delta_ij f_j = delta_ij f_i: the greater index gives way to the smaller (or to a fixed position)."""
    if e < 0:
        return None
    i, j = a.args
    if not isinstance(j, Index) or (isinstance(i, Index) and i.compare(j) > 0):
        i, j = j, i
    if not any(b is not a and j in free_indices(b) for b in exponents):
        return None
    names = {j: i}
    return product([atom(a), *(moved(b, k, names) for b, k in exponents.items() if b is not a)])


def moved(a: Expr, e: Number, names: dict[Index, Expr]) -> Poly:
    """A power of an atom with its indices renamed."""
    from derive.prove.powers import raised

    if free_indices(a).isdisjoint(names):
        return reduce({a: e})
    return raised(normal(rename(a, names)), e)


def zero_set(exponents: Exponents, a: Expr, e: Number) -> Poly | None:
    """[c = 0] c = 0 and [c = 0] [c > 0] = 0."""
    if e < 0:
        return None
    for b in exponents:
        if isinstance(b, step) and b.args == a.args:
            return ZERO
    c = normal(a.args[0])
    if not c:
        return None
    lead = leading(c)
    if not lead or not divides(lead, exponents):
        return None
    rest = {m: k for m, k in c.items() if m != lead}
    return mul(lowered(exponents, lead), {m: Fraction(-k) / c[lead] for m, k in rest.items()})


def rational_root(exponents: Exponents, a: Expr, e: Number) -> Poly | None:
    """Roots of whole numbers: 2^(3/2) = 2 * 2^(1/2), exponents within [0, 1)."""
    whole, part = divmod(Fraction(e), 1)
    if not whole:
        return None
    rest = {b: k for b, k in exponents.items() if b is not a}
    if part:
        rest[a] = part
    return mul(reduce(rest), number(Fraction(int(a)) ** int(whole)))


def composite(exponents: Exponents, a: Expr, e: Number) -> Poly | None:
    """Powers of a polynomial P: P^n is multiplied out; P^e lt(P) = (P^(e+1) - rest P^e) / c for e < 0."""
    rest = {b: k for b, k in exponents.items() if b is not a}
    if e > 0:
        if e < 1:
            return None
        p = normal(a)
        whole, part = divmod(Fraction(e), 1)
        left = reduce({**rest, a: part}) if part else reduce(rest)
        return mul(left, power(p, int(whole)))
    return divided(exponents, a)


@remembered
def lead_of(a: Expr) -> tuple[Poly, Monomial]:
    """The polynomial of an atom that is a sum, and its leading monomial."""
    p = normal(a)
    return p, leading(p) if p else UNIT


def divided(exponents: Exponents, a: Expr) -> Poly | None:
    """Use P P^-1 = 1 on a product that holds P^-1 and the leading monomial of P, or x^-1 where P = c m + x (...)."""
    p, lead = lead_of(a)
    if lead and divides(lead, exponents):
        return _exchange(exponents, a, p, lead)
    for x, k in exponents.items():
        if k < 0 and x is not a and not isinstance(x, (Add, Mul)) and k == int(k):
            low = [m for m in p if all(b != x for b, _ in m)]
            if any(b == x and d < 0 for m in p for b, d in m):
                continue
            if 0 < len(low) < len(p) and len(low) == 1 and divides(low[0], exponents):
                return _exchange(exponents, a, p, low[0])
    return None


def _exchange(exponents: Exponents, a: Expr, p: Poly, m: Monomial) -> Poly:
    """product = (product / m) m, with m = (P - the rest) / c; divided and multiplied in one go, or it loops."""
    tick(len(p))
    scale = Fraction(1) / p[m]
    higher = {**exponents, a: exponents[a] + 1}
    if not higher[a]:
        del higher[a]
    terms = ((-k * scale, lowered(exponents, m, n)) for n, k in p.items() if n != m)
    return combine((scale, lowered(higher, m)), *terms)


def cosine_square(exponents: Exponents, a: Expr, e: Number) -> Poly | None:
    """cos^2 = 1 - sin^2."""
    if e < 2:
        return None
    other = combine((1, ONE), (-1, atom(sin(*a.args), 2)))
    return mul(lowered(exponents, frozenset(((a, 2),))), other)


RULES: tuple[tuple[type, Rule], ...] = (
    (Delta, merge_delta),
    (vanishes, zero_set),
    (Integer, rational_root),
    (cos, cosine_square),
    (Add, composite),
    (Mul, composite),
)
