"""Reverse mode over a network, one layer at a time: the layer may be a number or the symbol l.

What a layer computes is stated in `network`; nothing here knows the kind of a layer. With a symbolic depth the lines
of layer l, which take the derivatives of the layer above by name, are the step of an induction; those of the top are
its base.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sympy import Expr, Integer

from derive.calculus import Adjoint, adjoint, along_layers
from derive.catalogue.network import Network, Parameter
from derive.derivation import Equation, Witnessed, adjoint_equation, local_equation
from derive.expr import (
    DEPTH,
    LAYER,
    Elem,
    Index,
    Let,
    Program,
    Tensor,
    alike,
    at_layers,
    fresh,
    lowest_layer,
    moved,
    shifted,
    substitute,
    sum_over,
)
from derive.expr import tensors as tensors_in

FULL_WITNESS = 6  # networks up to this depth are witnessed whole, deeper ones layer by layer
Range = tuple[str, ...]


class Backpropagation:
    """The adjoints of a network and their equations.

    With `local`, each local derivative is derived by itself, rule by rule, before the chain that uses it.
    """

    def __init__(self, net: Network, *, local: bool = False) -> None:
        self.net = net
        self.local = local
        self.symbolic = net.depth == DEPTH
        self.output = Elem(net.cost)
        self.found: dict[Tensor, Adjoint] = {}
        self._derived: dict[tuple, Adjoint] = {}
        self.layers = self._layers()
        self.top = self._top()
        self.below = [e for layer in reversed(self.layers[:-1]) for e in self._hidden(layer)]
        self.gradients = [e for u, indices in self.parameters() for e in self._parameter(u, indices)]

    def _layers(self) -> list[Expr]:
        """At which layers equations are derived, from the input up."""
        if not self.symbolic:
            return [Integer(m) for m in range(1, int(self.net.depth) + 1)]
        return [LAYER, *([DEPTH - 1] if self.net.top_differs else []), DEPTH]

    def forward_layers(self) -> list[Expr]:
        """Those at which the forward pass is stated: layer L - 1 is one of the layers l."""
        return [m for m in self.layers if m != DEPTH - 1] if self.symbolic else self.layers

    def parameters(self) -> tuple[Parameter, ...]:
        """Each once; those of layer l stand for every layer that has them."""
        if not self.symbolic:
            return self.net.all_parameters()
        layers = (LAYER, DEPTH) if self.net.top_differs else (LAYER,)
        return tuple(p for layer in layers for p in self.net.parameters(layer))

    # -- deriving ------------------------------------------------------------------------------------------------

    def _adjoint(self, u: Tensor, indices: tuple[Index, ...], lets: Iterable[Let]) -> Iterator[Equation]:
        """The equations of dC/du; of the lets only those that mention u matter."""
        lets = tuple(lets)
        program, known = self._users(u, lets)
        found = self._found(u, indices, program, known)
        self.found[u] = found
        yield from self._equations(found, program, known, lets)

    def _users(self, u: Tensor, lets: Iterable[Let]) -> tuple[Program, dict[Tensor, Adjoint | Elem]]:
        program = Program(tuple(let for let in lets if u in tensors_in(let.rhs)))
        return program, {let.tensor: self._upstream(let.tensor) for let in program if let.tensor != self.net.cost}

    def _found(
        self, u: Tensor, indices: tuple[Index, ...], program: Program, known: dict[Tensor, Adjoint | Elem]
    ) -> Adjoint:
        if not self._of_all_layers(u):
            return self._of_one_layer(u, indices, program, known)
        direct = tuple(let for let in program if let.tensor == self.net.cost)
        layer = Program(tuple(let for let in program if let not in direct))
        besides = adjoint(u, indices, Program(direct), self.output, {}) if direct else None
        return along_layers(adjoint(u, indices, layer, self.output, known), 1, DEPTH - 1, besides)

    def _of_one_layer(
        self, u: Tensor, indices: tuple[Index, ...], program: Program, known: dict[Tensor, Adjoint | Elem]
    ) -> Adjoint:
        """Derived at the first layer of its shape; at the others that derivation is moved to them."""
        name = self.net.adjoint_name(u)
        target = Elem(u, *indices)
        above = ((a.of, a.symbol, a.name or a.of) if isinstance(a, Adjoint) else (a,) for a in known.values())
        called = (target,) if name is None else (target, name(*indices))
        shape = alike(called, *((let.target, let.rhs) for let in program), *above)
        lowest = lowest_layer(target)
        if shape not in self._derived:
            found = adjoint(u, indices, program, self.output, known, name)
            if found.assumptions:  # they are words about this layer
                return found
            self._derived[shape] = moved(found, -lowest)
        return moved(self._derived[shape], lowest)

    def _of_all_layers(self, u: Tensor) -> bool:
        """Whether the let at the symbol l stands for many that share `u`."""
        return self.symbolic and self.net.tied and u in {t for t, _ in self.net.parameters(LAYER)}

    def _equations(
        self, found: Adjoint, program: Program, known: dict[Tensor, Adjoint | Elem], lets: tuple[Let, ...]
    ) -> Iterator[Equation]:
        where = self.where(found.of.tensor)
        entangled = self._entangled(found.of.tensor, program, lets)
        if self.local:
            for n, path in enumerate(found.paths):
                if path.through != self.output and path.through.tensor not in entangled:
                    yield local_equation(found, n, program, where=where)
        adjoints = {t: a for t, a in known.items() if isinstance(a, Adjoint)}
        yield adjoint_equation(found, program, adjoints, links=not entangled, where=where)

    def _entangled(self, u: Tensor, program: Program, lets: tuple[Let, ...]) -> set[Tensor]:
        """Of the tensors that mention `u`, those that depend on it through another of them as well.

        Their derivative in `u` with the others held fixed, which the chain rule takes, has no sign of its own.
        """
        users = {let.tensor for let in program}
        if self._of_all_layers(u):
            return users - {self.net.cost}
        behind: dict[Tensor, set[Tensor]] = {}
        for let in lets:
            before = tensors_in(let.rhs)
            behind[let.tensor] = set(before).union(*(behind.get(t, set()) for t in before))
        return {v for v in users - {self.net.cost} if behind[v] & (users - {v})}

    def _upstream(self, v: Tensor) -> Adjoint | Elem:
        """The adjoint of a let: by name, at whatever layer (by induction, if that is a symbol), if it has one."""
        name = self.net.adjoint_name(v)
        return self.found[v] if name is None else name(*self.net.units(self.net.depth if v.layer is None else v.layer))

    def where(self, u: Tensor) -> Range:
        """For which layers an equation at the symbol l holds."""
        if u.layer != LAYER:
            return ()
        if u in dict(self.parameters()):
            return ("1", "l", "L", "<" if self.net.top_differs else "<=")
        return ("1", "l", "L - 1" if self.net.top_differs else "L", "<")

    def _top(self) -> list[Equation]:
        net = self.net
        return [*self._adjoint(net.prediction, net.units(net.depth), (net.let_cost,)), *self._inside(net.depth)]

    def _hidden(self, layer: Expr) -> list[Equation]:
        """The recursion: from the deltas of the layer above, taken by name, to those of this one."""
        net = self.net
        return [*self._adjoint(net.a(layer), net.units(layer), net.lets(layer + 1)), *self._inside(layer)]

    def _inside(self, layer: Expr) -> Iterator[Equation]:
        for u in self.net.inside(layer):
            yield from self._adjoint(u, self.net.units(layer), self.net.lets(layer))

    def _parameter(self, u: Tensor, indices: tuple[Index, ...]) -> Iterator[Equation]:
        layers = self.forward_layers() if u.layer is None else [u.layer]  # shared, or of one layer
        lets = [let for m in layers for let in self.net.lets(m)]
        yield from self._adjoint(u, indices, (*lets, *self._penalised()))

    def _penalised(self) -> tuple[Let, ...]:
        """The cost as a let of its own where the weights enter it directly."""
        return (self.net.let_cost,) if self.net.l2 else ()

    def input_adjoint(self) -> Adjoint:
        """The adjoint of the input, which no gradient of a parameter needs."""
        u = self.net.a(Integer(0))
        if u not in self.found:
            list(self._adjoint(u, self.net.units(Integer(0)), self.net.lets(Integer(1))))
        return self.found[u]

    def input_equation(self) -> Equation:
        """The chain of the derivative in the input."""
        u = self.net.a(Integer(0))
        return list(self._adjoint(u, self.net.units(Integer(0)), self.net.lets(Integer(1))))[-1]

    # -- witnessing ----------------------------------------------------------------------------------------------

    def witnessed(self) -> Iterator[Witnessed]:
        net = self.net
        if self.symbolic:
            for depth in (3, 4, 5):
                yield self._whole(depth)
        elif net.depth <= FULL_WITNESS or net.tied:
            yield self._whole(int(net.depth))
        else:
            yield from self._layerwise()

    def _whole(self, depth: int) -> Witnessed:
        """All deltas and gradients of the whole network, at a depth that is a number."""
        concrete = replace(self.net, depth=Integer(depth))
        results: dict[Tensor, tuple[Expr, tuple]] = {}
        named: dict[Tensor, Tensor] = {}
        for u, a in self.found.items():
            for m in self._layers_of(u, depth):
                at = {DEPTH: Integer(depth)} | ({} if m is None else {LAYER: Integer(m)})
                tensor = at_layers(u, at)
                if tensor in results:
                    continue
                results[tensor] = at_layers(a.value, at), tuple(at_layers(i, at) for i in a.of.indices)
                if a.name is not None:
                    named[tensor] = at_layers(a.name.tensor, at)
        return Witnessed(concrete.program(), results, named, f"{depth} layers")

    def _layers_of(self, u: Tensor, depth: int) -> Iterable[int | None]:
        """The layers that an adjoint at the symbol l stands for, in a network of this depth."""
        if u.layer is None or not u.layer.has(LAYER):
            return (None,)
        _, _, high, relation = self.where(u)
        return range(1, depth - (high == "L - 1") + (relation == "<="))

    def _layerwise(self) -> Iterator[Witnessed]:
        """One layer at a time, with random derivatives above; layers of the same shape are compared once.

        In a deep network the deltas themselves may underflow; the recursion of each layer does not.
        """
        seen = set()
        net, top = self.net, self.net.depth
        tensors = (net.prediction, *net.inside(top), *(t for t, _ in net.parameters(top)))
        yield self._some((*net.lets(top), net.let_cost), tensors, "output layer")
        for layer in self.layers[:-1]:
            inside = net.inside(layer)
            key = (
                net.activation(layer).name,
                *(shifted(self.found[u].value, 1 - int(layer)) for u in inside),
                layer == top - 1,
            )
            if key not in seen:
                seen.add(key)
                yield self._witness_layer(layer)

    def _witness_layer(self, layer: Expr) -> Witnessed:
        """The layer above as a sum of what it passes on, each with its derivative, which is a random number here."""
        net = self.net
        above = net.lets(layer + 1)
        held = {let.tensor: _held(let.tensor) for let in above}
        passed = ((net.adjoint_name(let.tensor), let) for let in above)
        terms = [
            sum_over(name(*let.target.indices) * substitute(let.rhs, held), *let.target.indices)
            for name, let in passed
            if name is not None
        ]
        total = Let(net.cost(), sum(terms, net.penalty()))
        entry = [net.a(Integer(0))] if layer == 1 and net.a(Integer(0)) in self.found else []
        tensors = (*entry, net.a(layer), *net.inside(layer), *(t for t, _ in net.parameters(layer)))
        return self._some((*net.lets(layer), total), tensors, f"layer {layer}")

    def _some(self, lets: tuple[Let, ...], claims: tuple[Tensor, ...], what: str) -> Witnessed:
        found = {u: self.found[u] for u in claims}
        results = {u: (a.value, a.of.indices) for u, a in found.items()}
        named = {u: a.name.tensor for u, a in found.items() if a.name is not None}
        return Witnessed(Program(lets), results, named, what)


def _held(t: Tensor) -> Let:
    """What the layer above computes inside, as a constant: its own derivative is accounted for by name."""
    at = tuple(fresh(d) for d in t.dims)
    return Let(t(*at), Tensor(f"{t.name}held", t.dims, t.layer)(*at))
