"""The likely cause of a refuted claim, and the right form.

A worked number is compared with what common slips make of the left side; an equation goes through the inverse slips of
its right side (`repair`). A cause is certain where the slips that repair the claim are all of one class.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from sympy import Expr, Integer, Rational, log

from derive.check.verdicts import numbers
from derive.check.verdicts.claims import Case, cases, one
from derive.check.verdicts.shapes import Pair, aligned
from derive.evaluate.clock import now

if TYPE_CHECKING:
    from derive.documents.model import Statement

SECONDS = 4.0  # the last resort: the work is limited by counting what is tried
CASE = 2.0  # seconds for one of several cases
MOST_PLACES = 12


@dataclass(frozen=True)
class Cause:
    """What went wrong; `certain` where one class of slips alone repairs the claim; the right form in LaTeX."""

    kind: str
    sentence: str
    certain: bool
    correction: str = ""


def explain(statement: Statement, *, seconds: float = SECONDS) -> Cause | None:
    """The cause of a refuted claim, if one can be named, and the right form, if it can be written."""
    found = cases(statement)
    if not found:
        return None
    if statement.relation == "\\approx":
        return _misprinted(statement, found[-1])
    if statement.relation not in ("=", ":="):
        return None
    return _rounded(statement, found[-1]) or _repaired(statement, found, now() + seconds)


def _repaired(statement: Statement, found: tuple[Case, ...], until: float) -> Cause | None:
    from derive.check.causes.repair import Repair

    if len(found) == 1:
        return Repair(statement, found[0], until).cause()
    causes: list[Cause | None] = []
    for case in found:  # the cases that hold need no repair
        if len(causes) < 2 and now() < until and one(statement, case, CASE).kind == "refuted":
            causes.append(Repair(statement, case, until).cause())
    if not causes or causes[0] is None:
        return None
    agreed = all(c is not None and (c.kind, c.sentence) == (causes[0].kind, causes[0].sentence) for c in causes)
    return causes[0] if agreed else replace(causes[0], certain=False)


# -- worked numbers --------------------------------------------------------------------------------------------

RATIOS: tuple[tuple[str, str, Expr], ...] = (
    ("sign", "the sign is wrong", Integer(-1)),
    ("factor", "a factor 2 is missing", Rational(1, 2)),
    ("factor", "a factor 1/2 is missing", Integer(2)),
    ("log base", "the logarithm was taken to base 10; the natural one is meant", 1 / log(10)),
    ("log base", "the logarithm was taken to base 2; the natural one is meant", 1 / log(2)),
    ("decimal point", "the decimal point is one place off", Integer(10)),
    ("decimal point", "the decimal point is one place off", Rational(1, 10)),
)


def _misprinted(statement: Statement, case: Case) -> Cause | None:
    """A printed number that is off: by a ratio that a slip explains, or not."""
    pair = aligned(case.left, case.right)
    if pair is None or statement.digits is None or pair.axes:
        return None
    near = _size_of(pair.left, case)
    fits = [
        (kind, sentence)
        for kind, sentence, ratio in RATIOS
        if (near is None or abs(near * float(ratio) - float(pair.right)) <= 2 * 10.0**-statement.digits)
        and numbers.rounded(pair.left * ratio, pair.right, statement.digits, case.program)
    ]
    right = true_digits(pair, statement.digits, case)
    if len({kind for kind, _ in fits}) == 1:
        return Cause(*fits[0], certain=True, correction=right)
    from derive.check.causes.repair import printed_instead

    value = float(pair.right)
    other = printed_instead(pair, case, value, 0.5 * 10.0**-statement.digits) if not fits else None
    if other is not None and abs(value) >= 50 * 10.0**-statement.digits:  # three digits do not agree by chance
        return Cause(other[0], f"the printed number is the value of ${other[1]}$", certain=True, correction=right)
    return Cause("number", "", certain=False, correction=right) if right else None


def _size_of(e: Expr, case: Case) -> float | None:
    """Its value as a float, to leave out what cannot fit; None where it varies or has none."""
    from derive.errors import DeriveError
    from derive.evaluate.oracle import FLOAT, Evaluator

    try:
        return Evaluator({}, {}, FLOAT, case.program).value(e)
    except (DeriveError, ArithmeticError, ValueError):
        return None


def true_digits(pair: Pair, places: int, case: Case) -> str:
    """The left side rounded to as many places, or empty."""
    from derive.evaluate.refusals import NoValue
    from derive.verify.place import Claim, Place

    claim = Claim(pair.left, Integer(0), case.program)
    if claim.inputs() or not 0 <= places <= MOST_PLACES:
        return ""
    try:
        left, _ = Place(claim, {}, {}).sides({}, 256)
    except NoValue:
        return ""
    value = float(left)
    return f"{value:.{places}f}"


def _rounded(statement: Statement, case: Case) -> Cause | None:
    """An equals sign before a number that was rounded."""
    pair = aligned(case.left, case.right)
    if pair is None or not pair.right.is_Rational or pair.axes:
        return None
    for places in _places(statement, Fraction(int(pair.right.p), int(pair.right.q))):
        if numbers.rounded(pair.left, pair.right, places, case.program):
            return Cause("rounded", "the number is rounded: write \\approx", certain=True)
    return None


def _places(statement: Statement, value: Fraction) -> Iterator[int]:
    """How many digits are printed after the point."""
    if statement.digits is not None:
        yield statement.digits
    else:
        decimals = next((n for n in range(1, MOST_PLACES) if (value * 10**n).denominator == 1), None)
        if decimals and "." in statement.rhs_text:
            yield decimals
