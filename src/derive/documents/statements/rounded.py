"""Rounded numbers put into a formula: `a \\approx 0.4 \\cdot 0.5424`, where 0.5424 stands for all that rounds to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from contextlib import contextmanager
from fractions import Fraction

from derive.documents.model import Rounded
from derive.documents.names.table import Symbol, Table
from derive.documents.source.rows import Part
from derive.documents.source.tokens import Token

FIRST = 0xE000  # letters for private use: no note writes them
MOST = 64  # rounded numbers in one formula
NUMBER = re.compile(r"[-+]?[\d.]+(?:\\(?:times|cdot)10\^\{?[-+]?\d+\}?)?")


def loosened(part: Part, exact: Set[str]) -> tuple[Part, tuple[Rounded, ...]] | None:
    """The formula with a letter for each decimal of the right side; those of `exact` are no rounded ones.

    None where the right side is one number by itself, or has none that is rounded.
    """
    decimals = [t for t in part.sides[1] if t.kind == "num" and "." in t.text]
    alone = NUMBER.fullmatch("".join(str(t) for t in part.sides[1]))
    if not decimals or len(decimals) > MOST or alone:
        return None
    names: dict[Token, Rounded] = {}
    for t in decimals:
        places = len(t.text.partition(".")[2])
        half = Fraction(1, 2 * 10**places)
        names[t] = Rounded(chr(FIRST + len(names)), Fraction(t.text), half, t.text in exact)
    right = [Token("letter", names[t].name, t.start, t.end) if t in names else t for t in part.sides[1]]
    if all(r.exact for r in names.values()):
        return None
    return Part([part.sides[0], right], part.relations), tuple(names.values())


@contextmanager
def as_letters(rounded: tuple[Rounded, ...], table: Table) -> Iterator[None]:
    """The table with the letters of rounded numbers declared."""
    kept = dict(table.symbols)
    try:
        for r in rounded:
            table.symbols[r.name] = Symbol(r.name, section=table.section)
        table.touch()
        yield
    finally:
        table.symbols = kept
        table.touch()
