"""A network of L layers as pages that count or bound something begin: its symbols, its equations, its deltas."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Integer

from derive.catalogue.network import Network
from derive.catalogue.words import described
from derive.derivation import Equation, definition
from derive.expr import DEPTH, LAYER, Diff, Elem, Tensor


def symbols(net: Network) -> tuple[tuple[Tensor, str], ...]:
    """The rows of the table of notation."""
    many = "s, one sample a row" if net.batch else ""
    plural = "s" if net.batch else ""
    return (
        (net.a(Integer(0)), f"input{many}"),
        (net.weights(LAYER), "weights of layer $l$"),
        *(((net.bias(LAYER), "biases of layer $l$"),) if net.has_bias else ()),
        (net.z(LAYER), "pre-activations of layer $l$"),
        (net.a(LAYER), "activations of layer $l$"),
        (net.prediction, f"prediction{plural}"),
        (net.target, described(net.target, f"target{plural}")),
        (net.cost, "mean cost" if net.batch else "cost"),
        (net.delta(LAYER), "deltas of layer $l$: derivative of the cost in its pre-activations"),
    )


def equations(net: Network) -> Iterator[Equation]:
    """The layers from the bottom up, the cost, and what is called delta."""
    everywhere = ("1", "l", "L", "<=")
    layers = ((net.let_z(LAYER), everywhere), (net.lets(LAYER)[-1], ("1", "l", "L", "<")), (net.lets(DEPTH)[-1], ()))
    for let, where in layers:
        yield definition(let.target, let.rhs, where=where)
    yield definition(net.let_cost.target, net.let_cost.rhs, in_components=not net.loss.norm)
    at = net.units(LAYER)
    yield definition(net.delta(LAYER)(*at), Diff(Elem(net.cost), net.z(LAYER)(*at)), where=everywhere)
