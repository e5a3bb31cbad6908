"""A derivation as Markdown with mathematics that GitHub and Jupyter read: fenced `math` blocks, $`...`$ inline."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derive.derivation import Code, Derivation, Equation, Prose, Table
from derive.notation.document import latex
from derive.notation.document.tables import cell
from derive.notation.style import LATEX


def document(page: Derivation, *, notation: str = "matrix", steps: str = "key") -> str:
    """The page in Markdown."""
    parts = [f"# {page.title}"]
    for section in page.sections:
        parts.append(f"## {section.title}")
        parts += _blocks(section.blocks, notation, steps)
    return "\n\n".join(parts) + "\n"


def _blocks(blocks: tuple, notation: str, steps: str) -> Iterator[str]:
    run: list[Equation] = []
    for block in (*blocks, None):
        if isinstance(block, Equation):
            run.append(block)
            continue
        if run:
            yield f"```math\n{latex.aligned(run, notation, steps)}\n```"
            run = []
        if isinstance(block, Prose):
            yield re.sub(r"\$([^$]*)\$", r"$`\1`$", block.text)
        elif isinstance(block, Table):
            yield table(block)
        elif isinstance(block, Code):
            yield f"```{block.language}\n{block.text}\n```"


def table(block: Table) -> str:
    rows = [block.header, *([_cell(c) for c in row] for row in block.rows)]
    shown = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([shown[0], f"|{'---|' * len(block.header)}", *shown[1:]])


def _cell(value: object) -> str:
    text, maths = cell(value, LATEX, r"\times")
    return f"$`{text}`$" if maths else text
