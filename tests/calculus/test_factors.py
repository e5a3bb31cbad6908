"""Lowest terms and factors by FLINT beside those of SymPy."""

from __future__ import annotations

import random

import pytest
from sympy import Add, Expr, Float, Integer, Mul, Pow, Rational, cancel, factor, sqrt, symbols

from derive.calculus.factors import Quotient

X = symbols("u0:12", real=True)


def _polynomial(rng: random.Random) -> Expr:
    def term() -> Expr:
        powers = (rng.choice(X) ** rng.randint(0, 2) for _ in range(2))
        return rng.choice([1, -1, 2, 3, -2, Rational(1, 2)]) * Mul(*powers)

    return Add(*(term() for _ in range(rng.randint(1, 3))))


@pytest.mark.parametrize("seed", range(20))
def test_they_are_those_of_sympy(seed: int) -> None:
    rng = random.Random(seed)
    e = _polynomial(rng) * _polynomial(rng) ** 2 / (_polynomial(rng) ** 2 + 1)
    if seed % 2:
        e += _polynomial(rng) / _polynomial(rng) ** 2
    found = Quotient.of(e)
    assert found is not None
    assert found.expanded == cancel(e)
    assert found.factored == factor(found.expanded)


@pytest.mark.parametrize("e", [Rational(3, 4), Integer(0), X[0], 1 / X[0], X[0] / 2 + Rational(1, 3)], ids=str)
def test_what_is_in_lowest_terms_stays(e: Expr) -> None:
    found = Quotient.of(e)
    assert found is not None
    assert found.expanded == e
    assert found.factored == factor(e)


NOTHING = (X[0] + 1) ** 2 - X[0] ** 2 - 2 * X[0] - 1


LONG = Add(*X) ** 40
HIGH = (X[0] ** (10**9) - 1) / (X[0] - 1)
HUGE = Mul(Pow(3, 10**9, evaluate=False), X[0], evaluate=False)  # a number of 1.6 billion bits


@pytest.mark.parametrize(
    "e", [Float("0.5") * X[0], sqrt(X[0]), X[0] ** X[1], 1 / NOTHING, X[0] / LONG, HIGH, HUGE], ids=str
)
def test_what_is_no_quotient_is_none(e: Expr) -> None:
    assert Quotient.of(e) is None
