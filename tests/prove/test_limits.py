"""Limits at infinity by the order of growth: a table, and what is not known."""

from __future__ import annotations

import pytest
from sympy import Integer, Rational, exp, log, oo, sin, tanh

from derive.expr import Tensor, sigmoid
from derive.prove.limits import limit

z, y = Tensor("z")(), Tensor("y")()
k = Tensor("k", (), None, ("positive",))()

KNOWN = [
    (sigmoid(z), 1, 0),
    (tanh(z), 1, -1),
    (sigmoid(z) * (1 - sigmoid(z)), 0, 0),
    ((sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z)), 0, 0),
    (sigmoid(z) - y, 1 - y, -y),
    ((2 * z + y) / (3 * z - 1), Rational(2, 3), Rational(2, 3)),
    (y * z / (k * z + 1), y / k, y / k),
    (z / (z**2 + 1), 0, 0),
    (3 * sigmoid(z / 2), 3, 0),
    (Integer(7), 7, 7),
]


@pytest.mark.parametrize(("e", "above", "below"), KNOWN, ids=str)
def test_known(e, above, below):
    assert limit(e, z, oo) - above == 0
    assert limit(e, z, -oo) - below == 0


def test_one_side_only():
    assert limit(exp(-z) * z**3, z, oo) == 0
    assert limit(exp(-z) * z**3, z, -oo) is None
    assert limit(z * sigmoid(z), z, -oo) == 0
    assert limit(z * sigmoid(z), z, oo) is None
    assert limit(z - z * sigmoid(z), z, oo) == 0


@pytest.mark.parametrize("e", [sin(z), log(z), exp(z**2), 1 / (1 + exp(y * z)), z / (y * z + 1), exp(exp(z)), z**y])
def test_not_known(e):
    assert limit(e, z, oo) is None


def test_only_at_infinity_and_only_in_a_number():
    from derive.expr import Index, Size

    x = Tensor("x", (Size("n"),))(Index("i", Size("n")))
    assert limit(sigmoid(z), z, Integer(0)) is None
    assert limit(sigmoid(x), x, oo) is None
