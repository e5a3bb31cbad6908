"""`0 < a, b < 1` and `1 \\le i, j \\le n`: names in a list between two bounds, which are the bounds of each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.documents.source.rows import Piece, relations
from derive.documents.source.tokens import Token

RISING, FALLING = frozenset(("<", "\\le")), frozenset((">", "\\ge"))
NEAR = 6  # characters between names of a list; a wide space takes more, and parts what is said


def each_between(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with a chain for each name, where the first bound is a number: `m < a, b < M` may be two chains."""
    out: list[Piece] = []
    n = 0
    while n < len(pieces):
        last = _last(pieces, n)
        out += _of_each(pieces[n : last + 1]) if last > n else [pieces[n]]
        n = max(last, n) + 1
    return out


def _last(pieces: Sequence[Piece], n: int) -> int:
    """The piece that ends a list between bounds which begins at n; n where there is none."""
    first = relations(pieces[n].tokens)
    if len(first.relations) != 1 or not _is_number(first.sides[0]) or not _is_name(first.sides[1]):
        return n
    signs = next((x for x in (RISING, FALLING) if str(first.relations[0]) in x), frozenset())
    names = [_shown(first.sides[1])]
    for m in range(n + 1, len(pieces)):
        part, before = relations(pieces[m].tokens), pieces[m - 1]
        near = pieces[m].tokens[0].start - before.tokens[-1].end < NEAR
        if before.closed_by != "," or pieces[m].words or not near or not _is_name(part.sides[0]):
            return n
        if _shown(part.sides[0]) in names:
            return n  # 0 < a, a < 1
        names.append(_shown(part.sides[0]))
        if part.relations:
            return m if len(part.relations) == 1 and str(part.relations[0]) in signs and part.sides[1] else n
    return n


def _of_each(pieces: Sequence[Piece]) -> list[Piece]:
    """0 < a < 1 and 0 < b < 1."""
    first, last = relations(pieces[0].tokens), relations(pieces[-1].tokens)
    names = [first.sides[1], *(relations(p.tokens).sides[0] for p in pieces[1:])]
    chains = [[*first.sides[0], *first.relations, *x, *last.relations, *last.sides[1]] for x in names]
    ends = [*(p.closed_by for p in pieces[:-1]), pieces[-1].closed_by]
    return [
        replace(p, tokens=chain, closed_by=end, behind=pieces[-1].behind)
        for p, chain, end in zip(pieces, chains, ends, strict=True)
    ]


def _is_number(side: list[Token]) -> bool:
    digits = side[1:] if side and side[0].is_("-") else side
    return len(digits) == 1 and digits[0].kind == "num"


def _is_name(side: list[Token]) -> bool:
    """A letter, with scripts or without."""
    first = side[0] if side else None
    named = first is not None and (first.kind in ("letter", "word") or (first.kind == "cmd" and first.text.isalpha()))
    return named and all(
        t.kind in ("letter", "cmd", "num", "word") or t.is_("_", "^", "{", "}", ",", "'") for t in side
    )


def _shown(side: list[Token]) -> str:
    return "".join(map(str, side))
