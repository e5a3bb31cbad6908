"""The forward model of a multilayer perceptron, for any depth, as named intermediates.

One sample: z^(l) = W^(l) a^(l-1) + b^(l), a^(l) = f(z^(l)), yhat = g(z^(L)). In a batch rows are samples. The layer
may be a number or the symbol l; everything else on the page is derived from the lets stated here.

A hidden layer may have several pre-activations (maxout: a = max(z, ztilde)), add its input to what it computes
(residual: h = f(z), a^(l) = a^(l-1) + h), or share its weights with all other hidden layers (tied). Where input and
hidden layers must be as wide as one another, their size is d, and the output layer has letters of its own: s = U a + c.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from sympy import Add, Expr, Integer, Rational

from derive.catalogue.activations import Activation
from derive.catalogue.losses import Loss
from derive.expr import LAYER, Index, LayerSum, Let, Program, Size, Tensor, sum_over
from derive.expr.record import Record

SAMPLES = Size("N")
WIDTH = Size("d")
PIECES = ("", "tilde", "bar", "dot")
"""The marks of the pre-activations of a layer: z, then those that maxout compares it with."""

Parameter = tuple[Tensor, tuple[Index, ...]]


class Network(Record):
    """A perceptron of `depth` weight layers; `hidden` has the activation of each hidden layer (one, if all agree)."""

    depth: Expr
    hidden: tuple[Activation, ...]
    output: Activation
    loss: Loss
    l2: str | None = None  # the name of the factor
    batch: bool = False
    has_bias: bool = True
    residual: bool = False
    tied: bool = False
    mean: bool = True  # over a batch; else the sum

    def activation(self, layer: Expr) -> Activation:
        if layer == self.depth:
            return self.output
        return self.hidden[int(layer) - 1] if len(self.hidden) > 1 else self.hidden[0]

    @property
    def uniform(self) -> bool:
        """Whether input and hidden layers are as wide as one another."""
        return self.residual or self.tied

    @cached_property
    def top_differs(self) -> bool:
        """Whether the output layer computes its scores in another way than the hidden layers."""
        return self.uniform or len(self.pieces(LAYER)) > 1

    def pieces(self, layer: Expr) -> range:
        """The pre-activations that a unit of this layer has."""
        if layer == self.depth:
            return range(1)
        of_any = len(self.hidden) > 1 and not layer.is_Integer
        return range(max(h.pieces for h in self.hidden) if of_any else self.activation(layer).pieces)

    def width(self, layer: Expr) -> Size:
        return WIDTH if self.uniform and layer != self.depth else Size("n", layer)

    def index(self, name: str, layer: Expr) -> Index:
        return Index(name, self.width(layer))

    @cached_property
    def sample(self) -> tuple[Index, ...]:
        """The index of the sample, in a batch."""
        return (Index("n", SAMPLES),) if self.batch else ()

    def _units(self, name: str, layer: Expr, properties: Sequence[str] = (), *, numbered: bool = True) -> Tensor:
        shown = name.capitalize() if self.batch else name
        dims = (*(i.dim for i in self.sample), self.width(layer))
        return Tensor(shown, dims, layer if numbered else None, properties)

    # -- names ---------------------------------------------------------------------------------------------------

    def _is_head(self, layer: Expr) -> bool:
        """Whether the layer is an output layer unlike the hidden ones, which then has letters of its own."""
        return self.uniform and layer == self.depth

    def z(self, layer: Expr, piece: int = 0) -> Tensor:
        if self._is_head(layer):
            return self._units("s", layer, numbered=False)
        return self._units("z" + PIECES[piece], layer)

    def h(self, layer: Expr) -> Tensor:
        """What a residual layer adds to its input."""
        return self._units("h", layer)

    def a(self, layer: Expr) -> Tensor:
        """The activations of a layer: the input at 0, the prediction at the top."""
        return self.prediction if layer == self.depth else self._units("a", layer)

    def delta(self, layer: Expr, piece: int = 0) -> Tensor:
        if self._is_head(layer):
            return self._units("r", layer, numbered=False)
        return self._units("delta" + PIECES[piece], layer)

    def g(self, layer: Expr) -> Tensor:
        """The derivative of the cost in the activations, which has a name where a recursion goes through it."""
        return self._units("g", layer)

    def adjoint_name(self, u: Tensor) -> Tensor | None:
        """The name of the derivative in `u`, if it has one: delta for z."""
        if u.layer is None:
            return self.delta(self.depth) if u == self.z(self.depth) else None
        named = {self.z(u.layer, p): self.delta(u.layer, p) for p in self.pieces(u.layer)}
        if self.residual and u.layer != self.depth and u.layer != 0:
            named[self.a(u.layer)] = self.g(u.layer)
        return named.get(u)

    def weights(self, layer: Expr, piece: int = 0) -> Tensor:
        name = "U" if self._is_head(layer) else "W" + PIECES[piece]
        return self._parameter(name, layer, self.width(layer), self.width(layer - 1))

    def bias(self, layer: Expr, piece: int = 0) -> Tensor:
        return self._parameter("c" if self._is_head(layer) else "b" + PIECES[piece], layer, self.width(layer))

    def _parameter(self, name: str, layer: Expr, *dims: Expr) -> Tensor:
        return Tensor(name, dims, None if self.tied or self._is_head(layer) else layer)

    def parameters(self, layer: Expr) -> tuple[Parameter, ...]:
        """Weights and biases of a layer, each with its indices."""
        i, j = self.index("i", layer), self.index("j", layer - 1)
        out: list[Parameter] = []
        for p in self.pieces(layer):
            out.append((self.weights(layer, p), (i, j)))
            out += [(self.bias(layer, p), (i,))] * self.has_bias
        return tuple(out)

    @cached_property
    def prediction(self) -> Tensor:
        return self._units("yhat", self.depth, numbered=False)

    @cached_property
    def target(self) -> Tensor:
        return self._units("y", self.depth, self.loss.target, numbered=False)

    @cached_property
    def cost(self) -> Tensor:
        """One name for the cost of a sample, and one for that of a batch."""
        return Tensor("J" if self.batch else "C")

    def units(self, layer: Expr, name: str = "i") -> tuple[Index, ...]:
        """The free indices of a quantity of this layer."""
        return (*self.sample, self.index(name, layer))

    # -- lets ----------------------------------------------------------------------------------------------------

    def lets(self, layer: Expr) -> tuple[Let, ...]:
        """What a layer computes, in order; the last let is of its activations."""
        if layer not in self._lets:
            self._lets[layer] = (*(self.let_z(layer, p) for p in self.pieces(layer)), *self._outputs(layer))
        return self._lets[layer]

    @cached_property
    def _lets(self) -> dict[Expr, tuple[Let, ...]]:
        """Those of the layers that were asked for: forward pass, adjoints and witness all begin with them."""
        return {}

    def inside(self, layer: Expr) -> tuple[Tensor, ...]:
        """What a layer computes before its activations, in the order of the way back."""
        *before, _ = (let.tensor for let in self._outputs(layer))
        return (*reversed(before), *(self.z(layer, p) for p in self.pieces(layer)))

    def let_z(self, layer: Expr, piece: int = 0) -> Let:
        i, j = self.index("i", layer), self.index("j", layer - 1)
        total = sum_over(self.weights(layer, piece)(i, j) * self.a(layer - 1)(*self.sample, j), j)
        if self.has_bias:
            total = total + self.bias(layer, piece)(i)
        return Let(self.z(layer, piece)(*self.sample, i), total)

    def _outputs(self, layer: Expr) -> tuple[Let, ...]:
        at = self.units(layer)
        first, *others = (self.z(layer, p)(*at) for p in self.pieces(layer))
        value = self.activation(layer).at(first, at[-1], *others)
        if not self.residual or layer == self.depth:
            return (Let(self.a(layer)(*at), value),)
        return Let(self.h(layer)(*at), value), Let(self.a(layer)(*at), self.a(layer - 1)(*at) + self.h(layer)(*at))

    @cached_property
    def let_cost(self) -> Let:
        i = self.index("i", self.depth)
        at = (*self.sample, i)
        total = self.loss.at(self.prediction(*at), self.target(*at), self.sample, (i,))
        if self.batch and self.mean:
            total = total / SAMPLES
        return Let(self.cost(), total + self.penalty())

    @property
    def factor(self) -> Tensor | None:
        """The factor of the penalty, if there is one."""
        return None if self.l2 is None else Tensor(self.l2, (), None, ("positive",))

    def penalty(self) -> Expr:
        """lambda/2 times the squared norms of the weights."""
        if self.factor is None:
            return Integer(0)
        return self.factor() * Rational(1, 2) * self._squared_norms()

    def _squared_norms(self) -> Expr:
        if self.depth.is_Integer:
            return Add(*map(_squared_norm, self.all_weights()))
        terms = [_squared_norm(self.weights(self.depth))] * self.top_differs
        for p in self.pieces(LAYER):
            each = _squared_norm(self.weights(LAYER, p))
            last = self.depth - 1 if self.top_differs else self.depth
            terms.append(each if self.tied else LayerSum(each, LAYER, 1, last))
        return Add(*terms)

    def all_parameters(self) -> tuple[Parameter, ...]:
        """Those of all layers, each once, for a depth that is a number."""
        layers = (Integer(m) for m in range(1, int(self.depth) + 1))
        return tuple(dict.fromkeys(p for m in layers for p in self.parameters(m)))

    def all_weights(self) -> tuple[Tensor, ...]:
        return tuple(t for t, _ in self.all_parameters() if t.rank == 2)

    def program(self) -> Program:
        """All lets, for a depth that is a number."""
        lets = [let for m in range(1, int(self.depth) + 1) for let in self.lets(Integer(m))]
        return Program((*lets, self.let_cost))


def _squared_norm(weights: Tensor) -> Expr:
    at = tuple(Index(name, d) for name, d in zip("ij", weights.dims, strict=True))
    return sum_over(weights(*at) ** 2, *at)
