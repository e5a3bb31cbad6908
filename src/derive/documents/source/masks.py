"""Masks in words: `the mask $H$ is one where $Z$ is positive and zero elsewhere` defines H."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from derive.documents.source.document import Segment
from derive.documents.source.rows import Part, Piece, relations
from derive.documents.source.tokens import Token
from derive.documents.source.uses import only

Said = tuple[Segment, Sequence[Piece]]

IS_ONE = re.compile(
    r"[\s,~]*(?:(?:be|is|denotes?)\s+(?:the|an?)\s+(?:[\w-]+\s+){1,3}?)?(?:(?:which|that|and|whose)\s+)?"
    r"(?:(?:is|be|are|has|have|with|equals?|contains?|holds?)\s+)?"
    r"(?:(?:the|an|all)\s+)?(?:(?:entr(?:y|ies)|values?)\s+)?(?:(?:is|are)\s+)?(?:equal to\s+)?(?:(?:the|a)\s+)?"
    r"(?:ones?|1)\s+(?:exactly\s+|precisely\s+|only\s+|there\s+)?(?:where(?:ver)?|if|when(?:ever)?)\s+"
    r"(?:the\s+(?:(?:corresponding|same)\s+)?entr(?:y|ies)\s+(?:of|in)\s+)?",
    re.IGNORECASE,
)
SIGNED = re.compile(
    r"[\s~]*(?:is|are)\s+(?:strictly\s+)?(?P<sign>positive|negative|non-?zero|non-?negative|non-?positive)\b",
    re.IGNORECASE,
)
SIGNS = {"positive": ">", "negative": "<", "nonzero": "ne", "nonnegative": "ge", "nonpositive": "le"}
ELSE = re.compile(
    r"[\s,~]*(?:(?:and|but)\s+)?(?:(?:is|has|it is|with)\s+)?(?:zeros?|0)\s+(?:elsewhere|otherwise|else)\b",
    re.IGNORECASE,
)


def mask(said: Sequence[Said]) -> tuple[int, list[Token]] | None:
    """`H = 1[Z > 0]`, where the words between formulas say so, and which of them has the condition: Z, or Z > 0.

    The first one is H, or says in which set it lies. A one or a zero may be a formula of its own.
    """
    (one, pieces), *others = said
    n, words = 0, others[0][0].before
    if _is_digit(others[0], "1") and len(others) > 1:
        n, words = 1, f"{words} 1 {others[1][0].before}"
    segment, condition = others[n]
    after = segment.after
    if n + 1 < len(others) and _is_digit(others[n + 1], "0"):
        after = f"{after} 0 {others[n + 1][0].after}"
    if one.display or segment.display or not IS_ONE.fullmatch(words) or len(pieces) != 1 or len(condition) != 1:
        return None
    named, under = relations(pieces[0].tokens), relations(condition[0].tokens)
    head = only(named.sides[0]) if not named.relations or [str(r) for r in named.relations] == ["\\in"] else None
    if head is None or not head.plain or head.sub or head.sup or not all(under.sides):
        return None
    test, at = list(condition[0].tokens), condition[0].tokens[0]
    if not under.relations:
        if (signed := SIGNED.match(after)) is None:
            return None
        sign, after = SIGNS[signed["sign"].lower().replace("-", "")], after[signed.end() :]
        test += [_made(at, "sym" if sign in "<>" else "cmd", sign), _made(at, "num", "0")]
    if not (_is_binary(named) or ELSE.match(after)):
        return None
    name = (replace(t, start=at.start, end=at.end) for t in named.sides[0])
    equals = (_made(at, kind, text) for kind, text in (("sym", "="), ("num", "1"), ("open", "[")))
    return n + 1, [*name, *equals, *test, _made(at, "close", "]")]


def _is_digit(said: Said, digit: str) -> bool:
    pieces = said[1]
    return len(pieces) == 1 and [t.text for t in pieces[0].tokens] == [digit]


def _is_binary(named: Part) -> bool:
    """Whether the first formula is H \\in \\{0, 1\\}^n."""
    return len(named.sides) == 2 and [t.text for t in named.sides[1] if t.kind != "open"][:3] == ["0", ",", "1"]


def _made(at: Token, kind: str, text: str) -> Token:
    return replace(at, kind=kind, text=text)
