"""A derivation as plain text for a terminal: relation signs aligned, reasons in a column of their own."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from typing import NamedTuple

from derive.derivation import Block, Code, Derivation, Equation, Prose, Table
from derive.notation.document.folding import folded, width
from derive.notation.document.lines import Line, chains, grouped
from derive.notation.document.ranges import TEXT_RELATIONS, layers
from derive.notation.document.tables import cell
from derive.notation.style import TEXT
from derive.notation.vocabulary import ACCENTS, GREEK

RELATIONS = {"=": "=", "<-": "←", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "~": "≈"}
SIGNS = {r"^\top": "ᵀ", r"\infty": "∞", r"\le": "≤", r"\in": "∈", r"\dots": "…", r"\mathbb{R}": "ℝ",
         r"\times": "×"}  # fmt: skip
WIDTH = 100
REASONS = 24  # columns that reasons have at least
WIDEST_LEFT = 40  # a left side that is wider has a line of its own, where the page is too narrow


def document(page: Derivation, *, notation: str = "matrix", steps: str = "key") -> str:
    """The page as text."""
    parts = [f"{page.title}\n{'=' * len(page.title)}"]
    for section in page.sections:
        parts.append(f"{section.title}\n{'-' * len(section.title)}")
        parts += (_group(g, notation, steps) for g in grouped(section.blocks))
    return "\n\n".join(parts) + "\n"


def _group(group: list[Equation] | Block, notation: str, steps: str) -> str:
    return equations(group, notation, steps) if isinstance(group, list) else WRITERS[type(group)](group)


def prose(block: Prose) -> str:
    return textwrap.fill(words(block.text), WIDTH)


def words(text: str) -> str:
    """Text, with the names between dollars as the formulas write them."""
    return re.sub(r"\$([^$]*)\$", _inline, text)


def _inline(match: re.Match[str]) -> str:
    """Names of the notation without what LaTeX wants around them."""
    text = match[1]
    for command, sign in SIGNS.items():
        text = text.replace(command, sign)
    for command, combining in ACCENTS.values():
        text = re.sub(re.escape(command) + r"\{(\w)\}", rf"\1{combining}", text)
    text = re.sub(r"\\([A-Za-z]+)", lambda name: GREEK.get(name[1], name[1]), text)
    return re.sub(r"[{}\\]", "", text)


class Row(NamedTuple):
    """One line of a chain as text, and what stands beside it."""

    left: str
    relation: str
    right: str
    note: str


def equations(run: list[Equation], notation: str, steps: str) -> str:
    """The chains of a section, with one column for the left sides and one for the reasons.

    Where that is wider than the page, long left sides have lines of their own, and formulas and reasons are folded.
    """
    rows = [row for e in run for chain in chains(e, TEXT, notation, steps) for row in _rows(chain, e)]
    whole = _beside(rows, max((width(row.left) for row in rows), default=0))
    return "\n".join(whole if max(map(width, whole), default=0) <= WIDTH else _narrow(rows))


def _rows(chain: tuple[Line, ...], equation: Equation) -> Iterator[Row]:
    for n, line in enumerate(chain):
        notes = [words(line.reason)] if line.reason else []
        if n == len(chain) - 1 and equation.where:
            notes.append(layers(equation, TEXT_RELATIONS))
        yield Row(line.left, RELATIONS[line.relation], line.right, ", ".join(notes))


def _beside(rows: list[Row], left: int) -> list[str]:
    """A line for each row, the reasons one below the other."""
    shown = [f"  {' ' * (left - width(row.left))}{row.left} {row.relation} {row.right}".rstrip() for row in rows]
    column = min(max(map(width, shown), default=0), WIDTH - REASONS)
    return [f"{filled(s, column)}   {row.note}" if row.note else s for s, row in zip(shown, rows, strict=True)]


def _narrow(rows: list[Row]) -> list[str]:
    left = max((w for row in rows if (w := width(row.left)) <= WIDEST_LEFT), default=0)
    blocks = [_folded(row, left) for row in rows]
    noted = (width(block[-1]) for block, row in zip(blocks, rows, strict=True) if row.note)
    column = min(max(noted, default=0), WIDTH - REASONS)
    return [
        line
        for block, row in zip(blocks, rows, strict=True)
        for line in (*block[:-1], *_noted(block[-1], row.note, column))
    ]


def _folded(row: Row, left: int) -> list[str]:
    """The lines of a formula; the last leaves room for a reason, if there is one."""
    apart = width(row.left) > WIDEST_LEFT
    above = [f"  {part}" for part in folded(row.left, WIDTH - 2)] if apart else []
    head = "" if apart else row.left
    room = WIDTH - left - 5
    whole = not row.note or width(row.right) + 3 + width(row.note) <= room
    first, *more = folded(row.right, room if whole else room - REASONS)
    start, under = f"  {' ' * (left - width(head))}{head} {row.relation} ", " " * (left + 5)
    return [*above, start + first, *(under + part for part in more)]


def _noted(shown: str, note: str, column: int) -> Iterator[str]:
    """The line with its reason, on several lines where it is long; below a formula that leaves no room."""
    if not note:
        yield shown
        return
    if width(shown) > column:
        yield shown
        shown = ""
    for part in textwrap.wrap(note, WIDTH - column - 3, break_on_hyphens=False):
        yield f"{filled(shown, column)}   {part}"
        shown = ""


def filled(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def table(block: Table) -> str:
    rows = [tuple(map(words, block.header)), *(tuple(words(cell(c, TEXT)[0]) for c in row) for row in block.rows)]
    widths = [max(width(row[k]) for row in rows) for k in range(len(block.header))]
    return "\n".join("  " + "   ".join(filled(c, w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows)


def code(block: Code) -> str:
    return textwrap.indent(block.text, "  ")


WRITERS: dict[type, Callable[..., str]] = {Prose: prose, Table: table, Code: code}
