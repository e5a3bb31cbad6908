"""Determinant and inverse over exact rationals against the permutation formula and the definition."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from random import Random

import pytest

from derive.evaluate.determinant import determinant, inverse
from derive.evaluate.refusals import OutsideDomain, Undecidable
from derive.evaluate.rings import BALL, EXACT


def matrix(size, seed):
    rng = Random(seed)
    return [[EXACT.number(Fraction(rng.randint(-5, 5), rng.randint(1, 3))) for _ in range(size)] for _ in range(size)]


@pytest.mark.parametrize("size", range(1, 6))
def test_determinant_is_the_sum_over_permutations(size):
    rows = matrix(size, size)
    total = EXACT.number(Fraction(0))
    for p in permutations(range(size)):
        swaps = sum(p[i] > p[j] for i in range(size) for j in range(i + 1, size))
        term = EXACT.number(Fraction((-1) ** swaps))
        for i, j in enumerate(p):
            term *= rows[i][j]
        total += term
    assert determinant(rows, EXACT) == total


@pytest.mark.parametrize("size", range(1, 6))
def test_inverse_times_matrix_is_the_identity(size):
    rows = matrix(size, 10 + size)
    found = inverse(rows, EXACT)
    product = [[sum(rows[i][k] * found[k][j] for k in range(size)) for j in range(size)] for i in range(size)]
    assert product == [[int(i == j) for j in range(size)] for i in range(size)]


def test_singular_matrices():
    with pytest.raises(OutsideDomain):
        inverse([[EXACT.number(Fraction(1))] * 2] * 2, EXACT)
    third = BALL.number(Fraction(1, 3))
    rows = [[third, third + third], [third, third + third]]
    assert determinant(rows, BALL).contains(0)
    with pytest.raises((OutsideDomain, Undecidable)):
        inverse(rows, BALL)
