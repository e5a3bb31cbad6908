"""Stand-ins for unspecified functions: derivatives of every order belong to one function."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import pytest
from sympy import sympify

from derive.evaluate.rings import EXACT, FLOAT
from derive.evaluate.standin import EASY, Polynomial, coefficients, derivative, formula


def at(name, order, t):
    return derivative(name, order, t, float, math.sin, math.cos)


@pytest.mark.parametrize("order", range(6))
def test_each_order_is_the_slope_of_the_one_before(order):
    h = 1e-5
    for t in (-1.3, 0.4, 2.0):
        slope = (at("f", order, t + h) - at("f", order, t - h)) / (2 * h)
        assert slope == pytest.approx(at("f", order + 1, t), rel=1e-7, abs=1e-7)


def test_names_have_functions_of_their_own():
    assert len({coefficients(name) for name in "fghφσ"}) == 5
    assert at("f", 0, 0.3) not in (at("f", 2, 0.3), -at("f", 2, 0.3))


@pytest.mark.parametrize("polynomial", EASY, ids=str)
def test_each_order_of_a_polynomial_is_the_slope_of_the_one_before(polynomial):
    for order in range(5):
        left, right = (polynomial(order, t, FLOAT) for t in (0.7 - 1e-5, 0.7 + 1e-5))
        assert (right - left) / 2e-5 == pytest.approx(polynomial(order + 1, 0.7, FLOAT), abs=1e-7)


def test_polynomials_are_exact_and_say_what_they_are():
    p = Polynomial((Fraction(1), Fraction(-1), Fraction(0), Fraction(2, 3)))
    assert str(p) == "2/3 t^3 - t + 1"
    assert EXACT.result(p(0, EXACT.number(Fraction(1, 2)), EXACT)) == Fraction(7, 12)
    assert EXACT.result(p(2, EXACT.number(Fraction(1, 2)), EXACT)) == 2
    assert str(Polynomial(())) == "0"


def test_what_is_written_of_a_stand_in_is_what_it_is():
    for name in ("f", "g", "φ"):
        written = re.sub(r"(\d) (?=[ts])", r"\1*", formula(name)).replace("^", "**")
        assert sympify(written).subs("t", 0.3).evalf() == pytest.approx(at(name, 0, 0.3))
