"""Sign charts: roots and signs of functions whose roots are known."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, S, log, oo, sqrt

from derive.analysis.signs import boxes_chart, chart
from derive.analysis.variable import of_z, z
from derive.evaluate.refusals import NoValue
from derive.formula import parse_scalar_function

CHARTS = [  # formula, exact roots, signs
    ("sigmoid(z)", [], (1,)),
    ("1 - 2*sigmoid(z)", [0], (1, -1)),
    ("exp(z) - 3", [log(3)], (-1, 1)),
    ("exp(2*z) - 3*exp(z) + 2", [0, log(2)], (1, -1, 1)),
    ("z**2 - 2", [-sqrt(2), sqrt(2)], (1, -1, 1)),
    ("(z**2 - 2)*exp(-z**2)", [-sqrt(2), sqrt(2)], (1, -1, 1)),
    ("z**3", [0], (-1, 1)),
    ("z**2", [0], (1, 1)),
    ("1 + 2*z/(1 + z**2)", [-1], (1, 1)),
    ("tanh(z)*(1 - tanh(z)**2)", [0], (-1, 1)),
    ("erf(z)", [0], (-1, 1)),
    ("arctan(z - 3)", [3], (-1, 1)),
    ("z - z", [], (0,)),
    ("-z**4 - 1", [], (-1,)),
    ("z*sqrt(1 + z**2) - z", [0], (-1, 1)),
]


@pytest.mark.parametrize(("text", "roots", "signs"), CHARTS, ids=[row[0] for row in CHARTS])
def test_charts(text, roots, signs):
    e = S.Zero if text == "z - z" else of_z(parse_scalar_function(text, ["z"]))
    found = chart(e)
    assert [g.exact for g in found.gaps] == roots
    assert found.signs == signs


def test_a_root_without_a_name_is_enclosed():
    """1 + exp(-z) + z = 0: the minimum of swish, which is 1 + W(1/e) below zero."""
    from mpmath import lambertw, mp

    found = chart(of_z(parse_scalar_function("1 + exp(z) + z", ["z"])))
    (gap,) = found.gaps
    with mp.workdps(30):
        known = -(1 + lambertw(mp.exp(-1)).real)
        assert abs(mp.mpf(str(float(gap.ball.mid()))) - known) < 1e-14
    assert found.signs == (-1, 1)
    assert gap.ball.rad() < 1e-20


@settings(max_examples=15)
@given(st.lists(st.integers(-6, 6), min_size=1, max_size=3, unique=True), st.integers(1, 2))
def test_boxes_find_what_algebra_finds(roots, power):
    """A product of simple factors, by its exact roots and by boxes alone."""
    e = S.One
    for r in roots:
        e *= z() - r
    e = e * (z() ** 2 + power)
    exact, boxes = chart(e), boxes_chart(e, -oo, oo)
    assert [g.exact for g in exact.gaps] == sorted(roots)
    assert exact.signs == boxes.signs
    assert all(b.ball.overlaps(a.ball) for a, b in zip(exact.gaps, boxes.gaps, strict=True))


def test_a_chart_on_a_part_of_the_line():
    e = z() ** 2 - 2
    assert chart(e, S.Zero, oo).signs == (-1, 1)
    assert chart(e, S(2), oo).signs == (1,)
    assert chart(z(), S.Zero, oo).signs == (1,)
    assert chart(z() - Rational(1, 3), -oo, S.Zero).signs == (-1,)


@pytest.mark.parametrize("text", ["sin(z)", "z - exp(exp(z))"])
def test_what_is_not_seen_is_refused(text):
    with pytest.raises(NoValue):
        chart(of_z(parse_scalar_function(text, ["z"])))
