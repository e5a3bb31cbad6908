"""The number of terms, told before multiplying out, is never less than what multiplying out gives."""

from __future__ import annotations

import pytest

from derive.expr import Index, Size, Tensor, Where, maximum, sum_over
from derive.prove.ledger import working
from derive.prove.normal import normal
from derive.prove.swell import SWOLLEN, _terms, swells

i, j = (Index(name, Size("n")) for name in "ij")
x, y, W = Tensor("x", (i.dim,)), Tensor("y", (i.dim,)), Tensor("W", (i.dim, i.dim))
a, b, c = (Tensor(name)() for name in "abc")


@pytest.mark.parametrize(
    "e",
    [
        (a + b) ** 5 * (a - c),
        (a + b) * (b + c) * (a + c) + a,
        sum_over((x(i) + y(i) + sum_over(W(i, j) * (x(j) - 1), j)) ** 2, i),
        (Where(a, b, c + 1) - 1) ** 2 * b,
        (maximum(a, b + c) + a) ** 2,
        (a * b) ** 7,
    ],
    ids=str,
)
def test_terms(e):
    with working(20_000):
        assert len(normal(e)) <= _terms(e) <= SWOLLEN


def test_what_swells():
    assert swells((a + b + c) ** 40)
    assert swells((a + 1) ** 30 * (b + 1) ** 30)
    assert not swells(a**4000 * (b + 1) ** 20)
