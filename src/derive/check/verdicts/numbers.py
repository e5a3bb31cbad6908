"""Claims with an approximation sign: the left side must round to the digits that are printed.

`0.4800` stands for the interval [0.47995, 0.48005]. Zeros at the end of a whole number (1000) may or may not be
meant as digits: it is refuted only outside the wide reading, and established only inside the narrow one.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sympy import Abs, Expr, Rational, sympify

from derive.check.verdicts import inequalities
from derive.check.verdicts.shapes import Pair
from derive.evaluate.refusals import NoValue
from derive.evaluate.rings import Ball
from derive.expr import Program, Unknown, contains, unfold
from derive.verify import Verdict
from derive.verify.place import Claim, Place, ball_texts, is_short

METHOD = "interval arithmetic"
PRECISIONS = (0, 128, 512, 2048)  # bits; 0 is exact arithmetic


@dataclass(frozen=True)
class Printed:
    """A decimal as it was printed: its value, half a unit of its last digit, and of its last digit that is not 0."""

    value: Fraction
    half: Fraction
    wide: Fraction


def printed(value: Fraction, places: int) -> Printed:
    """The decimal with so many places after the point; negative: zeros before it that are no digits.

    >>> printed(Fraction(1000), 0).wide
    Fraction(500, 1)
    """
    half = Fraction(1, 2) / Fraction(10) ** places
    wide = half
    while places <= 0 and value and (value / (20 * wide)).denominator == 1:
        wide *= 10
    return Printed(value, half, wide)


def judge(pair: Pair, places: int | None, program: Program | None, seconds: float = 4.0) -> Verdict:
    """Whether left rounds to the number on the right, printed with so many places.

    >>> from sympy import log
    >>> judge(Pair(log(2), Rational(693, 1000), ()), 3, None).kind
    'proved'
    """
    value = sympify(pair.right, strict=True)
    if places is None or not value.is_Rational:
        return Verdict("undecided", METHOD, "an approximation is checked against printed digits, and there are none")
    if contains(unfold(pair.left, program) if program else pair.left, Unknown):
        return Verdict("undecided", METHOD, "a function that is not specified may be anything")
    number = printed(Fraction(int(value.p), int(value.q)), places)
    claim = Claim(pair.left, value, program)
    if claim.inputs() or claim.sizes(0):
        return _everywhere(pair.left, number, program, seconds)
    return _constant(claim, number)


def _constant(claim: Claim, number: Printed) -> Verdict:
    """A number against a number: one enclosure settles it."""
    trouble = "no finite enclosure was found"
    place = Place(claim, {}, {})
    for precision in PRECISIONS:
        try:
            left, _ = place.sides({}, precision)
        except NoValue as reason:
            trouble = str(reason)
            continue
        verdict = _placed(left, number, precision)
        if verdict is not None:
            return verdict
    return Verdict("undecided", METHOD, trouble)


def _placed(left: Any, number: Printed, precision: int) -> Verdict | None:
    """What a value, exact (precision 0) or enclosed in a ball, says about the printed number."""
    ring = Ball(precision or PRECISIONS[1])
    with ring.session():
        if precision:
            off, half, wide = abs(left - ring.number(number.value)), ring.number(number.half), ring.number(number.wide)
        else:
            off, half, wide = abs(left - number.value), number.half, number.wide
        short = not precision and is_short(left) and len(str(left)) < 20
        text = str(left) if short else ball_texts(ring.leaf(left), ring.number(number.value))[0]
        if off <= half:
            return Verdict("proved", METHOD, f"the left side is {text}, which rounds to the printed digits")
        if off > wide:
            found = {"sizes": {}, "values": {}, "entry": {}, "left": text, "right": str(float(number.value))}
            return Verdict("refuted", METHOD, f"the left side is {text}", counterexample=found)
        if off > half and half != wide:
            return Verdict("undecided", METHOD, f"the left side is {text}; are the zeros at the end digits?")
    return None


def _everywhere(left: Expr, number: Printed, program: Program | None, seconds: float) -> Verdict:
    """The left side varies: it must stay within the interval wherever it is defined."""
    gap = Abs(left - Rational(number.value.numerator, number.value.denominator))
    verdict = inequalities.judge(Pair(gap, _rational(number.wide), ()), "<=", program, seconds=seconds)
    if verdict.kind == "refuted" or number.half == number.wide:
        return verdict
    return inequalities.judge(Pair(gap, _rational(number.half), ()), "<=", program, seconds=seconds)


def _rational(q: Fraction) -> Expr:
    return Rational(q.numerator, q.denominator)


def rounded(left: Expr, right: Expr, places: int | None, program: Program | None) -> bool:
    """Whether a refuted equation with a decimal would be right with an approximation sign."""
    if places is None:
        return False
    return judge(Pair(left, right, ()), places, program, seconds=0.5).established
