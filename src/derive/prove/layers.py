"""Sums over layers: linear, and what does not depend on the layer stands before them."""

from __future__ import annotations

from sympy import Expr, Symbol

from derive.expr import LayerSum, at_layers
from derive.prove.ledger import tick
from derive.prove.normal import normal, rule
from derive.prove.polynomial import Monomial, Number, Poly, accumulate, atom, monomial_expr, mul


@rule(LayerSum)
def _layer_sum(e: LayerSum) -> Poly:
    body, symbol, low, high = e.args
    out: dict[Monomial, Number] = {}
    for m, c in normal(body).items():
        tick()
        within = frozenset(factor for factor in m if _moves(factor[0], symbol))
        total = atom(LayerSum(monomial_expr(within), symbol, low, high))
        accumulate(out, mul({m - within: 1}, total), c)
    return out


def _moves(e: Expr, symbol: Symbol) -> bool:
    """Whether it is something else at another layer."""
    return at_layers(e, {symbol: symbol + 1}) != e
