"""Formulas of plain text that are wider than the page, on several lines.

A line begins best with a sign of the whole sum, then with a factor, then within brackets, the fewer the better.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

SIGNS = {"+": 0.0, "-": 0.0, "⊙": 0.5, "⊗": 0.5, "×": 0.5}
FACTOR = 0.75  # to begin a line at a factor that has no sign
FULL = 0.4  # of the room that a line should take at least
WITHIN, INDENT = "    ", "  "  # of lines that begin within brackets, and of others
OPENING, CLOSING, NORM = "([{", ")]}", "‖"
FUNCTION = r"lim|max|min|log|exp|tanh|sinh|cosh|sin|cos|tan|tr|det|if|else|for|or|and"
BOUND = re.compile(rf"(?:.*[(\[{{‖])?(?:[ΣΠ∏].*|(?:{FUNCTION})(?:_.*)?|∂²?/∂.*|.*[,;:=<>≤≥≈←→∈|])")
"""What acts on the word behind it, or is no factor: no line ends so."""
NO_FACTOR = re.compile(r"(?:if|else|for|or|and|otherwise|[=<>≤≥≈←→∈|].*)")


class Place(NamedTuple):
    """Where a line may begin, and what it costs: the number of brackets around it, and what begins there."""

    at: int
    cost: float


def width(text: str) -> int:
    """The columns that a text takes on a terminal: the hat of m\u0302 takes none.

    >>> width("m\u0302 + 1")
    5
    """
    return sum(not unicodedata.combining(c) for c in text)


def folded(formula: str, room: int) -> list[str]:
    """The formula in lines of at most so many columns, as far as it can be cut; all but the first are indented.

    >>> folded("a (b + c) + d e + f", 12)
    ['a (b + c)', '  + d e + f']
    """
    out, rest, indent = [], formula, ""
    while width(indent + rest) > room:
        places = list(_places(rest))
        fitting = [p for p in places if width(indent + rest[: p.at].rstrip()) <= room] or places[:1]
        if not fitting:
            break
        full = [p for p in fitting if width(rest[: p.at]) >= FULL * (room - len(indent))] or fitting
        chosen = min(full, key=lambda p: (p.cost, -p.at))
        out.append(indent + rest[: chosen.at].rstrip())
        indent = WITHIN if _depth(formula, len(formula) - len(rest) + chosen.at) else INDENT
        rest = rest[chosen.at :]
    return [*out, indent + rest]


def _places(formula: str) -> Iterator[Place]:
    words = list(re.finditer(r"\S+", formula))
    for before, word in pairwise(words):
        depth = _depth(formula, word.start())
        if word[0] in SIGNS:
            yield Place(word.start(), depth + SIGNS[word[0]])
        elif before[0] not in SIGNS and not BOUND.fullmatch(before[0]) and not NO_FACTOR.fullmatch(word[0]):
            yield Place(word.start(), depth + FACTOR)


def _depth(formula: str, at: int) -> int:
    """How many brackets stand open there; bars of a norm open and close in turn."""
    head = formula[:at]
    return sum(head.count(c) for c in OPENING) - sum(head.count(c) for c in CLOSING) + head.count(NORM) % 2
