"""Sums compared by their bodies: sum f - sum g = sum (f - g), so that denominators can be cleared inside."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, permutations, product

from derive.expr import Index, Sum_, free_indices, rename
from derive.prove.atoms import opened
from derive.prove.clearing import vanishes_when_cleared
from derive.prove.ledger import tick
from derive.prove.normal import normal
from derive.prove.polynomial import Monomial, Number, Poly, accumulate, mul

PAIRINGS = 48  # ways of pairing the bound indices of several sums that are tried

Term = tuple[Number, Monomial, Sum_]


def vanishes_by_bodies(p: Poly) -> bool:
    """Whether p is a combination of sums whose bodies cancel, group by group of sums over the same dimensions."""
    groups: dict[tuple[object, ...], list[Term]] = {}
    for m, c in p.items():
        sums = [a for a, e in m if isinstance(a, Sum_) and e == 1]
        if not sums:
            return False
        s = max(sums, key=lambda a: len(a.bound))
        dims = tuple(sorted(map(str, (i.dim for i in s.bound))))
        groups.setdefault(dims, []).append((c, m - {(s, 1)}, s))
    return all(_cancel(group) for group in groups.values())


def _cancel(group: list[Term]) -> bool:
    if len(group) < 2:
        return False
    taken = frozenset[Index]().union(*(free_indices(a) for _, m, s in group for a, _ in (*m, (s, 1))))
    names = opened(group[0][2], taken)[1]
    choices = [list(_bodies(term, names)) for term in group[1:]]
    first = next(_bodies(group[0], names, straight=True))
    for bodies in islice(product(*choices), PAIRINGS):
        tick()
        total: dict[Monomial, Number] = {}
        for q in (first, *bodies):
            accumulate(total, q)
        if vanishes_when_cleared(total):
            return True
    return False


def _bodies(term: Term, names: tuple[Index, ...], straight: bool = False) -> Iterator[Poly]:
    """The body of a term over the common names, for each pairing of the bound indices with them."""
    c, m, s = term
    for order in (names,) if straight else permutations(names):
        if all(b.dim == i.dim for b, i in zip(s.bound, order, strict=True)):
            body = rename(s.body, dict(zip(s.bound, order, strict=True)))
            yield mul({m: c}, normal(body))
