"""Finding a product inside a product: which factors are an instance of a pattern with variable indices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sympy import Expr

from derive.expr import Elem, Index, Sum_, free_indices, rename
from derive.prove.atoms import opened
from derive.prove.ledger import tick
from derive.prove.normal import normal
from derive.prove.polynomial import Monomial, Number

Binding = dict[Index, Expr]
Exponents = dict[Expr, Number]


def unfolded(m: Monomial, avoid: frozenset[Index]) -> tuple[list[tuple[Expr, Number]], frozenset[Index]] | None:
    """A monomial with its sums opened: the factors under them, and the indices that were bound."""
    flat: list[tuple[Expr, Number]] = []
    names: frozenset[Index] = frozenset()
    for a, e in m:
        if not isinstance(a, Sum_):
            flat.append((a, e))
            continue
        body, own = opened(a, avoid | names)
        inside = normal(body)
        if e != 1 or len(inside) != 1:
            return None
        ((n, c),) = inside.items()
        if c != 1:
            return None
        flat += n
        names = names.union(own)
    return flat, names


def matches(pattern: list[tuple[Expr, Number]], exponents: Exponents, free: frozenset[Index]) -> Iterator[Binding]:
    """Values of the free indices under which every factor of the pattern is among the factors."""
    yield from _match(pattern, exponents, free, {})


def _match(
    pattern: list[tuple[Expr, Number]], exponents: Exponents, free: frozenset[Index], known: Binding
) -> Iterator[Binding]:
    tick()
    if not pattern:
        yield known
        return
    p, k = min(pattern, key=lambda f: len(free_indices(rename(f[0], known)) & free))
    rest = [f for f in pattern if f[0] is not p]
    p = rename(p, known)
    for a, e in exponents.items():
        if e < k or type(a) is not type(p) or (isinstance(a, Elem) and a.args[0] != p.args[0]):
            continue
        for binding in _instances(p, a, sorted(free_indices(p) & free, key=lambda i: i.name)):
            left = {**exponents, a: e - k}
            if not left[a]:
                del left[a]
            yield from _match(rest, left, free - binding.keys(), {**known, **binding})


def _instances(p: Expr, a: Expr, names: list[Index]) -> Iterator[Binding]:
    """The renamings that turn p into a, by trying the indices of a."""
    if not names:
        if p == a:
            yield {}
        return
    first, *others = names
    places: Iterable[Any] = a.indices if isinstance(a, Elem) else sorted(free_indices(a), key=lambda i: i.name)
    for i in dict.fromkeys(places):
        if isinstance(i, Index) and i.dim != first.dim:
            continue
        tick()
        for binding in _instances(rename(p, {first: i}), a, others):
            yield {first: i, **binding}
