"""Numbers as they are shown: exact where they are rational, else enclosed and correctly rounded.

A number that is not exact is a ball; it is printed to so many digits only when both ends of the ball round to the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from derive.errors import UndefinedError
from derive.evaluate.decimals import PRECISIONS, nearest

MAX_EXPONENT = 4000  # bits beyond which a number is not written out
LONG = 6  # significant digits of a decimal that is shown in full


@dataclass(frozen=True)
class Number:
    """A real number: `low` <= it <= `high`, both equal where it is known exactly."""

    low: Fraction
    high: Fraction

    @property
    def exact(self) -> Fraction | None:
        return self.low if self.low == self.high else None

    @property
    def narrow(self) -> bool:
        """Whether the bounds agree in thirty digits."""
        return (self.low > 0 or self.high < 0) and (self.high - self.low) * 10**30 < min(abs(self.low), abs(self.high))

    def __float__(self) -> float:
        return float((self.low + self.high) / 2)


@dataclass(frozen=True)
class Shown:
    """A number as text; `rounded` says that it stands for a longer one."""

    text: str
    rounded: bool

    @property
    def latex(self) -> str:
        digits, _, exponent = self.text.replace("−", "-").partition("e")
        if "/" in digits:
            sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
            return sign + r"\tfrac{{{}}}{{{}}}".format(*digits.split("/"))
        return rf"{digits} \cdot 10^{{{exponent}}}" if exponent else digits


def number(evaluate: Callable[[Any], Any]) -> Number:
    """A number from an evaluation in any ring: exact if it can be, else in balls that are small enough to be rounded.

    Raises UndefinedError for a number too large or too small to be written out, and what `evaluate` raises.
    """
    from derive.evaluate.oracle import EXACT, Ball
    from derive.evaluate.refusals import NotExact

    try:
        value = evaluate(EXACT)
        return Number(value, value)
    except NotExact:
        pass
    for bits in PRECISIONS:
        found = _enclosed(evaluate(Ball(bits)))
        if found.narrow:
            break
    return found  # pyright: ignore[reportPossiblyUnboundVariable]


def _enclosed(x: Any) -> Number:
    if not x.is_finite():
        raise UndefinedError("a value is not finite")
    middle, radius = (_rational(part) for part in (x.mid(), x.rad()))
    return Number(middle - radius, middle + radius)


def _rational(x: Any) -> Fraction:
    mantissa, exponent = (int(part) for part in x.man_exp())
    if abs(exponent + mantissa.bit_length()) > MAX_EXPONENT:
        raise UndefinedError("a value is too large or too small to be written out")
    return Fraction(mantissa) * Fraction(2) ** exponent


def shown(x: Number, digits: int = 3, fractions: bool = False) -> Shown:
    """The number as text, rounded to so many significant digits unless a short decimal, or a fraction, is exact.

    >>> shown(Number(Fraction(-1, 4), Fraction(-1, 4))).text, shown(Number(Fraction(2, 3), Fraction(2, 3))).text
    ('−0.25', '0.667')
    """
    if x.exact is not None:
        whole = _decimal(x.exact, max(LONG, digits))
        if Fraction(whole) == x.exact:
            return Shown(_text(whole), False)
        if fractions:
            return Shown(str(x.exact).replace("-", "−"), False)
    low, high = (_decimal(end, digits) for end in (x.low, x.high))
    if low == high:
        return Shown(_text(low, digits), True)
    if x.low <= 0 <= x.high:
        return Shown("0", True)  # nothing is known but that it is smaller than 2^-2000 or so
    return Shown(_text(_decimal((x.low + x.high) / 2, digits), digits), True)  # a tie of two roundings


def _decimal(q: Fraction, digits: int) -> Decimal:
    return nearest(q, digits)[0]


def _text(d: Decimal, digits: int = 0) -> str:
    """Plain notation for ordinary sizes; `digits` keeps the zeros that a rounding found: 0.200."""
    if not d:
        return "0"
    top = d.adjusted()
    if -5 < top < 7:
        plain = f"{d:.{max(0, digits - 1 - top)}f}" if digits else f"{d.normalize():f}"
    else:
        mantissa = d.scaleb(-top).normalize()
        plain = f"{mantissa:f}e{top}"
    return plain.replace("-", "−")
