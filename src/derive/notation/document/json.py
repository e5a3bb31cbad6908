"""A derivation as JSON: every equation in both notations, every step with its rule and verdict."""

from __future__ import annotations

import json
from typing import Any

from derive.derivation import Certificate, Code, Derivation, Equation, Prose, Section, Table
from derive.notation.components import component_piece
from derive.notation.document.lines import matrix_form
from derive.notation.document.tables import cell
from derive.notation.numerals import with_numbers
from derive.notation.style import LATEX
from derive.notation.writer import write

VERSION = 1


def document(
    page: Derivation, *, notation: str = "matrix", steps: str = "key", extra: dict[str, Any] | None = None
) -> str:
    """The page as JSON; `extra` adds fields at the top."""
    data = {"version": VERSION, "name": page.name, "title": page.title, **(extra or {})}
    data["sections"] = [_section(s, steps) for s in page.sections]
    data["certificate"] = _certificate(page.certificate)
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _section(section: Section, steps: str) -> dict[str, Any]:
    return {"title": section.title, "part": section.part, "blocks": [_block(b, steps) for b in section.blocks]}


def _block(block: Any, steps: str) -> dict[str, Any]:
    if isinstance(block, Prose):
        return {"kind": "prose", "text": block.text}
    if isinstance(block, Table):
        rows = [[cell(c, LATEX)[0] for c in row] for row in block.rows]
        return {"kind": "table", "header": list(block.header), "rows": rows}
    if isinstance(block, Code):
        return {"kind": "code", "language": block.language, "text": block.text}
    return _equation(block, steps)


def _equation(e: Equation, steps: str) -> dict[str, Any]:
    return {
        "kind": "equation",
        "relation": e.relation,
        "left": _formula(e.lhs, e.out),
        "shape": [str(i.dim) for i in e.out],
        "layers": list(e.where),
        "steps": [_step(s, e) for s in e.shown(steps)],
    }


def _step(s: Any, e: Equation) -> dict[str, Any]:
    verdict = (
        None if s.verdict is None else {"kind": s.verdict.kind, "method": s.verdict.method, "detail": s.verdict.detail}
    )
    return {
        **_formula(s.after, e.out, s.numbers),
        "rule": s.rule,
        "relation": s.relation,
        "reason": s.reason,
        "assumptions": list(s.assumptions),
        "verdict": verdict,
    }


def _formula(e: Any, out: Any, numbers: Any = None) -> dict[str, Any]:
    form, style = matrix_form(e, out), with_numbers(LATEX, numbers)
    entries = (
        None if numbers and out else component_piece(e, style).text
    )  # an array of numbers is no formula of entries
    return {"latex": None if form is None else write(form, style).text, "component_latex": entries}


def _certificate(c: Certificate | None) -> dict[str, Any] | None:
    if c is None:
        return None
    return {
        "proved": c.proved,
        "confirmed": c.confirmed,
        "engine": c.engine,
        "compared": c.compared,
        "worst_relative_error": c.worst,
        "witness": list(c.witness),
        "seed": c.seed,
        "assumptions": list(c.assumptions),
        "checked": c.checked,
    }
