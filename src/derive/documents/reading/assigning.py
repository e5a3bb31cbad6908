"""Which claims of one formula the conditions among them are on: `A, \\quad i \\ne j, \\qquad B, \\quad i = j`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from derive.documents.sentences.conditions import Condition

Placed = tuple[int, Condition]
"""A condition, and how many claims stand before it."""


@dataclass
class Assigned:
    """The conditions on all claims, and by the number of a claim those on it alone, or perhaps on it."""

    everywhere: list[Condition] = field(default_factory=list)
    own: dict[int, list[Condition]] = field(default_factory=dict)
    perhaps: dict[int, list[Condition]] = field(default_factory=dict)


def assigned(bare: Sequence[Placed], worded: Sequence[Placed], claims: int) -> Assigned:
    """`bare` conditions stand there without words, `worded` ones behind `if` or in brackets.

    Each is on the claims before it, up to the last condition; or on those behind it, where the formula begins with one
    and ends with a claim. Behind `A, \\quad i \\ne j, \\qquad B` nothing says whether B is meant for i \\ne j only.
    """
    several = len(bare) > 1 and len({c.symbol.name for _, c in bare if c.symbol is not None}) == 1
    told = sorted([*worded, *(x for x in bare if several or all(x[1].letters))], key=lambda x: x[0])
    everywhere = [c for n, c in bare if (n, c) not in told]
    ends = sorted({n for n, _ in told})
    if not ends or claims < 2:
        return Assigned([*everywhere, *(c for _, c in told)])
    first, last = ends[0], ends[-1]
    if 0 < first < last == claims:
        return Assigned(everywhere, {n: _at(told, min(e for e in ends if n < e)) for n in range(claims)})
    if 0 == first < last < claims:
        return Assigned(everywhere, {n: _at(told, max(e for e in ends if e <= n)) for n in range(claims)})
    if first > 0 and last < claims and all(all(c.letters) for _, c in told):
        own = {n: _at(told, min(e for e in ends if n < e)) for n in range(last)}
        return Assigned(everywhere, own, {n: _at(told, last) for n in range(last, claims)})
    return Assigned([*everywhere, *(c for _, c in told)])


def _at(told: Sequence[Placed], place: int) -> list[Condition]:
    return [c for n, c in told if n == place]
