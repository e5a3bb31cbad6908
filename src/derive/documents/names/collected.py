"""Matrices of which a note gives the entries: `p_{ki} = ...`, and P is declared and nothing else is said of it."""

from __future__ import annotations

from dataclasses import replace

from derive.documents.names.mentions import reachable_from
from derive.documents.names.scripts import strip
from derive.documents.names.symbols import Definition, Tokens
from derive.documents.names.table import Table


def entries_of(name: str, table: Table) -> Definition | None:
    """The definition of the entries, for the capital letter of a declared matrix whose sizes are their ranges."""
    entries, symbol = table.definitions.get(name.lower()), table.symbols.get(name)
    if len(name) > 1 or not name.isupper() or entries is None or symbol is None or symbol.lead or symbol.letter:
        return None
    if (
        symbol.properties
        or symbol.form
        or symbol.section != entries.section
        or name in table.doubted
        or name in table.anyone
    ):
        return None  # any such matrix, or another one
    letters = entries.letters
    if (
        len(letters) != 2
        or len(symbol.dims) != 2
        or entries.parameters
        or entries.letter
        or name.lower() in table.symbols
    ):
        return None
    ranges = [table.ranges.get(x) for x in letters]
    ends = [_text(r.high) if r is not None and r.high else "" for r in ranges]
    fits = all(not end or end == _text(dim) for end, dim in zip(ends, symbol.dims, strict=True))
    return replace(entries, name=name) if fits and name not in reachable_from(entries.rhs, table) else None


def _text(tokens: Tokens) -> str:
    return "".join(t.text for t in strip(tokens))
