"""Steps with numbers in them: is every decimal that is written the rounding of what stands in its place?

The equality of the formulas is decided like that of any other step; here the truth comes from exact arithmetic or from
balls, and each decimal must lie within half a unit of its last digit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from sympy import Expr

from derive.derivation.model import Context, Equation, Step
from derive.evaluate.decimals import PRECISIONS, Point, places
from derive.evaluate.nested import entry
from derive.expr import Elem, Index, Tensor, free_indices
from derive.verify.verdict import Verdict

METHOD = "ball arithmetic"
VALUE = "value"


def value_elem(out: tuple[Index, ...]) -> Elem:
    """What stands for a number, or for an array of numbers, that a formula comes to: it has no other name."""
    return Tensor(VALUE, tuple(i.dim for i in out))(*out)


def numerals_verdict(before: Expr, step: Step, equation: Equation, context: Context) -> Verdict:
    """On the numbers of a step: `before` is the formula that they were put into, or came out of."""
    if context.point is None:
        return Verdict("undecided", METHOD, "no place is given at which the numbers could be computed")
    shown = 0
    for claim, truth, at in _claims(before, step, equation.out):
        off, exact = _off(claim, truth, at, context.point)
        if off:
            return Verdict("refuted", METHOD, f"{truth} is not {claim}, rounded")
        if step.relation == "=" and not exact:
            return Verdict("refuted", METHOD, f"{truth} is {claim} only when rounded")
        shown += 1
    if not shown:
        return Verdict("undecided", METHOD, "no number is shown")
    return Verdict("confirmed", METHOD, f"{shown} numbers within half a unit of their last digit")


def _claims(before: Expr, step: Step, out: tuple[Index, ...]) -> Iterator[tuple[Decimal, Expr, dict[Index, int]]]:
    """Each number that is written, and the entry of what it stands for."""
    used = {e for e in _elems(step.after) if e.tensor in (step.numbers or {})}
    for e in sorted(used, key=str):
        value = (step.numbers or {})[e.tensor]
        indices = tuple(i for i in e.indices if isinstance(i, Index))
        for place in places(indices):
            at = dict(zip(indices, place, strict=True))
            spot = [at[i] if isinstance(i, Index) else int(i) for i in e.indices]
            truth = before if e.tensor.name == VALUE else e
            yield entry(value, spot), truth, {i: at[i] for i in free_indices(truth) if i in at}
    if any(t.name != VALUE and t not in {e.tensor for e in used} for t in (step.numbers or {})):
        raise AssertionError("numbers are given for a tensor that does not occur")


def _elems(e: Expr) -> Iterator[Elem]:
    if isinstance(e, Elem):
        yield e
        return
    for a in e.args:
        yield from _elems(a)


def _off(claim: Decimal, truth: Expr, at: Mapping[Index, int], point: Point) -> tuple[bool, bool]:
    """Whether the claim is more than a rounding away, and whether it is the value itself."""
    shown, unit = Fraction(claim), Fraction(10) ** int(claim.as_tuple().exponent)
    low, high = point.enclosure(truth, at, PRECISIONS[-1])
    if not claim:
        unit = Fraction(1, 10**99)
    far = max(abs(low - shown), abs(high - shown))
    return far > unit / 2 * (1 + Fraction(1, 10**99)), low == high == shown
