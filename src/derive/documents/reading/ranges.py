"""Rows with ranges of their own: `z^l = ... (l = 1, \\dots, L)`, and below it `a^l = ... (l = 1, \\dots, L - 1)`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from derive.documents.declarations.bounds import one_sided, span
from derive.documents.names.table import Table
from derive.documents.reading.arrows import Item


def ranges_first(items: list[Item], table: Table) -> list[Item]:
    """The items of a formula, ranges before what uses them."""
    sided = [i for i in items if all(i.part.sides)]
    ranges = [i for i in sided if span(i.part, table) is not None or one_sided(i.part, table) is not None]
    return ranges + [i for i in items if i not in ranges]


def own_ranges(items: Sequence[Item], table: Table) -> list[Item]:
    """The ranges of a formula that gives a letter several of them, in several rows; else none."""
    found = [(x[0], i) for i in items if all(i.part.sides) and (x := span(i.part, table)) is not None]
    rows = Counter(letter for letter, _ in {(letter, i.piece.row) for letter, i in found})
    return [i for letter, i in found if rows[letter] > 1]


def row_by_row(items: Sequence[Item], table: Table) -> list[Item]:
    """The items with each of these ranges before its row; none where there are no such ranges."""
    own = own_ranges(items, table)
    return sorted(items, key=lambda i: (i.piece.row, i not in own)) if own else []
