"""Exact numbers and correctly rounded ones."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import mpmath
import pytest

from derive.errors import UndefinedError
from derive.evaluate.refusals import NotExact
from derive.graph.numbers import Number, number, shown


def exactly(text: str) -> Number:
    return Number(Fraction(text), Fraction(text))


@pytest.mark.parametrize(
    ("value", "digits", "fractions", "text", "rounded"),
    [
        ("2", 3, False, "2", False),
        ("-0.25", 3, False, "−0.25", False),
        ("123456", 3, False, "123456", False),
        ("1234567", 3, False, "1230000", True),
        ("12345678", 3, False, "1.23e7", True),
        ("1/3", 3, False, "0.333", True),
        ("1/3", 3, True, "1/3", False),
        ("-2/3", 2, True, "−2/3", False),
        ("2/3", 2, False, "0.67", True),
        ("0.1234567", 3, False, "0.123", True),
        ("1999/1000000", 2, False, "0.001999", False),
        ("1/3000", 3, False, "0.000333", True),
        ("1/300000", 3, False, "3.33e−6", True),
        ("0", 3, False, "0", False),
        ("9999999/10", 3, False, "1000000", True),
    ],
)
def test_shown(value, digits, fractions, text, rounded):
    found = shown(exactly(value), digits, fractions)
    assert (found.text, found.rounded) == (text, rounded)


@pytest.mark.parametrize(
    ("text", "latex"), [("1/3", r"\tfrac{1}{3}"), ("-1/3", r"-\tfrac{1}{3}"), ("1/300000", r"3.33 \cdot 10^{-6}")]
)
def test_latex(text, latex):
    assert shown(exactly(text), 3, "/3" in text and len(text) < 6).latex == latex


@pytest.mark.parametrize("digits", [1, 3, 8, 15])
@pytest.mark.parametrize("argument", ["1", "-7/3", "40", "1e-9"])
def test_rounding_of_irrational_numbers(argument, digits):
    """Against mpmath with a hundred digits."""
    q = Fraction(argument)

    def exponential(ring):
        if ring.name == "exact":
            raise NotExact("e^q")
        with ring.session():
            return ring.apply("exp", ring.number(q))

    found = shown(number(exponential), digits)
    with mpmath.workdps(100):
        true = mpmath.exp(mpmath.mpf(q.numerator) / q.denominator)
        wanted = Decimal(mpmath.nstr(true, 80))
    error = abs(Decimal(found.text.replace("−", "-")) - wanted)
    assert found.rounded
    assert error <= Decimal(10) ** (wanted.adjusted() - digits + 1) / 2


@pytest.mark.parametrize("argument", ["100000", "-100000"])
def test_numbers_beyond_all_bounds(argument):
    def exponential(ring):
        if ring.name == "exact":
            raise NotExact("e^q")
        with ring.session():
            return ring.apply("exp", ring.number(Fraction(argument)))

    with pytest.raises(UndefinedError, match="too large or too small"):
        number(exponential)
