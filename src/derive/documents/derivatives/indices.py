r"""An index behind a bar: `\frac{\partial L}{\partial z_j}\Big|_{j = y}` is the entry at y."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from derive.documents.meaning.entries import position
from derive.documents.meaning.values import Value
from derive.documents.names.scripts import letter_of
from derive.documents.source.tokens import Token
from derive.documents.trouble import Unreadable
from derive.expr import free_indices, rename

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


def at_index(body: Value, sides: Sequence[Sequence[Token]], place: int, c: Context) -> Value | None:
    """The entries at that index; None where the left side is no index letter. Raises Unreadable."""
    letter = letter_of(tuple(sides[0]))
    if letter is None or c.table.known(letter):
        return None
    found = [i for i in free_indices(body.expr) if i.name == letter and i not in body.axes]
    if not found and letter not in c.table.indices | c.table.ranges.keys():
        return None
    if len(found) != 1:
        raise Unreadable(place, f"{letter} behind a bar", f"a term with the index {letter}")
    if letter_of(tuple(sides[1])) is None and c.table.from_zero:
        raise Unreadable(place, f"{letter} at a number", "an array that begins at 1")
    (index,) = found
    return Value(rename(body.expr, {index: position(tuple(sides[1]), index.dim, place, c)}), body.axes)
