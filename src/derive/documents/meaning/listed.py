"""Arrays written with dots: (x_1, \\dots, x_N) is the vector of the x_i, or the matrix with these columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import S

from derive.documents.meaning.blocks import put_together
from derive.documents.meaning.values import Value, axis, make
from derive.documents.names.scripts import letter_of
from derive.documents.syntax import tree as s
from derive.documents.syntax.dotted import listed
from derive.documents.trouble import Unreadable
from derive.expr import Index

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


def members(node: s.Bracket, c: Context) -> Value | None:
    """The array of what stands around the dots; None where that does not count from 1 up to a size.

    In front of it, or behind it, another number may stand: (1, x_1, \\dots, x_d).
    """
    own = {(0, 0): node.items, (1, 0): node.items[1:], (0, 1): node.items[:-1]}
    from derive.documents.meaning.lower import lower

    found = next(((at, m) for at, items in own.items() if (m := _member(items, node.at, c)) is not None), None)
    if found is None:
        return None
    (before, behind), (value, i) = found
    if value.rank > 1:
        raise Unreadable(node.at, "a list of matrices", "a list of numbers or of vectors")
    whole = make(value.expr, *value.axes, i)
    if not (before or behind):
        return whole
    more = [lower(x, c) for x in node.items[:before] + node.items[len(node.items) - behind :]]
    if value.axes or more[0].axes:
        raise Unreadable(node.at, "a vector beside a list", "numbers")
    return put_together([[x] for x in ([*more, whole] if before else [whole, *more])], node.at, c)


def laid_out(node: s.Matrix, c: Context) -> Value | None:
    """The same in a matrix: numbers or rows one below the other, numbers or columns side by side."""
    below = all(len(row) == 1 for row in node.rows)
    if not below and len(node.rows) > 1:
        return None
    found = _member(tuple(row[0] for row in node.rows) if below else node.rows[0], node.at, c)
    if found is None:
        return None
    value, i = found
    if not value.axes:
        return make(value.expr, i) if below else make(value.expr, axis(0, S.One), i)
    if below and value.rank == 2 and value.shape[0] == 1:
        return make(value.expr, i, value.axes[1])
    if not below and value.rank == 1:
        return make(value.expr, value.axes[0], i)
    raise Unreadable(node.at, "a matrix written out in blocks", "rows one below the other, or columns side by side")


def _member(items: tuple[s.Node, ...], at: int, c: Context) -> tuple[Value, Index] | None:
    """What stands around the dots, and the letter that counts it."""
    from derive.documents.meaning.lower import lower

    found = listed(items)
    if found is None:
        return None
    letter, run = found
    last = letter_of(run.last)
    taken = c.table.steps | c.table.depths | c.table.symbols.keys()
    numbered = last in c.env and last not in c.table.sizes
    if last is None or numbered or last in c.letters or last in taken:
        return None
    i = Index(f"{letter}${at}", c.dimension(run.last))
    with c.bound({letter: i}):
        return lower(run.term, c), i
