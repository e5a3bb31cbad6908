"""Slopes on both sides of a kink against difference quotients, and the slope taken against the derivative rules."""

from __future__ import annotations

import pytest
from sympy import Abs, exp

from derive.calculus import differentiate
from derive.catalogue.kinks import kinks, replaced, solved
from derive.evaluate.oracle import FLOAT, Evaluator
from derive.expr import Tensor, Where, maximum, minimum, relu

x, a, k = Tensor("x")(), Tensor("a")(), Tensor("k", (), None, ("positive",))()

#: formula, how many kinks, and where one is for a = 0.8
FORMULAS = [
    (Abs(x - a), 1, 0.8),
    (relu(1 - a * x), 1, 1.25),
    (maximum(x, a) * exp(x), 1, 0.8),
    (minimum(x**2, 1), 1, 1.0),
    (Where(x - a, 3 * x, x**2), 1, 0.8),
    (Where(x, x, exp(x) - 1), 0, None),  # ELU has none
    (Abs(x) * x, 0, None),
    (relu(x) ** 2, 0, None),
    (Where(k - Abs(x), x**2 / 2, k * (Abs(x) - k / 2)), 0, None),  # Huber's loss has none
    (Abs(x) + relu(x), 2, 0.0),
    (x**2, 0, None),
]


@pytest.mark.parametrize(("e", "count", "place"), FORMULAS, ids=str)
def test_kinks(e, count, place):
    found = list(kinks(e, x))
    assert len(found) == count

    def at(f, t):
        return Evaluator({x.tensor: t, a.tensor: 0.8}, {}, FLOAT).value(f)

    for kink in found:
        h = 1e-6
        assert at(kink.zero, place) == pytest.approx(0, abs=1e-12)
        if count > 1:
            continue  # both kinks at one place: no difference quotient tells them apart
        right = (at(e, place + 2 * h) - at(e, place + h)) / h
        left = (at(e, place - h) - at(e, place - 2 * h)) / h
        rising = at(kink.zero, place + h) > 0
        above, below = (right, left) if rising else (left, right)
        assert at(kink.above, place) == pytest.approx(above, abs=1e-4)
        assert at(kink.below, place) == pytest.approx(below, abs=1e-4)
        exactly = solved(kink.zero)
        if exactly is not None:  # the derivative as its rules give it, at the kink itself
            assert at(replaced(differentiate(e, x), *exactly), place) == pytest.approx(at(kink.taken, place))


def test_solving():
    assert solved(a - Abs(x)) == (a, Abs(x))
    assert solved(Abs(x) - a) == (a, Abs(x))
    assert solved(a * x - 1) is None
