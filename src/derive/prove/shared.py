"""Sums that both sides have in common, by name: what holds for any numbers in their place holds for them.

To open a square of a long sum takes its length squared, and nothing is gained where the other side has the same sum.
"""

from __future__ import annotations

from collections import Counter
from itertools import permutations

from sympy import Expr

from derive.expr import Index, Sum_, Tensor, free_indices, rebuild, rename
from derive.expr.binding import ORDER

AXES = 3  # a sum over more free indices is left as it is: each order of them is looked at

Seen = tuple[Expr, tuple[Index, ...]]


def by_names(a: Expr, b: Expr) -> tuple[Expr, Expr] | None:
    """Both sides with a name for each sum inside another one that stands in several places; None if there is none.

    Entries of a tensor of which nothing is known take its place: equal then means equal whatever the sum is.

    >>> from derive.expr import Index, Size, Tensor
    >>> i, j = Index("i", Size("m")), Index("j", Size("n"))
    >>> W, x, c = Tensor("W", (i.dim, j.dim)), Tensor("x", (j.dim,)), Tensor("c", (i.dim,))
    >>> square = Sum_(W(i, j) * x(j), j) ** 2
    >>> by_names(Sum_(c(i) * square, i), Sum_((1 - c(i)) * square, i))[0]
    Sum_[#1.0](*shared_1[#1.0]**2*c[#1.0])
    """
    counts: Counter[Expr] = Counter()
    for e in (a, b):
        _count(e, counts)
    shared = [shape for shape, n in counts.items() if n > 1]
    if not shared:
        return None
    names = {shape: f"*shared_{n}" for n, shape in enumerate(shared, 1)}
    return _named(a, names), _named(b, names)


def _count(e: Expr, counts: Counter[Expr]) -> None:
    if (seen := _inner(e)) is not None:
        counts[seen[0]] += 1

    def visit(child: Expr) -> Expr:
        _count(child, counts)
        return child

    rebuild(e, visit)


def _named(e: Expr, names: dict[Expr, str]) -> Expr:
    seen = _inner(e)
    if seen is not None and seen[0] in names:
        shape, axes = seen
        return Tensor(names[shape], tuple(i.dim for i in axes))(*axes)
    return rebuild(e, lambda child: _named(child, names))


def _inner(e: Expr) -> Seen | None:
    """A sum with free indices, these by number, and the indices in the order of the numbers."""
    if not isinstance(e, Sum_) or not 0 < len(free := free_indices(e)) <= AXES:
        return None
    orders = permutations(sorted(free, key=lambda i: i.name))
    return min(((rename(e, _numbers(axes)), axes) for axes in orders), key=lambda seen: ORDER(seen[0]))


def _numbers(axes: tuple[Index, ...]) -> dict[Index, Expr]:
    return {i: Index(f"*{n}", i.dim) for n, i in enumerate(axes)}
