"""What a network costs: parameters, multiplications, memory; counted on the equations that were derived."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Add, Expr, Integer

from derive.catalogue.network import Network
from derive.derivation import Section, Table
from derive.expr import DEPTH, LAYER, LayerSum, Size, generic, rebuild
from derive.expr.costs import entries, multiplications

OfLayer = Callable[[Expr], Expr]


def counts(net: Network, sizes: tuple[int, ...] | None, delta: OfLayer | None, gradient: OfLayer) -> Section:
    """Formulas in the sizes, and numbers where the sizes are given.

    `delta(l)` and `gradient(l)` give the derived right-hand sides whose multiplications are counted: the delta of a
    hidden layer, and the gradient in its weights.
    """
    parameters = _total(net, lambda m: entries(net.weights(m).dims) + entries(net.bias(m).dims), net.depth)
    forward = _total(net, lambda m: multiplications(net.let_z(m).rhs), net.depth)
    backward = _total(net, lambda m: multiplications(gradient(m)), net.depth)
    if delta is not None:
        backward = backward + _total(net, lambda m: multiplications(delta(m)), net.depth - 1)
    kept = _total(net, lambda m: Size("n", m - 1), net.depth)
    rows = (
        ("parameters", parameters),
        ("multiplications of the forward pass, per sample", forward),
        ("multiplications of the backward pass, per sample", backward),
        ("activations kept for the backward pass, per sample", kept),
    )
    if sizes is None:
        return Section("Counts", (Table(("quantity", "formula"), rows),), "counts")
    values = {Size("n", m): Integer(n) for m, n in enumerate(sizes)}
    numbered = tuple((what, formula, _value(formula, net, values)) for what, formula in rows)
    return Section("Counts", (Table(("quantity", "formula", "here"), numbered),), "counts")


def _total(net: Network, f: OfLayer, last: Expr) -> Expr:
    """The sum of f over the layers 1 .. last: written out for a few layers, with a sum sign for many."""
    if net.depth == DEPTH:
        return LayerSum(f(LAYER), LAYER, 1, last)
    if net.depth <= 3 or len(net.hidden) > 1:
        return Add(*(f(Integer(m)) for m in range(1, int(last) + 1)))
    return LayerSum(generic(f(Integer(1)), 1), LAYER, 1, last)


def _value(formula: Expr, net: Network, sizes: dict[Size, Integer]) -> str:
    def go(u: Expr) -> Expr:
        if isinstance(u, LayerSum):
            return go(u.written_out())
        return sizes.get(u, u) if isinstance(u, Size) else rebuild(u, go)  # type: ignore[arg-type]

    return f"{int(go(formula)):,}"
