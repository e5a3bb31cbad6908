"""The forward model of a multilayer perceptron, for any depth, as named intermediates.

One sample: z^(l) = W^(l) a^(l-1) + b^(l), a^(l) = f(z^(l)), yhat = g(z^(L)). In a batch rows are samples. The layer
may be a number or the symbol l; everything else on the page is derived from the lets stated here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sympy import Expr, Integer, Rational

from derive.catalogue.activations import Activation
from derive.catalogue.losses import Loss
from derive.expr import LAYER, Index, LayerSum, Let, Program, Size, Tensor, sum_over

SAMPLES = Size("N")


@dataclass(frozen=True)
class Network:
    """A perceptron of `depth` weight layers; `hidden` has the activation of each hidden layer (one, if all agree)."""

    depth: Expr
    hidden: tuple[Activation, ...]
    output: Activation
    loss: Loss
    l2: str | None = None  # the name of the factor
    batch: bool = False

    def activation(self, layer: Expr) -> Activation:
        if layer == self.depth:
            return self.output
        return self.hidden[int(layer) - 1] if len(self.hidden) > 1 else self.hidden[0]

    def index(self, name: str, layer: Expr) -> Index:
        return Index(name, Size("n", layer))

    @cached_property
    def sample(self) -> tuple[Index, ...]:
        """The index of the sample, in a batch."""
        return (Index("n", SAMPLES),) if self.batch else ()

    def _units(self, name: str, layer: Expr, properties: Sequence[str] = (), *, numbered: bool = True) -> Tensor:
        shown = name.capitalize() if self.batch else name
        dims = (*(i.dim for i in self.sample), Size("n", layer))
        return Tensor(shown, dims, layer if numbered else None, properties)

    def z(self, layer: Expr) -> Tensor:
        return self._units("z", layer)

    def a(self, layer: Expr) -> Tensor:
        """The activations of a layer: the input at 0, the prediction at the top."""
        return self.prediction if layer == self.depth else self._units("a", layer)

    def delta(self, layer: Expr) -> Tensor:
        return self._units("delta", layer)

    def weights(self, layer: Expr) -> Tensor:
        return Tensor("W", (Size("n", layer), Size("n", layer - 1)), layer)

    def bias(self, layer: Expr) -> Tensor:
        return Tensor("b", (Size("n", layer),), layer)

    @cached_property
    def prediction(self) -> Tensor:
        return self._units("yhat", self.depth, numbered=False)

    @cached_property
    def target(self) -> Tensor:
        return self._units("y", self.depth, self.loss.target, numbered=False)

    @cached_property
    def cost(self) -> Tensor:
        """One name for the cost of a sample, and one for the mean over a batch."""
        return Tensor("J" if self.batch else "C")

    def units(self, layer: Expr, name: str = "i") -> tuple[Index, ...]:
        """The free indices of a quantity of this layer."""
        return (*self.sample, self.index(name, layer))

    def let_z(self, layer: Expr) -> Let:
        i, j = self.index("i", layer), self.index("j", layer - 1)
        product = sum_over(self.weights(layer)(i, j) * self.a(layer - 1)(*self.sample, j), j)
        return Let(self.z(layer)(*self.sample, i), product + self.bias(layer)(i))

    def let_a(self, layer: Expr) -> Let:
        i = self.index("i", layer)
        z = self.z(layer)(*self.sample, i)
        return Let(self.a(layer)(*self.sample, i), self.activation(layer).at(z, i))

    @cached_property
    def let_cost(self) -> Let:
        i = self.index("i", self.depth)
        at = (*self.sample, i)
        total = sum_over(self.loss.per_output(self.prediction(*at), self.target(*at)), *at)
        if self.batch:
            total = total / SAMPLES
        return Let(self.cost(), total + self.penalty())

    def penalty(self) -> Expr:
        """lambda/2 times the squared norms of the weights."""
        if self.l2 is None:
            return Integer(0)
        return Tensor(self.l2, (), None, ("positive",))() * Rational(1, 2) * self._squared_norms()

    def _squared_norms(self) -> Expr:
        def norm(layer: Expr) -> Expr:
            i, j = self.index("i", layer), self.index("j", layer - 1)
            return sum_over(self.weights(layer)(i, j) ** 2, i, j)

        return LayerSum(norm(LAYER), LAYER, 1, self.depth).written_out()

    def program(self) -> Program:
        """All lets, for a depth that is a number."""
        lets = [let for m in range(1, int(self.depth) + 1) for let in (self.let_z(Integer(m)), self.let_a(Integer(m)))]
        return Program((*lets, self.let_cost))
