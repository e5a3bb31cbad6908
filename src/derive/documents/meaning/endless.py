"""Sequences told by their formula: `a_k = c / (1 + r k)` for k = 0, 1, 2, ..., at numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.documents.meaning import shifts
from derive.documents.meaning.values import Value
from derive.documents.names.mentions import mentioned
from derive.documents.names.sizes import step_of
from derive.documents.names.symbols import Definition, Tokens
from derive.documents.names.table import Table
from derive.documents.trouble import Unreadable

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


def member(at: int, base: str, parts: list[Tokens], c: Context) -> Value | None:
    """a_3, and a_{k+1} where k has a number; None for the member of anything else."""
    from derive.documents.meaning.lower import lower

    d = c.table.definitions.get(f"{base}_each") or c.table.definitions.get(base)
    if d is None or not is_endless(d, c.table) or len(parts) != 1:
        return None
    place, first = step_of(parts[0], c), c.table.ranges[d.letters[0]].low
    if place is None:
        return None
    if (own := f"{base}_{place}") in mentioned(d.rhs):  # a_0 of a_k = a_0 r^k
        return c.whole(c.tensor_of(own, None, at))
    if place < first:
        raise Unreadable(at, own, f"{d.letters[0]} from {first} on")
    with c.apart(c.given_env), c.within(f"d{d.place}"), c.numbered({d.letters[0]: place}):
        return lower(d.rhs, c)


def is_endless(d: Definition, table: Table) -> bool:
    """Whether the one index of a definition is a number in it that runs on and on."""
    found = table.ranges.get(d.letters[0]) if len(d.letters) == 1 else None
    return found is not None and not found.high and d.letters[0] in shifts.counting_in(d)
