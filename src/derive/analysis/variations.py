"""Tables of variation: where a function rises and falls, from the signs of its derivative."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, Interval, Mul, Pow, oo

from derive.analysis.algebra import NotRational, factors, rational
from derive.analysis.decimals import digits, enclosure
from derive.analysis.extremes import Extreme, Variation, end_place
from derive.analysis.facts import Course, Facts
from derive.analysis.outputs import OUTPUT
from derive.analysis.points import Number
from derive.analysis.variable import z
from derive.calculus import differentiate, simplify
from derive.derivation.model import Block, Context, Equation, Prose, Step, Table
from derive.expr import Diff, Let, Program

LINE = 80  # letters that fit on a line
WORDS = {1: "rises", -1: "falls", 0: "is constant"}


def slope_variations(f: Facts) -> Iterator[Block]:
    """The second derivative in factors, and the table of variation of the slope."""
    if not f.slope.variations:
        yield Prose("The slope was enclosed by ball arithmetic on boxes, and by its growth beyond them.")
        return
    if all(v.constant for v in f.slope.variations):
        yield table(f.slope, "slope")
        return
    shown = second_derivative(f) if len(f.slope.variations) == 1 else None
    if shown is not None:
        yield shown
    also = "" if shown is not None or len(f.slope.variations) > 1 else ", which is too long for a line"
    yield Prose(f"The sign of the second derivative{also}, seen from {how(f.slope)}, says how the slope runs:")
    yield table(f.slope, "slope")


def second_derivative(f: Facts) -> Equation | None:
    """The derivative of the slope, factored where that can be done; None where it does not fit on a line."""
    (piece,) = f.slope.pieces
    second = differentiate(piece.expr, z())
    short = min((second, simplify(second), factored(second)), key=lambda e: (e.is_Add, e.count_ops()))
    if len(str(short)) > LINE:
        return None
    steps = [Step(second, "local_derivative", "derivative of the slope")]
    if len(str(second)) > LINE:
        steps = [Step(short, "local_derivative", "derivative of the slope, factored")]
    elif short != second:
        steps.append(Step(short, "factor", "factored"))
    lhs = Diff(Diff(OUTPUT(), z()), z())
    return Equation(lhs, (), tuple(steps), context=Context(Program((Let(OUTPUT(), f.function),))))


def factored(e: Expr) -> Expr:
    """Numerator and denominator in factors, as functions of z."""
    try:
        (r,) = rational(e)
    except NotRational:
        return e
    parts = []
    for p, way in ((r.top, 1), (r.bottom, -1)):
        content, found = factors(p)
        parts += [content**way, *(Pow(r.back(q), way * n) for q, n in found)]
    return Mul(*parts)


def how(course: Course) -> str:
    """By what the signs of the derivative were seen."""
    seen = dict.fromkeys(v.chart.how for v in course.variations if not (v.constant or v.piece.zone))
    return " and ".join(seen) or "its terms"


def table(course: Course, what: str) -> Table:
    """Places, values there, and how the function runs in between."""
    rows: list[tuple[str | Expr, ...]] = []
    for v in course.variations:
        rows += _rows(v, what)
    ends = [n for n, row in enumerate(rows) if n and row[:2] == rows[n - 1][:2]]  # said again by the next piece
    return Table(("$z$", what, "from there on"), tuple(row for n, row in enumerate(rows) if n + 1 not in ends))


def _rows(v: Variation, what: str) -> Iterator[tuple[str | Expr, ...]]:
    if v.constant:
        value = number(v.candidates[0].value)
        yield number(end_place(v.piece, -1)), value, f"the {what} is constant"
        yield number(end_place(v.piece, 1)), value, ""
        return
    for n, c in enumerate(v.candidates):
        last = n == len(v.candidates) - 1
        yield number(c.place), number(c.value), "" if last else f"the {what} {WORDS[v.chart.signs[n]]}"


def interval_of(low: Extreme, high: Extreme) -> Interval | str:
    """All numbers from one to the other, as an interval, or in words where an end is not known exactly."""
    if None not in (low.exact, high.exact, low.attained, high.attained):
        return Interval(low.exact, high.exact, not low.attained, not high.attained)
    return in_words(low, high)


def in_words(low: Extreme, high: Extreme) -> str:
    """The same in words."""
    ends = []
    for e in (low, high):
        if e.exact in (oo, -oo):
            ends.append("minus infinity" if e.exact == -oo else "infinity")
            continue
        shown = enclosure(e) if e.exact is None else str(e.exact)
        ends.append(shown + {True: ", which is taken,", False: ", which is not taken,", None: ""}[e.attained])
    return f"from {ends[0]} to {ends[1]}".removesuffix(",")


def number(x: Number) -> str | Expr:
    """The number as it stands in a table: exact, or the decimals that are certain."""
    return x.exact if x.exact is not None else digits(x)
