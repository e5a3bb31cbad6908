"""A stand-in for a function that is not specified.

`Unknown(name, order, t)` is the derivative of that order of *some* smooth function. To evaluate it, each name gets
a generic analytic function with rational coefficients,

    f(t) = a sin(b t + c) + p_0 + p_1 t + p_2 t^2 + p_3 t^3,

whose derivatives of every order are consistent. What holds for all functions holds for it; an identity that
it satisfies by chance would have to satisfy it at every sample point.

Nobody redoes such a number by hand. A counterexample takes one of the polynomials `EASY` instead wherever the claim
fails for it, too: a claim about every smooth function is refuted by any one of them, which is then named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
    return wave + _polynomial(poly, order, t, number)


def formula(name: str) -> str:
    """The function of this name, written out."""
    a, b, c, *poly = coefficients(name)
    return f"{a} sin({Polynomial((c, b))}) + {Polynomial(tuple(poly))}"


@dataclass(frozen=True)
class Polynomial:
    """p_0 + p_1 t + p_2 t^2 + ...: given to the oracle under the name of a function, it takes its place."""

    coefficients: tuple[Fraction, ...]

    def __call__(self, order: int, t: Any, ring: Any) -> Any:
        """The derivative of this order at t, an element of the ring."""
        return _polynomial(self.coefficients, order, t, ring.number)

    def __str__(self) -> str:
        """
        >>> str(Polynomial((Fraction(1), Fraction(0), Fraction(-1, 2))))
        '-1/2 t^2 + 1'
        """
        terms = [_term(p, k) for k, p in enumerate(self.coefficients) if p][::-1]
        return " + ".join(terms).replace("+ -", "- ") or "0"


def _term(p: Fraction, k: int) -> str:
    power = ("", "t")[k] if k < 2 else f"t^{k}"
    return str(p) if not k else {1: power, -1: f"-{power}"}.get(p, f"{p} {power}")


def _polynomial(poly: Sequence[Fraction], order: int, t: Any, number: Callable[[Fraction], Any]) -> Any:
    for _ in range(order):
        poly = [k * p for k, p in enumerate(poly)][1:]
    value = number(Fraction(0))
    for p in reversed(poly):
        value = value * t + number(p)
    return value


def _with(*coefficients: int) -> Polynomial:
    return Polynomial(tuple(map(Fraction, coefficients)))


EASY = (_with(0, 1, 1), _with(0, 0, 1), _with(1, -1, 1), _with(0, 0, 0, 1))
