"""The text of a note: bytes decoded, places counted, formulas and the prose between them found."""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from derive.documents.model import Diagnostic, Place
from derive.documents.source.macros import Macros

CELL = "\x1c"  # stands between the cells of a notebook: no formula goes on behind it


@dataclass(frozen=True)
class Segment:
    """A formula in the source: its text is source[start:end], between its delimiters."""

    start: int
    end: int
    display: bool
    before: str = ""  # the prose since the formula before, or since the start of the paragraph
    after: str = ""  # the prose up to the next formula, or to the end of the paragraph
    heading: int = 0  # counts headings, so that a section is known
    until: int = 0  # where the prose behind it ends


@dataclass(frozen=True)
class Remark:
    """The text of a `derive:` comment, and its place."""

    start: int
    text: str


@dataclass
class Document:
    """A note taken apart: formulas in order, comments for the checker, macros, and what was wrong."""

    text: str  # with the lines of a paragraph put together
    segments: list[Segment] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    macros: Macros = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    places: Places | None = None
    source: str = ""  # as it stands in the file, with the marks of block quotes; offsets are those of `text`
    slow: set[int] = field(default_factory=set)  # where formulas start that took too long to read

    def slice(self, start: int, end: int) -> str:
        """What stands there in the file."""
        return (self.source or self.text)[start:end].strip()

    def place(self, offset: int) -> Place:
        if self.places is None:
            self.places = Places(self.source or self.text)
        return self.places.at(offset)

    def trouble(self, offset: int, message: str) -> None:
        self.diagnostics.append(Diagnostic(self.place(offset), message))


class Places:
    """Lines and columns of offsets; `moved` maps offsets of a text put together from cells to lines of the file."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(n + 1 for n, c in enumerate(text) if c == "\n")]

    def at(self, offset: int) -> Place:
        line = bisect_right(self.starts, offset)
        return Place(line, offset - self.starts[line - 1] + 1)


def decode(data: bytes) -> tuple[str, list[str]]:
    """The text of a file, with lines ended by a newline, and what was wrong with its bytes."""
    problems = []
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            problems.append(f"byte {error.start + 1} is not UTF-8; what cannot be decoded is left out")
            text = data.decode("utf-8-sig", errors="replace")
    if "\0" in text:
        problems.append("the file contains NUL bytes; is it text?")
    return text.replace("\r\n", "\n").replace("\r", "\n"), problems


def without_surrogates(text: str) -> str:
    """Halves of a character, which JSON can hold and no file of ours can, as question marks."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def notebook_cells(text: str) -> tuple[list[tuple[str, list[int]]], str]:
    """The Markdown cells of a notebook, each with the line of the file of each of its lines, and what was wrong."""
    try:
        cells = json.loads(text)["cells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return [], "the notebook is not readable as JSON with cells"
    out: list[tuple[str, list[int]]] = []
    at = 0
    lines = text.split("\n")
    for cell in cells if isinstance(cells, list) else []:
        source = _cell(cell)
        if source is None:
            continue
        first, *rest = source.split("\n")
        at = next((n for n in range(at, len(lines)) if any(way in lines[n] for way in _escaped(first))), at)
        places = [at + 1]
        for part in rest:  # a line of the file for each line of the cell, or one for all of them
            at += at + 1 < len(lines) and lines[at + 1].strip(" \t,") in _alone(part)
            places.append(at + 1)
        out.append((source, places))
    return out, ""


def _escaped(part: str) -> set[str]:
    return {json.dumps(part, ensure_ascii=ascii)[1:-1] for ascii in (False, True)}


def _alone(part: str) -> set[str]:
    return {f'"{way}{end}"' for way in _escaped(part) for end in ("", "\\n")}


def _cell(cell: Any) -> str | None:
    if not isinstance(cell, dict) or cell.get("cell_type") != "markdown":
        return None
    source = cell.get("source", "")
    return without_surrogates("".join(map(str, source)) if isinstance(source, list) else str(source))
