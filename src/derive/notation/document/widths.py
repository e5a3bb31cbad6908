"""How wide a formula is set, estimated from its LaTeX in points at eleven points: no TeX is run."""

from __future__ import annotations

import re
from functools import lru_cache

WORDED = re.compile(r"\\text(?:bf)?\{[^{}]*\}")
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.")
STACKED = {r"\sum": 17.0, r"\prod": 16.0, r"\lim": 17.0, r"\max": 22.0, r"\min": 20.0}
WORDS = frozenset(map("\\{}".format, ("text", "mathrm", "textbf", "operatorname", "mathbf")))
BARE = frozenset(map("\\{}".format, ("hat", "bar", "tilde", "dot", "bm")))
BINARY = frozenset(("+", "-", "=", "<", ">", *map("\\{}".format, ("le", "ge", "odot", "otimes", "cdot", "leftarrow",
                                                               "in", "times", "to", "approx", "ne"))))  # fmt: skip
SPACES = {r"\,": 2.0, r"\;": 3.0, r"\quad": 11.0, r"\qquad": 22.0}
NAMES = re.compile(r"\\(log|exp|tanh|sinh|cosh|sin|cos|tan|det|dim|ln)")
NARROW = frozenset("()[]|.,:;'!")
SCRIPT = 0.72
LETTER = 4.8  # of a word, spaces included
GROWN = 2.5  # what a bracket that grows takes more


@lru_cache(4096)
def width(latex: str) -> float:
    """About how wide this is set, in points.

    >>> width("a + b") > width(r"\\frac{a}{b}")
    True
    """
    return _Reading(latex).until("")


class _Reading:
    """The tokens of a formula, measured from left to right."""

    def __init__(self, latex: str) -> None:
        spaced = WORDED.sub(lambda m: m[0].replace(" ", "~"), latex)
        self.tokens = [t for t in TOKEN.findall(spaced) if not t.isspace()]
        self.at = 0

    def next(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""

    def until(self, end: str) -> float:
        """The width of what stands before this token; of the widest row where there are several."""
        row = widest = 0.0
        while self.at < len(self.tokens):
            token = self.next()
            if token == end:
                break
            if token == r"\\":
                widest, row = max(widest, row), 0.0
            else:
                row += self.one(token)
        return max(widest, row)

    def one(self, token: str) -> float:
        """The width of a token with all that belongs to it."""
        if token in STACKED:
            return max(STACKED[token], self.scripts()) + 3
        if token in ("^", "_"):
            self.at -= 1
            return self.scripts()
        if token == "{":
            return self.until("}")
        if token == r"\mathbb":
            return 8.0 * len(self.group())
        if token in WORDS:
            return LETTER * len(self.group())
        if token == r"\begin":
            return 10 + self.environment(self.group())
        if token in (r"\frac", r"\tfrac"):
            return max(self.argument(), self.argument()) + 3
        if token == r"\sqrt":
            return self.argument() + 9
        return self.plain(token)

    def plain(self, token: str) -> float:
        if token in BARE:
            return 0.0
        if token in (r"\left", r"\right"):
            return GROWN
        if token in SPACES:
            return SPACES[token]
        if token in BINARY:
            return 13.0
        if token == "&":
            return 10.0
        if (name := NAMES.fullmatch(token)) is not None:
            return 5.2 * len(name[1]) + 2
        return 4.2 if token in NARROW else 8.7 if token.isupper() else 6.0

    def scripts(self) -> float:
        """The wider of the subscript and the superscript that stand here."""
        found = 0.0
        while self.at < len(self.tokens) and self.tokens[self.at] in ("^", "_"):
            self.at += 1
            found = max(found, SCRIPT * self.argument())
        return found

    def argument(self) -> float:
        token = self.next()
        return self.until("}") if token == "{" else self.one(token) if token else 0.0

    def group(self) -> str:
        """The text in braces."""
        text, depth = "", 0
        while self.at < len(self.tokens):
            token = self.next()
            depth += (token == "{") - (token == "}")
            if depth == 0:
                break
            text += "" if token == "{" and depth == 1 else token
        return text

    def environment(self, name: str) -> float:
        inside = self.until(r"\end")
        self.group()
        return inside
