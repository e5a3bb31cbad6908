"""One weight of a network: the chain rule through its neuron, link by link, and the same by the delta of the neuron."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sympy import Expr, Integer, Mul

from derive.calculus import Path, simplify
from derive.catalogue.backpropagation import Backpropagation
from derive.catalogue.network import Network
from derive.catalogue.options import Entry
from derive.derivation import Context, Equation, Prose, Section, Step
from derive.derivation.gradients import rules_used, said
from derive.errors import OptionError
from derive.expr import Diff, Elem, Index, Let, Program, Sum_, fresh, rename
from derive.expr.record import Record

FARTHEST = 4  # layers that a chain is written out through

Links = list[tuple[Elem, Elem]]


class OneEntry(Record):
    """The derivative in a weight or bias at a place."""

    back: Backpropagation
    at: Elem
    sizes: tuple[int, ...] = ()

    @classmethod
    def of(cls, net: Network, entry: Entry, sizes: tuple[int, ...] | None) -> OneEntry:
        name, layer, place = entry
        if net.tied:
            raise OptionError("--entry: the hidden layers share their weights. Try: without --tied")
        if not net.has_bias and name == "b":
            raise OptionError("--entry: the network has no biases. Try: without --no-bias")
        tensor = (net.weights if name == "W" else net.bias)(Integer(layer))
        return cls(Backpropagation(net), tensor(*(Integer(p - 1) for p in place)), sizes or ())

    def section(self) -> Section:
        """The chain with its links, where it is not too long; then the deltas."""
        links = self._links()
        equations = [*(self._link(v, u) for v, u in links), self._chain(links)] if links else []
        equations += [self._delta(), self._by_delta()]
        return Section("One entry, by the chain rule", (*self._single_units(), *equations), "gradients", "sample")

    def _single_units(self) -> Iterator[Prose]:
        """Which sums have one term at the sizes that are given."""
        first = int(self.at.tensor.layer or self.back.net.depth)
        alone = [m for m, n in enumerate(self.sizes) if n == 1 and m > first]
        if alone:
            listed = " and ".join(f"layer {m}" for m in alone)
            yield Prose(f"A sum over the units of {listed} has one term here.")

    # -- the chain -----------------------------------------------------------------------------------------------

    def _links(self) -> Links:
        """(v, u) from the prediction down to the entry, each v a function of u; none if there are several ways."""
        net, first = self.back.net, int(self.at.tensor.layer or self.back.net.depth)
        layers = [Integer(m) for m in range(first, int(net.depth) + 1)]
        if net.residual or len(layers) > FARTHEST or any(len(net.pieces(m)) > 1 for m in layers[1:]):
            return []
        up = [self.at]
        for m in layers:
            unit = self.at.indices[0] if m == first else fresh(net.width(m))
            up.append(net.z(m)(unit))
            entrywise = net.activation(m).function is not None
            up.append(net.a(m)(unit if entrywise else fresh(net.width(m))))
        return list(pairwise(reversed(up)))

    def _path(self, v: Elem, u: Elem) -> Path:
        return next(p for p in self.back.found[u.tensor].paths if p.through.tensor == v.tensor)

    def _slope(self, v: Elem, u: Elem) -> Expr:
        """d v / d u as it was derived, at these places."""
        path, of = self._path(v, u), self.back.found[u.tensor].of
        places = dict(zip((*path.at, *of.indices), (*v.indices, *u.indices), strict=True))
        return rename(path.folded, places)

    def _link(self, v: Elem, u: Elem) -> Equation:
        path = self._path(v, u)
        let = Let(Elem(v.tensor, *path.at), path.rhs)
        words = said(rules_used(path.rhs, self.back.found[u.tensor].of))
        out = tuple(dict.fromkeys(i for i in (*v.indices, *u.indices) if isinstance(i, Index)))
        steps = (Step(self._slope(v, u), "local_derivative", words or "linear in it"),)
        return Equation(Diff(v, u), out, steps, context=Context(Program((let,))), literal=True)

    def _chain(self, links: Links) -> Equation:
        """The product of the links, with their values, and in deltas."""
        output, top = self.back.output, links[0][0]
        bound = _indices(links)
        slopes = [self._slope(v, u) for v, u in links]
        below = _indices(links[1:])
        value = simplify(_sum(Mul(self._at(links[0][1]), *slopes[1:]), below))
        steps = [
            Step(_sum(Mul(Diff(output, top), *(Diff(v, u) for v, u in links)), bound), "chain_rule", "chain rule"),
            Step(_sum(Mul(Diff(output, top), *slopes), bound), "local_derivative", "the links"),
            Step(value, "insert", "the output delta"),
        ]
        jacobians = {(v.tensor, u.tensor): self._as_function(v, u) for v, u in links}
        adjoint = self.back.found[top.tensor]
        context = Context(Program(()), output, {top.tensor: (adjoint.of.indices, adjoint.value)}, jacobians=jacobians)
        return Equation(Diff(output, self.at), (), tuple(steps), context=context, literal=True)

    def _as_function(self, v: Elem, u: Elem) -> tuple[tuple[Index, ...], Expr]:
        path = self._path(v, u)
        return (*path.at, *self.back.found[u.tensor].of.indices), path.folded

    # -- by the delta --------------------------------------------------------------------------------------------

    def _at(self, u: Elem) -> Expr:
        """The derivative in `u` as reverse mode found it, at this place."""
        found = self.back.found[u.tensor]
        return rename(found.value, dict(zip(found.of.indices, u.indices, strict=True)))

    def _delta(self) -> Equation:
        """The delta of the neuron that the entry belongs to."""
        net = self.back.net
        z = net.z(net.depth if self.at.tensor.layer is None else self.at.tensor.layer)(self.at.indices[0])
        name = self.back.net.adjoint_name(z.tensor)
        derivative = Diff(self.back.output, z)
        steps = (Step(derivative, "definition", "definition"), Step(self._at(z), "chain_rule", "as derived above"))
        return Equation(name(*z.indices), (), steps, literal=True)  # type: ignore[misc]

    def _by_delta(self) -> Equation:
        derivative = Diff(self.back.output, self.at)
        steps = (Step(self._at(self.at), "chain_rule", "by the delta of the neuron"),)
        return Equation(derivative, (), steps, literal=True)


def _indices(links: Links) -> tuple[Index, ...]:
    """What is summed over: the units that the links go through."""
    return tuple(dict.fromkeys(i for v, _ in links for i in v.indices if isinstance(i, Index)))


def _sum(e: Expr, bound: tuple[Index, ...]) -> Expr:
    return Sum_(e, *bound) if bound else e
