"""Stand-ins for unspecified functions: derivatives of every order belong to one function."""

from __future__ import annotations

import math

import pytest

from derive.evaluate.standin import coefficients, derivative


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
