"""A formula in several lines: where a line may begin, what each beginning costs, and the cheapest lines that fit.

A line begins best at a term of the whole sum, then at a factor, then within brackets, the fewer the better. What fits
is not cut; lines are as few as possible, and about equally long. Brackets that grow with what they hold cannot stand on
two lines: those that are cut get a fixed size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from derive.notation.document.widths import TOKEN, width

INDENT = 11.0  # \quad
LINE = 100.0  # what one more line costs
DEEPER = 130.0  # to begin a line within one more pair of brackets
EMPTY = 150.0  # a line with nothing on it, and less by the square of what is on it
WITHIN_TERM = 60.0  # to begin a line at a factor of one of several terms
STANDS_OUT = 10_000.0  # a line that is wider than the room, and more by each point
SIGNS = {"+": 0.0, "-": 0.0, r"\odot": 25.0, r"\otimes": 25.0, r"\cdot": 25.0, r"\times": 25.0}
FACTOR, ENTRY = 40.0, 30.0  # to begin a line at a factor that has no sign, at the next of several arguments

GROUP = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
OPERATOR = re.compile(
    rf"(?:\\(?:sum|prod|lim|max|min)(?:[_^](?:{GROUP}|\\[A-Za-z]+|.))*|\\frac\{{(?:\\partial|d)(?:\^2)?\}}{GROUP}"
    r"|\\mathrm\{(?:tr|d)\}|\\(?:odot|otimes|cdot|times|log|exp|tanh|sinh|cosh|sin|cos|tan|det|le|ge|arg|in|to|mid)"
    r"|[-+=<>;:(\[]|\\\{|\\l?[vV]ert)$"
)
"""What acts on what stands behind it, or opens: no factor ends so."""
NO_FACTOR = re.compile(r"[-+=<>,;:.)\]}&^_|/!']|\\(?:[,;:}!]|right|le|ge|in|to|r?[vV]ert|mid|text|quad)")
OPENING = frozenset(("(", "[", r"\{", r"\lVert", r"\lvert"))
CLOSING = frozenset((")", "]", r"\}", r"\rVert", r"\rvert"))
SPACE = r"\,"
LOOK_BACK = 300  # characters in which an operator stands with its limits


class Bracket(NamedTuple):
    """Where a pair that grows begins and ends: the places of its `\\left` and `\\right`."""

    left: int
    right: int


class Place(NamedTuple):
    """Where a line may begin: how many brackets it stands in, and whether the product needs a sign there."""

    at: int
    depth: int
    cost: float
    sign: str = ""


@dataclass(frozen=True)
class Part:
    """One line of a formula, and in how many brackets it begins."""

    text: str
    depth: int


@lru_cache(512)
def lines(formula: str, room: float) -> tuple[Part, ...]:
    """The formula in lines of at most this width, as far as it can be cut."""
    if width(formula) <= room:
        return (Part(formula, 0),)
    places, brackets = scanned(formula)
    chosen = _cheapest(formula, places, room)
    sizes = {end for b in brackets if any(b.left < p.at < b.right for p in chosen) for end in b}
    ends = [Place(0, 0, 0.0), *chosen, Place(len(formula), 0, 0.0)]
    return tuple(Part(f"{a.sign} {_sized(formula, a.at, b.at, sizes)}".strip(), a.depth) for a, b in pairwise(ends))


def terms(formula: str) -> list[str]:
    """The terms of a sum, each with its sign; one where it is no sum.

    >>> terms(r"a + \\left( b - c \\right) - \\frac{d + e}{2}")
    ['a', '+ \\\\left( b - c \\\\right)', '- \\\\frac{d + e}{2}']
    """
    ends = [0, *(p.at for p in scanned(formula)[0] if p.depth == 0 and p.cost == 0), len(formula)]
    return [formula[a:b].strip() for a, b in pairwise(ends)]


def scanned(formula: str) -> tuple[list[Place], list[Bracket]]:
    """Where a line may begin, and the brackets that grow. Within braces and environments no line begins."""
    found: list[tuple[Place, int]] = []  # with the place of the bracket that it stands in
    brackets: list[Bracket] = []
    growing: list[int] = []
    open_at, braces = [-1], 0
    for at, token, before in _tokens(formula):
        if not braces and formula[at - 1 : at] == " ":
            place = _place(formula[:at].rstrip(), at, token, len(open_at) - 1)
            found += [(place, open_at[-1])] if place else []
        braces += (token in ("{", r"\begin")) - (token in ("}", r"\end"))
        if braces:
            continue
        if token == r"\left":
            growing.append(at)
        elif token == r"\right" and growing:
            brackets.append(Bracket(growing.pop(), at))
        if before == r"\left" or (token in OPENING and before != r"\right"):
            open_at.append(at)
        elif len(open_at) > 1 and (before == r"\right" or token in CLOSING):
            open_at.pop()
    sums = {within for place, within in found if formula[place.at] in "+-"}
    return [_weighed(p, within in sums and formula[p.at] not in "+-") for p, within in found], brackets


def _weighed(place: Place, part_of_term: bool) -> Place:
    return place._replace(cost=place.cost + WITHIN_TERM) if part_of_term else place


def _tokens(formula: str) -> Iterator[tuple[int, str, str]]:
    """Each token that is no space, where it stands, and the one before it."""
    at, before = 0, ""
    for token in TOKEN.findall(formula):
        if not token.isspace():
            yield at, token, before
            before = token
        at += len(token)


def _place(front: str, at: int, token: str, depth: int) -> Place | None:
    """The line that would begin with this token, behind what stands in front of it."""
    front = front[-LOOK_BACK:].removesuffix(SPACE).rstrip()
    if front.endswith(","):
        return Place(at, depth, ENTRY + DEEPER * depth)
    if OPERATOR.search(front):
        return None
    if token in SIGNS:
        return Place(at, depth, SIGNS[token] + DEEPER * depth)
    return None if NO_FACTOR.fullmatch(token) else Place(at, depth, FACTOR + DEEPER * depth, r"\cdot")


def _cheapest(formula: str, places: list[Place], room: float) -> list[Place]:
    """The places at which lines begin, so that all of them together cost least."""
    ends = [Place(0, 0, 0.0), *places, Place(len(formula), 0, 0.0)]
    widths = [width(formula[a.at : b.at]) for a, b in pairwise(ends)]
    best: list[tuple[float, int]] = [(0.0, 0)]  # up to each place: what it costs, and where its last line began
    for stop in range(1, len(ends)):
        best.append(min(_ways(ends, widths, best, stop, room)))
    chosen, at = [], best[-1][1]
    while at:
        chosen.append(ends[at])
        at = best[at][1]
    return chosen[::-1]


def _ways(
    ends: list[Place], widths: list[float], best: list[tuple[float, int]], stop: int, room: float
) -> Iterator[tuple[float, int]]:
    """What it costs to end a line at a place, for each beginning of that line that is near enough."""
    long = 0.0
    for start in range(stop - 1, -1, -1):
        long += widths[start]
        head = ends[start]
        filled = long + (INDENT * (1 + bool(head.depth)) if start else 0.0) + (width(head.sign) if head.sign else 0.0)
        over = max(0.0, filled - room)
        cost = LINE + (STANDS_OUT + over if over else EMPTY * (1 - filled / room) ** 2)
        yield best[start][0] + cost + ends[stop].cost, start
        if long > room:
            break


def _sized(formula: str, start: int, stop: int, sizes: set[int]) -> str:
    """This stretch, with brackets of a fixed size where one of a pair stands on another line."""
    text, done = "", start
    for at in sorted(at for at in sizes if start <= at < stop):
        side = "l" if formula.startswith(r"\left", at) else "r"
        text += formula[done:at] + rf"\bigg{side}"
        done = at + len(r"\left" if side == "l" else r"\right")
    return (text + formula[done:stop]).strip().removesuffix(SPACE).strip()
