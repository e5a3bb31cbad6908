"""A network worked through with numbers: formula, numbers in, value out, from the forward pass to one step.

The formulas are those that reverse mode derives for the network; the sizes are put in, each entry is written out, and
the numbers of the example take the places of the names. Values are carried exactly, and none comes from a rounded one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from sympy import Expr, Integer

from derive.calculus import differentiate, fold
from derive.catalogue.model import network
from derive.catalogue.network import Network
from derive.catalogue.number_lines import NumberLines
from derive.catalogue.numbers import Nested, completed, refuse_large, refuse_target
from derive.catalogue.options import PageOptions
from derive.catalogue.reverse import Reverse
from derive.derivation import Block, Context, Derivation, Equation, Prose, Section, Worked, definition
from derive.errors import OptionError
from derive.evaluate.decimals import Point
from derive.evaluate.oracle import BALL, Evaluator
from derive.evaluate.refusals import NoValue
from derive.expr import Diff, Elem, Index, Let, Program, Tensor, tensors
from derive.expr.concrete import at_sizes
from derive.expr.nodes import Binder, contains

RATE = Tensor("eta", (), None, ("positive",))

EXACTLY = (
    "Numbers are carried exactly: each value is computed from those given here, never from a rounded one. Where a "
    "number is rounded, to {digits} significant digit{s}, an approximation sign says so; numbers that are put into a "
    "formula show as many more digits as it takes for the value shown to come out of them."
)


def worked(options: PageOptions, given: Mapping[str, Nested], digits: int = 4) -> Derivation:
    """The page of `derive worked`; `given` has numbers by name (x, y, W1, b1, ..., eta), others are drawn."""
    assert options.sizes is not None
    refuse_large(options.sizes)
    example = Example(network(options), options.sizes, given, digits, options.seed)
    try:
        return example.page(entries=options.notation != "matrix", arrays=options.notation != "component")
    except NoValue as error:
        raise OptionError(f"the example has no value: {error}. Try: other numbers") from None


class Example:
    """A network with numbers, and the equations that lead from them to the next weights."""

    def __init__(self, net: Network, sizes: tuple[int, ...], given: Mapping[str, Nested], digits: int, seed: int):
        self.net, self.digits, self.given = net, digits, given
        self.sizes = {net.width(Integer(m)): n for m, n in enumerate(sizes)}
        self.parameters = dict(net.all_parameters())
        self.symbolic = net.program()
        names = {_name_of(t): self.at(t) for t in (net.a(Integer(0)), net.target, *self.parameters, RATE)}
        wanted = {name: tuple(map(int, t.dims)) for name, t in names.items()}
        numbers = completed(given, wanted, seed, net.loss.target)
        refuse_target(numbers["y"], net.loss.target)
        self.values = {t: numbers[name] for name, t in names.items()}
        self.point = Point(self.program, self.values)
        self._refuse_kinks()

    def at(self, e: Any) -> Any:
        """An expression, tensor or index with numbers in place of sizes."""
        return at_sizes(e, self.sizes)

    # -- what is derived -----------------------------------------------------------------------------------------

    @cached_property
    def reverse(self) -> Reverse:
        lets = self.symbolic.lets[:-1]
        indices = {let.tensor: let.target.indices for let in lets} | self.parameters
        named = {let.tensor: name for let in lets if (name := self.net.adjoint_name(let.tensor)) is not None}
        return Reverse(self.symbolic, tuple(self.parameters), indices, named)

    @cached_property
    def forward(self) -> tuple[Let, ...]:
        return tuple(Let(self.at(let.target), self.at(let.rhs)) for let in self.symbolic)

    @cached_property
    def derivatives(self) -> dict[Tensor, tuple[tuple[Index, ...], Expr]]:
        """The derivative of the cost in each let and parameter, the last let first."""
        found = self.reverse.adjoints
        return {self.at(u): (tuple(map(self.at, a.of.indices)), self.at(a.value)) for u, a in found.items()}

    @cached_property
    def deltas(self) -> dict[Tensor, Tensor]:
        """The derivatives that have a name."""
        named = {u: a.name.tensor for u, a in self.reverse.adjoints.items() if a.name is not None}
        return {self.at(u): self.at(name) for u, name in named.items()}

    @cached_property
    def program(self) -> Program:
        """All that has a value: the forward pass, the deltas, and the gradients under names that are not shown."""
        back = [Let(self._name(u)(*at), value) for u, (at, value) in self.derivatives.items()]
        return Program((*self.forward, *back))

    def _name(self, u: Tensor) -> Tensor:
        return self.deltas.get(u) or Tensor(f"derivative_in_{u.name}", u.dims, u.layer)

    @cached_property
    def context(self) -> Context:
        return Context(self.program, Elem(self.at(self.net.cost)), self.derivatives, point=self.point)

    def _refuse_kinks(self) -> None:
        """At a kink there is no derivative, and engines differ in what they take."""
        met: list[Expr] = []
        watch = Evaluator(
            self.values, {}, BALL, self.program, record=lambda node, sign, env: met.append(node) if not sign else None
        )
        try:
            watch.value(Elem(self.forward[-1].tensor))
        except NoValue as error:
            raise OptionError(f"the cost has no value at these numbers: {error}. Try: other numbers") from None
        if met:
            raise OptionError("at these numbers a function is at its kink and has no derivative. Try: other numbers")

    # -- the page ------------------------------------------------------------------------------------------------

    def page(self, *, entries: bool, arrays: bool) -> Derivation:
        write = NumberLines(self.context, self.point, self.digits, entries, arrays)
        sections = (
            Section("Numbers", (Prose(self._says), *map(write.given, self.values)), "notation"),
            Section("Model", tuple(self._model()), "notation"),
            Section("Forward pass", tuple(self._forward(write)), "forward"),
            Section("Backward pass", tuple(self._backward(write)), "delta"),
            Section("Gradients", tuple(self._gradients(write)), "gradients"),
            Section("One step of gradient descent", tuple(self._step(write)), "result"),
        )
        title = f"A network of sizes {', '.join(map(str, self.sizes.values()))}, worked with numbers"
        return Derivation("worked", title, sections, (self.reverse.witnessed("formulas"),), worked=(self._worked(),))

    @property
    def _says(self) -> str:
        return EXACTLY.format(digits=self.digits, s="s" * (self.digits > 1))

    def _model(self) -> Iterator[Equation]:
        """What is computed from the numbers, and what is called delta."""
        for let in self.forward:
            yield definition(let.target, let.rhs, in_components=not (let.tensor.dims or self.net.loss.norm))
        for u, name in self.deltas.items():
            at, _ = self.derivatives[u]
            yield definition(name(*at), Diff(Elem(self.at(self.net.cost)), u(*at)))

    def _forward(self, write: NumberLines) -> Iterator[Block]:
        for let in self.forward:
            yield from write.lines(let.target, let.rhs, let.target.indices)

    def _backward(self, write: NumberLines) -> Iterator[Block]:
        """For each let, last first: the slope of its activation, then the derivative of the cost."""
        for let in reversed(self.forward[:-1]):
            at, value = self.derivatives[let.tensor]
            if write.entries:  # as arrays they would be diagonal matrices
                yield from self._slope(let.tensor, write)
            yield from write.lines(self._shown(let.tensor, at), value, at)

    def _shown(self, u: Tensor, at: tuple[Index, ...]) -> Expr:
        return self.deltas[u](*at) if u in self.deltas else Diff(Elem(self.at(self.net.cost)), u(*at))

    def _slope(self, u: Tensor, write: NumberLines) -> Iterator[Block]:
        """da_i/dz_i, where each entry of the next let depends on the same entry of this one only."""
        users = [let for let in self.forward[:-1] if u in tensors(let.rhs)]
        if len(users) != 1 or not _entrywise(users[0]):
            return
        (let,) = users
        at = let.target.indices
        slope = fold(differentiate(let.rhs, u(*at)), (let,))
        yield from write.lines(Diff(let.target, u(*at)), slope, at)

    def _gradients(self, write: NumberLines) -> Iterator[Block]:
        for t in map(self.at, self.parameters):
            at, value = self.derivatives[t]
            yield from write.lines(self._shown(t, at), value, at)

    def _step(self, write: NumberLines) -> Iterator[Block]:
        for t in map(self.at, self.parameters):
            at, _ = self.derivatives[t]
            rhs = t(*at) - RATE() * Diff(Elem(self.at(self.net.cost)), t(*at))
            with_gradient = t(*at) - RATE() * self._name(t)(*at)
            yield from write.lines(t(*at), rhs, at, relation="<-", numbers_in=with_gradient)

    def _worked(self) -> Worked:
        inputs = {t: self._floats(t) for t in self.values}
        values = {let.tensor: self._floats(let.tensor) for let in self.forward}
        gradients = {u: self.point.floats(value, at) for u, (at, value) in self.derivatives.items()}
        return Worked(Program(self.forward), inputs, values, gradients, "the numbers of the example")

    def _floats(self, t: Tensor) -> list[float]:
        axes = tuple(Index(f"axis{k}", d) for k, d in enumerate(t.dims))
        return self.point.floats(t(*axes), axes)


def _entrywise(let: Let) -> bool:
    """Whether each entry depends on one tensor, at the same entry: an activation of one number."""
    (first, *more) = tensors(let.rhs)
    return not more and not contains(let.rhs, Binder) and first.dims == let.tensor.dims


def _name_of(t: Tensor) -> str:
    """x for the input, W1 for the weights of layer 1."""
    return "x" if t.name == "a" and t.layer == 0 else f"{t.name}{'' if t.layer is None else t.layer}"
