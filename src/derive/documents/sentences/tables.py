"""Where in a table of the text a formula stands: Markdown with bars, `tabular` in LaTeX."""

from __future__ import annotations

import re
from dataclasses import dataclass

FORMULA = re.compile(r"\$[^$\n]*\$|\\\(.*?\\\)")
RULE = re.compile(r"[^\n]*\n[ \t]*\|?[ \t]*:?-{2,}[-|: \t]*(?:\n|$)")
LINE = re.compile(r"\s*\\(?:hline|midrule)\b")
BEGIN, END, ROW = "\\begin{tabular}", "\\end{tabular}", "\\\\"


@dataclass(frozen=True)
class Cell:
    """The number of its column, and whether its row is the head of the table."""

    column: int
    head: bool


def cell_at(text: str, at: int) -> Cell | None:
    """The cell around a formula that begins at this place; None outside of tables.

    >>> cell_at("| | $i = j$ |\\n|---|---|\\n", 5), cell_at("a $|x|$", 3)
    (Cell(column=2, head=True), None)
    """
    start = text.rfind("\n", 0, at) + 1
    before = text[start:at].rstrip("$( \t")
    if before.lstrip().startswith("|"):
        return Cell(FORMULA.sub("", before).count("|"), RULE.match(text, at) is not None)
    begin = text.rfind(BEGIN, 0, at)
    if begin < 0 or text.find(END, begin, at) >= 0:
        return None
    row = max(text.rfind(ROW, begin, at) + len(ROW), begin)
    end = text.find(ROW, at)
    return Cell(FORMULA.sub("", text[row:at]).count("&"), end >= 0 and LINE.match(text, end + len(ROW)) is not None)
