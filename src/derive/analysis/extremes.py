"""The least and the greatest value of a function: it is monotone between the zeros of its derivative.

So the values at those zeros, and at the ends of the line and of the pieces, are all that must be compared. Exact where
the places are; otherwise in an enclosure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

from sympy import Expr, Rational, oo

from derive.analysis.boxes import ball, number, value
from derive.analysis.expansions import mirrored, tail_from
from derive.analysis.growth import NotYet
from derive.analysis.pieces import Piece, in_zone, jumping, values
from derive.analysis.points import Number, between, exact_value, fraction, rational_expr
from derive.analysis.signs import Chart, chart
from derive.analysis.variable import at, z
from derive.calculus import differentiate
from derive.evaluate.refusals import NoValue

DIGITS = 6  # decimals of an enclosure


@dataclass(frozen=True)
class Candidate:
    """A value that may be the least or the greatest: where, and whether it is taken there or only a limit."""

    value: Number
    place: Number
    attained: bool | None  # None: not known


@dataclass(frozen=True)
class Variation:
    """How a kink-free function runs over an open interval: candidates from left to right, and how it runs between.

    `chart` holds the signs of its derivative between the candidates; all the same is zero where it is constant.
    """

    piece: Piece
    candidates: tuple[Candidate, ...]
    chart: Chart

    @property
    def constant(self) -> bool:
        return self.chart.signs == (0,)


def variation(piece: Piece) -> Variation:
    """Raises NoValue where the signs of the derivative, or the limits, are not known."""
    if piece.zone:
        seen, place = values(piece), Number(None, in_zone(piece))
        here = () if seen is None else (Candidate(Number(None, seen), place, None),)
        return Variation(piece, here, Chart((), (1,)))
    slope = differentiate(piece.expr, z())
    signs = chart(slope, piece.low, piece.high)
    if signs.signs == (0,):
        place = between(piece.low, piece.high)
        value_there = Number.of(exact_value(piece.expr, rational_expr(place)))
        here = Candidate(value_there, Number(None, ball(place)), True)  # there, and everywhere else
        return Variation(piece, (here,), signs)
    inner = tuple(_inside(piece, gap) for gap in signs.gaps)
    return Variation(piece, (end_value(piece, -1), *inner, end_value(piece, 1)), signs)


def _inside(piece: Piece, gap: Number) -> Candidate:
    if gap.exact is not None:
        return Candidate(Number.of(exact_value(piece.expr, gap.exact)), gap, True)
    return Candidate(Number(None, value(piece.expr, gap.ball)), gap, True)


def end_value(piece: Piece, way: int) -> Candidate:
    """The limit at an end of the piece: at infinity by the tail, at a finite place by continuity."""
    end = piece.high if way > 0 else piece.low
    place = end_place(piece, way)
    if place.exact is None:
        return Candidate(Number(None, value(piece.expr, place.ball)), place, None)
    if place.finite:
        return Candidate(Number.of(exact_value(piece.expr, end)), place, False)
    beyond = tail_from(piece.expr if way > 0 else mirrored(piece.expr))
    limit = beyond.limit()
    if limit is None:
        return Candidate(Number(None, beyond.hull()), place, None)
    return Candidate(Number.of(limit), place, False)


def end_place(piece: Piece, way: int) -> Number:
    """An end of a piece; that of a neighbour of a zone is only known to lie in a ball."""
    end, loose = (piece.high, piece.loose_high) if way > 0 else (piece.low, piece.loose_low)
    return Number(None, ball(fraction(end))) if loose else Number.of(end)


def at_breaks(e: Expr, pieces: Sequence[Piece]) -> tuple[Candidate, ...]:
    """The values at the places between the pieces."""
    jumps = jumping(e)

    def there(left: Piece) -> Expr:
        return exact_value(at(e, left.high) if jumps else left.expr, left.high)

    ends = [p for p in pieces[:-1] if not p.loose_high]
    return tuple(Candidate(Number.of(there(p)), Number.of(p.high), True) for p in ends)


# -- the greatest ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Extreme:
    """A supremum (or infimum): `exact`, or else certainly between `low` and `high`, which are decimals.

    `attained` is None where it is not known; `places` are exact places where it is taken.
    """

    exact: Expr | None
    low: Expr
    high: Expr
    attained: bool | None
    places: tuple[Expr, ...] = ()

    def negated(self) -> Extreme:
        exact = None if self.exact is None else -self.exact
        return Extreme(exact, -self.high, -self.low, self.attained, self.places)


def greatest(found: Sequence[Candidate]) -> Extreme:
    """The supremum of all values, given that it is the largest of these."""
    top = [c for c in found if not any(c.value.below(d.value) for d in found)]
    first = top[0].value
    if first.exact is not None and all(c.value.same(first) for c in top):
        taken = [c for c in top if c.attained]
        exact = min((c.value.exact for c in top), key=lambda e: e.count_ops())  # type: ignore[union-attr]
        places = tuple(dict.fromkeys(c.place.exact for c in taken if c.place.exact is not None))
        unsure = not taken and any(c.attained is None for c in top)
        return Extreme(exact, exact, exact, None if unsure else bool(taken), places)
    if any(not c.value.finite for c in top):  # cannot be: an infinity is above all else
        raise NotYet("two infinities")
    low = max(rounded(c.value.ball.lower(), floor) for c in top)
    high = max(rounded(c.value.ball.upper(), ceil) for c in top)
    kinds = {c.attained for c in top}
    return Extreme(None, low, high, kinds.pop() if len(kinds) == 1 else None)


def least(found: Sequence[Candidate]) -> Extreme:
    return greatest([Candidate(c.value.negated(), c.place, c.attained) for c in found]).negated()


def greatest_size(found: Sequence[Candidate]) -> Extreme:
    """The supremum of the absolute value."""
    return greatest([Candidate(c.value.absolute(), c.place, c.attained) for c in found])


def rounded(x: Any, to: Callable[[Fraction], int]) -> Expr:
    """An exact ball as a decimal, rounded that way."""
    mantissa, exponent = x.man_exp()
    q = Fraction(int(mantissa)) * (Fraction(2) ** int(exponent))
    return Rational(to(q * 10**DIGITS), 10**DIGITS)


# -- where no chart is known -------------------------------------------------------------------------------------------


def enclosed(piece: Piece, evaluations: int = 3_000) -> tuple[Candidate, Candidate]:
    """Two candidates between which all values lie, by boxes alone. Raises NoValue where the tails are not bounded."""
    low, high, hulls = _finite_part(piece)
    top = _largest(lambda x: value(piece.expr, x), low, high, evaluations)
    bottom = -_largest(lambda x: -value(piece.expr, x), low, high, evaluations)
    place = Number(None, ball(low, high))
    found = [Candidate(Number(None, x), place, None) for x in (top, bottom, *hulls)]
    highest, lowest = greatest(found), least(found)
    return _as_candidate(highest, place), _as_candidate(lowest, place)


def _as_candidate(e: Extreme, place: Number) -> Candidate:
    return Candidate(Number(None, number(e.low).union(number(e.high))), place, None)


def _finite_part(piece: Piece) -> tuple[Fraction, Fraction, list[Any]]:
    ends, hulls = [], []
    for way, end in ((-1, piece.low), (1, piece.high)):
        if end not in (oo, -oo):
            if not end.is_Rational:
                raise NotYet("boxes need a rational end")
            ends.append(Fraction(int(end.p), int(end.q)))
        else:
            beyond = tail_from(piece.expr if way > 0 else mirrored(piece.expr))
            hulls.append(beyond.hull())
            ends.append(way * beyond.start)
    return ends[0], ends[1], hulls


def _largest(f: Callable[[Any], Any], low: Fraction, high: Fraction, evaluations: int) -> Any:
    """A ball that holds the largest value on the interval: the box that reaches highest is split, again and again."""
    from heapq import heappop, heappush

    def entry(a: Fraction, b: Fraction) -> tuple[float, Fraction, Fraction, Any]:
        try:
            upper = f(ball(a, b)).upper()
        except NoValue:
            return -float("inf"), a, b, None
        return -float(upper), a, b, upper

    best = f(ball((low + high) / 2)).lower()
    heap = [entry(low, high)]
    for _ in range(evaluations):
        _, a, b, upper = heap[0]
        if upper is not None and upper - best < ball(Fraction(1, 10**8)):
            break
        heappop(heap)
        middle = (a + b) / 2
        best = best.max(f(ball(middle)).lower())
        for part in ((a, middle), (middle, b)):
            heappush(heap, entry(*part))
    if any(e[3] is None for e in heap):
        raise NotYet("no bound on a box")
    upper = heap[0][3]
    for e in heap:
        upper = upper.max(e[3])
    return best.union(upper)
