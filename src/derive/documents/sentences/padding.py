"""Words that say what the entries of an array are beyond its range.

`$g_i$ counts as zero for $i < 1$ and for $i > m$`, `$x_i = 0$ unless $1 \\le i \\le n$`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from derive.documents.source.rows import Part
from derive.documents.source.tokens import Token


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_MATH = r"(?:\$[^$]+\$|\\\((?:[^\\]|\\[^)])+\\\))"
_WHERE = (
    r"(?:for|if|when(?:ever)?|where(?:ver)?|with|unless|outside(?: of)?|except (?:for|when|if))"
    r"\s+(?:(?:all|any|every)\s+)?"
)
_CONDITIONS = rf"\s*,?\s*{_WHERE}{_MATH}(?:\s*,?\s*(?:and|or)\s+(?:also\s+)?(?:{_WHERE})?{_MATH})*"
_ZERO = (
    r"\s*(?:(?:counts?|is|are|be)\s+(?:(?:taken|understood|meant|read|set|defined|assumed|considered|treated|regarded"
    r"|interpreted|equal|as|to|be)\s+)*(?:zero|0|\$0\$)(?![\w]|\.\d)|vanish(?:es)?\b)"
)
_ELSEWHERE = r"\s*,?\s*(?:(?:for|at) (?:all |any |every )?other\b|elsewhere\b|(?:outside|beyond|out) (?!\$)\w+)"
_CLOSED = r"\s*(?:\$|\\\))"
_CONDITIONAL = _words(rf"{_CLOSED}(?P<before>{_CONDITIONS})")
_ZERO_CONDITIONAL = _words(rf"{_CLOSED}(?:{_ZERO}(?P<behind>{_CONDITIONS})|(?P<before>{_CONDITIONS}){_ZERO})")
ZERO_ELSEWHERE = _words(rf"{_CLOSED}{_ZERO}{_ELSEWHERE}")
"""Behind `$g_i$`, from its closing delimiter on."""
CONDITIONAL = _words(r"\b(?:for|if|when(?:ever)?|where(?:ver)?|unless|outside(?: of)?)\s+(?:(?:all|any|every)\s+)?$")
EXCEPTING = _words(r"\b(?:unless|outside(?: of)?|except (?:for|when|if))\s+(?:(?:all|any|every)\s+)?$")
"""Behind such words stands the range, and not what lies beyond it."""
_CONDITION = re.compile(rf"({_WHERE})?({_MATH})", re.IGNORECASE)
_COMPARED = re.compile(r"<|>|\\(?:le|ge|lt|gt)(?:q|qslant)?(?![a-zA-Z])|\\notin|\\not\s*\\in")
_FLIPPED = {"<": ">", ">": "<", "\\le": "\\ge", "\\ge": "\\le"}


def conditions(behind: str, *, equal: bool) -> tuple[str, int]:
    """The conditions in the words behind `$g_i = 0$`, or `$g_i$`, and where they end; empty if there are none."""
    found = (_CONDITIONAL if equal else _ZERO_CONDITIONAL).match(behind)
    if found is None:
        return "", 0
    said = found.groupdict()
    return said["before"] or said["behind"], found.end()


def speak_of(letter: str, said: str) -> bool:
    """Whether all of the conditions are on this index, and none of them is the range that a definition has."""
    worded = ""
    for where, formula in _CONDITION.findall(said):
        worded = where or worded
        compared = len(_COMPARED.findall(formula))
        ranged = compared > 1 or (not compared and "dots" in formula)
        within = EXCEPTING.search(worded) is not None
        if not re.search(rf"(?<![A-Za-z\\]){re.escape(letter)}(?![A-Za-z])", formula) or ranged != within:
            return False
        if not (compared or ranged):
            return False
    return True


def sides(part: Part, letter: str, first: int, ends: set[str], *, excepting: bool) -> frozenset[int]:
    """Where a condition has all that is beyond a range: -1 below it, 1 above it; empty if nowhere."""
    said, relations = [_text(side) for side in part.sides], [str(r) for r in part.relations]
    if len(said) == 2 and said[1] == letter and relations[0] in _FLIPPED:
        said, relations = said[::-1], [_FLIPPED[relations[0]]]
    counted = {f"{first},{more}\\dots,{end}" for end in ends for more in ("", f"{first + 1},")}
    range_ = (
        (relations == ["\\le", "\\le"] and said[:2] == [str(first), letter] and said[2] in ends)
        or (relations == ["="] and said[0] == letter and said[1] in counted)
        or (relations in (["\\in"], ["\\notin"]) and said[0] == letter and _within(said[1]) in counted)
    )
    if range_ or excepting:
        return frozenset((-1, 1)) if range_ and excepting == (relations != ["\\notin"]) else frozenset()
    if len(said) != 2 or said[0] != letter:
        return frozenset()
    if (relations[0], said[1]) in (("<", str(first)), ("\\le", str(first - 1))):
        return frozenset((-1,))
    above = any((relations[0], said[1]) in ((">", end), ("\\ge", _next(end))) for end in ends)
    return frozenset((1,)) if above else frozenset()


def _next(end: str) -> str:
    """n + 1 for n, and n for n - 1."""
    return end.removesuffix("-1") if end.endswith("-1") else f"{end}+1"


def _text(tokens: Iterable[Token]) -> str:
    return "".join(map(str, tokens))


def _within(braces: str) -> str:
    """What a set lists."""
    return braces[1:-1] if braces[:1] == "{" else ""
