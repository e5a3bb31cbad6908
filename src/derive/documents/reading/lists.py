"""Lists on both sides of an equation: `(x, y) = (1, 2)`."""

from __future__ import annotations

from derive.documents.names.scripts import letter_of, listed
from derive.documents.source.rows import Part
from derive.documents.source.tokens import Token


def entry_by_entry(part: Part) -> list[Part]:
    """`(x, y) = (1, 2)`: x = 1 and y = 2; empty where the sides are no lists of names and values."""
    left, right = (strip_round(tuple(side)) for side in part.sides[:2])
    names, values = (listed(x) if x else [] for x in (left, right))
    if len(part.sides) != 2 or len(names) < 2 or len(names) != len(values) or not all((*names, *values)):
        return []
    if any(letter_of(x) is None for x in names):
        return []
    return [Part([list(a), list(b)], part.relations) for a, b in zip(names, values, strict=True)]


def strip_round(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The tokens within the brackets around all of them; empty where there are none."""
    if len(tokens) < 3 or tokens[0].kind != "open" or tokens[0].text != "(" or tokens[-1].kind != "close":
        return ()
    inner = tokens[1:-1]
    return () if any(t.kind in ("open", "close") for t in inner) else inner
