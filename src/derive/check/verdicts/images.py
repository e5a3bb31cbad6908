"""Verdicts on all values of a function: `\\tanh(\\mathbb R) = (-1, 1)`.

The values of a continuous function of one number are an interval; `analysis` finds its ends, and whether they are
taken. Other letters get numbers: one choice refutes, several confirm.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sympy import Expr, Integer, Rational, oo

from derive.analysis.extremes import Extreme
from derive.analysis.facts import facts
from derive.analysis.points import order
from derive.analysis.variable import z
from derive.errors import DeriveError
from derive.evaluate.sampling import sample
from derive.expr import Elem, Let, Tensor, substitute, tensors, unfold
from derive.verify import Verdict

if TYPE_CHECKING:
    from derive.documents.model import Image
    from derive.expr import Program

METHOD = "range of the function"
SAYING = "the values are "
CHOICES = 4  # of numbers for the other letters


@dataclass(frozen=True)
class Found:
    """Whether an end is as claimed (None: not known), and what it is."""

    right: bool | None
    shown: str


def judge(image: Image, program: Program, *, seed: int = 0) -> Verdict:
    """Whether the values of the function are this interval."""
    argument, f = _alone(image, program)
    others = sorted((tensors(f) | tensors(image.interval[0]) | tensors(image.interval[1])) - {argument}, key=str)
    if any(t.rank for t in others):
        return Verdict("undecided", METHOD, "the function depends on arrays")
    verdict = Verdict("undecided", METHOD, "its range was not found")
    for n in range(CHOICES if others else 1):
        values = sample(others, {}, seed + n)
        try:
            verdict = _with_values(image, f, argument, values)
        except (DeriveError, ArithmeticError, TypeError, ValueError, RecursionError):
            return Verdict("undecided", METHOD, "its range was not found")
        if not verdict.established:
            return verdict
    return Verdict("confirmed", METHOD, f"so it is at {CHOICES} choices of {_names(others)}") if others else verdict


def right_form(verdict: Verdict) -> str:
    """The interval that a refutation found, in LaTeX; empty where it was found for some choice of numbers only."""
    found = verdict.detail.removeprefix(SAYING) if verdict.detail.startswith(SAYING) else ""
    return "" if ".." in found else found.replace("\u221e", r"\infty")


def _alone(image: Image, program: Program) -> tuple[Tensor, Expr]:
    f = unfold(image.value, program)
    found = [t for t in tensors(f) if t.name == image.argument]
    return (found[0] if found else Tensor(image.argument)), f


def _with_values(image: Image, f: Expr, argument: Tensor, values: dict[Tensor, Any]) -> Verdict:
    put_in = {t: Let(Elem(t), _rational(v)) for t, v in values.items()}
    low, high, open_low, open_high = image.interval
    course = facts(substitute(f, {**put_in, argument: Let(Elem(argument), z())}))
    least, greatest = course.value.least(), course.value.greatest()
    if least is None or greatest is None:
        return Verdict("undecided", METHOD, course.value.trouble or "its range was not found")
    ends = (
        _end(least, substitute(low, put_in), open_low, "["),
        _end(greatest, substitute(high, put_in), open_high, "]"),
    )
    where = ", ".join(f"{t.name} = {v}" for t, v in values.items())
    said = f"{f'at {where}: ' if where else ''}{SAYING}{ends[0].shown}, {ends[1].shown}"
    if any(e.right is False for e in ends):
        return Verdict("refuted", METHOD, said)
    if course.jumps:
        return Verdict("undecided", METHOD, f"{said}, with jumps")
    if any(e.right is None for e in ends):
        return Verdict("undecided", METHOD, said)
    return Verdict("proved", METHOD, said)


def _end(found: Extreme, claimed: Expr, is_open: bool, bracket: str) -> Found:
    """Whether the least value, or the greatest, is as claimed."""
    shown = str(found.exact) if found.exact is not None else f"{found.low}..{found.high}"
    shown = {"oo": "\u221e", "-oo": "-\u221e"}.get(shown, shown)
    mark = bracket if found.attained else {"[": "(", "]": ")"}[bracket]
    text = f"{mark}{shown}" if bracket == "[" else f"{shown}{mark}"
    if found.exact is None:
        outside = order(claimed, found.low) < 0 or order(claimed, found.high) > 0
        return Found(False if outside else None, text)
    if order(found.exact, claimed) != 0:
        return Found(False, text)
    if abs(found.exact) == oo:
        return Found(True, text)
    return Found(None if found.attained is None else found.attained != is_open, text)


def _rational(v: Any) -> Expr:
    x = Fraction(v if not hasattr(v, "item") else v.item())
    return Rational(x.numerator, x.denominator) if x.denominator != 1 else Integer(x.numerator)


def _names(others: list[Tensor]) -> str:
    return ", ".join(t.name for t in others)
