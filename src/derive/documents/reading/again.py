"""A statement of a note read once more with another right side, in its place: only its own formula is read anew."""

from __future__ import annotations

import copy
from bisect import bisect_right
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

from derive.documents.names.table import Table
from derive.documents.reading.formulas import Reader
from derive.documents.source.document import Document, Segment
from derive.documents.trouble import Unreadable

if TYPE_CHECKING:
    from derive.documents.model import Statement
    from derive.documents.source.rows import Piece

TakeApart = Callable[[Document, Segment], "tuple[list[Piece], Unreadable | None]"]


@dataclass
class Rereading:
    """The formulas of a note as they were read, and the table before the first of them."""

    document: Document
    formulas: list[tuple[Segment, list[Piece], Unreadable | None]]
    table: Table
    take_apart: TakeApart
    ends: list[int] = field(default_factory=list)  # how many statements there were after each formula
    _reader: Reader | None = None
    _read: int = 0

    def __call__(self, number: int, statement: Statement, rhs: str) -> Statement | None:
        """Statement `number` with this right side; None where it is then no single statement any more."""
        which = bisect_right(self.ends, number)
        if which >= len(self.formulas) or not statement.rhs_text:
            return None
        segment = self.formulas[which][0]
        start = self._offset(segment, statement)
        if start is None:
            return None
        reader = _copied(self._before(which))
        reader.statements = found = _Until(number, reader.statements)
        reader.document, longer = self._edited(segment, start, start + len(statement.rhs_text), rhs)
        with suppress(_Reached):
            reader.formula(longer, *self.take_apart(reader.document, longer))
        return found[number] if len(found) > number and found[number].lhs_text == statement.lhs_text else None

    def _offset(self, segment: Segment, statement: Statement) -> int | None:
        """Where the right side stands in the document."""
        text, start = self.document.text, segment.start - 1
        while (start := text.find(statement.rhs_text, start + 1, segment.end)) >= 0:
            if self.document.place(start) == statement.place:
                return start
        return None

    def _edited(self, segment: Segment, start: int, end: int, rhs: str) -> tuple[Document, Segment]:
        text = f"{self.document.text[:start]}{rhs}{self.document.text[end:]}"
        document = replace(self.document, text=text, source="", diagnostics=[], places=self.document.places)
        return document, replace(segment, end=segment.end + len(rhs) - (end - start))

    def _before(self, which: int) -> Reader:
        """The reader that has read the formulas before this one."""
        if self._reader is None or self._read > which:
            quiet = replace(self.document, diagnostics=[])
            self._reader, self._read = Reader(quiet, copied(self.table)), 0
        for formula in self.formulas[self._read : which]:
            self._reader.formula(*formula)
        self._read = which
        return self._reader


class _Reached(Exception):
    """The statement that is asked for has been read."""


class _Until(list["Statement"]):
    """Statements up to one with this number: what follows it need not be read."""

    def __init__(self, number: int, statements: list[Statement]) -> None:
        super().__init__(statements)
        self.number = number

    def append(self, statement: Statement) -> None:
        super().append(statement)
        if len(self) > self.number:
            raise _Reached


def copied(table: Table) -> Table:
    """A table that can change without changing this one."""
    return Table(**{f.name: _own(getattr(table, f.name)) for f in fields(table)})


def _own(value: object) -> object:
    if isinstance(value, dict):
        return {name: _own(x) for name, x in value.items()}
    if isinstance(value, (set, list)) or type(value).__name__ == "Symbol":
        return copy.copy(value)
    return value


def _copied(reader: Reader) -> Reader:
    out = copy.copy(reader)
    out.table = copied(reader.table)
    for name in ("statements", "sentence", "carried", "pending"):
        setattr(out, name, list(getattr(reader, name)))
    return out
