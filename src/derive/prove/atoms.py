"""Nodes that only proofs use: forms in which symmetry and zero sets are visible.

They are rewritten on the way in (`normal`) and back on the way out (`plain`); none leaves this room.
"""

from __future__ import annotations

from typing import Any, cast

from sympy import Add, Expr, Function, Mul

from derive.expr import Elem, Inverse, rebuild, step
from derive.expr.nodes import Binder, Index, contains, free_indices, open_binder, rename


class Unordered(Elem):
    """Entry of a symmetric tensor: the last two indices are sorted, whatever they are renamed to."""

    def __new__(cls, tensor: Any, *indices: Any) -> Expr:
        *first, i, j = indices
        if i.compare(j) > 0:
            i, j = j, i
        return Expr.__new__(cls, tensor, *first, i, j)


class SymmetricInverse(Inverse):
    """Entry of the inverse of a symmetric matrix: the slots are sorted."""

    def __new__(cls, body: Expr, a: Any, b: Any, i: Any, j: Any) -> Expr:
        if i.compare(j) > 0:
            i, j = j, i
        return Binder.__new__(cls, body, a, b, i, j)


class vanishes(Function):
    """1 where the argument is zero, else 0: what is left of step(-c) - (1 - step(c)) on the kink."""

    nargs = 1
    is_integer = True
    is_nonnegative = True

    def meaning(self) -> Expr:
        c: Any = self.args[0]
        return Add(1, Mul(-1, cast(Any, step)(c)), Mul(-1, cast(Any, step)(-c)))


def plain(e: Expr) -> Expr:
    """The same value in nodes of the core only."""
    if not any(contains(e, kind) for kind in (Unordered, SymmetricInverse, vanishes)):
        return e
    if isinstance(e, Unordered):
        return Elem(e.tensor, *e.indices)
    if isinstance(e, SymmetricInverse):
        body, names = open_binder(e)
        return Inverse(plain(body), *names, *e.slots)
    if isinstance(e, vanishes):
        return plain(e.meaning())
    return rebuild(e, plain)


def opened(e: Binder, avoid: frozenset[Index] = frozenset()) -> tuple[Expr, tuple[Index, ...]]:
    """Open a binder with names that depend on the node alone, so that memo tables meet the same body again."""
    taken = {i.name for i in free_indices(e)} | {i.name for i in avoid}
    names = []
    for b in e.bound:
        name = "$" + b.name[1:]
        while name in taken:
            name += "'"
        taken.add(name)
        names.append(Index(name, b.dim))
    return rename(e.body, dict(zip(e.bound, names, strict=True))), tuple(names)
