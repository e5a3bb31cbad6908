"""Lines that go on in the next: a note is wrapped somewhere, and `vector of`, `ones` on two lines are the same words.

A line break within a paragraph becomes a space; nothing moves. Lists, tables, headings and what TeX begins stay apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

GOES_ON = re.compile(
    r"[ \t]*(?:[^\W\d_]|[(\"'“„,.;:!?$]|\*\*?[^\s*]|_\w|\d+(?![\d.)])"
    r"|\\(?:emph|text\w+|eqref|ref|cite\w*|\()(?![a-zA-Z]))"
)
"""How a line begins that goes on from the one before it."""
APART = re.compile(
    r"[ \t>]*(?:#|\||[-=|:+ \t]+$|`{3}|~{3}|\\(?:(?:sub)*section|(?:sub)?paragraph|chapter|begin|end|title|author|date"
    r"|maketitle|usepackage|documentclass|(?:re)?newcommand|providecommand|def|let|newtheorem|DeclareMathOperator)\b)"
)
"""A line that does not go on."""


def unwrapped(text: str, formulas: Iterable[tuple[int, int, bool]]) -> str:
    """The text with its paragraphs on one line each, as long as it was; formulas, start to end, stay as they are."""
    out: list[str] = []
    at = 0
    for start, end, display in formulas:
        out += [_joined(text[at:start], inline=not display), text[start:end]]
        at = end
    return "".join([*out, _joined(text[at:], inline=False)])


def _joined(prose: str, *, inline: bool) -> str:
    """Prose between two formulas; `inline`: the one behind it stands in a line of text."""
    lines = prose.split("\n")
    out = [lines[0]]
    for n, line in enumerate(lines[1:], 1):
        before = lines[n - 1]
        last = n == len(lines) - 1
        goes_on = GOES_ON.match(line) is not None or (last and inline and not line.strip())
        row = before.rstrip().endswith("\\\\") or "|" in before + line
        ends = (not before.strip() and n > 1) or "%" in before or row or APART.match(before)
        out.append(("\n" if ends or not goes_on else " ") + line)
    return "".join(out)
