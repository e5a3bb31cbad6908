"""Rows under a letter of their own: `let $a$ be row $i$ of $A$`, `$a, s$ be row $i$ of $A$ and of $S$`."""

from __future__ import annotations

import re
from typing import NamedTuple

from derive.documents.names.mentions import reachable
from derive.documents.names.table import Table
from derive.documents.trouble import Unreadable

_NAME = r"\$\s*(?P<{}>\\?[A-Za-z]+)\s*(?:\\in[^$]*)?\$"
_BOTH = r"\$\s*(?P<one>\\?[A-Za-z]+)\s*,\s*(?P<two>\\?[A-Za-z]+)\s*(?:\\in[^$]*)?\$"
_BE = r"[\s,]*(?:(?:be|is|are|denotes?|for|as)\s+)?(?:(?:the|an?|any|some|one|respectively)\s+)*"
_PLACE = r"(?:(?P<place>\$\s*[a-z]\s*\$(?:\s*-?\s*th)?|\$\s*[a-z]\s*\^[^$]*\$|same|corresponding|respective)\s+)?"
_LINE = r"(?P<line>row|column)s?\s+(?:(?:number\s+)?(?P<number>\$\s*[a-z]\s*\$)\s+)?of\s+"
_MATRIX = r"(?:the\s+)?(?:\w+\s+)?\$\s*(?:\\(?:math|bold|bm)\w*\s*\{{)?\s*(?P<{}>\\?[A-Za-z]+)\s*\}}?\s*\$"
PAIR = re.compile(rf"{_BOTH}{_BE}{_PLACE}{_LINE}{_MATRIX.format('of')}\s+and\s+(?:of\s+)?{_MATRIX.format('beside')}")
SINGLE = re.compile(rf"{_NAME.format('one')}{_BE}{_PLACE}{_LINE}{_MATRIX.format('of')}")
SAME = re.compile(r"same|corresponding|respective")


BY_COLUMN = re.compile(
    r"\bcolumn-?wise\b|\bcolumn by column\b|\b(?:each|every) column[^.;:]{0,40}soft-?max"
    r"|soft-?max[^.;:]{0,60}\b(?:each|every|by|(?:along|over|down) (?:the|each|every|all))\s+columns?\b",
    re.IGNORECASE,
)
"""Words by which a softmax of a matrix may be one of its columns."""


class Line(NamedTuple):
    """That a name is a row or a column of a matrix, and which."""

    name: str
    matrix: str
    kind: str
    place: str


def lines_in(text: str) -> list[Line]:
    """What a sentence says of rows and columns.

    >>> lines_in("let $a, s \\\\in R^T$ be row $i$ of $A$ and of $S$, written as columns")
    [Line(name='a', matrix='A', kind='row', place='i'), Line(name='s', matrix='S', kind='row', place='i')]
    >>> [x.place for x in lines_in("denote by $a$ a row of $A$ and by $s$ the same row of $S$")]
    ['', 'same']
    """
    found: list[tuple[int, Line]] = []
    for m in PAIR.finditer(text):
        place = _place(m["number"] or m["place"] or "")
        found += [
            (m.start(), Line(_bare(m[x]), _bare(m[y]), m["line"], place)) for x, y in (("one", "of"), ("two", "beside"))
        ]
    for m in SINGLE.finditer(text):
        found.append(
            (m.start(), Line(_bare(m["one"]), _bare(m["of"]), m["line"], _place(m["number"] or m["place"] or "")))
        )
    return [line for _, line in sorted(found, key=lambda x: x[0])]


def mates(one: Line, other: Line) -> bool:
    """Whether they are the same row, or column, of two matrices."""
    same = one.kind == other.kind and one.matrix != other.matrix
    return same and (bool(SAME.match(other.place)) or one.place == other.place != "")


def _bare(text: str) -> str:
    return text.removeprefix("\\")


def _place(text: str) -> str:
    text = text.strip(" $")
    same = SAME.match(text)
    return same.group() if same is not None else re.sub(r"[^a-z].*", "", text)


def cautions(used: set[str], varied: set[str], at: int, table: Table) -> list[str]:
    """What a claim with these names takes for granted of rows: nothing is said of a row and its own matrix at once.

    `varied`: the names in which it has derivatives; a row in which it has one is any vector. Raises Unreadable.
    """
    out: list[str] = []
    for name, matrix in table.lines.items():
        symbol = table.symbols.get(name)
        if name not in used or (symbol is not None and len(symbol.dims) != 1):
            continue  # it is something else by now
        own = {matrix} | reachable(matrix, table)
        if varied & own - {name}:
            raise Unreadable(at, f"{name}, a row or column of {matrix}, beside a derivative in {matrix}", "one of them")
        made = matrix in table.definitions and name not in table.definitions and name not in varied
        if used & own - {name} or made:
            out.append(f"{name} is a row or column of {matrix}")
    return out
