"""Rewritings that use a declared property of an input; each use is reported as an assumption."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Add, Expr, Mul, Pow, Rational, S

from derive.expr import (
    Delta,
    Elem,
    Index,
    Inverse,
    Sum_,
    free_indices,
    open_binder,
    rebuild,
    recontract,
    rename,
    sum_over,
    tensors,
)
from derive.expr.nodes import contains, factors

SUMS_TO_ONE = frozenset({"sum_to_one", "one_hot"})
TWO_VALUES = frozenset({"binary", "one_hot"})


def use_properties(e: Expr) -> tuple[Expr, tuple[str, ...]]:
    """`e` with sums of distributions, powers of zeros and ones or of signs, and symmetric entries simplified.

    The inverse of X^T X is symmetric whatever X is: `e` may change without an assumption.

    >>> from derive.expr import Size, Tensor
    >>> K = Size("K"); k = Index("k", K); y = Tensor("y", (K,), properties=("sum_to_one",))
    >>> use_properties(sum_over(y(k), k))
    (1, ('y sums to one',))
    """
    properties = frozenset().union(*(t.properties for t in tensors(e)))
    used: dict[str, None] = {}
    if properties & SUMS_TO_ONE:
        e = _sums_to_one(e, used)
    if properties & (TWO_VALUES | {"sign"}):
        e = _powers(e, used)
    if "symmetric" in properties or contains(e, Inverse):
        e = _symmetric(e, used)
    return e, tuple(used)


def _sums_to_one(e: Expr, used: dict[str, None]) -> Expr:
    """A factor y_nk of a sum, whose index k occurs nowhere else, sums to one."""

    def go(u: Expr) -> Expr:
        u = rebuild(u, go)
        if not isinstance(u, Sum_):
            return u
        body, names = open_binder(u)
        parts = list(factors(body))
        done = dict(_distributions(parts, names))
        if not done:
            return u
        used.update(dict.fromkeys(f"{t} sums to one" for t in (part.tensor for part in done.values())))
        rest = Mul(*(p for p in parts if p not in done.values()))
        return sum_over(rest, *(i for i in names if i not in done))

    return go(e)


def _distributions(parts: list[Expr], names: tuple[Index, ...]) -> Iterator[tuple[Index, Elem]]:
    """The bound indices over which a single factor sums to one."""
    for i in names:
        mentions = [p for p in parts if i in free_indices(p)]
        if len(mentions) == 1 and isinstance(mentions[0], Elem):
            tensor, indices = mentions[0].tensor, mentions[0].indices
            if tensor.properties & SUMS_TO_ONE and indices[-1] == i and indices.count(i) == 1:
                yield i, mentions[0]


def _powers(e: Expr, used: dict[str, None]) -> Expr:
    """y^2 = y for zeros and ones, s^2 = 1 for signs."""

    def go(u: Expr) -> Expr:
        if isinstance(u, Pow) and isinstance(u.args[0], Elem) and u.args[1].is_Integer and u.args[1] > 1:
            base, power = u.args
            if base.tensor.properties & TWO_VALUES:
                used.setdefault(f"{base.tensor} binary")
                return base
            if "sign" in base.tensor.properties:
                used.setdefault(f"{base.tensor} in {{-1, 1}}")
                return base if power % 2 else S.One
        return rebuild(u, go)

    image = go(e)
    return recontract(image) if image != e else e


def _symmetric(e: Expr, used: dict[str, None]) -> Expr:
    """Entries with the free index first, and then in the order of the names: A_ij x_j + A_ji x_j is 2 A_ij x_j."""

    def go(u: Expr) -> Expr:
        u = rebuild(u, go)
        if isinstance(u, Elem) and "symmetric" in u.tensor.properties and _rank(u.indices[-1]) < _rank(u.indices[-2]):
            used.setdefault(f"{u.tensor} symmetric")
            return _turned(u)
        if isinstance(u, Inverse) and _rank(u.slots[1]) < _rank(u.slots[0]):
            needed = _needed_for_symmetry(u)
            if needed is not None:
                used.update(dict.fromkeys(needed))
                return _turned(u)
        return u

    image = go(e)
    return recontract(image) if image != e else e


def _turned(u: Elem | Inverse) -> Expr:
    """The entry at the transposed place."""
    *others, i, j = u.args
    return u.func(*others, j, i)


def _needed_for_symmetry(e: Inverse) -> tuple[str, ...] | None:
    """The assumptions under which the inverse, and so the matrix, is symmetric; None if it need not be."""
    body, (a, b) = open_binder(e)
    swap: dict[Index, Expr] = {a: b, b: a}
    if rename(body, swap) == body:
        return ()
    even = _symmetrised(body)
    if rename(even, swap) != even:
        return None
    return tuple(sorted(f"{t} symmetric" for t in tensors(body) if "symmetric" in t.properties))


def _symmetrised(e: Expr) -> Expr:
    """S_ij + S_ji, which is 2 S_ij, for each entry of a symmetric matrix: no order of the indices is left."""
    e = rebuild(e, _symmetrised)
    if isinstance(e, Mul):
        return _even_diagonal(e)
    if isinstance(e, Elem) and "symmetric" in e.tensor.properties:
        return Add(e, _turned(e))
    if isinstance(e, Inverse) and _needed_for_symmetry(e) is not None:
        return Add(e, _turned(e))
    return e


def _even_diagonal(e: Mul) -> Expr:
    """delta_ij (d_i + d_j)/2 for delta_ij d_i."""
    delta = next((f for f in e.args if isinstance(f, Delta)), None)
    if delta is None:
        return e
    i, j = delta.args
    rest = Mul(*(f for f in e.args if f is not delta))
    sides = [rename(rest, {a: b}) for a, b in ((i, j), (j, i)) if isinstance(a, Index)]
    return Mul(Rational(1, len(sides)), delta, Add(*sides))


def _rank(index: Expr) -> tuple[bool, int, str]:
    """Free indices before bound ones; those (~9, ~10: opened binders) in the order in which they were made."""
    name = str(index)
    return name.startswith(("~", "#")), len(name), name
