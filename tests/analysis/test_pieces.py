"""Functions by cases: their pieces, kinks and jumps."""

from __future__ import annotations

import pytest
from sympy import Rational, oo, sqrt

from derive.analysis import facts
from derive.analysis.curves import slope_runs, value_runs
from derive.analysis.pieces import pieces
from derive.analysis.variable import of_z
from derive.evaluate.refusals import NoValue
from derive.formula import parse_scalar_function


def formula(text: str):
    return of_z(parse_scalar_function(text, ["z"]))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("relu(z)", [0]),
        ("clip(z, -1, 2)", [-1, 2]),
        ("abs(z**2 - 2)", [-sqrt(2), sqrt(2)]),
        ("maximum(0, 1 - abs(z))", [-1, 0, 1]),
        ("relu(exp(z) + 1)", []),
        ("maximum(z, tanh(z))", [0]),
        ("where(z > 1/3, z, -z)", [Rational(1, 3)]),
        ("relu(relu(z))", [0]),
    ],
)
def test_places_where_the_cases_change(text, places):
    found = pieces(formula(text))
    assert [p.high for p in found[:-1]] == places
    assert (found[0].low, found[-1].high) == (-oo, oo)


@pytest.mark.parametrize(
    ("text", "kinks", "jumps"),
    [
        ("relu(z)", [(0, 0, 1)], ()),
        ("abs(z)", [(0, -1, 1)], ()),
        ("where(z > 0, z, exp(z) - 1)", [], ()),
        ("z*abs(z)", [], ()),
        ("step(z - 2)", [], (2,)),
        ("where(z > 0, z + 1, z)", [], (0,)),
        ("clip(z, 0, 6)", [(0, 0, 1), (6, 1, 0)], ()),
    ],
)
def test_kinks_and_jumps(text, kinks, jumps):
    found = facts(formula(text))
    assert [(k.place.exact, k.left.exact, k.right.exact) for k in found.kinks] == kinks
    assert found.jumps == jumps
    assert found.differentiable is (not kinks and not jumps)


def test_a_kink_at_a_place_without_a_name():
    """z = sigmoid(z) at 0.6590460684..., where the slope of the logistic function is a (1 - a)."""
    (kink,) = facts(formula("maximum(z, sigmoid(z))")).kinks
    assert kink.place.exact is None and abs(float(kink.place.ball) - 0.659046068407) < 1e-11
    assert abs(float(kink.left.ball) - 0.659046068407 * (1 - 0.659046068407)) < 1e-11
    assert kink.right.exact == 1


@pytest.mark.parametrize("text", ["where(z - sigmoid(z) > 0, 1, z)", "where(log(z)**2 + 1 > 0, 1, z)", "relu(sin(z))"])
def test_what_is_not_seen_is_refused(text):
    with pytest.raises(NoValue):
        pieces(formula(text))


def test_points_of_a_plot_break_where_the_function_does():
    found = facts(formula("where(z > 0, z + 1, -z)"))
    values, slopes = value_runs(found, -1, 1), slope_runs(found, -1, 1)
    assert [(run[0], run[-1]) for run in values] == [((-1, 1), (0, 0)), ((0, 1), (1, 2))]
    assert [{y for _, y in run} for run in slopes] == [{-1}, {1}]
    (whole,) = value_runs(facts(formula("relu(z)")), -1, 1)
    assert whole[0] == (-1, 0) and whole[-1] == (1, 1)


def test_points_of_a_function_that_is_not_understood():
    """1/z near 0 is left out, and so is what has no value."""
    left, right = value_runs(facts(formula("1/z")), -1, 1)
    assert left[-1][0] < 0 < right[0][0]
    (only,) = value_runs(facts(formula("log(z)")), -1, 1)
    assert all(x > 0 for x, _ in only)
