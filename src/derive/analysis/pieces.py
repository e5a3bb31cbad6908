"""A function given by cases as kink-free pieces between exact places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from sympy import Expr, oo

from derive.analysis.boxes import ball, number, value
from derive.analysis.expansions import mirrored, tail_from
from derive.analysis.kinks import cases_of, innermost
from derive.analysis.points import exact_value, fraction
from derive.analysis.signs import SMALLEST, chart
from derive.analysis.variable import at, replaced, z
from derive.calculus import differentiate
from derive.evaluate.refusals import NoValue, OutsideDomain, Undecidable

BOXES = 4_000


@dataclass(frozen=True)
class Piece:
    """A kink-free expression that the function equals on the open interval from `low` to `high`."""

    low: Expr
    high: Expr
    expr: Expr


def pieces(e: Expr, low: Expr = -oo, high: Expr = oo) -> tuple[Piece, ...]:
    """The pieces from left to right.

    Raises NoValue where the places at which the cases change are not known exactly.
    """
    return tuple(_joined(e, list(_pieces(e, low, high))))


def _pieces(e: Expr, low: Expr, high: Expr) -> Iterator[Piece]:
    node = innermost(e)
    if node is None:
        yield Piece(low, high, e)
        return
    cases = cases_of(node)
    found = chart(cases.argument, low, high)
    if not found.exact:
        raise Undecidable(f"the places at which {cases.argument} is zero are not known exactly")
    ends = [low, *(g.exact for g in found.gaps), high]
    for a, b, s in zip(ends, ends[1:], found.signs, strict=False):
        yield from _pieces(replaced(e, node, cases.at(s)), a, b)  # type: ignore[arg-type]


def _joined(e: Expr, found: list[Piece]) -> Iterator[Piece]:
    """Neighbours with one expression made one, where the value between them is that of the expression too."""
    piece = found[0]
    for following in found[1:]:
        if piece.expr == following.expr and exact_value(e, piece.high) == exact_value(piece.expr, piece.high):
            piece = Piece(piece.low, following.high, piece.expr)
        else:
            yield piece
            piece = following
    yield piece


def slope_pieces(found: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The derivative on each piece: off the kinks."""
    return tuple(Piece(p.low, p.high, differentiate(p.expr, z())) for p in found)  # type: ignore[arg-type]


def require_defined(piece: Piece) -> None:
    """See that the expression has a value everywhere on the closure of the piece. Raises NoValue where it may not."""
    a, b = (_end(piece, way) for way in (-1, 1))
    todo, left = [(a, b)], BOXES
    while todo:
        low, high = todo.pop()
        left -= 1
        try:
            value(piece.expr, ball(low, high))
        except OutsideDomain:
            raise
        except NoValue:
            if left < 0 or high - low < SMALLEST:
                raise
            middle = (low + high) / 2
            todo += [(middle, high), (low, middle)]


def _end(piece: Piece, way: int) -> Fraction:
    """An end of the piece, or where its tail begins; a rational number a little beyond an end that is none."""
    end = piece.high if way > 0 else piece.low
    if end in (oo, -oo):
        return way * tail_from(piece.expr if way > 0 else mirrored(piece.expr)).start
    if end.is_Rational:
        return fraction(end)
    beyond = number(end) + way * ball(SMALLEST)
    return Fraction(int((beyond * (1 << 60)).mid().floor().unique_fmpz()), 1 << 60)


def jumps(e: Expr, found: tuple[Piece, ...]) -> tuple[Expr, ...]:
    """The places between pieces at which the function is not continuous."""
    out = []
    for left, right in pairwise(found):
        place = left.high
        values = {exact_value(left.expr, place), exact_value(right.expr, place), exact_value(at(e, place), place)}
        if len(values) > 1:
            out.append(place)
    return tuple(out)


def kinks(found: tuple[Piece, ...]) -> tuple[tuple[Expr, Expr, Expr], ...]:
    """Places between pieces at which the slopes from the left and from the right differ, with both."""
    slopes = slope_pieces(found)
    out = []
    for left, right in pairwise(slopes):
        a, b = exact_value(left.expr, left.high), exact_value(right.expr, left.high)
        if a != b:
            out.append((left.high, a, b))
    return tuple(out)
