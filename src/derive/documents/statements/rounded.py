"""Rounded numbers put into a formula: `a \\approx 0.4 \\cdot 0.5424`, where 0.5424 stands for all that rounds to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from contextlib import contextmanager
from fractions import Fraction

from derive.documents.model import Rounded
from derive.documents.names.scripts import Superscript, superscript
from derive.documents.names.symbols import Symbol
from derive.documents.names.table import Table
from derive.documents.source.rows import Part
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk

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


def numbers_in(tree: s.Node) -> set[str]:
    """The numbers of a tree, as they are written."""
    return {n.text for n in walk(tree) if isinstance(n, s.Num)}


def is_printed(tree: s.Node) -> bool:
    """Whether a tree is a vector or a matrix of numbers and nothing else: each stands for what rounds to it."""
    if isinstance(tree, s.Script) and tree.sup and not (tree.sub or tree.primes):
        return superscript(tree.sup) == Superscript(transposed=True) and is_printed(tree.base)
    if isinstance(tree, s.Bracket):
        inner = tree.items
        return is_printed(inner[0]) if len(inner) == 1 else tree.kind in "([" and all(map(_is_number, inner))
    return isinstance(tree, s.Matrix) and all(_is_number(x) for row in tree.rows for x in row)


def _is_number(tree: s.Node) -> bool:
    """0.3, -0.3."""
    if isinstance(tree, s.Sum) and len(tree.terms) == 1:
        return _is_number(tree.terms[0][1])
    return isinstance(tree, s.Num)


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
