"""Printed digits: the left side must round to them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import Integer, Rational

from check.builders import claim
from derive.check.verdicts import numbers
from derive.check.verdicts.claims import judge
from derive.check.verdicts.numbers import printed
from derive.check.verdicts.shapes import Pair
from derive.evaluate.oracle import evaluate
from derive.expr import Unknown

ROWS = [
    ("-log(0.5)", "0.693", 3, "proved"),
    ("-log(0.5)", "0.301", 3, "refuted"),
    ("-log(0.5)", "0.694", 3, "refuted"),
    ("1/8", "0.12", 2, "proved"),  # a tie may be rounded either way
    ("1/8", "0.13", 2, "proved"),
    ("1/8", "0.14", 2, "refuted"),
    ("2/3", "0.66", 2, "refuted"),
    ("1024", "1000", 0, "undecided"),
    ("1600", "1000", 0, "refuted"),
    ("1000", "1000", 0, "proved"),
    ("0", "0.00", 2, "proved"),
    ("sqrt(2)", "1.4142135623730950488016887242", 28, "proved"),
    ("sqrt(2)", "1.4142135623730950488016887243", 28, "refuted"),
]


@pytest.mark.parametrize(("lhs", "rhs", "digits", "expected"), ROWS)
def test_rounding(lhs: str, rhs: str, digits: int, expected: str) -> None:
    assert judge(claim(lhs, rhs, "\\approx", digits=digits)).kind == expected


def test_without_digits_only_what_is_equal_is_said_to_be_near() -> None:
    assert judge(claim("s", "s", "\\approx")).kind == "proved"
    assert judge(claim("s", "t", "\\approx")).kind == "undecided"
    assert judge(claim("s", "t", "\\approx", digits=2)).kind == "undecided"


def test_a_function_that_is_not_specified_has_no_digits() -> None:
    value = Unknown("f", 0, Integer(2))
    of_the_stand_in = f"{evaluate(value, {}, {}):.3f}"
    for digits in (of_the_stand_in, "0.480"):
        assert numbers.judge(Pair(value, Rational(digits), ()), 3, None).kind == "undecided"


def test_a_side_that_varies_is_held_against_the_interval() -> None:
    assert judge(claim("s", "0.5", "\\approx", digits=1)).kind == "refuted"
    assert judge(claim("tanh(s)**2 + 1/cosh(s)**2", "1.0", "\\approx", digits=1)).kind in ("proved", "confirmed")


def test_zeros_before_the_point() -> None:
    assert printed(Fraction(1200), 0).wide == 50
    assert printed(Fraction(1201), 0).wide == Fraction(1, 2)
    assert printed(Fraction(5, 10), 2).wide == Fraction(1, 200)


def test_an_equals_sign_is_exact() -> None:
    assert judge(claim("37/100 * 25/100 * 54/100", "0.049")).kind == "refuted"
    assert judge(claim("sigmoid(0)", "0.5")).kind == "proved"
