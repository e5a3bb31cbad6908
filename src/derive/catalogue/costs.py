"""What a network costs, counted on its derived equations: formulas in N, n_l and L.

What a layer costs is the same at every depth, so that it is counted at layer l of L wherever all hidden layers have as
many pre-activations as one another; which results of the forward pass are kept is for the activation of each to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from sympy import Add, Expr, Integer, Symbol

from derive.calculus import tangents
from derive.catalogue import layered
from derive.catalogue.backpropagation import Backpropagation
from derive.catalogue.model import network
from derive.catalogue.network import Network
from derive.catalogue.options import DEFAULT_ACTIVATION, PageOptions
from derive.derivation import Context, Equation, Step
from derive.expr import DEPTH, LAYER, Diff, LayerSum, Program, Size, Tensor, at_layers, tensors
from derive.expr.costs import entries, matrix_products

PARAMETERS = Size("P")
FEW_LAYERS = 12  # networks up to this depth have a line for what is kept of each layer
BELOW = Symbol("k", integer=True, positive=True)


@dataclass(frozen=True)
class Costs:
    """`back` has the equations that are printed: at layer l, or of each layer where the activations differ.

    `counted` are those that are counted: matrix products do not depend on which function an activation is. `options`
    say which networks the formulas are for.
    """

    options: PageOptions
    back: Backpropagation
    counted: Backpropagation

    @classmethod
    def of(cls, options: PageOptions) -> Costs:
        """One activation is taken at the symbol L, whatever the depth; a list of them at the depth that it has."""
        if options.layers == 1:
            options = replace(options, hidden=(DEFAULT_ACTIVATION,))  # there is no hidden layer that it could matter to
        listed = len(options.hidden) > 1
        net = network(replace(options, layers=options.layers if listed else "L", sizes=None), batch=True)
        back = Backpropagation(net)
        if not listed or len({h.pieces for h in net.hidden}) > 1:
            return cls(options, back, back)
        return cls(options, back, Backpropagation(replace(net, depth=DEPTH, hidden=net.hidden[:1])))

    @property
    def net(self) -> Network:
        return self.back.net

    @property
    def depth(self) -> int | None:
        """The number of layers, where the equations are those of one depth."""
        return None if self.back.symbolic else int(self.net.depth)

    # -- what is counted -------------------------------------------------------------------------------------------

    @property
    def least(self) -> int:
        """The least depth at which the formulas hold: a top layer unlike the others is not the only one."""
        return 2 if self.counted.symbolic and self.counted.net.top_differs else 1

    def symbols(self) -> tuple[tuple[Tensor, str], ...]:
        return layered.symbols(self.net)

    def model(self) -> Iterator[Equation]:
        return layered.equations(self.net)

    def equations(self) -> Iterator[Equation]:
        """The derivatives that the backward pass computes, each by its value."""
        for what, u in self.derived():
            a = self.back.found[u]
            step = Step(a.value, "chain_rule", what)
            context = Context(Program(()), self.back.output)
            where = self.back.where(u)
            yield Equation(Diff(self.back.output, a.of), a.of.indices, (step,), where=where, context=context)

    def derived(self) -> tuple[tuple[str, Tensor], ...]:
        """The derivatives of the backward pass, from the top down, and what to call them."""
        net, layers = self.net, self.back.layers
        each = [(m, p) for m in reversed(layers) for p in net.pieces(m)]

        def called(what: str, of: Callable[[Expr, int], Tensor]) -> dict[Tensor, str]:
            return {of(m, p): f"{layered.NTH[p]}{what} of {self._called(m)}" for m, p in each}

        parameters = called("weights", net.weights) | called("biases", net.bias)
        found = called("deltas", net.z) | {t: parameters[t] for t, _ in self.back.parameters()}
        return tuple((words, t) for t, words in found.items())

    def _called(self, layer: Expr) -> str:
        return f"layer ${layer}$" if layer != self.net.depth else "the output layer"

    def names(self) -> Iterator[Tensor]:
        """What is computed once and may enter several derivatives."""
        net = self.net
        layers = self.back.layers if self.depth else [LAYER, LAYER + 1]
        for name in (net.delta, net.weights):
            yield from (name(m, p) for m in layers for p in net.pieces(m))
        yield from (net.a(m - 1) for m in layers)
        yield from dict.fromkeys(net.z(m, p) for m in (*layers[:-1], net.depth) for p in net.pieces(m))
        yield net.prediction

    def value(self, u: Tensor) -> Expr:
        return self.back.found[u].value

    # -- multiplications -------------------------------------------------------------------------------------------

    def _over_layers(self, each: Callable[[Expr], Expr], low: int = 1, high: int = 0) -> Expr:
        """The sum over the layers from low to L + high; a top layer unlike the others is a term by itself."""
        net = self.counted.net
        if net.depth.is_Integer:
            return Add(*(each(Integer(m)) for m in range(low, int(net.depth) + high + 1)))
        if not net.top_differs:
            return LayerSum(each(LAYER), LAYER, low, DEPTH + high)
        return LayerSum(each(LAYER), LAYER, low, DEPTH + high - 1) + each(DEPTH + high)

    def of_layer(self, layer: Expr) -> Expr:
        """The parameters of a layer."""
        return Add(*(entries(t.dims) for t, _ in self.counted.net.parameters(layer)))

    def of_delta(self, layer: Expr) -> Expr:
        """The deltas of a layer from those of the layer above, of each piece by themselves, as they are stated."""
        net, found = self.counted.net, self.counted.found
        return Add(*(matrix_products(found[net.z(layer, p)].value) for p in net.pieces(layer)))

    def _scores(self, layer: Expr) -> Expr:
        net = self.counted.net
        return matrix_products(*(net.let_z(layer, p).rhs for p in net.pieces(layer)))

    def _gradients(self, layer: Expr) -> Expr:
        net, found = self.counted.net, self.counted.found
        return matrix_products(*(found[t].value for t, _ in net.parameters(layer)))

    @cached_property
    def parameters(self) -> Expr:
        return self._over_layers(self.of_layer)

    @cached_property
    def forward(self) -> Expr:
        return self._over_layers(self._scores)

    @cached_property
    def gradients(self) -> Expr:
        return self._over_layers(self._gradients)

    @cached_property
    def deltas(self) -> Expr:
        return self._over_layers(self.of_delta, high=-1)

    @cached_property
    def deltas_anew(self) -> Expr:
        """As the deltas, where those of each layer start from the output again: layer l is passed l times."""
        return self._over_layers(lambda m: m * self.of_delta(m), high=-1)

    @cached_property
    def backward(self) -> Expr:
        return self.gradients + self.deltas

    @cached_property
    def tangent(self) -> Expr:
        """One pass of forward mode: how all layers change along one direction of all parameters."""
        return self._over_layers(self._of_weights) + self._over_layers(self._of_inputs, low=2)

    @cached_property
    def tangents(self) -> Expr:
        """A pass for each parameter without products with zero: its own entry, then the layers above its own.

        The entries of all weights of a layer, each alone, cost as much as all of them at once.
        """
        above = self._over_layers(lambda m: self._of_inputs(m) * self._below(m), low=2)
        return self._over_layers(self._of_weights) + above

    def _below(self, layer: Expr) -> Expr:
        """The parameters of all layers below this one, which are hidden layers."""
        if layer.is_Integer:
            return Add(*(self.of_layer(Integer(m)) for m in range(1, int(layer))))
        return LayerSum(self.of_layer(BELOW), BELOW, 1, layer - 1)

    def _of_weights(self, layer: Expr) -> Expr:
        net = self.counted.net
        return self._tangent(layer, *(net.weights(layer, p) for p in net.pieces(layer)))

    def _of_inputs(self, layer: Expr) -> Expr:
        return self._tangent(layer, self.counted.net.a(layer - 1))

    def _tangent(self, layer: Expr, *moving: Tensor) -> Expr:
        """The products that the change of some tensors adds to that of the pre-activations of a layer."""
        net = self.counted.net
        scores = Program(tuple(net.let_z(layer, p) for p in net.pieces(layer)))
        changes = tangents(scores, {t: _change(t) for t in moving}, _change)
        return matrix_products(*(let.rhs for let in changes))

    # -- memory ----------------------------------------------------------------------------------------------------

    @cached_property
    def kept(self) -> tuple[tuple[Tensor, Expr, Expr], ...]:
        """What the derivatives mention of the forward pass: the tensor, and the first and last l for which."""
        net, top = self.net, self.net.depth
        rows: list[tuple[Tensor, Expr, Expr]] = []
        if self.depth is None:
            rows.append((net.a(LAYER - 1), Integer(1), top))
            rows += [(net.z(LAYER, p), Integer(1), top - 1) for p in net.pieces(LAYER)]
        else:
            rows += [(net.a(m - 1), m, m) for m in self.back.layers]
            rows += [(net.z(m, p), m, m) for m in self.back.layers[:-1] for p in net.pieces(m)]
        rows += [(net.z(top), top, top), (net.prediction, top, top)]
        used = {t for _, u in self.derived() for t in tensors(self.value(u))}
        return tuple(row for row in rows if row[0] in used)

    def kept_by_layer(self, depth: int | None) -> Iterator[tuple[Tensor, Expr]]:
        """Each with its entries, for every layer of a network of this depth, or in all layers together."""
        for t, low, high in self.kept:
            if low == high and low.is_Integer:
                yield t, entries(t.dims)
            elif depth is None or depth > FEW_LAYERS:
                yield t, entries(t.dims) if low == high else LayerSum(entries(t.dims), LAYER, low, high)
            else:
                first, last = (int(at_layers(e, {DEPTH: Integer(depth)})) for e in (low, high))
                for m in range(first, last + 1):
                    one = at_layers(t, {DEPTH: Integer(depth), LAYER: Integer(m)})
                    yield one, entries(one.dims)

    @cached_property
    def kept_entries(self) -> Expr:
        return Add(*(count for _, count in self.kept_by_layer(None)))


def _change(t: Tensor) -> Tensor:
    """How a tensor changes along a direction."""
    return Tensor(f"{t.name}_dot", t.dims, t.layer)
