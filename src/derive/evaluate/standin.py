"""A stand-in for a function that is not specified.

`Unknown(name, order, t)` is the derivative of that order of *some* smooth function. To evaluate it, each name gets
a generic analytic function with rational coefficients,

    f(t) = a sin(b t + c) + p_0 + p_1 t + p_2 t^2 + p_3 t^3,

whose derivatives of every order are consistent. What holds for all functions holds for it; an identity that
it satisfies by chance would have to satisfy it at every sample point.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zlib import crc32


@lru_cache(256)
def coefficients(name: str) -> tuple[Fraction, ...]:
    """(a, b, c, p_0, p_1, p_2, p_3) of the function of this name."""
    seed = crc32(name.encode())
    digits = [seed // 7**k % 7 for k in range(7)]
    return (
        Fraction(7 + digits[0], 9), Fraction(8 + digits[1], 11), Fraction(1 + digits[2], 7), Fraction(2 + digits[3], 5),
        Fraction(1 + digits[4], 8), Fraction(3 + digits[5], 29), Fraction(1 + digits[6], 41),
    )  # fmt: skip


def derivative(
    name: str, order: int, t: Any, number: Callable[[Fraction], Any], sin: Callable[..., Any], cos: Callable[..., Any]
) -> Any:
    """The derivative of this order at t, in any number system that knows sin and cos."""
    a, b, c, *poly = coefficients(name)
    amplitude = a * b**order * (-1 if order % 4 in (2, 3) else 1)
    wave = number(amplitude) * (cos if order % 2 else sin)(number(b) * t + number(c))
    for _ in range(order):
        poly = [k * p for k, p in enumerate(poly)][1:]
    rest = number(Fraction(0))
    for p in reversed(poly):
        rest = rest * t + number(p)
    return wave + rest
