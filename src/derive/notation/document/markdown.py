"""A derivation as Markdown with mathematics that GitHub and Jupyter read: fenced `math` blocks, $`...`$ inline."""

from __future__ import annotations

import re
from collections.abc import Callable

from derive.derivation import Block, Code, Derivation, Equation, Prose, Table
from derive.notation.document import latex
from derive.notation.document.lines import grouped
from derive.notation.document.tables import cell
from derive.notation.style import LATEX


def document(page: Derivation, *, notation: str = "matrix", steps: str = "key") -> str:
    """The page in Markdown."""
    parts = [f"# {page.title}"]
    for section in page.sections:
        parts.append(f"## {section.title}")
        parts += (_group(g, notation, steps) for g in grouped(section.blocks))
    return "\n\n".join(parts) + "\n"


def _group(group: list[Equation] | Block, notation: str, steps: str) -> str:
    if isinstance(group, list):
        return f"```math\n{latex.aligned(group, notation, steps)}\n```"
    return WRITERS[type(group)](group)


def prose(block: Prose) -> str:
    return words(block.text)


def words(text: str) -> str:
    return re.sub(r"\$([^$]*)\$", r"$`\1`$", text)


def table(block: Table) -> str:
    rows = [[words(h) for h in block.header], *([_cell(c) for c in row] for row in block.rows)]
    shown = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([shown[0], f"|{'---|' * len(block.header)}", *shown[1:]])


def _cell(value: object) -> str:
    text, maths = cell(value, LATEX)
    return f"$`{text}`$" if maths else words(text)


def code(block: Code) -> str:
    return f"```{block.language}\n{block.text}\n```"


WRITERS: dict[type, Callable[..., str]] = {Prose: prose, Table: table, Code: code}
