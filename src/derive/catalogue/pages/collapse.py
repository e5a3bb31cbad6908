"""Linear layers on top of one another: W2 (W1 x) = (W2 W1) x, for any depth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sympy import Expr, Integer

from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.backpropagation import FULL_WITNESS
from derive.catalogue.collapse import Collapse
from derive.catalogue.losses import LOSSES
from derive.catalogue.network import Network
from derive.catalogue.options import PageOptions
from derive.catalogue.words import notation
from derive.derivation import Derivation, Equation, Section, Witnessed, definition
from derive.expr import DEPTH, LAYER, Let, Program, unfold


def collapse(options: PageOptions) -> Derivation:
    """The page of `derive collapse`."""
    depth: Expr = DEPTH if options.layers == "L" else Integer(options.layers)
    linear = ACTIVATIONS["identity"]
    net = Network(depth, (linear,), linear, LOSSES["mse"], has_bias=options.bias)
    stack = Collapse(net)
    sections = (_notation(stack), _forward(stack), stack.section())
    return Derivation("collapse", _title(net), sections, tuple(_witnessed(stack)))


def _title(net: Network) -> str:
    return f"A stack of {net.depth} linear layer{'' if net.depth == 1 else 's'} is one linear layer"


def _notation(stack: Collapse) -> Section:
    net = stack.net
    l = LAYER if stack.symbolic or net.depth > 1 else Integer(1)  # noqa: E741  (the letter of the notes)
    rows = [(stack.bottom, "input"), (net.weights(l), f"weights of layer ${l}$")]
    if net.has_bias:
        rows.append((net.bias(l), f"biases of layer ${l}$"))
    rows.append((net.z(l), f"output of layer ${l}$"))
    if stack.symbolic or net.depth > 1:
        rows.append((net._units("a", l), f"the same, as layer ${l}$ hands it on"))
    rows.append((stack.matrix(l), f"weights of the layers up to ${l}$ together"))
    if net.has_bias:
        rows.append((stack.offset(l), f"biases of the layers up to ${l}$ together"))
    return notation(rows)


def _forward(stack: Collapse) -> Section:
    """The layers, each fed with what the one below puts out as it is."""
    net = stack.net
    layers = [LAYER] if stack.symbolic else [Integer(m) for m in range(1, int(net.depth) + 1)]
    blocks: list[Equation] = []
    for layer in layers:
        where = ("1", "l", "L", "<=") if layer == LAYER else ()
        blocks.append(_line(net.let_z(layer), where))
        if layer == LAYER or layer < net.depth:
            blocks.append(_line(net.lets(layer)[-1], ("1", "l", "L", "<") if layer == LAYER else ()))
    return Section("Forward pass", tuple(blocks), "forward")


def _line(let: Let, where: tuple[str, ...]) -> Equation:
    return definition(let.target, let.rhs, where=where)


def _witnessed(stack: Collapse) -> Iterator[Witnessed]:
    """The slope of the stack with an autodiff engine, at depths that are numbers."""
    depths = (2, 3) if stack.symbolic else (int(stack.net.depth),)
    for depth in depths:
        if depth <= FULL_WITNESS:
            whole = Collapse(replace(stack.net, depth=Integer(depth)))
            z, m = whole.net.let_z(Integer(depth)), whole.lets(Integer(depth))[0]
            formula = Let(z.target, unfold(z.rhs, whole.net.program()))
            claim = unfold(m.rhs, whole.whole()), m.target.indices
            yield Witnessed(Program((formula,)), {whole.bottom: claim}, what=f"{depth} layers", jacobian=1)
