"""Formulas that are wider than the page: on several lines, with long reasons beside them on several lines, too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

from derive.notation.document.cutting import INDENT, lines
from derive.notation.document.widths import width

PAGE = 472.0  # the width of the text, see the preamble
ROOM = 0.93 * PAGE  # an estimate may be short
GAP = 14.0  # between the formula and the reason
RELATION = 14.0  # the equals sign
LEAST = 130.0  # narrower than this a formula is not made: a long reason then stands out
WIDEST_LEFT = 110.0  # a left side that is wider has a row of its own
WORD = re.compile(r"(?:\$[^$]*\$|[^\s$])+")
REASONS = (ROOM, 190.0, 150.0, 120.0)  # how wide the column of reasons may be


@dataclass(frozen=True)
class Row:
    """One row of an aligned display; `note` is the reason as text, `where` its range in mathematics."""

    left: str
    relation: str
    right: str
    note: str = ""
    where: str = ""

    @property
    def beside(self) -> str:
        """What stands beside the formula."""
        return r", \; ".join(filter(None, (self.note and rf"\text{{{self.note}}}", self.where)))


@dataclass(frozen=True)
class Display:
    """Rows, and how wide a reason is set; wider ones take several lines. `over`: what still stands out, in points."""

    rows: tuple[Row, ...]
    reasons: float = ROOM
    over: float = 0.0

    @property
    def length(self) -> int:
        """Lines in all: a reason that takes several makes its row higher."""
        return sum(max(1, self.lines_of(r)) for r in self.rows)

    def lines_of(self, row: Row) -> int:
        return ceil(width(row.beside) / self.reasons) if row.note and not row.where else 0

    def beside(self, row: Row) -> str:
        """The reason, in a box of this width where it needs several lines."""
        if self.lines_of(row) < 2:
            return row.beside
        return rf"\parbox[t]{{{self.reasons:.0f}pt}}{{\raggedright {row.note}}}"


def fitted(rows: list[Row]) -> Display:
    """The rows; where they would run off the page, with those formulas and reasons broken that are too wide.

    How wide the reasons may be is what makes the display fit, and then shortest.
    """
    widest = [max(map(width, side), default=0.0) for side in _columns(rows)]
    if not rows or widest[0] + RELATION + widest[1] + _with_gap(widest[2]) <= ROOM:
        return Display(tuple(rows))
    return min((_broken(rows, reasons) for reasons in REASONS), key=lambda display: (display.over, display.length))


def with_short_reasons(row: Row) -> Iterator[Row]:
    """The row; a reason that is wider than the page goes on below itself, beside no formula."""
    first, *more = _in_words(row.note, ROOM)
    yield replace(row, note=first, where="" if more else row.where)
    for n, part in enumerate(more, 1):
        yield Row("", "&", "", part, row.where if n == len(more) else "")


def _in_words(note: str, room: float) -> list[str]:
    """The text in lines; what stands between dollars is one word."""
    out = [""]
    for word in WORD.findall(note):
        longer = f"{out[-1]} {word}".strip()
        if out[-1] and width(rf"\text{{{longer}}}") > room:
            out.append(word)
        else:
            out[-1] = longer
    return out


def _columns(rows: list[Row]) -> tuple[list[str], ...]:
    return [r.left for r in rows], [r.right for r in rows], [r.beside for r in rows]


def _with_gap(reason: float) -> float:
    return reason and reason + GAP


def _broken(rows: list[Row], reasons: float) -> Display:
    """The rows in as many as it takes, beside the widest left side and reason of the display."""
    whole = Display(tuple(rows), reasons)
    beside = max(reasons if whole.lines_of(r) > 1 else width(r.beside) for r in rows)
    left = max((w for r in rows if (w := width(r.left)) <= WIDEST_LEFT), default=0.0)
    room = max(ROOM - _with_gap(beside) - left, LEAST)
    parts: list[Row] = []
    apart = False  # whether the left side of the chain has a row of its own
    for row in rows:
        apart = width(row.left) > WIDEST_LEFT if row.left else apart
        parts += _parts(row, room, apart)
    over = max(width(p.right) for p in parts) + RELATION - room
    return Display(tuple(parts), reasons, max(over, 0.0))


def _parts(row: Row, room: float, apart: bool) -> Iterator[Row]:
    """The row in as many as it takes; the reason stands beside the last."""
    left, relation, room_right = row.left, row.relation, room - RELATION
    if apart:
        for n, part in enumerate(lines(left, room) if left else ()):
            yield Row("", _indent(part.depth) if n else "&", part.text)
        left, relation, room_right = "", r"&\quad " + relation.removeprefix("&"), room_right - INDENT
    first, *more = lines(row.right, room_right)
    cut = [Row(left, relation, first.text), *(Row("", _indent(p.depth + apart), p.text) for p in more)]
    yield from cut[:-1]
    yield replace(cut[-1], note=row.note, where=row.where)


def _indent(depth: int) -> str:
    """A line that begins within brackets stands further in."""
    return r"&\qquad" if depth else r"&\quad"
