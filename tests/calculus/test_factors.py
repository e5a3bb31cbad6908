"""Factors by FLINT beside those of SymPy."""

from __future__ import annotations

import random

import pytest
from sympy import Add, Expr, Float, Mul, Rational, cancel, factor, symbols

from derive.calculus.factors import factored

X = symbols("u0:12", real=True)


def _polynomial(rng: random.Random) -> Expr:
    def term() -> Expr:
        powers = (rng.choice(X) ** rng.randint(0, 2) for _ in range(2))
        return rng.choice([1, -1, 2, 3, -2, Rational(1, 2)]) * Mul(*powers)

    return Add(*(term() for _ in range(rng.randint(1, 3))))


@pytest.mark.parametrize("seed", range(20))
def test_they_are_those_of_sympy(seed: int) -> None:
    rng = random.Random(seed)
    e = cancel(_polynomial(rng) * _polynomial(rng) ** 2 / (_polynomial(rng) ** 2 + 1))
    assert factored(e) == factor(e)


def test_numbers_and_decimals_stay_as_they_are() -> None:
    for e in (Rational(3, 4) + 0 * X[0], Float("0.5") * X[0] + Float("0.5"), X[0] - X[0]):
        assert factored(e) == e
