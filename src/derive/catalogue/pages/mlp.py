"""The multilayer perceptron: forward pass, loss, deltas, gradients, batch form, update, counts.

States the forward model (in `network`) and the prose. Every equation after the loss comes from reverse mode.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sympy import Expr, Integer

from derive.calculus import Adjoint, adjoint
from derive.catalogue.counts import counts
from derive.catalogue.model import network
from derive.catalogue.network import Network
from derive.catalogue.options import PageOptions
from derive.catalogue.words import described
from derive.derivation import (
    Derivation,
    Equation,
    Prose,
    Section,
    Step,
    Table,
    Witnessed,
    adjoint_equation,
    definition,
    local_equation,
)
from derive.expr import DEPTH, LAYER, Diff, Elem, Index, Let, Program, Tensor, at_layers, shifted, sum_over

FULL_WITNESS = 6  # networks up to this depth are witnessed whole, deeper ones layer by layer


def mlp(options: PageOptions) -> Derivation:
    """The page of `derive mlp`."""
    forms = [f for f in ("sample", "batch") if options.form in (None, f)]
    full = options.steps == "full"
    pages = [Backpropagation(network(options, batch=form == "batch"), local=full) for form in forms]
    sections = [pages[0].notation(options.sizes)]
    for form, page in zip(forms, pages, strict=True):
        sections += page.sections(form, alone=len(forms) == 1)
    sections.append(pages[0].counts(options.sizes))
    witnessed = tuple(w for page in pages for w in page.witnessed())
    return Derivation("mlp", _title(pages[0].net), tuple(sections), witnessed)


def _title(net: Network) -> str:
    layers = "L weight layers" if net.depth == DEPTH else f"{net.depth} weight layer{'s' if net.depth > 1 else ''}"
    return f"Backpropagation in a network of {layers}"


class Backpropagation:
    """Reverse mode over a network, one layer at a time: the layer may be a number or the symbol l.

    With `local`, each local derivative is derived by itself, rule by rule, before the chain that uses it.
    """

    def __init__(self, net: Network, *, local: bool = False) -> None:
        self.net = net
        self.local = local
        self.symbolic = net.depth == DEPTH
        self.output = Elem(net.cost)
        self.found: dict[Tensor, Adjoint] = {}
        self.layers: list[Expr] = (
            [LAYER, DEPTH] if self.symbolic else [Integer(m) for m in range(1, int(net.depth) + 1)]
        )
        self.top = self._top()
        self.below = [e for layer in reversed(self.layers[:-1]) for e in self._hidden(layer)]
        self.gradients = [e for layer in self._parameter_layers() for e in self._parameters(layer)]

    # -- deriving ------------------------------------------------------------------------------------------------

    def _parameter_layers(self) -> list[Expr]:
        return [LAYER] if self.symbolic else self.layers

    def _adjoint(
        self, u: Tensor, layer: Expr, lets: tuple[Let, ...], name: Tensor | None = None, **units: tuple[Index, ...]
    ) -> Iterator[Equation]:
        net, program = self.net, Program(lets)
        indices = units.get("indices") or net.units(layer)
        used = {let.tensor: self._upstream(let.tensor) for let in lets if let.tensor != net.cost}
        found = self.found[u] = adjoint(u, indices, program, self.output, used, name)
        adjoints = {t: a for t, a in used.items() if isinstance(a, Adjoint)}
        if self.local:
            for n, path in enumerate(found.paths):
                if path.through != self.output:
                    yield local_equation(found, n, program, where=self._where(layer, u))
        yield adjoint_equation(found, program, adjoints, where=self._where(layer, u))

    def _upstream(self, v: Tensor) -> Adjoint | Elem:
        """The adjoint of a let: of a pre-activation by name, at whatever layer (by induction, if that is a symbol)."""
        if v.name == self.net.z(v.layer).name and v.layer is not None:
            return self.net.delta(v.layer)(*self.net.units(v.layer))
        return self.found[v]

    def _where(self, layer: Expr, u: Tensor) -> tuple[str, ...]:
        """For which layers an equation at the symbol l holds."""
        if layer != LAYER:
            return ()
        return ("1", "l", "L", "<=" if u.name in ("W", "b") else "<")

    def _top(self) -> list[Equation]:
        net, layer = self.net, self.net.depth
        return [
            *self._adjoint(net.prediction, layer, (net.let_cost,)),
            *self._adjoint(net.z(layer), layer, (net.let_a(layer),), net.delta(layer)),
        ]

    def _hidden(self, layer: Expr) -> list[Equation]:
        """The recursion: from the delta of the layer above, taken by name, to the delta of this one."""
        net = self.net
        return [
            *self._adjoint(net.a(layer), layer, (net.let_z(layer + 1),)),
            *self._adjoint(net.z(layer), layer, (net.let_a(layer),), net.delta(layer)),
        ]

    def _parameters(self, layer: Expr) -> list[Equation]:
        net = self.net
        lets = (net.let_z(layer), *self._penalised())
        ij = (net.index("i", layer), net.index("j", layer - 1))
        return [
            *self._adjoint(net.weights(layer), layer, lets, indices=ij),
            *self._adjoint(net.bias(layer), layer, (net.let_z(layer),), indices=ij[:1]),
        ]

    def _penalised(self) -> tuple[Let, ...]:
        """The cost as a let of its own where the weights enter it directly."""
        return (self.net.let_cost,) if self.net.l2 else ()

    # -- printing ------------------------------------------------------------------------------------------------

    def notation(self, sizes: tuple[int, ...] | None) -> Section:
        net = self.net
        l = self._any_layer()  # noqa: E741  (the letter of the notes)
        rows = [
            (net.a(Integer(0)), "input"),
            (net.weights(l), "weights of layer l"),
            (net.bias(l), "biases of layer l"),
            (net.z(l), "pre-activations of layer l"),
        ]
        if self.symbolic or net.depth > 1:
            rows.append((net._units("a", l), "activations of layer l"))
        rows += [
            (net.prediction, "prediction"),
            (net.target, described(net.target, "target")),
            (net.cost, "cost"),
            (net.delta(l), "delta of layer l: derivative of the cost in the pre-activations"),
        ]
        numbered = (Prose(f"The layers are $1 \\le l \\le {net.depth}$."),) if l == LAYER else ()
        symbols = Table(("symbol", "meaning"), tuple(rows))
        return Section("Notation", (*numbered, symbols, *_sizes_in_numbers(sizes)), "notation")

    def _any_layer(self) -> Expr:
        return LAYER if self.symbolic or self.net.depth > 1 else Integer(1)

    def _deltas(self) -> tuple[Equation, ...]:
        """What is called delta, at any layer; at a layer with a number the chain that begins with it says so."""
        if not self.symbolic:
            return ()
        units = self.net.units(LAYER)
        value = Diff(self.output, self.net.z(LAYER)(*units))
        return (definition(self.net.delta(LAYER)(*units), value, where=("1", "l", "L", "<=")),)

    def sections(self, form: str, *, alone: bool) -> Iterator[Section]:
        head = "" if alone or form == "sample" else "Batch: "
        yield Section(f"{head}Forward pass".strip(), (*self._rows(alone), *self._forward()), "forward", form)
        yield Section(f"{head}Output layer", (*self._deltas(), *self.top), "delta", form)
        if self.below:
            text = self._induction() if self.symbolic and (alone or form == "sample") else ()
            yield Section(f"{head}Hidden layers", (*self.below, *text), "delta", form)
        yield Section(f"{head}Gradients", tuple(self.gradients), "gradients", form)
        yield Section(f"{head}Update", tuple(self._updates()), "result", form)

    def _rows(self, alone: bool) -> tuple[Prose | Table, ...]:
        """In a batch: which arrays have a row for each sample."""
        net = self.net
        if not net.batch:
            return ()
        text = Prose("The same model for $N$ samples at once: rows are samples.")
        if alone:
            return (text,)
        l = self._any_layer()  # noqa: E741  (the letter of the notes)
        rows = [(net.a(Integer(0)), "inputs"), (net.z(l), "pre-activations of layer l")]
        if l == LAYER:
            rows.append((net._units("a", l), "activations of layer l"))
        rows += [
            (net.prediction, "predictions"),
            (net.target, described(net.target, "targets")),
            (net.cost, "mean cost"),
            (net.delta(l), "deltas of layer l"),
        ]
        return (text, Table(("symbol", "meaning"), tuple(rows)))

    def _forward(self) -> Iterator[Equation]:
        net = self.net
        for layer in self.layers:
            if layer == LAYER:
                yield _let(net.let_z(LAYER), ("1", "l", "L", "<="))
                yield _let(net.let_a(LAYER), ("1", "l", "L", "<"))
            elif layer == DEPTH:
                yield _let(net.let_a(DEPTH))
            else:
                yield _let(net.let_z(layer))
                yield _let(net.let_a(layer))
        yield replace(_let(net.let_cost), in_components=not net.loss.norm)

    def _updates(self) -> Iterator[Equation]:
        """Gradient descent: each parameter moves against its gradient."""
        eta = Tensor("eta", (), None, ("positive",))()
        for layer in self._parameter_layers():
            for u in (self.net.weights(layer), self.net.bias(layer)):
                parameter = self.found[u].of
                rhs = parameter - eta * Diff(self.output, parameter)
                steps = (Step(rhs, "update", "gradient descent"),)
                yield Equation(parameter, parameter.indices, steps, "<-", self._where(layer, u))  # type: ignore[arg-type]

    def _induction(self) -> tuple[Prose, ...]:
        return (
            Prose(
                "By induction from the top. Base: the delta of layer $L$ is derived above. Step: if the delta of layer "
                "$l + 1$ is the derivative of the cost in its pre-activations, the lines above give that of layer $l$, "
                "for any $l$ below $L$. So the recursion holds at every layer and every depth."
            ),
        )

    def counts(self, sizes: tuple[int, ...] | None) -> Section:
        net = self.net if not self.net.batch else replace(self.net, batch=False)
        page = self if net is self.net else Backpropagation(net)
        delta = (lambda m: page.found[net.z(m)].value) if page.below else None
        return counts(net, sizes, delta, lambda m: page.found[net.weights(m)].value)

    # -- witnessing ----------------------------------------------------------------------------------------------

    def witnessed(self) -> Iterator[Witnessed]:
        net = self.net
        if self.symbolic:
            for depth in (3, 4, 5):
                yield self._whole(depth)
        elif net.depth <= FULL_WITNESS:
            yield self._whole(int(net.depth))
        else:
            yield from self._layerwise()

    def _whole(self, depth: int) -> Witnessed:
        """All deltas and gradients of the whole network, at a depth that is a number."""
        values = {DEPTH: Integer(depth)}
        concrete = replace(self.net, depth=Integer(depth))
        results: dict[Tensor, tuple[Expr, tuple]] = {}
        named: dict[Tensor, Tensor] = {}
        for u, a in self._claims():
            layers = _layers_of(u, depth) if u.layer is not None and u.layer.has(LAYER) else [None]
            for m in layers:
                at = values | ({} if m is None else {LAYER: Integer(m)})
                tensor = at_layers(u, at)
                if tensor in results:
                    continue
                results[tensor] = at_layers(a.value, at), tuple(at_layers(i, at) for i in a.of.indices)
                if a.name is not None:
                    named[tensor] = at_layers(a.name.tensor, at)
        return Witnessed(concrete.program(), results, named, f"{depth} layers")

    def _claims(self) -> list[tuple[Tensor, Adjoint]]:
        return list(self.found.items())

    def _layerwise(self) -> Iterator[Witnessed]:
        """One layer at a time, with a random delta above; layers of the same shape are compared once.

        In a deep network the deltas themselves may underflow; the recursion of each layer does not.
        """
        seen = set()
        top = self.net.depth
        yield self._witness_top()
        for layer in self.layers[:-1]:
            key = (
                self.net.activation(layer).name,
                shifted(self.found[self.net.z(layer)].value, 1 - int(layer)),
                layer == top - 1,
            )
            if key not in seen:
                seen.add(key)
                yield self._witness_layer(layer)

    def _witness_top(self) -> Witnessed:
        net, top = self.net, self.net.depth
        lets = (net.let_z(top), net.let_a(top), net.let_cost)
        return self._some(lets, (net.prediction, net.z(top), net.weights(top), net.bias(top)), "output layer")

    def _witness_layer(self, layer: Expr) -> Witnessed:
        net = self.net
        above = net.let_z(layer + 1)
        delta = net.delta(layer + 1)(*above.target.indices)
        total = Let(net.cost(), sum_over(delta * above.target, *above.target.indices) + net.penalty())
        lets = (net.let_z(layer), net.let_a(layer), above, total)
        return self._some(lets, (net.a(layer), net.z(layer), net.weights(layer), net.bias(layer)), f"layer {layer}")

    def _some(self, lets: tuple[Let, ...], claims: tuple[Tensor, ...], what: str) -> Witnessed:
        found = {u: self.found[u] for u in claims}
        results = {u: (a.value, a.of.indices) for u, a in found.items()}
        named = {u: a.name.tensor for u, a in found.items() if a.name is not None}
        return Witnessed(Program(lets), results, named, what)


def _layers_of(u: Tensor, depth: int) -> range:
    return range(1, depth + 1 if u.name in ("W", "b") else depth)


def _let(let: Let, where: tuple[str, ...] = ()) -> Equation:
    return definition(let.target, let.rhs, where=where)


def _sizes_in_numbers(sizes: tuple[int, ...] | None) -> tuple[Prose, ...]:
    if sizes is None:
        return ()
    listed = ", ".join(f"$n_{{{m}}} = {n}$" for m, n in enumerate(sizes))
    return (Prose(f"Here {listed}."),)
