"""What a computational graph is: inputs, gates in order of evaluation, and an edge for each operand of a gate.

A gate names the result of one operation on named operands. Its `rule` says the same over `slots`, one for each operand:
in x*x both operands are x, and each of the two edges has a gradient of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from sympy import Expr, S

from derive.expr import Elem, Index, Let, Program, Tensor, substitute


@dataclass(frozen=True)
class Symbol:
    """What is written into a gate, and what it is called in a sentence."""

    text: str
    latex: str
    word: str


@dataclass(frozen=True)
class Gate:
    """`let` is the operation on the names of its operands; `rule` has the same target, over the slots."""

    let: Let
    symbol: Symbol
    operands: tuple[Tensor, ...]
    slots: tuple[Tensor, ...]
    rule: Let

    @property
    def tensor(self) -> Tensor:
        return self.let.tensor

    def named(self, e: Expr) -> Expr:
        """An expression in the slots, in the names of the operands."""
        return substitute(e, {s: _same(s, t) for s, t in zip(self.slots, self.operands, strict=True)})


def _same(slot: Tensor, operand: Tensor) -> Let:
    at = tuple(Index(f"_{k}", d) for k, d in enumerate(slot.dims))
    return Let(slot(*at), operand(*at))


@dataclass(frozen=True)
class Edge:
    """Operand number `place` of the gate that defines `target`."""

    source: Tensor
    target: Tensor
    place: int


@dataclass(frozen=True)
class Graph:
    """Inputs in the order of their first use, gates in order of evaluation; the last gate is the output.

    `formula` is what was asked for, in words; `indices` are the letters of the axes of each tensor.
    """

    formula: str
    inputs: tuple[Tensor, ...]
    gates: tuple[Gate, ...]
    indices: dict[Tensor, tuple[Index, ...]]

    @property
    def output(self) -> Tensor:
        return self.gates[-1].tensor

    @cached_property
    def program(self) -> Program:
        return Program(tuple(g.let for g in self.gates))

    @cached_property
    def tensors(self) -> tuple[Tensor, ...]:
        return (*self.inputs, *(g.tensor for g in self.gates))

    @cached_property
    def by_tensor(self) -> dict[Tensor, Gate]:
        return {g.tensor: g for g in self.gates}

    def edges(self) -> Iterator[Edge]:
        for g in self.gates:
            yield from (Edge(t, g.tensor, k) for k, t in enumerate(g.operands))

    @cached_property
    def uses(self) -> dict[Tensor, tuple[Edge, ...]]:
        """The edges that leave each tensor; where there are two or more, its value is copied."""
        found: dict[Tensor, tuple[Edge, ...]] = dict.fromkeys(self.tensors, ())
        for e in self.edges():
            found[e.source] += (e,)
        return found

    def entry(self, t: Tensor) -> Elem:
        """The tensor at the letters of its axes."""
        return Elem(t, *self.position(t))

    def position(self, t: Tensor) -> tuple[Expr, ...]:
        """The letters of the axes; an axis of size one has the position 0."""
        return tuple(S.Zero if i.dim == 1 else i for i in self.indices[t])
