"""Maxout contains the rectifiers: second weights that are a multiple of the first make it ReLU, leaky ReLU, |z|."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sympy import Abs, Expr, Integer, Rational, S

from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.network import Network
from derive.derivation import Context, Equation, Prose, Section, Step
from derive.expr import DEPTH, LAYER, Let, Program, Tensor, substitute


class Case(NamedTuple):
    """What a unit is whose other weights and biases are a multiple of the first."""

    name: str
    factor: Expr
    says: str
    function: Callable[..., Expr]


CASES = (
    Case("ReLU", S.Zero, "zero", ACTIVATIONS["relu"].function),
    Case("leaky ReLU", Rational(1, 100), "a hundredth of the first", ACTIVATIONS["leaky_relu"].function),
    Case("the absolute value", Integer(-1), "the negatives of the first", Abs),
)


def special_cases(net: Network) -> Iterator[Section]:
    """For a layer of maxout units; nothing where there is none."""
    layers = [LAYER] if net.depth == DEPTH else [Integer(m) for m in range(1, int(net.depth))]
    layer = next((m for m in layers if len(net.pieces(m)) > 1), None)
    if layer is None:
        return
    blocks: list[Prose | Equation] = []
    for case in CASES:
        blocks += _case(net, layer, case)
    yield Section("Rectifiers are maxout units", tuple(blocks), "result")


def _case(net: Network, layer: Expr, case: Case) -> Iterator[Prose | Equation]:
    """The other scores first, as what their weights make them, then the unit."""
    at, factor = net.units(layer), case.factor
    first, *others = (net.z(layer, p)(*at) for p in net.pieces(layer))
    two = len(others) == 1
    others_are = "the second weights and biases" if two else "all other weights and biases"
    scores = "is the second score" if two else "are the other scores"
    yield Prose(f"If {others_are} are {case.says}, so {scores}, and the unit is {case.name}.")
    if factor != 0:
        score = substitute(net.let_z(layer, 1).rhs, _multiples(net, layer, 1, factor))
        known = Context(Program((net.let_z(layer),)))
        yield Equation(score, at, (Step(factor * first, "collect", "the first score"),), context=known)
    value = net.activation(layer).at(first, at[-1], *(factor * first for _ in others))
    yield Equation(value, at, (Step(case.function(first), "maximum", case.name),), context=Context(Program(())))


def _multiples(net: Network, layer: Expr, piece: int, factor: Expr) -> dict[Tensor, Let]:
    """The parameters of this piece as multiples of those of the first."""
    every = net.parameters(layer)
    n = len(every) // len(net.pieces(layer))  # weights, and biases if there are any
    pairs = zip(every[piece * n : (piece + 1) * n], every[:n], strict=True)
    return {t: Let(t(*at), factor * first(*at)) for (t, at), (first, _) in pairs}
