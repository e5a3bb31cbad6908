"""A note of any format as a document: quotes without their marks, the cells of a notebook in order."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from derive.documents.model import Diagnostic, Place
from derive.documents.source.document import CELL, Document, Places, notebook_cells
from derive.documents.source.extract import extract


def opened(text: str, path: str) -> Document:
    """The document with this text. `path` tells the format by its ending."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    ending = Path(path).suffix.lower()
    if ending != ".ipynb":
        tex = ending in (".tex", ".ltx", ".latex")
        return replace(extract(text if tex else _unquoted(text), tex=tex), source=text, places=Places(text))
    cells, problem = notebook_cells(text)
    lines: list[int] = []
    for _, places in cells:
        lines += [*places, *places[-1:] * 4]
    text = "".join(f"{source}\n\n{CELL}\n\n" for source, _ in cells)
    document = replace(extract(_unquoted(text), tex=False), source=text)
    document.places = _CellPlaces(text, lines)
    if problem:
        document.diagnostics.append(Diagnostic(Place(1, 1), problem))
    return document


class _CellPlaces(Places):
    """Lines of cells put together, as lines of the notebook's file."""

    def __init__(self, text: str, lines: list[int]) -> None:
        super().__init__(text)
        self.lines = lines

    def at(self, offset: int) -> Place:
        place = super().at(offset)
        return Place(self.lines[min(place.line, len(self.lines)) - 1] if self.lines else place.line, place.column)


def _unquoted(text: str) -> str:
    """Block quotes without their marks, offsets kept."""
    return (
        re.sub(
            r"^[ \t]*>[ \t>]*(?=\S*\$|[^\n]*[$\\]|[^\n]*$)", lambda m: " " * len(m.group()), text, flags=re.MULTILINE
        )
        if re.search(r"^[ \t]*>", text, re.MULTILINE)
        else text
    )
