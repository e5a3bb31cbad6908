"""Functions as rational functions of kernels: nothing is changed by the translation."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings

from analysis.formulas import Formula, simple
from derive.analysis.algebra import NotRational, rational
from derive.analysis.boxes import ball, value
from derive.analysis.kinks import branches
from derive.analysis.variable import of_z
from derive.evaluate.refusals import NoValue
from derive.formula import parse_scalar_function

#: Found by the random tests: the exponent of a kernel has another kernel in it, which was changed to its root.
NESTED = ["sigmoid(sigmoid(z/2 - 1))", "exp(-sigmoid(z/3)**2)", "tanh(softplus(z/2) + z)", "exp(exp(z/2)*z/(1+exp(z)))"]


@pytest.mark.parametrize("text", NESTED)
def test_kernels_within_kernels(text):
    same(text)


@settings(max_examples=25)
@given(simple, simple)
def test_the_translation_has_the_same_values(a: Formula, b: Formula):
    same(f"{a.text} * sigmoid({b.text}/3) + {b.text}")


def same(text: str) -> None:
    e = of_z(parse_scalar_function(text, ["z"]))
    for f in branches(e, lambda _: 1):
        try:
            (r,) = rational(f)
        except NotRational:
            assume(False)
            return
        back = r.back(r.value)
        for k in (-13, -3, 2, 5, 19):
            place = ball(Fraction(k, 7))
            try:
                assert value(f, place).overlaps(value(back, place)), (f, back)
            except NoValue:
                continue
