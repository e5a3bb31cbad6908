"""A quotient of polynomials as a product of irreducible factors, by FLINT.

SymPy's own factoring of several symbols draws random places, and takes minutes where it is unlucky.
"""

from __future__ import annotations

from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx
from sympy import QQ, Add, Expr, Integer, Mul, Number, Poly, Rational, S, Symbol, fraction
from sympy.core.mul import _keep_coeff


def factored(e: Expr) -> Expr:
    """`e`, a rational function of symbols, as a number times powers of irreducible polynomials.

    >>> x, y = Symbol("x"), Symbol("y")
    >>> factored((2 * x**2 - 2 * y**2) / (x * y + x))
    2*(x - y)*(x + y)/(x*(y + 1))
    """
    top, bottom = fraction(e)
    symbols = sorted(e.free_symbols, key=str)
    if not symbols or top == 0 or not all(n.is_Rational for n in e.atoms(Number)):
        return e
    gens = Poly(Add(*symbols)).gens  # in SymPy's order, so that signs come out as they do there
    context = fmpz_mpoly_ctx.get([str(g) for g in gens], Ordering.lex)
    number, parts = S.One, []
    for p, sign in ((top, 1), (bottom, -1)):
        denominator, whole = Poly(p, *gens, domain=QQ).clear_denoms(convert=True)
        content, found = context.from_dict({m: int(c) for m, c in whole.terms()}).factor()
        number *= Rational(int(content), int(denominator)) ** sign
        parts += [_expression(f, gens) ** (sign * int(k)) for f, k in found]
    return _keep_coeff(number, Mul(*parts))


def _expression(p: fmpz_mpoly, gens: tuple[Symbol, ...]) -> Expr:
    return Add(*(Integer(int(c)) * Mul(*(g**k for g, k in zip(gens, m, strict=True))) for m, c in p.to_dict().items()))


__all__ = ["factored"]
