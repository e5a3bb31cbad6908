"""A letter that counts steps in one section and is any number in another: `m_t = \\rho m_{t-1}`, then `\\eta'(t)`.

Where a section gives a function of the letter, takes a derivative in it and has it in no subscript, it is a number
there. A section that shows neither might say what the letter is in all others: then it is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from derive.documents.source.rows import EQUALS, relations
from derive.documents.source.tokens import Token
from derive.documents.source.uses import is_letter, uses

REAL = "real"  # behind the letter, where it is a number
BIG = ("\\sum", "\\prod", "\\max", "\\min")


@dataclass(frozen=True)
class Section:
    """The formulas between two headings, and where they begin and end."""

    start: int
    end: int
    formulas: tuple[list[Token], ...]


@dataclass(frozen=True)
class Flowing:
    """The letters that are numbers, each with the places between which it is one."""

    found: tuple[tuple[str, int, int], ...] = ()

    def applied(self, tokens: list[Token]) -> list[Token]:
        if not tokens:
            return tokens
        mine = {x for x, start, end in self.found if start <= tokens[0].start <= end}
        return [replace(t, kind="letter", text=t.text + REAL) if t.text in mine and is_letter(t) else t for t in tokens]


def flowing(sections: Sequence[Section]) -> Flowing | None:
    """The letters that step in one section, and flow in another."""
    steps = {x for section in sections for tokens in section.formulas for x in _stepping(tokens)}
    steps -= {u.name for section in sections for tokens in section.formulas for u in uses(tokens) if u.sub}
    found: list[tuple[str, int, int]] = []
    for x in sorted(steps):
        having = [(s, own) for s in sections if (own := [f for f in s.formulas if any(t.text == x for t in f)])]
        others = [(s, own) for s, own in having if not any(_counts(x, f) for f in own)]
        flows = [_flows(x, own) for _, own in others]
        if any(flows) and all(f or _lies_between(x, own) for f, (_, own) in zip(flows, others, strict=True)):
            found += [(x, s.start, s.end) for s, _ in others]
    return Flowing(tuple(found)) if found else None


def _stepping(tokens: Sequence[Token]) -> Iterator[str]:
    """t of v_{t-1} and v_{t+1}."""
    for use in uses(tokens):
        sub = use.sub
        if len(sub) == 3 and is_letter(sub[0]) and sub[1].is_("+", "-") and sub[2].kind == "num":
            yield sub[0].text


def _flows(x: str, formulas: Sequence[list[Token]]) -> bool:
    """Whether there is a function of it, and a derivative in it."""
    return any(_gives(x, tokens) for tokens in formulas) and any(_is_varied(x, tokens) for tokens in formulas)


def _lies_between(x: str, formulas: Sequence[list[Token]]) -> bool:
    """`t \\in [0, 1]`: a section that says so, and no more than that, says it of the number."""
    parts = [relations(tokens) for tokens in formulas]
    said = [
        p.sides[1] for p in parts if [str(r) for r in p.relations] == ["\\in"] and [t.text for t in p.sides[0]] == [x]
    ]
    return len(said) == len(parts) and all(side[:1] and side[0].text in ("[", "(") for side in said)


def _counts(x: str, tokens: list[Token]) -> bool:
    """Whether it stands in a subscript, by itself above a letter, below a sum, or in a list with dots."""
    for use in uses(tokens):
        above = [t.text for t in use.sup if t.kind not in ("open", "close")]
        if any(t.text == x for t in use.sub) or above == [x]:
            return True
    bound = (tokens[n + 2 : n + 5] for n, t in enumerate(tokens[:-1]) if t.is_(*BIG) and tokens[n + 1].is_("_"))
    return any(t.text == x for below in bound for t in below) or any(t.is_("\\dots") for t in tokens)


def _gives(x: str, tokens: list[Token]) -> bool:
    """`\\eta(t) = ...`."""
    part = relations(tokens)
    head = part.sides[0]
    applied = len(head) == 4 and is_letter(head[0]) and head[1].kind == "open" and head[3].kind == "close"
    return applied and head[2].text == x and bool(part.relations) and str(part.relations[0]) in EQUALS


def _is_varied(x: str, tokens: Sequence[Token]) -> bool:
    r"""`\eta'(t)` and `d\eta / dt`."""
    texts = [t.text for t in tokens if not t.is_("{", "}", "\\mathrm")]
    slope = any(a == "'" and texts[n + 2 : n + 3] == [x] for n, a in enumerate(texts))
    return slope or any(a in ("d", "partial") and b == x for a, b in pairwise(texts))
