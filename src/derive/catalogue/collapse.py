"""A stack of linear layers is one linear layer: by induction over the layers, and what follows for a classifier."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, Integer

from derive.catalogue.network import Network
from derive.derivation import Block, Context, Equation, Prose, Section, Step, definition
from derive.expr import DEPTH, LAYER, Diff, Elem, Index, Let, Program, Tensor, substitute, sum_over, unfold

WRITTEN = 4  # layers whose product of weights is written out


def is_linear(net: Network) -> bool:
    """Whether the layers have nothing between them."""
    alone = not (net.residual or net.tied)
    return alone and net.depth != 1 and all(h.name == "identity" for h in net.hidden)


class Collapse:
    """z^(l) = M^(l) a^(0) + c^(l), where M^(l) = W^(l) M^(l-1) and c^(l) = W^(l) c^(l-1) + b^(l)."""

    def __init__(self, net: Network) -> None:
        self.net = net
        self.bottom = net.a(Integer(0))
        self.symbolic = net.depth == DEPTH
        self.layers = [LAYER] if self.symbolic else [Integer(m) for m in range(2, int(net.depth) + 1)]

    def matrix(self, layer: Expr) -> Tensor:
        return Tensor("M", (self.net.width(layer), self.net.width(Integer(0))), layer)

    def offset(self, layer: Expr) -> Tensor:
        return Tensor("c", (self.net.width(layer),), layer)

    def section(self) -> Section:
        blocks: list[Block] = [*self._definitions(), *self._base()]
        for layer in self.layers:
            blocks += self._step(layer)
        return Section("One linear layer in the end", (*blocks, *self._written_out(), *self._classifier()), "result")

    # -- what is called M and c ----------------------------------------------------------------------------------

    def lets(self, layer: Expr) -> tuple[Let, ...]:
        """M and c of a layer by those of the layer below."""
        net, first = self.net, layer == 1
        i, k, j = (net.index(name, m) for name, m in (("i", layer), ("k", layer - 1), ("j", Integer(0))))
        weights = net.weights(layer)
        product = weights(i, j) if first else sum_over(weights(i, k) * self.matrix(layer - 1)(k, j), k)
        found = [Let(self.matrix(layer)(i, j), product)]
        if net.has_bias:
            passed = Integer(0) if first else sum_over(weights(i, k) * self.offset(layer - 1)(k), k)
            found.append(Let(self.offset(layer)(i), passed + net.bias(layer)(i)))
        return tuple(found)

    def _definitions(self) -> Iterator[Block]:
        names = "weights and biases" if self.net.has_bias else "weights"
        yield Prose(f"Call the {names} of the whole stack up to layer $l$:")
        for layer in (Integer(1), *self.layers):
            for let in self.lets(layer):
                yield definition(let.target, let.rhs, where=self._where(layer))

    def _where(self, layer: Expr) -> tuple[str, ...]:
        return ("2", "l", "L", "<=") if layer == LAYER else ()

    # -- the induction -------------------------------------------------------------------------------------------

    def claim(self, layer: Expr, at: Index) -> Expr:
        """M^(l) a^(0) + c^(l), at this unit."""
        j = self.net.index("j", Integer(0))
        total = sum_over(self.matrix(layer)(at, j) * self.bottom(j), j)
        return total + self.offset(layer)(at) if self.net.has_bias else total

    def _base(self) -> Iterator[Block]:
        one = Integer(1)
        let = self.net.let_z(one)
        at = self.net.index("i", one)
        steps = (Step(let.rhs, "definition", ""), Step(self.claim(one, at), "names", "these names"))
        yield Prose("Layer $1$ is linear in the input.")
        yield Equation(let.target, (at,), steps, context=Context(Program(self.lets(one))))

    def _step(self, layer: Expr) -> Iterator[Block]:
        """The layer, with what the layer below is by the claim for it."""
        net, let = self.net, self.net.let_z(layer)
        at, below = net.index("i", layer), net.index("i", layer - 1)
        inner = Let(net.a(layer - 1)(below), self.claim(layer - 1, below))
        steps = (
            Step(let.rhs, "definition", ""),
            Step(substitute(let.rhs, {inner.tensor: inner}), "hypothesis", f"layer {layer - 1} is linear in the input"),
            Step(self.claim(layer, at), "names", "products are associative, by name"),
        )
        if self.symbolic:
            yield Prose("If layer $l - 1$ is linear in the input, so is layer $l$; by induction, all of them are.")
        program = Program((inner, *self.lets(layer)))
        yield Equation(let.target, (at,), steps, context=Context(program), where=self._where(layer))

    def whole(self) -> Program:
        """M and c of every layer, for a depth that is a number."""
        return Program(tuple(let for m in range(1, int(self.net.depth) + 1) for let in self.lets(Integer(m))))

    def _written_out(self) -> Iterator[Block]:
        """The product of all weights, where they are few."""
        if self.symbolic or not 1 < self.net.depth <= WRITTEN:
            return
        last = self.lets(self.net.depth)[0]
        steps = (Step(last.rhs, "definition", ""), Step(unfold(last.rhs, self.whole()), "names", "put in"))
        yield Prose("All weights together:")
        yield Equation(last.target, last.target.indices, steps, context=Context(self.whole()))

    # -- what follows --------------------------------------------------------------------------------------------

    def _classifier(self) -> Iterator[Block]:
        """The Jacobian of the stack does not depend on the input; scores are compared by a linear function."""
        net, top = self.net, self.net.depth
        i, j = net.index("i", top), net.index("j", Integer(0))
        z = net.z(top)
        whole = Program((Let(z(i), self.claim(top, i)),))
        yield Prose("The slope of the stack is the same at every input:")
        slope = Step(Elem(self.matrix(top), i, j), "local_derivative", "derivative of a linear function")
        yield Equation(Diff(z(i), self.bottom(j)), (i, j), (slope,), context=Context(whole))
        k = net.index("k", top)
        difference = sum_over((self.matrix(top)(i, j) - self.matrix(top)(k, j)) * self.bottom(j), j)
        if net.has_bias:
            difference = difference + self.offset(top)(i) - self.offset(top)(k)
        yield Prose(
            "Two classes are told apart by the sign of a linear function of the input: without a nonlinearity "
            "between the layers, the network is a linear classifier again."
        )
        steps = (Step(difference, "names", "one linear function"),)
        yield Equation(z(i) - z(k), (i, k), steps, context=Context(whole), literal=True)
