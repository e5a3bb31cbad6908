"""What an expression is worth with something else in place of a node, and what it is worth once that is put in."""

from __future__ import annotations

import pytest
from sympy import exp, tanh

from derive.check.causes.values import value_with
from derive.check.causes.walk import spots
from derive.evaluate.oracle import FLOAT, Evaluator
from derive.evaluate.sampling import sample
from derive.expr import Index, LogSumExp, Size, Tensor, Where, maximum, sum_over

N, K = Size("N"), Size("K")
i, j, m = Index("i", N), Index("j", N), Index("m", N)
x, y, t, A = Tensor("x", (N,)), Tensor("y", (N,)), Tensor("t"), Tensor("A", (N, N))
SIZES = {N: 3}
AT = {i: 2, j: 1}
EVALUATOR = Evaluator(sample((x, y, t, A), SIZES, 7), SIZES, FLOAT)

EXPRESSIONS = [
    2 * x(i) * y(j) - t() ** 3,
    sum_over(A(i, m) * (x(m) - t() * y(m)) ** 2, m) / (1 + t() ** 2),
    sum_over(exp(A(i, m)) * sum_over(A(m, j) * tanh(x(j)), j), m),
    Where(t(), x(i) * y(i), x(j) - 1) + maximum(x(i), 2 * t()),
]


@pytest.mark.parametrize("e", EXPRESSIONS, ids=str)
def test_the_value_needs_no_expression(e):
    looked = 0
    for spot in spots(e, frozenset((i, j))):
        for image in (spot.node * (t() + 2), y(i) - spot.node, t()):
            value = value_with(spot.worth, image, EVALUATOR, AT)
            if value is not None:
                assert value == pytest.approx(EVALUATOR.value(spot.put(image), AT), rel=1e-12)
                looked += 1
    assert looked > 10


def test_an_exponent_is_put_in():
    """How a power is evaluated depends on its exponent: whole, rational or any."""
    worths = [spot.worth for spot in spots(t() ** 3 + 1) if spot.node == 3]
    assert worths == [None]


def test_other_binders_are_not_looked_into():
    inside = [spot.worth for spot in spots(LogSumExp(A(i, m), m))][1:]
    assert inside
    assert not any(inside)
    assert value_with(None, t(), EVALUATOR, AT) is None


def test_no_value_is_none():
    root = next(spots(x(i)))
    assert value_with(root.worth, 1 / (t() - t() * 1 + 0 * x(i) + sum_over(x(m) - x(m), m)), EVALUATOR, AT) is None
