"""Quotients of polynomials in lowest terms, by FLINT.

SymPy's own factoring of several symbols draws random places, and takes minutes where it is unlucky; its `cancel` takes
ten times as long.
"""

from __future__ import annotations

from functools import reduce
from math import comb
from typing import NamedTuple

from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx
from sympy import Add, Expr, Integer, Mul, Pow, Rational, S, Symbol
from sympy.core.mul import _keep_coeff

# FLINT is not interrupted, so what it is asked for is bounded.
MOST = 20_000  # terms of a polynomial
HIGHEST = 200  # its degree
LONGEST = 100_000  # bits of the numbers in a power

Parts = tuple[fmpz_mpoly, fmpz_mpoly]
"""What is above and what is below a fraction bar."""


class Quotient(NamedTuple):
    """Two polynomials with whole coefficients and no common factor; the one below begins with a positive number."""

    top: fmpz_mpoly
    bottom: fmpz_mpoly
    symbols: tuple[Symbol, ...]

    @classmethod
    def of(cls, e: Expr) -> Quotient | None:
        """`e` as a quotient; None where it is long, or not made of symbols, fractions, sums, products and powers."""
        symbols = tuple(sorted(e.free_symbols, key=lambda s: (len(s.name), s.name)))  # u2 before u10
        context = fmpz_mpoly_ctx.get([s.name for s in symbols], Ordering.lex)
        try:
            top, bottom = _parts(e, context, dict(zip(symbols, context.gens(), strict=True)))
        except (_NoQuotient, ZeroDivisionError):
            return None
        if bottom.leading_coefficient() < 0:
            top, bottom = -top, -bottom
        return cls(top, bottom, symbols)

    @property
    def expanded(self) -> Expr:
        """One sum over another.

        >>> x, y = Symbol("x"), Symbol("y")
        >>> Quotient.of((2 * x**2 - 2) / (x * y - y)).expanded
        (2*x + 2)/y
        """
        return self._written(self.top) / self._written(self.bottom)

    @property
    def factored(self) -> Expr:
        """A number times powers of irreducible polynomials.

        >>> x, y = Symbol("x"), Symbol("y")
        >>> Quotient.of((2 * x**2 - 2 * y**2) / (x * y + x)).factored
        2*(x - y)*(x + y)/(x*(y + 1))
        """
        if self.top == 0:
            return S.Zero
        number, parts = S.One, []
        for p, sign in ((self.top, 1), (self.bottom, -1)):
            content, found = p.factor()
            number *= Integer(int(content)) ** sign
            parts += [self._written(f) ** (sign * int(k)) for f, k in found]
        return _keep_coeff(number, Mul(*parts))

    def _written(self, p: fmpz_mpoly) -> Expr:
        powers = ((zip(self.symbols, m, strict=True), c) for m, c in p.to_dict().items())
        return Add(*(Mul(Integer(int(c)), *(s**k for s, k in power if k)) for power, c in powers))


def factored(e: Expr) -> Expr:
    """`e` in factors, or as it is where it is no quotient of polynomials.

    >>> x = Symbol("x")
    >>> factored(x**2 - x)
    x*(x - 1)
    """
    found = Quotient.of(e)
    return e if found is None else found.factored


class _NoQuotient(Exception):
    """Something else occurs in the expression, or it is too long."""


def _parts(e: Expr, context: fmpz_mpoly_ctx, places: dict[Symbol, fmpz_mpoly]) -> Parts:
    """`e` in lowest terms, up to the sign of both."""
    if isinstance(e, Symbol):
        return places[e], context.constant(1)
    if isinstance(e, Rational):
        return context.constant(int(e.p)), context.constant(int(e.q))
    if isinstance(e, (Add, Mul)):
        join = _sum if isinstance(e, Add) else _product
        return reduce(join, (_parts(a, context, places) for a in e.args))
    if isinstance(e, Pow) and isinstance(e.exp, Integer):
        top, bottom = _parts(e.base, context, places)
        n = int(e.exp)
        if n < 0 and top == 0:
            raise ZeroDivisionError
        return (_power(top, n), _power(bottom, n)) if n >= 0 else (_power(bottom, -n), _power(top, -n))
    raise _NoQuotient


def _sum(a: Parts, b: Parts) -> Parts:
    """Over the least common multiple of what is below."""
    shared = a[1].gcd(b[1])
    left, right = a[1] / shared, b[1] / shared
    return _lowest(_times(a[0], right) + _times(b[0], left), _times(a[1], right))


def _product(a: Parts, b: Parts) -> Parts:
    return _lowest(_times(a[0], b[0]), _times(a[1], b[1]))


def _times(p: fmpz_mpoly, q: fmpz_mpoly) -> fmpz_mpoly:
    if len(p) * len(q) > MOST:
        raise _NoQuotient
    return p * q


def _power(p: fmpz_mpoly, n: int) -> fmpz_mpoly:
    longest = max((abs(int(c)).bit_length() for c in p.coeffs() if abs(c) != 1), default=0)
    if n * max(p.degrees(), default=0) > HIGHEST or n * longest > LONGEST:
        raise _NoQuotient
    if len(p) > 1 and comb(n + len(p) - 1, n) > MOST:
        raise _NoQuotient
    return p**n


def _lowest(top: fmpz_mpoly, bottom: fmpz_mpoly) -> Parts:
    shared = top.gcd(bottom)
    return top / shared, bottom / shared


__all__ = ["Quotient", "factored"]
