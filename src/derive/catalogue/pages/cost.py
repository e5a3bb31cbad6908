"""What training a network costs: multiplications of reverse and of forward mode, and what has to be kept in memory.

Everything is counted on the equations that are derived, as formulas; sizes are put into them at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr, Integer

from derive.catalogue.costs import PARAMETERS, Costs
from derive.catalogue.network import SAMPLES
from derive.catalogue.optimizers import OPTIMIZERS
from derive.catalogue.options import PageOptions
from derive.derivation import Block, Derivation, Prose, Section, Table
from derive.expr import DEPTH, Size, Tensor, at_layers, tensors
from derive.expr.concrete import at_sizes

BYTES = {"float16": 2, "float32": 4, "float64": 8}
WRITTEN_OUT = 3  # layers, up to which sums over layers are written term by term
Row = tuple[str | Expr, ...]


def cost(options: PageOptions, batch: int = 32, optimizer: str = "adam", dtype: str = "float32") -> Derivation:
    """The page of `derive cost`: formulas, and numbers where the options have sizes."""
    costs = Costs.of(options)
    show = Shown(costs, options.sizes, batch, BYTES[dtype])
    sections = (
        _notation(costs, show),
        Section("Model", tuple(costs.model()), "forward"),
        Section("Derivatives", tuple(costs.equations()), "gradients"),
        Section("Multiplications in matrix products, for the whole batch", tuple(_time(costs, show)), "result"),
        Section("What is reused", tuple(_reuse(costs, show)), "result"),
        Section("Kept from the forward pass for the backward pass", tuple(_kept(costs, show)), "result"),
        Section("Memory for training", tuple(_memory(costs, show, optimizer, dtype)), "result"),
    )
    return Derivation("cost", "What a network costs", sections, tuple(costs.back.witnessed()))


def _notation(costs: Costs, show: Shown) -> Section:
    least = "" if costs.least == 1 else f", where ${costs.least} \\le L$"
    first = Prose(f"The layers are $1 \\le l \\le {costs.depth or 'L'}${least}; a batch has $N$ samples.")
    here = () if show.sizes is None else (Prose(f"Here {show.said()}."),)
    return Section("Notation", (first, Table(("symbol", "meaning"), costs.symbols()), *here), "notation")


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
        return self.costs.depth if self.sizes is None else len(self.sizes) - 1

    @property
    def header(self) -> tuple[str, ...]:
        return () if self.sizes is None else ("here",)

    def formula(self, e: Expr) -> Expr:
        """Sums over a few layers are written out."""
        depth = self.depth
        return at_layers(e, {DEPTH: Integer(depth)}) if depth is not None and depth <= WRITTEN_OUT else e

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
    rows: list[Row] = []
    for name in costs.names():
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
