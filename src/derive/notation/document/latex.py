"""A derivation as LaTeX: a fragment for one's own notes, or a document that compiles by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from derive.derivation import Code, Derivation, Equation, Prose, Table
from derive.notation.document.breaking import LEAST, ROOM, Display, Row, fitted, with_short_reasons
from derive.notation.document.lines import Line, chains, grouped
from derive.notation.document.ranges import LATEX_RELATIONS, layers
from derive.notation.document.tables import cell
from derive.notation.document.widths import width
from derive.notation.style import LATEX

RELATIONS = {"=": "&=", "<-": r"&\leftarrow", "<": "&<", "<=": r"&\le", ">": "&>", ">=": r"&\ge", "~": r"&\approx"}
SPECIAL = {"&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "<": r"\textless{}", ">": r"\textgreater{}", "^": r"\^{}",
           "~": r"\~{}", "×": r"$\times$"}  # fmt: skip

SEPARATION = 6.0  # on either side of a column
LONG, PART = 30, 10  # rows of a table that may end on another page, and of each of its parts
NUMBER = re.compile(r"-\d+(\.\d+)?|-?\d+\.\d+\.\.\.")  # with a sign, or with digits that are left out
ROOMY = 1.2  # an estimate may be short

PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage{amsmath,bm}
\IfFileExists{amsfonts.sty}{\RequirePackage{amsfonts}}{\let\mathbb\mathbf}
\setlength{\textwidth}{166mm}
\setlength{\oddsidemargin}{-4mm}
\setlength{\textheight}{240mm}
\setlength{\topmargin}{-15mm}
\allowdisplaybreaks
\setlength{\jot}{6pt}
\renewcommand{\arraystretch}{1.2}
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt}
\begin{document}
"""


def document(page: Derivation, *, notation: str = "matrix", steps: str = "key", standalone: bool = False) -> str:
    """The page in LaTeX. Reasons stand beside the equals signs."""
    body = "\n\n".join(_sections(page, notation, steps))
    if not standalone:
        return body + "\n"
    return f"{PREAMBLE}\\section*{{{escape(page.title)}}}\n\n{body}\n\n\\end{{document}}\n"


def _sections(page: Derivation, notation: str, steps: str) -> Iterator[str]:
    for section in page.sections:
        yield f"\\subsection*{{{escape(section.title)}}}"
        for group in grouped(section.blocks):
            yield display(group, notation, steps) if isinstance(group, list) else WRITERS[type(group)](group)


def display(equations: list[Equation], notation: str, steps: str) -> str:
    """Equations one below the other, aligned at their relation signs and no wider than the page."""
    return _environment("align*", " \\\\", fitted(_rows(equations, notation, steps)))


def aligned(equations: list[Equation], notation: str, steps: str) -> str:
    """The same inside a display of KaTeX or MathJax, which set lines tighter than LaTeX does, and scroll.

    They have no boxes of text: a reason that is wider than the page goes on in rows of its own.
    """
    rows = _rows(equations, notation, steps)
    return _environment("aligned", " \\\\[4pt]", Display(tuple(r for row in rows for r in with_short_reasons(row))))


def _environment(name: str, end: str, display: Display) -> str:
    joined = f"{end}\n".join(f"  {_row(row, display.beside(row))}" for row in display.rows)
    return f"\\begin{{{name}}}\n{joined}\n\\end{{{name}}}"


def _row(row: Row, beside: str) -> str:
    return f"{row.left} {row.relation} {row.right}{f' && {beside}' if beside else ''}".strip()


def _rows(equations: list[Equation], notation: str, steps: str) -> list[Row]:
    return [row for e in equations for chain in chains(e, LATEX, notation, steps) for row in _of_chain(chain, e)]


def _of_chain(chain: tuple[Line, ...], equation: Equation) -> Iterator[Row]:
    where = layers(equation, LATEX_RELATIONS)
    for n, line in enumerate(chain):
        last = n == len(chain) - 1
        yield Row(line.left, RELATIONS[line.relation], line.right, words(line.reason), where if last else "")


def prose(block: Prose) -> str:
    return words(block.text)


def words(text: str) -> str:
    """Text, with the names between dollars left as they are."""
    parts = re.split(r"(\$[^$]*\$)", text)
    return "".join(p if p.startswith("$") else escape(p) for p in parts)


def table(block: Table) -> str:
    """The table; a long one in parts with the same columns, between which a page may end."""
    rows = [" & ".join(f"\\textbf{{{words(h)}}}" for h in block.header)]
    rows += [" & ".join(_cell(c) for c in row) for row in block.rows]
    widths = [max(_wide(row[n]) for row in (block.header, *block.rows)) for n in range(len(block.header))]
    columns = _columns(widths)
    if len(rows) <= LONG:
        return _tabular(columns, rows)
    columns = [ROOMY * w if c is None else c for c, w in zip(columns, widths, strict=True)]
    return "\n\n".join(_tabular(columns, rows[n : n + PART]) for n in range(0, len(rows), PART))


def _tabular(columns: list[float | None], rows: list[str]) -> str:
    lines = " \\\\\n".join(f"  {r}" for r in rows)
    return f"\\begin{{tabular}}{{{''.join(map(_column, columns))}}}\n{lines}\n\\end{{tabular}}"


def _columns(widths: list[float]) -> list[float | None]:
    """Widths for the columns in which a table too wide for the page breaks its lines; None for the others."""
    broken: set[int] = set()
    order = sorted(range(len(widths)), key=lambda n: -widths[n])
    while (room := ROOM - sum(w for n, w in enumerate(widths) if n not in broken)) < LEAST * len(broken):
        broken.add(order[len(broken)])
        if len(broken) == len(widths):
            break
    return [max(room, LEAST) / len(broken) if n in broken else None for n in range(len(widths))]


def _wide(value: object) -> float:
    """About how wide a cell is, with the space beside it."""
    text, maths = cell(value, LATEX)
    return width(text if maths else rf"\text{{{text}}}") + 2 * SEPARATION


def _column(broken: float | None) -> str:
    return "l" if broken is None else f"p{{{broken - 2 * SEPARATION:.0f}pt}}"


def _cell(value: object) -> str:
    text, maths = cell(value, LATEX)
    if not maths and NUMBER.fullmatch(text):
        text, maths = text.replace("...", r"\ldots"), True
    return f"${text}$" if maths else words(text)


def code(block: Code) -> str:
    return f"\\begin{{verbatim}}\n{block.text}\n\\end{{verbatim}}"


WRITERS: dict[type, Callable[..., str]] = {Prose: prose, Table: table, Code: code}


def escape(text: str) -> str:
    """Text with LaTeX's special characters made harmless."""
    return "".join(SPECIAL.get(c, c) for c in text.replace("\\", "").replace("{", "").replace("}", ""))
