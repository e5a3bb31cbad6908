"""A function given by cases as kink-free pieces between exact places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from typing import Any, NamedTuple

from sympy import Expr, oo, sign

from derive.analysis.boxes import ball, number, value
from derive.analysis.boxes import sign as ball_sign
from derive.analysis.expansions import mirrored, tail_from
from derive.analysis.kinks import branches, cases_of, innermost
from derive.analysis.points import Number, dyadic, exact_value, fraction, order
from derive.analysis.signs import SMALLEST, chart
from derive.analysis.variable import at, constant, replaced, z
from derive.calculus import differentiate
from derive.evaluate.refusals import NoValue, OutsideDomain, Undecidable
from derive.expr import Where, step

BOXES = 4_000


@dataclass(frozen=True)
class Piece:
    """A kink-free expression that the function equals on the open interval from `low` to `high`.

    A kink whose place has no name lies in a `zone`, a tiny interval with rational ends, on which the expression still
    has its cases. The ends of a zone, and of its neighbours there, are `loose`: no places of the function itself.
    """

    low: Expr
    high: Expr
    expr: Expr
    zone: bool = False
    loose_low: bool = False
    loose_high: bool = False
    beside: tuple[Expr, ...] = ()  # of a zone: constants that the neighbours are


def pieces(e: Expr, low: Expr = -oo, high: Expr = oo) -> tuple[Piece, ...]:
    """The pieces from left to right.

    Raises NoValue where it is not known at which places the cases change, or whether there is a jump.
    """
    return tuple(_joined(e, list(_pieces(e, Piece(low, high, e)))))


def _pieces(e: Expr, on: Piece) -> Iterator[Piece]:
    """The pieces of `e` on the interval of another piece."""
    node = innermost(e)
    if node is None:
        yield replace(on, expr=e)
        return
    cases = cases_of(node)
    require_defined(replace(on, expr=cases.argument, zone=False))
    found = chart(cases.argument, on.low, on.high)
    rest = on
    for gap, s in zip(found.gaps, found.signs, strict=False):
        low, high = (gap.exact, gap.exact) if gap.exact is not None else _zone(e, gap, on)
        loose = gap.exact is None
        yield from _pieces(replaced(e, node, cases.at(s)), replace(rest, high=low, loose_high=loose))
        if loose:
            yield Piece(low, high, e, True, True, True)
        rest = replace(on, low=high, loose_low=loose)
    yield from _pieces(replaced(e, node, cases.at(found.signs[-1])), rest)


def _zone(e: Expr, gap: Number, on: Piece) -> tuple[Expr, Expr]:
    """The ends of the ball that a kink lies in."""
    if jumping(e):
        raise Undecidable(f"{e} may jump at a place that is not known exactly")
    low, high = (dyadic(end) for end in (gap.ball.lower(), gap.ball.upper()))
    if order(on.low, low) >= 0 or order(high, on.high) >= 0:
        raise Undecidable("two kinks are too close to one another")
    return low, high


def jumping(e: Expr) -> bool:
    """Whether a node may jump; all others are continuous where they have a value."""
    return isinstance(e, (Where, step, sign)) or any(map(jumping, e.args))


def _joined(e: Expr, found: list[Piece]) -> Iterator[Piece]:
    """Neighbours with one expression made one, where the value between them is that of the expression too."""
    piece = found[0]
    for following in found[1:]:
        exact = not (piece.loose_high or piece.zone)
        if exact and piece.expr == following.expr and exact_value(e, piece.high) == exact_value(piece.expr, piece.high):
            piece = replace(piece, high=following.high, loose_high=following.loose_high)
        else:
            yield piece
            piece = following
    yield piece


def slope_pieces(found: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The derivative on each piece: off the kinks."""
    slopes = [differentiate(p.expr, z()) for p in found]
    out = []
    for n, (piece, slope) in enumerate(zip(found, slopes, strict=True)):
        around = (slopes[n - 1], slopes[n + 1]) if piece.zone else ()
        out.append(replace(piece, expr=slope, beside=tuple(e for e in around if constant(e))))
    return tuple(out)


def require_defined(piece: Piece) -> None:
    """See that the expression has a value everywhere on the closure of the piece. Raises NoValue where it may not."""
    if piece.zone:
        values(piece)
        return
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
    """The places between pieces at which the function is not continuous. Raises Undecidable."""
    out = []
    if not jumping(e):
        return ()
    for left, right in pairwise(found):
        if left.loose_high:
            continue  # within a zone, where nothing jumps
        place = left.high
        here = Number.of(exact_value(at(e, place), place))
        if any(differ(here, Number.of(exact_value(p.expr, place))) for p in (left, right)):
            out.append(place)
    return tuple(out)


class Kink(NamedTuple):
    """A place at which the slopes from the left and from the right differ, with both."""

    place: Number
    left: Number
    right: Number


def kinks(found: tuple[Piece, ...]) -> tuple[Kink, ...]:
    """The kinks between pieces, and in zones."""
    slopes = slope_pieces(found)
    out = []
    for n, (left, right) in enumerate(pairwise(slopes)):
        if not left.loose_high:
            ends = (Number.of(exact_value(p.expr, left.high)) for p in (left, right))
            kink = Kink(Number.of(left.high), *ends)
            if differ(kink.left, kink.right):
                out.append(kink)
        elif right.zone:
            kink = Kink(Number(None, in_zone(right)), *(_slope_beside(right, p) for p in (left, slopes[n + 2])))
            if kink.left.below(kink.right) or kink.right.below(kink.left):
                out.append(kink)
    return tuple(out)


def _slope_beside(zone: Piece, piece: Piece) -> Number:
    """The slope of a neighbour in a zone."""
    if constant(piece.expr):
        return Number.of(exact_value(piece.expr, piece.low))
    return Number(None, value(piece.expr, in_zone(zone)))


def differ(a: Number, b: Number) -> bool:
    """Whether two numbers are different. Raises Undecidable."""
    if a.same(b):
        return False
    if a.below(b) or b.below(a):
        return True
    raise Undecidable(f"whether {a.exact} and {b.exact} are the same")


def in_zone(piece: Piece) -> Any:
    """The ball of a zone."""
    return ball(fraction(piece.low), fraction(piece.high))


def values(zone: Piece) -> Any:
    """A ball that holds all values in a zone, those of each case; None where the neighbours have them all."""
    box = in_zone(zone)

    def sign_of(argument: Expr) -> int | None:
        return ball_sign(value(argument, box))

    found = [value(b, box) for b in branches(zone.expr, sign_of) if b not in zone.beside]
    return reduce(lambda a, b: a.union(b), found) if found else None
