"""What is said at one layer is said at its like: `shifted`, `grounded`, `alike`, `moved`."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from derive.expr import Index, Let, Size, Tensor, alike, grounded, lowest_layer, moved, shifted, sigmoid, sum_over


def let(layer: int) -> Let:
    """z^(l) = W^(l) a^(l-1)."""
    i, j = Index("i", Size("n", layer)), Index("j", Size("n", layer - 1))
    W, a = Tensor("W", (i.dim, j.dim), layer), Tensor("a", (j.dim,), layer - 1)
    return Let(Tensor("z", (i.dim,), layer)(i), sum_over(W(i, j) * sigmoid(a(j)), j))


@pytest.mark.parametrize("by", [-3, -1, 0, 1, 7])
def test_a_shift_leads_to_the_layer_and_back(by):
    rhs = let(5).rhs
    assert shifted(rhs, by) == let(5 + by).rhs
    assert shifted(shifted(rhs, by), -by) == rhs


def test_layers_are_counted_from_the_lowest():
    parts, lowest = grounded(let(9).rhs, *let(9).target.indices)
    assert lowest == lowest_layer(let(9).rhs) == 8
    assert parts == grounded(let(3).rhs, *let(3).target.indices)[0]
    assert grounded(Tensor("y")()) == ((Tensor("y")(),), 0)


def said(*layers: int):
    return alike(*((let(m).target, let(m).rhs) for m in layers))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ((2, 3), (7, 8), True),
        ((2, 3), (7, 9), False),  # how far apart the layers are counts
        ((3, 2), (2, 3), False),
        ((4,), (11,), True),
    ],
)
def test_formulas_are_alike_if_one_shift_makes_them_equal(one, other, same):
    assert (said(*one) == said(*other)) == same


def test_what_has_no_layer_stays_where_it_is():
    """dC/da^(2) with the cost C is not dC/da^(3): only both together may be moved."""
    cost = (Tensor("C")(),)
    assert alike(cost, (let(2).rhs,)) != alike(cost, (let(3).rhs,))


def test_records_are_moved_with_all_that_is_in_them():
    @dataclass(frozen=True)
    class Both:
        lets: tuple[Let, ...]
        name: str
        none: None = None

    assert moved(Both((let(1), let(2)), "both"), 4) == Both((let(5), let(6)), "both")
