"""Sums over layers: linear, bodies in normal form, factors of no layer before the sum; and nothing that is not so."""

from __future__ import annotations

import pytest

from derive.expr import DEPTH, LAYER, Delta, Index, LayerSum, Size, Sum_, Tensor
from derive.prove import prove

n = Size("d")
i, j, k = (Index(name, n) for name in "ijk")
x = Tensor("x", (n,))


def a(layer):
    return Tensor("a", (n,), layer)


def total(body, high=DEPTH):
    return LayerSum(body, LAYER, 1, high)


EQUAL = [
    (total(Sum_(a(LAYER)(k) * Delta(k, i), k)), total(a(LAYER)(i))),
    (total(a(LAYER)(i) + a(LAYER - 1)(i)), total(a(LAYER)(i)) + total(a(LAYER - 1)(i))),
    (total(2 * x(i) * a(LAYER)(j)), 2 * x(i) * total(a(LAYER)(j))),
    (total(a(LAYER)(i) - a(LAYER)(i)), x(i) - x(i)),
    (total((a(LAYER)(i) + 1) ** 2), total(a(LAYER)(i) ** 2) + 2 * total(a(LAYER)(i)) + total(x(i) - x(i) + 1)),
]
DIFFERENT = [
    (total(a(LAYER)(i)), total(a(LAYER)(i), DEPTH - 1)),
    (total(a(LAYER)(i)), total(a(LAYER - 1)(i))),
    (total(a(LAYER)(i) * a(LAYER)(j)), a(LAYER)(i) * total(a(LAYER)(j))),
    (total(a(LAYER)(i)), a(LAYER)(i)),
    (total(a(LAYER)(i) ** 2), total(a(LAYER)(i)) ** 2),
]


@pytest.mark.parametrize(("left", "right"), EQUAL, ids=str)
def test_equal(left, right):
    assert prove(left, right).proved


@pytest.mark.parametrize(("left", "right"), DIFFERENT, ids=str)
def test_not_proved(left, right):
    assert not prove(left, right).proved


@pytest.mark.parametrize(("left", "right"), EQUAL, ids=str)
def test_what_is_proved_holds_at_every_depth(left, right):
    """The sums written out at depths that are numbers are equal too."""
    from sympy import Integer

    from derive.expr import at_layers

    for depth in (1, 2, 4):
        at = {DEPTH: Integer(depth)}
        assert prove(at_layers(left, at), at_layers(right, at)).proved
