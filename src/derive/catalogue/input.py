"""The derivative of the cost in the input: the product of the Jacobians of the layers, which the deltas compute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from sympy import Add, Expr, Mul

from derive.calculus import Adjoint, total_derivative
from derive.catalogue.backpropagation import Backpropagation
from derive.catalogue.network import Network
from derive.derivation import Context, Equation, Prose, Section, Step
from derive.expr import LAYER, Diff, Elem, Index, Let, Program, Sum_, Tensor, at_layers, fresh, tensors

WIDEST = 2  # pieces of a maxout unit, each a term of the Jacobian
SHOWN = 4  # the product is written out for networks up to this depth

Jacobians = Mapping[tuple[Tensor, Tensor], tuple[tuple[Index, ...], Expr]]


def input_section(back: Backpropagation) -> Section:
    """The Jacobian of each layer, their product, and that it is what the delta of the first layer gives."""
    back.input_adjoint()
    net = back.net
    blocks: list[Equation | Prose] = []
    layers = back.forward_layers()
    if len(layers) <= SHOWN and all(len(net.pieces(m)) <= WIDEST for m in layers):
        blocks += [_jacobian(net, m) for m in layers]
        jacobians = {(net.a(m), net.a(m - 1)): (e.out, e.result) for m, e in zip(layers, blocks, strict=True)}
        blocks += _recursion(back, jacobians) if back.symbolic else [_product(back, jacobians)]
    if back.symbolic or not blocks:
        blocks.append(back.input_equation())
    return Section("Derivative in the input", tuple(blocks), "gradients", "sample")


def _jacobian(net: Network, layer: Expr) -> Equation:
    """d a^(l) / d a^(l-1), through all that the layer computes."""
    i, j = net.index("i", layer), net.index("j", layer - 1)
    lets = Program(net.lets(layer))
    target, x = net.a(layer)(i), net.a(layer - 1)(j)
    value = total_derivative(target, x, lets)
    steps = [Step(value, "total_derivative", "all paths through the layer")]
    if x.tensor not in tensors(lets.output.rhs):  # else the partial derivative would look like the total one
        chain = Step(_paths(target, x, lets), "total_derivative", "chain rule", key=False)
        steps = [chain, Step(value, "local_derivative", "derivatives of the layer")]
    where = ("1", "l", "L", "<") if layer == LAYER else ()
    return Equation(Diff(target, x), (i, j), tuple(steps), context=Context(lets), where=where)


def _paths(v: Elem, x: Elem, lets: Program) -> Expr:
    """The total derivative of a let as the chain rule writes it."""
    used = tensors(lets.by_tensor[v.tensor].rhs)
    terms = [Diff(v, x)] if x.tensor in used else []
    for t in (let.tensor for let in lets if let.tensor in used):
        at = tuple(fresh(d) for d in t.dims)
        inner = t(*at)
        terms.append(Sum_(Diff(v, inner) * _paths(inner, x, lets), *at))
    return Add(*terms)


def _product(back: Backpropagation, jacobians: Jacobians) -> Equation:
    """dC/da^(0) as the product of all Jacobians, then as the deltas give it."""
    net, found = back.net, back.input_adjoint()
    at: list[Elem] = [found.of]
    for layer in back.layers:
        at.append(net.a(layer)(fresh(net.width(layer))))
    chain = [Diff(above, below) for below, above in pairwise(at)]
    bound = [e.indices[-1] for e in at[1:]]
    total = Sum_(Mul(*chain, Diff(back.output, at[-1])), *bound)
    steps = (
        Step(total, "chain_rule", "chain rule"),
        Step(found.value, "insert", "the Jacobians and the deltas above"),
    )
    known = {net.prediction: _value(back.found[net.prediction])}
    context = Context(_named(back), back.output, known, jacobians=jacobians)
    return Equation(Diff(back.output, found.of), found.of.indices, steps, context=context)


def _recursion(back: Backpropagation, jacobians: Jacobians) -> Iterator[Equation | Prose]:
    """One layer of the product, at the symbol l."""
    net, above = back.net, back.found[back.net.a(LAYER)]
    below = {LAYER: LAYER - 1}
    value = at_layers(above.value, below)
    target = at_layers(above.of, below)
    k = fresh(net.width(LAYER))
    through = net.a(LAYER)(k)
    steps = (
        Step(Sum_(Diff(through, target) * Diff(back.output, through), k), "chain_rule", "chain rule"),
        Step(value, "insert", "the Jacobian and the deltas above"),
    )
    context = Context(_named(back), back.output, {net.a(LAYER): _value(above)}, jacobians=jacobians)
    high = "L - 1" if net.top_differs else "L"
    yield Equation(Diff(back.output, target), target.indices, steps, "=", ("1", "l", high, "<"), context)
    yield Prose(
        "From the prediction down to the input, one layer after the other: the product of the transposed Jacobians, "
        "that of layer $1$ leftmost, times the derivative in the prediction."
    )


def _named(back: Backpropagation) -> Program:
    """What the layers compute, for slopes are told in terms of their outputs, and the deltas as they were derived."""
    forward = (let for m in back.layers for let in back.net.lets(m))
    deltas = (Let(a.name, a.value) for a in back.found.values() if a.name is not None)
    return Program((*forward, *deltas))


def _value(a: Adjoint) -> tuple[tuple[Index, ...], Expr]:
    return a.of.indices, a.symbol
