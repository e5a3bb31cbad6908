"""A limit that is a derivative: of g(t) / t for t to 0, where g(0) = 0, it is the slope of g; and so on for t^n."""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING

from sympy import Abs, Expr, Mul, S, nan, oo, sign, zoo

from derive.documents.derivatives.derivatives import total
from derive.expr import Elem, Let, Where, relu, step, substitute, tensors
from derive.expr.nodes import contains
from derive.verify import decide

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

KINKED = (Where, relu, step, Abs, sign)
ORDERS = 2
SECONDS = 1.0


def slope(e: Expr, x: Elem, c: Context) -> Expr | None:
    """The limit of g(x) / x^n at 0; None where it is none of these, or where g has kinks, which may lie at 0."""
    powers = [a for a in Mul.make_args(e) if a.is_Pow and a.base == x and a.exp.is_Integer and a.exp.is_negative]
    order = -int(powers[0].exp) if len(powers) == 1 else 0
    if not 0 < order <= ORDERS:
        return None
    g = e * x**order
    if any(contains(g, kind) for kind in KINKED):
        return None
    for _ in range(order):
        if decide(_at_zero(g, x), S.Zero, seconds=SECONDS).kind != "proved":
            return None
        g = total(g, x, c)
    found = _at_zero(g, x) / factorial(order)
    c.differential = True
    return None if found.has(nan, zoo, oo, -oo) or x.tensor in tensors(found) else found


def _at_zero(e: Expr, x: Elem) -> Expr:
    return substitute(e, {x.tensor: Let(x, S.Zero)})
