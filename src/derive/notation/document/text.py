"""A derivation as plain text for a terminal: relation signs aligned, reasons in a column of their own."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Callable

from derive.derivation import Block, Code, Derivation, Equation, Prose, Table
from derive.notation.document.lines import Line, chains, grouped
from derive.notation.document.ranges import TEXT_RELATIONS, layers
from derive.notation.document.tables import cell
from derive.notation.style import TEXT
from derive.notation.vocabulary import ACCENTS, GREEK

RELATIONS = {"=": "=", "<-": "←", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "~": "≈"}
SIGNS = {r"^\top": "ᵀ", r"\infty": "∞", r"\le": "≤", r"\in": "∈", r"\dots": "…", r"\mathbb{R}": "ℝ",
         r"\times": "×"}  # fmt: skip
WIDTH = 100


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


def equations(run: list[Equation], notation: str, steps: str) -> str:
    """The chains of a section, with one column for the left sides."""
    rows = [
        (line, e, n == len(chain) - 1)
        for e in run
        for chain in chains(e, TEXT, notation, steps)
        for n, line in enumerate(chain)
    ]
    left = max((width(line.left) for line, _, _ in rows), default=0)
    shown = [
        f"  {' ' * (left - width(line.left))}{line.left} {RELATIONS[line.relation]} {line.right}" for line, _, _ in rows
    ]
    column = min(max(map(width, shown), default=0), WIDTH - 24)
    return "\n".join(_with_note(s, column, *row) for s, row in zip(shown, rows, strict=True))


def _with_note(shown: str, column: int, line: Line, equation: Equation, last: bool) -> str:
    notes = [words(line.reason)] if line.reason else []
    if last and equation.where:
        notes.append(layers(equation, TEXT_RELATIONS))
    return f"{filled(shown, column)}   {', '.join(notes)}" if notes else shown


def width(text: str) -> int:
    """The columns that a text takes on a terminal: the hat of m\u0302 takes none."""
    return sum(not unicodedata.combining(c) for c in text)


def filled(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def table(block: Table) -> str:
    rows = [tuple(map(words, block.header)), *(tuple(words(cell(c, TEXT)[0]) for c in row) for row in block.rows)]
    widths = [max(width(row[k]) for row in rows) for k in range(len(block.header))]
    return "\n".join("  " + "   ".join(filled(c, w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows)


def code(block: Code) -> str:
    return textwrap.indent(block.text, "  ")


WRITERS: dict[type, Callable[..., str]] = {Prose: prose, Table: table, Code: code}
