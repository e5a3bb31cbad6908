"""Limits at infinity of quotients of sums of c x^a exp(b x), by the order of growth of their terms.

exp(x) outgrows every power of x, so that (b, a) in lexicographic order is the order of growth, and the greatest
term above and below decides. Whatever else mentions x is not known.
"""

from __future__ import annotations

from sympy import Expr, S, exp

from derive.expr import Elem, Let, substitute, tensors
from derive.prove.atoms import plain
from derive.prove.ledger import Exhausted, Undefined, working
from derive.prove.normal import normal
from derive.prove.polynomial import ONE, Number, Poly, constant, expr, mul, power
from derive.prove.positivity import positive_atom
from derive.prove.powers import clear

BUDGET = 20_000
Growth = tuple[Number, Number]


def limit(e: Expr, x: Elem, point: Expr) -> Expr | None:
    """The finite limit of `e` as the number `x` goes to `point`, oo or -oo; None where it is not known.

    >>> from sympy import oo
    >>> from derive.expr import Tensor, sigmoid
    >>> z = Tensor("z")()
    >>> limit(sigmoid(z), z, oo), limit(z * sigmoid(z), z, -oo), limit(z * sigmoid(z), z, oo)
    (1, 0, None)
    """
    if point not in (S.Infinity, S.NegativeInfinity) or x.indices:
        return None
    if point is S.NegativeInfinity:
        e = substitute(e, {x.tensor: Let(x, -x)})
    with working(BUDGET):
        try:
            above, below = _fraction(normal(e))
            return _quotient(_leading(above, x), _leading(below, x))
        except (Exhausted, Undefined, _Unknown, RecursionError):
            return None


class _Unknown(Exception):
    """A term whose growth is not known."""


def _fraction(p: Poly) -> tuple[Poly, Poly]:
    above, denominators = clear(p)
    below = ONE
    for a, k in denominators.items():
        if k != int(k):
            raise _Unknown
        below = mul(below, power(normal(a), int(k)))
    return above, below


def _leading(p: Poly, x: Elem) -> tuple[Growth, Poly]:
    """The greatest growth in x, and its coefficient; that of nothing is none."""
    by_growth: dict[Growth, Poly] = {}
    for m, c in p.items():
        rest = frozenset((a, k) for a, k in m if a not in (x, exp(x)))
        if any(x.tensor in tensors(a) for a, _ in rest):
            raise _Unknown
        exponents = dict(m)
        by_growth.setdefault((exponents.get(exp(x), 0), exponents.get(x, 0)), {})[rest] = c
    top = max(by_growth, default=(0, 0))
    return top, by_growth.get(top, {})


def _quotient(above: tuple[Growth, Poly], below: tuple[Growth, Poly]) -> Expr | None:
    (growth, a), (other, b) = above, below
    if not _nonzero(b):
        return None
    if not a or growth < other:
        return S.Zero
    return plain(expr(a)) / plain(expr(b)) if growth == other else None


def _nonzero(p: Poly) -> bool:
    """Whether a coefficient is one term of positive factors, or a number."""
    return bool(constant(p)) or (len(p) == 1 and all(positive_atom(f) for f, _ in next(iter(p))))
