"""What training a network costs: multiplications of reverse and of forward mode, and what has to be kept in memory.

Everything is counted on the equations that are derived for layer l of L; sizes are put into the formulas at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from sympy import Add, Expr, Integer, Symbol

from derive.calculus import tangents
from derive.catalogue import layered
from derive.catalogue.backpropagation import Backpropagation
from derive.catalogue.model import network
from derive.catalogue.network import SAMPLES, Network
from derive.catalogue.optimizers import OPTIMIZERS
from derive.catalogue.options import PageOptions
from derive.derivation import Block, Context, Derivation, Equation, Prose, Section, Step, Table
from derive.errors import OptionError
from derive.expr import DEPTH, LAYER, Diff, LayerSum, Program, Size, Tensor, at_layers, tensors
from derive.expr.concrete import at_sizes
from derive.expr.costs import entries
from derive.expr.products import matrix_products

PARAMETERS = Size("P")
BYTES = {"float16": 2, "float32": 4, "float64": 8}
FEW_LAYERS = 12  # networks up to this depth have a line for what is kept of each layer
WRITTEN_OUT = 3  # layers, up to which sums over layers are written term by term
Row = tuple[str | Expr, ...]


def cost(options: PageOptions, batch: int = 32, optimizer: str = "adam", dtype: str = "float32") -> Derivation:
    """The page of `derive cost`: formulas, and numbers where the options have sizes."""
    costs = Costs.of(options)
    show = Shown(costs, options.sizes, batch, BYTES[dtype])
    sections = (
        costs.notation(show),
        Section("Model", tuple(layered.equations(costs.net)), "forward"),
        Section("Derivatives", tuple(costs.equations()), "gradients"),
        Section("Multiplications in matrix products, for the whole batch", tuple(_time(costs, show)), "result"),
        Section("What is reused", tuple(_reuse(costs, show)), "result"),
        Section("Kept from the forward pass for the backward pass", tuple(_kept(costs, show)), "result"),
        Section("Memory for training", tuple(_memory(costs, show, optimizer, dtype)), "result"),
    )
    return Derivation("cost", "What a network costs", sections, tuple(costs.back.witnessed()))


@dataclass(frozen=True)
class Costs:
    """Counts of a network of L layers, in batch form: formulas in N, n_l and L."""

    net: Network

    @classmethod
    def of(cls, options: PageOptions) -> Costs:
        """Whatever the depth is, it is counted at the symbol L: one hidden activation for all layers."""
        if len(options.hidden) > 1:
            listed = ",".join(options.hidden)
            raise OptionError(
                f"--activation: expected one entry, for all layers; found {listed[:60]!r}. Try: the first"
            )
        return cls(network(replace(options, layers="L", sizes=None), batch=True))

    @cached_property
    def back(self) -> Backpropagation:
        return Backpropagation(self.net)

    # -- where what is counted comes from -------------------------------------------------------------------------

    def notation(self, show: Shown) -> Section:
        first = Prose("The layers are $1 \\le l \\le L$; a batch has $N$ samples.")
        here = () if show.sizes is None else (Prose(f"Here {show.said()}."),)
        return Section("Notation", (first, Table(("symbol", "meaning"), layered.symbols(self.net)), *here), "notation")

    def equations(self) -> Iterator[Equation]:
        """The derivatives that the backward pass computes, each by its value."""
        for what, u in self.derived():
            a = self.back.found[u]
            step = Step(a.value, "chain_rule", what)
            context = Context(Program(()), self.back.output)
            yield Equation(
                Diff(self.back.output, a.of), a.of.indices, (step,), where=self.back.where(u), context=context
            )  # type: ignore[arg-type]

    def derived(self) -> tuple[tuple[str, Tensor], ...]:
        """The derivatives of the backward pass, and what to call them."""
        net = self.net
        rows = (
            ("deltas of the output layer", net.z(DEPTH)),
            ("deltas of layer $l$", net.z(LAYER)),
            ("weights of layer $l$", net.weights(LAYER)),
        )
        return (*rows, ("biases of layer $l$", net.bias(LAYER))) if net.has_bias else rows

    def of_layer(self, layer: Expr) -> Expr:
        """The parameters of a layer."""
        return Add(*(entries(t.dims) for t, _ in self.net.parameters(layer)))

    def value(self, u: Tensor) -> Expr:
        return self.back.found[u].value

    # -- counts ----------------------------------------------------------------------------------------------------

    @cached_property
    def parameters(self) -> Expr:
        return _over_layers(self.of_layer(LAYER))

    @cached_property
    def forward(self) -> Expr:
        return _over_layers(matrix_products(self.net.let_z(LAYER).rhs))

    @cached_property
    def gradients(self) -> Expr:
        return _over_layers(matrix_products(*(self.value(t) for t, _ in self.net.parameters(LAYER))))

    @cached_property
    def of_delta(self) -> Expr:
        """The deltas of layer l, from those of the layer above."""
        return matrix_products(self.value(self.net.z(LAYER)))

    @cached_property
    def deltas(self) -> Expr:
        return _over_layers(self.of_delta, high=DEPTH - 1)

    @cached_property
    def deltas_anew(self) -> Expr:
        """As the deltas, where those of each layer start from the output again: layer l is passed l times."""
        return _over_layers(LAYER * self.of_delta, high=DEPTH - 1)

    @cached_property
    def backward(self) -> Expr:
        return self.gradients + self.deltas

    @cached_property
    def tangent(self) -> Expr:
        """One pass of forward mode: how all layers change along one direction of all parameters."""
        net = self.net
        weights, inputs = net.weights(LAYER), net.a(LAYER - 1)
        return _over_layers(self._tangent(weights)) + _over_layers(self._tangent(inputs), low=2)

    @cached_property
    def tangents(self) -> Expr:
        """A pass for each parameter without products with zero: its own entry, then the layers above its own.

        The entries of all weights of a layer, each alone, cost as much as all of them at once.
        """
        below = Symbol("k", integer=True, positive=True)
        counted = LayerSum(self.of_layer(below), below, 1, LAYER - 1)
        own = _over_layers(self._tangent(self.net.weights(LAYER)))
        return own + _over_layers(self._tangent(self.net.a(LAYER - 1)) * counted, low=2)

    def _tangent(self, moving: Tensor) -> Expr:
        """The products that the change of one tensor adds to that of the pre-activations of layer l."""
        direction = Tensor(f"{moving.name}dot", moving.dims, moving.layer)
        (let,) = tangents(
            Program((self.net.let_z(LAYER),)), {moving: direction}, lambda t: Tensor(f"{t.name}dot", t.dims, t.layer)
        )
        return matrix_products(let.rhs)

    # -- memory ----------------------------------------------------------------------------------------------------

    @cached_property
    def kept(self) -> tuple[tuple[Tensor, Expr, Expr], ...]:
        """What the derivatives mention of the forward pass: the tensor, and the first and last l for which."""
        net = self.net
        low, top = Integer(1), DEPTH
        rows = (
            (net.a(LAYER - 1), low, top),
            (net.z(LAYER), low, top - 1),
            (net.z(top), top, top),
            (net.prediction, top, top),
        )
        used = {t for _, u in self.derived() for t in tensors(self.value(u))}
        return tuple(row for row in rows if row[0] in used)

    def kept_by_layer(self, depth: int | None) -> Iterator[tuple[Tensor, Expr]]:
        """Each with its entries, for every layer of a network of this depth, or in all layers together."""
        for t, low, high in self.kept:
            if depth is None or depth > FEW_LAYERS:
                yield t, _over_layers(entries(t.dims), low, high)
                continue
            first, last = (int(at_layers(e, {DEPTH: Integer(depth)})) for e in (low, high))
            for m in range(first, last + 1):
                one = at_layers(t, {DEPTH: Integer(depth), LAYER: Integer(m)})
                yield one, entries(one.dims)

    @cached_property
    def kept_entries(self) -> Expr:
        return Add(*(count for _, count in self.kept_by_layer(None)))


def _over_layers(each: Expr, low: Expr | int = 1, high: Expr = DEPTH) -> Expr:
    """The sum over the layers from low to high."""
    return each if low == high else LayerSum(each, LAYER, low, high)


@dataclass(frozen=True)
class Shown:
    """Formulas as they are printed, and their numbers."""

    costs: Costs
    sizes: tuple[int, ...] | None
    batch: int
    width: int  # bytes of a number

    def said(self) -> str:
        listed = ", ".join(f"$n_{{{m}}} = {n}$" for m, n in enumerate(self.sizes or ()))
        return f"$L = {len(self.sizes or ()) - 1}$, $N = {self.batch}$, {listed}"

    @property
    def depth(self) -> int | None:
        return None if self.sizes is None else len(self.sizes) - 1

    @property
    def header(self) -> tuple[str, ...]:
        return () if self.sizes is None else ("here",)

    def formula(self, e: Expr) -> Expr:
        """Sums over a few layers are written out."""
        depth = len(self.sizes or ()) - 1
        return at_layers(e, {DEPTH: Integer(depth)}) if 1 <= depth <= WRITTEN_OUT else e

    def number(self, e: Expr) -> int:
        """The value of a formula at the sizes."""
        assert self.sizes is not None
        known = {Size("n", m): n for m, n in enumerate(self.sizes)} | {SAMPLES: self.batch}
        concrete = at_sizes(at_layers(e, {DEPTH: Integer(len(self.sizes) - 1)}), known)
        if concrete.has(PARAMETERS):
            concrete = at_sizes(concrete, {PARAMETERS: self.number(self.costs.parameters)})
        return int(concrete)

    def row(self, what: str | Expr, e: Expr, *, memory: bool = False) -> Row:
        if self.sizes is None:
            return (what, self.formula(e))
        return (what, self.formula(e), f"{self.number(e):,}", *(self.bytes(e) if memory else ()))

    def bytes(self, e: Expr) -> tuple[str, ...]:
        """How many bytes so many numbers take."""
        return () if self.sizes is None else (_bytes(self.number(e) * self.width),)


def _bytes(n: int) -> str:
    """A number of bytes as people read it.

    >>> _bytes(1536)
    '1,536 (1.5 KiB)'
    """
    for power, unit in ((4, "TiB"), (3, "GiB"), (2, "MiB"), (1, "KiB")):
        if n >= 1024**power:
            return f"{n:,} ({n / 1024**power:.1f} {unit})"
    return f"{n:,}"


def _time(costs: Costs, show: Shown) -> Iterator[Block]:
    rows: list[tuple[str, Expr]] = [
        ("forward pass", costs.forward),
        ("reverse mode, deltas", costs.deltas),
        ("reverse mode, gradients", costs.gradients),
        ("forward mode, one pass", costs.tangent),
        ("forward mode, $P$ passes", PARAMETERS * costs.tangent),
        ("forward mode, without zeros", costs.tangents),
    ]
    yield Table(("quantity", "formula", *show.header), (show.row("parameters $P$", costs.parameters),))
    yield Table(("multiplications", "formula", *show.header), tuple(show.row(what, e) for what, e in rows))
    yield Prose(
        "Reverse mode finds the derivatives of one number in all parameters in one pass back. Forward mode finds those "
        "of all outputs along one direction in one pass, so that it needs as many passes as there are "
        "parameters; in that of a parameter of layer $l$ all below is zero."
    )
    if show.sizes is not None:
        forward, reverse, many = map(show.number, (costs.forward, costs.backward, costs.tangents))
        both = forward + reverse
        yield Prose(
            f"Here the pass back costs {reverse / forward:.2f} times as much as the forward pass. Both together cost "
            f"{both:,}; the forward pass and forward mode without products with zero cost {forward + many:,}, "
            f"which is {(forward + many) / both:,.1f} times as much."
        )


def _reuse(costs: Costs, show: Shown) -> Iterator[Block]:
    """Which name enters which derivative: read off the derived formulas."""
    net = costs.net
    names = (
        net.delta(LAYER),
        net.delta(LAYER + 1),
        net.weights(LAYER + 1),
        net.a(LAYER - 1),
        net.a(LAYER),
        net.z(LAYER),
    )
    rows: list[Row] = []
    for name in (*names, net.z(DEPTH), net.prediction):
        users = [what for what, u in costs.derived() if name in tensors(costs.value(u))]
        if users:
            rows.append((_symbol(name), ", ".join(users)))
    yield Table(("computed once", "enters"), tuple(rows))
    yield Prose(
        "The deltas of a layer are computed once, from those of the layer above, and all gradients of the layer and "
        "all deltas below share them. If the deltas of each layer started from the output again, those of layer $l$ "
        "would be computed $l$ times:"
    )
    anew = (show.row("deltas, shared", costs.deltas), show.row("deltas, each from the output", costs.deltas_anew))
    yield Table(("multiplications", "formula", *show.header), anew)


def _symbol(t: Tensor) -> Expr:
    """The name without the set that it lies in."""
    return Tensor(t.name, (), t.layer)()


def _kept(costs: Costs, show: Shown) -> Iterator[Block]:
    more = () if show.sizes is None else ("here", "bytes")
    rows: list[Row] = [(_symbol(t), *show.row("", e, memory=True)[1:]) for t, e in costs.kept_by_layer(show.depth)]
    rows.append(("all", *show.row("", costs.kept_entries, memory=True)[1:]))
    if show.depth is None:
        yield Prose("The sums run over the layers that have such a matrix.")
    yield Table(("kept", "entries", *more), tuple(rows))
    yield Prose(
        "These are the results of the forward pass that the derivatives above mention. The input is among them, the "
        "targets are not."
    )


def _memory(costs: Costs, show: Shown, optimizer: str, dtype: str) -> Iterator[Block]:
    rule = OPTIMIZERS[optimizer]
    state = len(rule.state)
    remembered = f" ({', '.join(rule.state)})" if state else ""
    rows: list[tuple[str, Expr]] = [
        ("parameters", PARAMETERS),
        ("gradients", PARAMETERS),
        (f"state of {optimizer}{remembered}", state * PARAMETERS),
        ("kept from the forward pass", costs.kept_entries),
        ("all of these", (2 + state) * PARAMETERS + costs.kept_entries),
    ]
    more = () if show.sizes is None else ("here", f"bytes in {dtype}")
    yield Table(("numbers", "formula", *more), tuple(show.row(what, e, memory=True) for what, e in rows))
    yield Prose("What each optimiser remembers of a parameter from one step to the next:")
    per = tuple(
        (name, ", ".join(row.state) or "nothing", str(len(row.state)), *show.bytes(len(row.state) * PARAMETERS))
        for name, row in OPTIMIZERS.items()
    )
    totals = () if show.sizes is None else (f"bytes in {dtype}",)
    yield Table(("optimiser", "remembers", "numbers per parameter", *totals), per)
