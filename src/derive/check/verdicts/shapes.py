"""Do the two sides of a claim fit together? Their entries are compared over one tuple of indices."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sympy import Expr

from derive.expr import Elem, Index, rename

if TYPE_CHECKING:
    from derive.documents.model import Side


NUMBERED = re.compile(r"_\d+$")


class Pair(NamedTuple):
    """Both sides over the same free indices."""

    left: Expr
    right: Expr
    axes: tuple[Index, ...]  # of the value; explicit indices such as the n of x_n are not among them


def is_row(shape: tuple[Expr, ...]) -> bool:
    return len(shape) == 2 and shape[0] == 1


def axes(side: Side) -> tuple[Index, ...]:
    """The indices of the value: those that come after the explicit ones."""
    count = len(side.shape) - is_row(side.shape)
    return side.indices[len(side.indices) - count :]


def aligned(left: Side, right: Side, *, numbers: bool = False) -> Pair | None:
    """Both sides over the axes of the left one; None if their shapes differ. A zero fits every shape.

    `numbers`: so does every other number, which an array is compared with entry by entry.
    """
    if left.shape == right.shape:
        return _over(left, right, axes(left))
    if all(d == 1 for d in (*left.shape, *right.shape)):
        return Pair(left.expr, right.expr, ())  # an array of one number, and the number
    if right.expr == 0 or (numbers and right.expr.is_number):
        return Pair(rename(left.expr, names(left)), right.expr, tuple(names(left).values()))
    if left.expr == 0 or (numbers and left.expr.is_number):
        return Pair(left.expr, rename(right.expr, names(right)), tuple(names(right).values()))
    return None


def of_one_entry(left: Side, right: Side) -> bool:
    """Whether `v_2 = 0.91` says of a vector at a step what number it is: the note may follow a single entry."""
    member = isinstance(left.expr, Elem) and NUMBERED.search(left.expr.tensor.name) is not None
    return member and len(left.shape) == 1 and right.expr.is_number


def transposed(left: Side, right: Side) -> Pair | None:
    """The left side against the transpose of the right one, where that fits: matrices, or a row and a column."""
    if len(axes(right)) == 2 and left.shape == right.shape[::-1]:
        return _over(left, right, axes(left)[::-1])
    row, column = (left.shape, right.shape) if is_row(left.shape) else (right.shape, left.shape)
    if is_row(row) and column == row[1:]:
        return _over(left, right, axes(left))
    return None


def _over(left: Side, right: Side, order: tuple[Index, ...]) -> Pair:
    """Both sides over the axes of the left one, by names for a reader; `order` are the axes that the right one has."""
    called = names(left)
    theirs = {i: called[j] for i, j in zip(axes(right), order, strict=True)}
    return Pair(rename(left.expr, called), rename(right.expr, theirs), tuple(called.values()))


def names(side: Side) -> dict[Index, Index]:
    """The axes of a value as a report calls them: entry, or row and column."""
    found = axes(side)
    words = ("entry",) if len(found) == 1 else ("row", "column")
    if len(found) > 2:
        words = tuple(f"axis {k + 1}" for k in range(len(found)))
    return {i: Index(word, i.dim) for i, word in zip(found, words, strict=False)}


def in_words(shape: tuple[Expr, ...]) -> str:
    """The shape as a reader says it.

    >>> in_words(())
    'a number'
    """
    if not shape:
        return "a number"
    if len(shape) == 1:
        return f"a vector of size {shape[0]}"
    if is_row(shape):
        return f"a row of size {shape[1]}"
    times = " x ".join(map(str, shape))
    return f"a matrix of size {times}" if len(shape) == 2 else f"an array of size {times}"


def clash(left: Side, right: Side) -> str:
    return f"the left side is {in_words(left.shape)}, the right side is {in_words(right.shape)}"
