"""A network of L layers as pages that count or bound something begin: its symbols, its equations, its deltas."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Integer

from derive.catalogue.network import Network
from derive.catalogue.words import described
from derive.derivation import Equation, definition
from derive.expr import DEPTH, LAYER, Diff, Elem, Let, Tensor

NTH = ("", "second ", "third ", "fourth ")
"""The pre-activations of a unit of several, in words."""


def symbols(net: Network) -> tuple[tuple[Tensor, str], ...]:
    """The rows of the table of notation."""
    many = "s, one sample a row" if net.batch else ""
    plural = "s" if net.batch else ""
    rows = [(net.a(Integer(0)), f"input{many}")]
    for p in net.pieces(LAYER):
        rows.append((net.weights(LAYER, p), f"{NTH[p]}weights of layer $l$"))
        rows += [(net.bias(LAYER, p), f"{NTH[p]}biases of layer $l$")] * net.has_bias
    rows += [(net.z(LAYER, p), f"{NTH[p]}pre-activations of layer $l$") for p in net.pieces(LAYER)]
    rows += [
        (net._units("a", LAYER), "activations of layer $l$"),
        (net.prediction, f"prediction{plural}"),
        (net.target, described(net.target, f"target{plural}")),
        (net.cost, "mean cost" if net.batch else "cost"),
        (net.delta(LAYER), "deltas of layer $l$: derivative of the cost in its pre-activations"),
    ]
    rows += [(net.delta(LAYER, p), f"the same in its {NTH[p]}pre-activations") for p in net.pieces(LAYER)[1:]]
    return tuple(rows)


def equations(net: Network) -> Iterator[Equation]:
    """The layers from the bottom up, the cost, and what is called delta."""
    for let in _layers(net):
        yield definition(let.target, let.rhs, where=_range(net, let))
    yield definition(net.let_cost.target, net.let_cost.rhs, in_components=not net.loss.norm)
    for p in net.pieces(LAYER):
        at = net.units(LAYER)
        where = ("1", "l", str(net.depth), "<=" if p == 0 else "<")
        yield definition(net.delta(LAYER, p)(*at), Diff(Elem(net.cost), net.z(LAYER, p)(*at)), where=where)


def _layers(net: Network) -> Iterator[Let]:
    if net.depth.is_Integer:
        yield from (let for m in range(1, int(net.depth) + 1) for let in net.lets(Integer(m)))
        return
    yield from net.lets(LAYER)
    yield from net.lets(DEPTH) if net.top_differs else net.lets(DEPTH)[1:]


def _range(net: Network, let: Let) -> tuple[str, ...]:
    if let.tensor.layer != LAYER:
        return ()
    everywhere = let.tensor == net.z(LAYER) and not net.top_differs
    return ("1", "l", "L", "<=" if everywhere else "<")
