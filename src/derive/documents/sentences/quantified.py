"""Letters of which words say that any will do: `for all $i$ and $j$`, whatever was said of them before."""

from __future__ import annotations

import re

EVERY = re.compile(
    r"\b(?:(?:for|at|für|bei) (?:all|every|each|any|arbitrary|general|alle|jedes|jede|beliebige)"
    r"|whatever|no matter what|regardless of|irrespective of)"
    r"(?: (?:pairs?|choices?|values?|of|the|possible|two|indices|index|steps?|times?"
    r"|real|numbers?|scalars?|vectors?|points?|matri(?:x|ces)))*\s*(?=\$|\\\(|\Z)",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"\A\s*(?:\$\$?|\\[)\]])?[\s,~]*")
_LETTER = r"\\?[A-Za-z]+"
_FORMULA = re.compile(
    rf"(?:\$|\\\()\s*(?P<letters>{_LETTER}(?:\s*,\s*{_LETTER})*)"
    r"\s*(?:=\s*[01]\s*,\s*(?:\d\s*,\s*)*\\[lc]?dots[^$\\]*|\\in\b[^$]*?)?(?:\$|\\\))"
)
_MORE = re.compile(r"\s*(?:,|and|und|or|oder)(?:\s+(?:all|every|each|any|alle|jedes))?\s*(?=\$|\\\()")
_ONLY = re.compile(
    r"\s*,?\s*(?:with|such that|for which|satisfying|where|when|if|except|but|other|mit|distinct|different|unequal)\b"
)
"""Behind the letters: not all of them are meant after all."""
WIDER = re.compile(
    r"\b(?:in general|generally|in the (?:most )?general case|for (?:an? |the )?(?:general|arbitrary)|always"
    r"|in (?:any|every|each) case|regardless|im allgemeinen|allgemein gilt|(?:in|for) (?:an?|the)"
    r" (?:non-?|un-?|a)(?:symmetric|orthogonal|diagonal|singular|negative|positive|zero)\b)",
    re.IGNORECASE,
)
"""Between two claims: what was supposed for the first may be over."""


def letters_behind(text: str) -> frozenset[str]:
    """The letters behind `for all`, where a formula ends.

    >>> sorted(letters_behind("$ for all $i$ and $j$."))
    ['i', 'j']
    >>> sorted(letters_behind("$ for all $i, j$ with $i < j$")), sorted(letters_behind("$ for $i$"))
    ([], [])
    """
    behind = _CLOSED.sub("", text, count=1)
    every = EVERY.match(behind)
    return _letters(behind[every.end() :]) if every else frozenset()


def letters_after(words: str, text: str) -> frozenset[str]:
    """The letters that the text begins with, where the words before it end with `for all`.

    >>> sorted(letters_after("and for any ", "$t$ we have")), sorted(letters_after("for all ", "$i, j$, $A = 0$"))
    (['t'], ['i', 'j'])
    """
    every = [x for x in EVERY.finditer(words) if x.end() == len(words)]
    return _letters(text) if every else frozenset()


def _letters(text: str) -> frozenset[str]:
    found: list[str] = []
    formula = _FORMULA.match(text)
    end = 0
    while formula is not None:
        found += [x.strip().removeprefix("\\") for x in formula["letters"].split(",")]
        end = formula.end()
        more = _MORE.match(text, end)
        formula = _FORMULA.match(text, more.end()) if more else None
        if more and formula is None and more.group().strip() != ",":
            return frozenset()  # for all $i$ and $j \\ne i$
    return frozenset() if _ONLY.match(text, end) else frozenset(found)
