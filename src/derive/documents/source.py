"""The text of a note: bytes decoded, places counted, formulas and the prose between them found."""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from derive.documents.macros import Macros
from derive.documents.model import Diagnostic, Place

MAX_BYTES = 20_000_000


@dataclass(frozen=True)
class Segment:
    """A formula in the source: its text is source[start:end], between its delimiters."""

    start: int
    end: int
    display: bool
    before: str = ""  # the prose since the formula before, or since the start of the paragraph
    after: str = ""  # the prose up to the next formula, or to the end of the paragraph
    heading: int = 0  # counts headings, so that a section is known


@dataclass(frozen=True)
class Remark:
    """The text of a `derive:` comment, and its place."""

    start: int
    text: str


@dataclass
class Document:
    """A note taken apart: formulas in order, comments for the checker, macros, and what was wrong."""

    text: str
    segments: list[Segment] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    macros: Macros = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    places: Places | None = None

    def place(self, offset: int) -> Place:
        if self.places is None:
            self.places = Places(self.text)
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


def notebook_cells(text: str) -> tuple[list[tuple[str, int]], str]:
    """The Markdown cells of a notebook, each with the line of the file where it starts, and what was wrong."""
    try:
        cells = json.loads(text)["cells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return [], "the notebook is not readable as JSON with cells"
    out: list[tuple[str, int]] = []
    line = 0
    lines = text.split("\n")
    for cell in cells if isinstance(cells, list) else []:
        source = _cell(cell)
        if source is None:
            continue
        first = json.dumps(source.split("\n", 1)[0], ensure_ascii=False)[1:-1]
        plain = json.dumps(source.split("\n", 1)[0])[1:-1]
        line = next((n for n in range(line, len(lines)) if first in lines[n] or plain in lines[n]), line)
        out.append((source, line + 1))
    return out, ""


def _cell(cell: Any) -> str | None:
    if not isinstance(cell, dict) or cell.get("cell_type") != "markdown":
        return None
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)
