"""Definitions by cases in words: `$M_{ij} = 1$ if $Q_{ij} > 0$ and $M_{ij} = 0$ otherwise` is one formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from derive.documents.source.document import Segment
from derive.documents.source.rows import Part, Piece, relations
from derive.documents.source.tokens import Token
from derive.documents.source.uses import only, uses

IF = re.compile(r"[\s,~]*(?:if|when(?:ever)?|where(?:ver)?|for|falls|wenn|für)[\s~]*", re.IGNORECASE)
AND = re.compile(r"[\s,;~]*(?:(?:and|und|but|while|or)[\s~]+)?(?:is[\s~]+)?(?:equal to[\s~]+)?", re.IGNORECASE)
ELSE = re.compile(r"[\s,~]*(?:otherwise|else(?:where)?|if not|sonst|andernfalls)\b", re.IGNORECASE)
ELSE_BEFORE = re.compile(
    r"[\s,;~]*(?:(?:and|und|but|while|or)[\s~]+)?(?:otherwise|else|if not|sonst|andernfalls)[\s,:~]*"
    r"(?:(?:it )?is|ist)?[\s~]*",
    re.IGNORECASE,
)
CONDITIONS = ("=", "<", ">", "\\le", "\\leq", "\\ge", "\\geq", "\\ne", "\\neq")
DISPLAYED = ("begin", "end")

Said = tuple[Segment, list[Piece]]


def in_cases(said: Sequence[Said], earlier: Iterable[list[Token]]) -> Said | None:
    """The one formula that three in the text are, where they say what a name is that the note did not use `earlier`."""
    (first, value), (second, condition), (third, rest) = said
    if any(x.display for x, _ in said) or not IF.fullmatch(second.before):
        return None
    if ELSE_BEFORE.fullmatch(third.before):
        closed = 0
    elif AND.fullmatch(third.before) and (behind := ELSE.match(third.after)) is not None:
        closed = behind.end()
    else:
        return None
    defined, under, other = _only(value), _only(condition), _only(rest)
    if defined is None or under is None or other is None:
        return None
    if [str(r) for r in defined.relations] != ["="] or [str(r) in CONDITIONS for r in under.relations] != [True]:
        return None
    again = [str(r) for r in other.relations] == ["="] and _text(other.sides[0]) == _text(defined.sides[0])
    if (other.relations and not again) or not _is_fresh(defined.sides[0], earlier):
        return None
    at = defined.sides[1][0]
    rows = [*defined.sides[1], _sym(at, "&"), *condition[0].tokens, _cmd(at, "\\"), *other.sides[-1], _sym(at, "&")]
    begin, end = (replace(at, kind=kind, text="cases") for kind in DISPLAYED)
    tokens = [*defined.sides[0], *defined.relations, begin, *rows, end]
    whole = replace(third, start=first.start, before=first.before, after=third.after[closed:])
    return whole, [replace(value[0], tokens=tokens)]


def _only(pieces: list[Piece]) -> Part | None:
    part = relations(pieces[0].tokens) if len(pieces) == 1 else None
    return part if part is not None and all(part.sides) else None


def _is_fresh(side: list[Token], earlier: Iterable[list[Token]]) -> bool:
    """Whether the side is a name that no formula has before, or has without the scripts that it has here."""
    head = only(side)
    before = [x for tokens in earlier for x in uses(tokens) if head is not None and x.name == head.name]
    return head is not None and (not before or (bool(head.sub) and not any(x.sub or x.sup for x in before)))


def _text(tokens: list[Token]) -> list[str]:
    return [str(t) for t in tokens]


def _sym(at: Token, text: str) -> Token:
    return replace(at, kind="sym", text=text)


def _cmd(at: Token, text: str) -> Token:
    return replace(at, kind="cmd", text=text)
