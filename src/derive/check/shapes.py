"""Do the two sides of a claim fit together? Their entries are compared over one tuple of indices."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sympy import Expr

from derive.expr import Index, rename

if TYPE_CHECKING:
    from derive.documents.model import Side


class Pair(NamedTuple):
    """Both sides over the same free indices, in that order."""

    left: Expr
    right: Expr
    indices: tuple[Index, ...]


def dims(side: Side) -> tuple[Expr, ...]:
    return tuple(i.dim for i in side.indices)


def aligned(left: Side, right: Side) -> Pair | None:
    """Both sides over the indices of the left one; None if their shapes differ. A zero fits every shape."""
    if dims(left) == dims(right):
        return Pair(left.expr, renamed(right, left.indices), left.indices)
    if not right.indices and right.expr == 0:
        return Pair(left.expr, right.expr, left.indices)
    if not left.indices and left.expr == 0:
        return Pair(left.expr, right.expr, right.indices)
    return None


def transposed(left: Side, right: Side) -> Pair | None:
    """The left side against the transpose of the right one, where both are matrices that then fit."""
    if len(right.indices) != 2 or dims(left) != dims(right)[::-1]:
        return None
    return Pair(left.expr, renamed(right, left.indices[::-1]), left.indices)


def renamed(side: Side, indices: tuple[Index, ...]) -> Expr:
    return rename(side.expr, dict(zip(side.indices, indices, strict=True)))


def in_words(sizes: tuple[Expr, ...]) -> str:
    """The shape as a reader says it.

    >>> in_words(())
    'a number'
    """
    if not sizes:
        return "a number"
    if len(sizes) == 1:
        return f"a vector of size {sizes[0]}"
    times = " x ".join(map(str, sizes))
    return f"a matrix of size {times}" if len(sizes) == 2 else f"an array of size {times}"


def clash(left: Side, right: Side) -> str:
    return f"the left side is {in_words(dims(left))}, the right side is {in_words(dims(right))}"
