"""Decimals of enclosures: every digit that is printed is certain."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Any

from sympy import Expr

from derive.analysis.extremes import DIGITS, Extreme, rounded
from derive.analysis.points import Number


def decimal(q: Expr) -> str:
    """A rational number with the decimals of an enclosure, of which it has no more."""
    scaled = int(q * 10**DIGITS)
    sign = "-" if scaled < 0 else ""
    whole, part = divmod(abs(scaled), 10**DIGITS)
    return f"{sign}{whole}.{part:0{DIGITS}d}"


def interval(e: Extreme) -> str:
    """ "1.099839 and 1.099840"."""
    return f"{decimal(e.low)} and {decimal(e.high)}"


def enclosure(e: Extreme) -> str:
    """An enclosed number in words."""
    return f"a number between {interval(e)}"


def digits(x: Number) -> str:
    """The decimals that are certain, and an ellipsis: "1.09983..."; both ends where there are none."""
    low, high = ((x.ball.lower(), floor), (x.ball.upper(), ceil))
    for places in range(DIGITS, 0, -1):
        shown = {_cut(end, places) for end, _ in (low, high)}
        if len(shown) == 1:
            return f"{shown.pop()}..."
    return f"between {decimal(rounded(*low))} and {decimal(rounded(*high))}"


def _cut(x: Any, places: int) -> str:
    """So many decimals of an exact ball, the others cut off."""
    mantissa, exponent = x.man_exp()
    scaled = abs(Fraction(int(mantissa)) * Fraction(2) ** int(exponent)) * 10**places
    whole, part = divmod(floor(scaled), 10**places)
    return f"{'-' if x < 0 else ''}{whole}.{part:0{places}d}"
