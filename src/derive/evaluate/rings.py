"""The number systems of the oracle: floats, exact rationals, balls, and power series over balls.

A ring is a small object of operations; its elements are plain numbers (`float`, `fmpq`, `arb`, `arb_series`)
that know `+`, `-` and `*` themselves. What is not a ring operation (division, roots, comparisons, the
transcendental functions) goes through the ring, which refuses rather than guesses: a ball that contains
zero has no sign, and an exact rational has no exponential.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from derive.evaluate.refusals import NotExact, OutsideDomain, Undecidable


def rational(leaf: Any) -> Fraction:
    """The exact value of an int, float, Fraction, fmpq, SymPy Rational or NumPy scalar."""
    if isinstance(leaf, (int, float, Fraction)):
        return Fraction(leaf)
    numerator, denominator = getattr(leaf, "p", None), getattr(leaf, "q", None)
    if denominator is None:
        return Fraction(leaf.item())  # a NumPy scalar or 0-d array
    return Fraction(int(numerator), int(denominator))


class Ring(ABC):
    """Operations that every number system offers; `FLOAT`, `EXACT`, `BALL` and `SERIES` are the instances."""

    name = "ring"
    exact_signs = False  # True: a sign that balls cannot decide may be asked of exact arithmetic instead

    def session(self) -> AbstractContextManager[Any]:
        """Entered around every evaluation: sets the working precision."""
        return nullcontext()

    @abstractmethod
    def number(self, q: Fraction) -> Any:
        """A rational number as an element of this ring."""

    def leaf(self, x: Any) -> Any:
        """An entry of the given values as an element of this ring."""
        return self.number(rational(x))

    def result(self, x: Any) -> Any:
        """An element as it is handed out."""
        return x

    def sign(self, x: Any) -> int | None:
        """-1, 0 or 1; None where it cannot be decided."""
        return (x > 0) - (x < 0)

    @abstractmethod
    def constant(self, name: str) -> Any:
        """pi or e."""

    @abstractmethod
    def apply(self, name: str, x: Any) -> Any:
        """A function of one number that is defined everywhere: exp, sin, tanh, sigmoid ..."""

    def log(self, x: Any) -> Any:
        self.require(x, (1,), "log of a number that is not positive")
        return self.apply("log", x)

    def divide(self, a: Any, b: Any) -> Any:
        self.require(b, (-1, 1), "division by zero")
        return a / b

    def require(self, x: Any, signs: tuple[int, ...], complaint: str) -> int:
        """The sign of x, which must be one of these."""
        sign = self.sign(x)
        if sign is None:
            raise Undecidable(f"{complaint} cannot be excluded")
        if sign not in signs:
            raise OutsideDomain(complaint)
        return sign

    def power(self, x: Any, n: int) -> Any:
        if n < 0:
            return self.divide(self.number(Fraction(1)), self.power(x, -n))
        return x**n if n else self.number(Fraction(1))

    def rational_power(self, x: Any, p: int, q: int) -> Any:
        """x ** (p / q) for q > 1, real: x must not be negative."""
        if not self.require(x, (0, 1) if p > 0 else (1,), "root of a negative number, or division by zero"):
            return self.number(Fraction(0))
        return self.root(x, p, q)

    def root(self, x: Any, p: int, q: int) -> Any:
        return self.apply("exp", self.number(Fraction(p, q)) * self.log(x))

    def larger(self, a: Any, b: Any) -> Any:
        """The larger of two numbers whose order is not known."""
        raise Undecidable("two numbers cannot be told apart, so their maximum is unknown")

    def logsumexp(self, terms: list[Any]) -> Any:
        return self.log(sum((self.apply("exp", t) for t in terms[1:]), self.apply("exp", terms[0])))


def _float_sigmoid(t: float) -> float:
    return 1 / (1 + math.exp(-t)) if t >= 0 else math.exp(t) / (1 + math.exp(t))


def _float_softplus(t: float) -> float:
    return max(t, 0.0) + math.log1p(math.exp(-abs(t)))


_FLOAT = {
    name: getattr(math, name)
    for name in ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "erf", "gamma")
} | {"sigmoid": _float_sigmoid, "softplus": _float_softplus}


class FloatRing(Ring):
    """Python floats: fast, not rigorous."""

    name = "float"

    def number(self, q: Fraction) -> float:
        return float(q)

    def leaf(self, x: Any) -> float:
        return float(x) if isinstance(x, (float, int)) else float(rational(x))

    def constant(self, name: str) -> float:
        return {"pi": math.pi, "e": math.e}[name]

    def apply(self, name: str, x: float) -> float:
        try:
            return _FLOAT[name](x)
        except OverflowError:
            return math.inf
        except ValueError as error:
            raise OutsideDomain(f"{name} of {x}") from error

    def power(self, x: float, n: int) -> float:
        try:
            return super().power(x, n)
        except OverflowError:
            return math.inf if x > 0 or n % 2 == 0 else -math.inf

    def root(self, x: float, p: int, q: int) -> float:
        return x ** (p / q)

    def logsumexp(self, terms: list[float]) -> float:
        top = max(terms)
        return top + math.log(sum(math.exp(t - top) for t in terms))


_EXACT_VALUES = {
    "exp": (0, 1), "log": (1, 0), "sin": (0, 0), "cos": (0, 1), "tan": (0, 0), "sinh": (0, 0), "cosh": (0, 1),
    "tanh": (0, 0), "asin": (0, 0), "atan": (0, 0), "erf": (0, 0), "gamma": (1, 1), "sigmoid": (0, Fraction(1, 2)),
}  # fmt: skip


class ExactRing(Ring):
    """Rational numbers; functions only where they are rational."""

    name = "exact"

    @cached_property
    def _fmpq(self) -> Any:
        from flint import fmpq

        return fmpq

    def number(self, q: Fraction) -> Any:
        return self._fmpq(q.numerator, q.denominator)

    def result(self, x: Any) -> Fraction:
        return Fraction(int(x.p), int(x.q))

    def constant(self, name: str) -> Any:
        raise NotExact(f"{name} is not rational")

    def apply(self, name: str, x: Any) -> Any:
        place, value = _EXACT_VALUES.get(name, (None, None))
        if place is None or x != place:
            raise NotExact(f"{name}({x}) is not rational")
        return self.number(Fraction(value))

    def root(self, x: Any, p: int, q: int) -> Any:
        base = self.result(x)
        root = Fraction(_integer_root(base.numerator, q), _integer_root(base.denominator, q))
        if root**q != base:
            raise NotExact(f"root of {x} is not rational")
        return self.number(root**p)

    def larger(self, a: Any, b: Any) -> Any:
        return max(a, b)

    def logsumexp(self, terms: list[Any]) -> Any:
        if len(terms) == 1:
            return terms[0]
        raise NotExact("a logarithm of exponentials is not rational")


def _integer_root(n: int, q: int) -> int:
    """The integer part of the q-th root of n >= 0, by Newton's method."""
    if n < 2:
        return n
    x = 1 << -(-n.bit_length() // q)
    while True:
        y = ((q - 1) * x + n // x ** (q - 1)) // q
        if y >= x:
            return x
        x = y


@dataclass(frozen=True)
class Ball(Ring):
    """Real balls of flint (midpoint and radius): every result encloses the true value."""

    prec: int = 128
    name = "ball"
    exact_signs = True

    def session(self) -> AbstractContextManager[Any]:
        from flint import ctx

        return ctx.workprec(self.prec)

    def number(self, q: Fraction) -> Any:
        from flint import arb, fmpq

        return arb(fmpq(q.numerator, q.denominator))

    def leaf(self, x: Any) -> Any:
        from flint import arb

        return x if isinstance(x, arb) else self.number(rational(x))

    def sign(self, x: Any) -> int | None:
        if x > 0:
            return 1
        return -1 if x < 0 else 0 if x == 0 else None

    def constant(self, name: str) -> Any:
        from flint import arb

        return arb.pi() if name == "pi" else arb.const_e()

    def apply(self, name: str, x: Any) -> Any:
        if name == "sigmoid":
            return 1 / (1 + (-x).exp())
        if name == "softplus":
            return x.exp().log1p()
        return getattr(x, name)()

    def power(self, x: Any, n: int) -> Any:
        y = super().power(x, n)
        return y if n <= 0 or y.is_finite() or not x.is_finite() else _squared_on(x, n)

    def root(self, x: Any, p: int, q: int) -> Any:
        return self.power(x.sqrt() if q == 2 else x.root(q), p)

    def larger(self, a: Any, b: Any) -> Any:
        return a.max(b)


def _squared_on(x: Any, n: int) -> Any:
    """x ** n for n > 0 by squaring: FLINT's own power of a ball whose midpoint is zero is not a number."""
    if n == 1:
        return x
    half = _squared_on(x, n // 2)
    square = (half * half).nonnegative_part()
    return square * x if n % 2 else square


def _series_tanh(x: Any) -> Any:
    return 1 - 2 / ((x + x).exp() + 1)


def _series_sinh(x: Any) -> Any:
    return (x.exp() - (-x).exp()) * _half()


def _series_cosh(x: Any) -> Any:
    return (x.exp() + (-x).exp()) * _half()


def _half() -> Any:
    from flint import arb

    return arb(0.5)


_SERIES = {
    "tanh": _series_tanh,
    "sinh": _series_sinh,
    "cosh": _series_cosh,
    "sigmoid": lambda x: 1 / (1 + (-x).exp()),
    "softplus": lambda x: (1 + x.exp()).log(),
}


@dataclass(frozen=True)
class Series(Ring):
    """Power series in one variable t over balls, truncated at t^order.

    A value perturbed by v t has the directional derivative along v as the coefficient of t: rigorous, and taken by
    flint's power series, which share no rule with ours. At a kink there is no derivative: undecidable.
    """

    prec: int = 128
    order: int = 2
    name = "series"

    def session(self) -> AbstractContextManager[Any]:
        from flint import ctx

        return ctx.workprec(self.prec)

    def number(self, q: Fraction) -> Any:
        from flint import arb, arb_series, fmpq

        return arb_series([arb(fmpq(q.numerator, q.denominator))], self.order)

    def leaf(self, x: Any) -> Any:
        from flint import arb, arb_series

        if isinstance(x, arb_series):
            return x
        return arb_series([x], self.order) if isinstance(x, arb) else self.number(rational(x))

    def sign(self, x: Any) -> int | None:
        """Zero only where the whole series is: a series through zero crosses a kink."""
        start = x[0]
        if start > 0:
            return 1
        return -1 if start < 0 else 0 if x.length() == 0 else None

    def constant(self, name: str) -> Any:
        from flint import arb, arb_series

        return arb_series([arb.pi() if name == "pi" else arb.const_e()], self.order)

    def apply(self, name: str, x: Any) -> Any:
        own = _SERIES.get(name)
        return own(x) if own else getattr(x, name)()

    def power(self, x: Any, n: int) -> Any:
        out = self.number(Fraction(1))
        for _ in range(abs(n)):
            out = out * x
        return self.divide(self.number(Fraction(1)), out) if n < 0 else out


FLOAT = FloatRing()
EXACT = ExactRing()
BALL = Ball()
SERIES = Series()
