"""What each ring refuses, and that balls enclose."""

from __future__ import annotations

from fractions import Fraction as Q

import numpy as np
import pytest
import sympy
from flint import arb, fmpq

from derive.evaluate.refusals import NotExact, Undecidable
from derive.evaluate.rings import BALL, EXACT, FLOAT, SERIES, Series, _integer_root, rational


@pytest.mark.parametrize(
    "leaf", [Q(3, 4), 0.75, np.float64(0.75), np.array(0.75), fmpq(3, 4), sympy.Rational(3, 4)], ids=repr
)
def test_entries_are_read_exactly(leaf):
    assert rational(leaf) == Q(3, 4)
    assert FLOAT.leaf(leaf) == 0.75
    assert EXACT.result(EXACT.leaf(leaf)) == Q(3, 4)
    assert BALL.leaf(leaf) == arb(0.75)


def test_precision_is_set_for_a_session_only():
    from flint import ctx

    before = ctx.prec
    with Series(300).session():
        assert ctx.prec == 300
    assert ctx.prec == before


def test_a_ball_about_zero_has_no_sign():
    assert BALL.sign(arb(0, 1)) is None
    assert BALL.sign(arb(0)) == 0
    with pytest.raises(Undecidable):
        BALL.divide(arb(1), arb(0, 1))
    assert BALL.larger(arb(0, 1), arb(0)).contains(1)


@pytest.mark.parametrize("ball", [arb(0, 1), arb(0, 1e-30), arb(0), arb(0.25, 1), arb(2, 1)], ids=str)
@pytest.mark.parametrize("n", [1, 2, 3, 4, 7])
def test_powers_of_a_ball_enclose(ball, n):
    power = BALL.power(ball, n)
    assert power.is_finite()
    for inside in (ball.mid(), ball.mid() + ball.rad() / 2, ball.mid() - ball.rad() / 2):
        assert power.contains(inside.fmpq() ** n)


def test_a_series_through_zero_is_at_a_kink():
    from flint import arb_series

    assert SERIES.sign(arb_series([0, 1], 2)) is None
    assert SERIES.sign(arb_series([], 2)) == 0
    assert SERIES.sign(arb_series([2, -1], 2)) == 1


@pytest.mark.parametrize("name", ["sin", "cos", "tan", "sinh", "cosh", "tanh", "atan", "erf", "sigmoid", "softplus"])
def test_functions_agree_across_rings(name):
    for q in (Q(-7, 3), Q(1, 5)):
        value = FLOAT.apply(name, float(q))
        assert float(BALL.apply(name, BALL.number(q))) == pytest.approx(value, rel=1e-14)
        assert float(SERIES.apply(name, SERIES.number(q))[0]) == pytest.approx(value, rel=1e-12)


def test_exact_roots():
    assert EXACT.result(EXACT.rational_power(EXACT.number(Q(8, 27)), 2, 3)) == Q(4, 9)
    with pytest.raises(NotExact):
        EXACT.rational_power(EXACT.number(Q(2)), 1, 2)
    assert all(_integer_root(n, 3) ** 3 <= n < (_integer_root(n, 3) + 1) ** 3 for n in range(200))
