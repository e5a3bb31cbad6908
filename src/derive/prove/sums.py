"""Sums: deltas contracted, nested sums flattened, one atom for each component connected by bound indices."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr

from derive.expr import Delta, Index, Sum_, free_indices
from derive.prove.atoms import opened
from derive.prove.contractions import CONTRACTIONS
from derive.prove.ledger import tick
from derive.prove.monomials import Exponents, moved, reduce
from derive.prove.normal import normal, rule
from derive.prove.polynomial import (
    ZERO,
    Monomial,
    Number,
    Poly,
    accumulate,
    atom,
    combine,
    monomial_expr,
    mul,
    product,
)

COPIES = 4  # a power of a sum that an outer index touches is opened so many times at most


@rule(Sum_)
def _sum(e: Sum_) -> Poly:
    body, names = opened(e)
    return summed(normal(body), names)


def summed(p: Poly, bound: Iterable[Index]) -> Poly:
    """The sum of a polynomial over the bound indices."""
    bound = frozenset(bound)
    if not bound:
        return p
    out: dict[Monomial, Number] = {}
    for m, c in p.items():
        accumulate(out, _term(m, bound), c)
    return out


def _term(m: Monomial, bound: frozenset[Index]) -> Poly:
    tick()
    exponents = dict(m)
    for way in (_sizes, _delta, _nested):
        out = way(exponents, bound)
        if out is not None:
            return out
    for contraction in CONTRACTIONS:
        found = contraction(exponents, bound)
        if found is not None:
            return combine(*((1, summed(p, names)) for p, names in found))
    return _components(exponents, bound)


def _sizes(exponents: Exponents, bound: frozenset[Index]) -> Poly | None:
    """An index that does not occur gives its dimension."""
    unused = bound - frozenset().union(*map(free_indices, exponents))
    if not unused:
        return None
    size = product(normal(i.dim) for i in unused)
    return mul(size, summed({frozenset(exponents.items()): 1}, bound - unused))


def _delta(exponents: Exponents, bound: frozenset[Index]) -> Poly | None:
    """delta_ij with j bound: j becomes i everywhere."""
    for a, e in exponents.items():
        if not isinstance(a, Delta) or e < 0:
            continue
        for j, i in (a.args, a.args[::-1]):
            if j in bound:
                rest = product(moved(b, k, {j: i}) for b, k in exponents.items() if b is not a)
                return summed(rest, bound - {j})
    return None


def _nested(exponents: Exponents, bound: frozenset[Index]) -> Poly | None:
    """Open the sums that an outer bound index touches; a power gives several copies."""
    inner = [
        a
        for a, e in exponents.items()
        if isinstance(a, Sum_) and 0 < e <= COPIES and e == int(e) and not free_indices(a).isdisjoint(bound)
    ]
    if not inner:
        return None
    out = reduce({a: e for a, e in exponents.items() if a not in inner})
    taken = bound.union(*map(free_indices, exponents))
    names = bound
    for a in inner:
        for _ in range(int(exponents[a])):
            body, own = opened(a, taken)
            taken, names = taken.union(own), names.union(own)
            out = mul(out, normal(body))
    return summed(out, names)


def _components(exponents: Exponents, bound: frozenset[Index]) -> Poly:
    groups: list[tuple[frozenset[Index], list[tuple[Expr, Number]]]] = []
    outside: Exponents = {}
    for a, e in exponents.items():
        touched = free_indices(a) & bound
        if not touched:
            outside[a] = e
            continue
        members = [(a, e)]
        for group in [g for g in groups if g[0] & touched]:
            groups.remove(group)
            touched, members = touched | group[0], members + group[1]
        groups.append((touched, members))
    closed = (_closed(members, touched) for touched, members in groups)
    return mul(reduce(outside), product(closed))


def _closed(members: list[tuple[Expr, Number]], touched: frozenset[Index]) -> Poly:
    body = monomial_expr(members)
    if body == 0:
        return ZERO
    tick(len(touched) ** 2)
    return atom(Sum_(body, *sorted(touched, key=lambda i: i.name)))
