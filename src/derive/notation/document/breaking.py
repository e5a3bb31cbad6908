"""Formulas that are wider than the page, broken before a plus or a minus, at best one outside of all brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from derive.notation.document.widths import TOKEN, width

PAGE = 472.0  # the width of the text, see the preamble
ROOM = 0.93 * PAGE  # an estimate may be short
GAP = 14.0  # between the formula and the reason
INDENT = 11.0  # \quad
RELATION = 14.0  # the equals sign
LEAST = 130.0  # narrower than this a formula is not made: a long reason then stands out
WIDEST_LEFT = 110.0  # a left side that is wider has a row of its own

GROUP = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
OPERATOR = re.compile(
    rf"(?:\\(?:sum|prod|lim|max|min)(?:[_^](?:{GROUP}|.))*|\\frac\{{\\partial(?:\^2)?\}}{GROUP}"
    r"|\\(?:odot|otimes|cdot|log|exp|tanh|sin|cos|det|le|ge)|[-+=<>])$"
)
"""What acts on what stands behind it: no line ends so."""
TIMES, LEFT, RIGHT, BIG = r"\cdot", r"\left", r"\right", r"\bigg"
FACTORS = frozenset((r"\sum", r"\left", "(", r"\odot"))


@dataclass(frozen=True)
class Row:
    """One row of an aligned display."""

    left: str
    relation: str
    right: str
    note: str = ""


def fitted(rows: list[Row]) -> list[Row]:
    """The rows, those broken that would run off the page beside the widest left side and reason of the display."""
    note = max((width(r.note) + GAP for r in rows if r.note), default=0.0)
    lefts, rights = [width(r.left) for r in rows], [width(r.right) + RELATION for r in rows]
    if max(lefts, default=0.0) + max(rights, default=0.0) + note <= ROOM:
        return rows
    room = ROOM - note - max((w for w in lefts if w <= WIDEST_LEFT), default=0.0)
    return [part for r, w in zip(rows, lefts, strict=True) for part in _broken(r, max(room, LEAST), w > WIDEST_LEFT)]


def _broken(row: Row, room: float, apart: bool) -> Iterator[Row]:
    """The row in as many as it takes, its left side in one of its own; the reason stands beside the last."""
    if apart:
        first, *more = _lines(row.left, room)
        yield Row("", "&", first)
        yield from (Row("", r"&\quad", line) for line in more)
        row = replace(row, left="", relation=r"&\quad " + row.relation.removeprefix("&"))
    first, *more = _lines(row.right, room - RELATION)
    lines = [replace(row, right=first, note=""), *(Row("", r"&\quad", line) for line in more)]
    yield from lines[:-1]
    yield replace(lines[-1], note=row.note)


def _lines(formula: str, room: float) -> list[str]:
    """The formula in lines of at most this width, where its terms, factors and brackets allow it."""
    lines: list[str] = []
    for term in terms(formula):
        for part in [term] if width(term) <= room else _parts(term, room):
            joined = f"{lines[-1]} {part}" if lines else part
            if lines and not part.startswith(TIMES) and width(joined) + (INDENT if len(lines) > 1 else 0) <= room:
                lines[-1] = joined
            else:
                lines.append(part)
    return lines


def terms(formula: str) -> list[str]:
    """The terms of a sum, each with its sign; one where it is no sum.

    >>> terms(r"a + \\left( b - c \\right) - \\frac{d + e}{2}")
    ['a', '+ \\\\left( b - c \\\\right)', '- \\\\frac{d + e}{2}']
    """
    return _cut(formula, [at for at, token, depth in _places(formula) if depth == 0 and token in ("+", "-")])


def _parts(term: str, room: float) -> list[str]:
    """A term that is too wide: before its last bracket or sum, else within the last of its brackets."""
    places = list(_places(term))
    for at in (at for at, token, depth in reversed(places) if depth == 0 and token in FACTORS):
        front, back = term[:at].strip(), term[at:].strip()
        if room / 3 < width(front) <= room and width(back) <= room and not OPERATOR.search(front):
            return [front, back if back.startswith(r"\odot") else f"{TIMES} {back}"]
    for start, stop in reversed(list(_brackets(term))):
        inside = [(at, token) for at, token, depth in places if start < at < stop and depth == 1]
        inner = [at for at, token in inside if token in ("+", "-")] or [at for at, t in inside if t == r"\odot"]
        if inner and term.startswith(LEFT, start):  # a bracket that grows with what it holds cannot be broken
            within, behind = term[start + len(LEFT) : stop], term[stop + len(RIGHT) :]
            term = f"{term[:start]}{BIG}l{within}{BIG}r{behind}"
            inner = [at + len(BIG) + 1 - len(LEFT) for at in inner]
        if inner:
            return _cut(term, inner)
    return [term]


def _brackets(formula: str) -> Iterator[tuple[int, int]]:
    """Where the round brackets that stand in no others begin and end."""
    depth = braces = at = start = 0
    for token in TOKEN.findall(formula):
        braces += (token in ("{", r"\begin")) - (token in ("}", r"\end"))
        if token == "(" and not braces:
            start = start if depth else at - len(LEFT) * formula[:at].endswith(LEFT)
            depth += 1
        elif token == ")" and not braces:
            depth -= 1
            if not depth:
                yield start, at - len(RIGHT) * formula[:at].endswith(RIGHT)
        at += len(token)


def _places(formula: str) -> Iterator[tuple[int, str, int]]:
    """Where a line may begin: each token behind a space, with how many round or square brackets it stands in.

    Within braces and environments no line begins.
    """
    depth = braces = at = 0
    for token in TOKEN.findall(formula):
        if formula[at - 1 : at] == " " and not braces:
            yield at, token, depth
        braces += (token in ("{", r"\begin")) - (token in ("}", r"\end"))
        depth += (token in ("(", "[")) - (token in (")", "]"))
        at += len(token)


def _cut(text: str, places: list[int]) -> list[str]:
    ends = [0, *places, len(text)]
    return [part for a, b in pairwise(ends) if (part := text[a:b].strip())]
