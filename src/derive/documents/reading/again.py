"""A statement of a note read once more with another right side, in its place: only its own formula is read anew."""

from __future__ import annotations

import copy
from bisect import bisect_right
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from derive.documents.names.table import copied
from derive.documents.reading.formulas import Reader
from derive.documents.source.document import Document, Segment
from derive.documents.trouble import Unreadable

if TYPE_CHECKING:
    from derive.documents.model import Statement
    from derive.documents.source.rows import Piece

APART = 8  # formulas between two readers that are remembered
TakeApart = Callable[[Document, Segment], "tuple[list[Piece], Unreadable | None]"]


@dataclass
class Rereading:
    """The formulas of a note as they were read, and the reader on its way through them."""

    document: Document
    formulas: list[tuple[Segment, list[Piece], Unreadable | None]]
    take_apart: TakeApart
    ends: list[int] = field(default_factory=list)  # how many statements there were after each formula
    readers: list[Reader] = field(default_factory=list)  # as they were before every so many formulas
    _reader: Reader | None = None
    _read: int = 0

    def read(self, reader: Reader, formula: tuple[Segment, list[Piece], Unreadable | None]) -> None:
        """Read one more formula of the note, and remember what is needed to read it again."""
        if len(self.ends) % APART == 0:
            self.readers.append(_copied(reader))
        reader.formula(*formula)
        self.ends.append(len(reader.statements))

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
        if self._reader is None or not which - APART < self._read <= which:
            self._read = which - which % APART
            self._reader = _copied(self.readers[which // APART])
            self._reader.document = replace(self.document, diagnostics=[])
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


def _copied(reader: Reader) -> Reader:
    out = copy.copy(reader)
    out.table = copied(reader.table)
    for name in ("statements", "sentence", "carried", "pending"):
        setattr(out, name, list(getattr(reader, name)))
    return out
