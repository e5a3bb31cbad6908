"""Expectations of polynomials in independent entries, against the mean over all zeros and ones."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from sympy import Expr, Integer, Rational

from derive.calculus.moments import expectation
from derive.evaluate.oracle import evaluate
from derive.expr import Index, Size, Tensor, sum_over

n = Size("n")
i, j = Index("i", n), Index("j", n)
m, a = Tensor("m", (n,)), Tensor("a", (n,))
P = Fraction(1, 3)
VALUES = [Fraction(2), Fraction(-3), Fraction(5, 2)]


def _cumulant(order: int) -> Expr:
    p = Rational(1, 3)
    v = p * (1 - p)
    return {1: p, 2: v, 3: v * (1 - 2 * p), 4: v * (1 - 6 * v)}[order]


def _at(e: Expr, mask: tuple[int, ...]) -> float:
    return evaluate(e, {m: list(mask), a: VALUES}, {n: 3}, {i: 0, j: 1})


TOTAL = sum_over(a(i) * m(i), i)


@pytest.mark.parametrize(
    "e",
    [
        m(i),
        m(i) * m(j),
        m(i) ** 2 * m(j) + a(i),
        TOTAL,
        TOTAL**2,
        (TOTAL - a(i)) ** 3,
        TOTAL**4,
        sum_over(m(j) * a(j) ** 2, j) * m(i),
    ],
)
def test_mean_over_all_masks(e: Expr) -> None:
    found = expectation(e, m, _cumulant, independent=True)
    assert found is not None
    masks = list(product((0, 1), repeat=3))
    weights = [P ** sum(x) * (1 - P) ** (3 - sum(x)) for x in masks]
    mean = sum(float(w) * float(_at(e, x)) for w, x in zip(weights, masks, strict=True))
    assert float(_at(found, (0, 0, 0))) == pytest.approx(mean)


@pytest.mark.parametrize("e", [1 / (1 + m(i)), m(i) ** 5, TOTAL**5])
def test_no_polynomial_of_low_degree(e: Expr) -> None:
    assert expectation(e, m, _cumulant, independent=True) is None


def test_dependent_entries() -> None:
    assert expectation(m(i) * m(j), m, _cumulant, independent=False) is None
    assert expectation(m(i) * m(i) + m(j), m, lambda order: Integer(order), independent=False) == 4
