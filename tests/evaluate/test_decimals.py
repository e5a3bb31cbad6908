"""Rounding against Python's decimals, and values whose last digit takes many more digits than are shown."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import exp, sqrt

from derive.evaluate.decimals import Point, nearest
from derive.evaluate.refusals import OutsideDomain
from derive.expr import Index, Let, Program, Tensor, sigmoid, sum_over

X = Tensor("x")


@given(st.fractions(max_denominator=10**6), st.integers(1, 12))
def test_nearest_against_decimal(q, digits):
    shown, exact = nearest(q, digits)
    with localcontext() as context:
        context.prec = digits
        by_decimal = Decimal(q.numerator) / Decimal(q.denominator)
    assert Fraction(shown) == Fraction(by_decimal)
    assert exact == (Fraction(shown) == q)
    assert abs(Fraction(shown) - q) * 2 <= Fraction(10) ** int(shown.as_tuple().exponent)


@pytest.mark.parametrize(
    ("q", "digits", "text"),
    [("17/100", 4, "0.17"), ("1/3", 3, "0.333"), ("1/2", 3, "0.5"), ("9996/1000", 3, "10.0"), ("0", 3, "0"),
     ("-1/7000", 2, "-0.00014"), ("5000001/10000000", 3, "0.500")],
)  # fmt: skip
def test_nearest(q, digits, text):
    assert str(nearest(Fraction(q), digits)[0]) == text


def test_rational_values_are_exact():
    point = Point(Program(()), {X: Fraction(1, 8)})
    assert point.rounded(X() ** 2, 6) == (Decimal("0.015625"), True)
    assert point.rounded(X() ** 2, 4)[1] is False
    low, high = point.enclosure(X() / 3, {}, 128)
    assert low == high == Fraction(1, 24)


def test_values_that_are_not_rational_lie_in_their_enclosure():
    point = Point(Program(()), {X: Fraction(2)})
    low, high = point.enclosure(sqrt(X()), {}, 128)
    assert low < high and low**2 <= 2 <= high**2
    assert point.rounded(sqrt(X()), 20) == (Decimal("1.4142135623730950488"), False)


def test_a_value_next_to_the_middle_of_two_decimals():
    """0.25 and a hair, to one digit: more precision is taken until the hair is seen."""
    hair = exp(-X())
    point = Point(Program(()), {X: Fraction(120)})
    assert point.rounded(Fraction(1, 4) + hair, 1)[0] == Decimal("0.3")
    assert point.rounded(Fraction(1, 4) - hair, 1)[0] == Decimal("0.2")


@pytest.mark.parametrize("e", [exp(exp(X())), exp(-exp(X())), exp(exp(exp(X())))], ids=str)
def test_what_cannot_be_written_down(e):
    with pytest.raises(OutsideDomain):
        Point(Program(()), {X: Fraction(100)}).rounded(e, 4)


def test_what_cannot_be_told_from_zero():
    point = Point(Program(()), {X: Fraction(1, 3)})
    assert point.rounded(exp(X()) - exp(X()) * sigmoid(X()) * (1 + exp(-X())), 4) == (Decimal(0), False)


def test_arrays_and_lets():
    v, w = Tensor("v", (2,)), Tensor("w", (2,))
    i, j = Index("i", 2), Index("j", 2)
    point = Point(Program((Let(w(i), v(i) / 4),)), {v: (Fraction(1), Fraction(2))})
    assert point.array(w(i), (i,), 3) == ((Decimal("0.25"), Decimal("0.5")), True)
    assert point.tensor(v, 3) == ((Decimal(1), Decimal(2)), True)
    assert point.array(v(i) * w(j), (i, j), 3)[0][1] == (Decimal("0.5"), Decimal(1))
    assert point.floats(w(i), (i,)) == [0.25, 0.5]
    assert point.rounded(sum_over(v(i) * w(i), i), 3) == (Decimal("1.25"), True)
