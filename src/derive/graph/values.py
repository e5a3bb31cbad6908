"""A graph at a point: the value of every name, and the three gradients of every edge, as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr

from derive.errors import OptionError, UndefinedError
from derive.evaluate.extent import extent
from derive.evaluate.oracle import Evaluator
from derive.evaluate.refusals import NoValue, OutsideDomain
from derive.expr import Elem, Index, Tensor, rename
from derive.graph.backward import Backward
from derive.graph.model import Edge
from derive.graph.numbers import Number, number
from derive.graph.point import Point
from derive.notation.code import name_of

MAX_LOCAL = 64  # entries of a Jacobian of numbers; larger ones are never built
Array = Any  # a Number, or nested tuples of them


@dataclass(frozen=True)
class Numbers:
    """An edge in numbers; `local` is None where the Jacobian is not built."""

    local: Array | None
    upstream: Array
    downstream: Array


@dataclass(frozen=True)
class AtPoint:
    """Values and gradients of all names, and the numbers of all edges; `kinks` are the gates at a kink or tie."""

    point: Point
    values: Mapping[Tensor, Array]
    gradients: Mapping[Tensor, Array]
    edges: Mapping[Edge, Numbers]
    kinks: tuple[Tensor, ...]


@dataclass
class _Machine:
    """Evaluates expressions over the forward and the backward pass, with one memory for each number system."""

    back: Backward
    point: Point
    evaluators: dict[Any, Evaluator] = field(default_factory=dict)
    kinks: dict[Expr, None] = field(default_factory=dict)

    def number(self, e: Expr, at: dict[Index, int]) -> Number:
        def evaluate(ring: Any) -> Any:
            if ring not in self.evaluators:
                values, sizes = self.point.values, self.point.sizes
                self.evaluators[ring] = Evaluator(values, sizes, ring, self.back.lets(), record=self.record)
            return self.evaluators[ring].value(e, at)

        return number(evaluate)

    def record(self, node: Expr, sign: int, env: Any) -> None:
        if sign == 0:
            self.kinks[node] = None

    def array(self, e: Expr, out: tuple[Any, ...]) -> Array:
        """The numbers of `e` over its axes, as nested tuples."""

        def part(rest: tuple[Any, ...], at: dict[Index, int]) -> Array:
            if not rest:
                return self.number(e, at)
            n = extent(rest[0].dim, self.point.sizes) if isinstance(rest[0], Index) else 1
            return tuple(part(rest[1:], {**at, rest[0]: k}) for k in range(n))

        return part(out, {})


def at_point(back: Backward, point: Point) -> AtPoint:
    """All numbers of a graph at a point.

    Raises OptionError where a gate has no value there: division by zero, logarithm of zero, or an order of two values
    that cannot be decided.
    """
    machine, graph = _Machine(back, point), back.graph
    values = {t: _named(machine, graph.entry(t), name_of(t), back) for t in graph.tensors}
    kinks = tuple(g.tensor for g in graph.gates if _has_any(g.let.rhs, machine.kinks))
    gradients = {t: _named(machine, back.gradient(t), f"the gradient of {name_of(t)}", back) for t in back.order}
    edges = {e: _edge(machine, back, e, gradients) for e in graph.edges()}
    return AtPoint(point, values, gradients, edges, kinks)


def _has_any(e: Any, nodes: Mapping[Expr, None]) -> bool:
    return e in nodes or any(_has_any(a, nodes) for a in e.args)


def _edge(machine: _Machine, back: Backward, edge: Edge, gradients: Mapping[Tensor, Array]) -> Numbers:
    flow = back.flows[edge]
    apart = {i: Index(f"{i.name} of the operand", i.dim) for i in flow.of.indices if isinstance(i, Index)}
    local = rename(flow.local, apart)
    own = tuple(apart.get(i, i) for i in flow.of.indices)
    count = 1
    for d in (*edge.target.dims, *edge.source.dims):
        count *= extent(d, machine.point.sizes)
    what = f"the gradient from {name_of(edge.target)} to {name_of(edge.source)}"
    down = _named(machine, flow.downstream, what, back, back.graph.indices[edge.source])
    built = _named(machine, local, what, back, (*flow.at, *own)) if count <= MAX_LOCAL else None
    return Numbers(built, gradients[edge.target], down)


def _named(machine: _Machine, e: Expr, what: str, back: Backward, out: tuple[Any, ...] | None = None) -> Array:
    """The numbers, or an error that says of what."""
    axes = out if out is not None else e.indices if isinstance(e, Elem) else ()
    try:
        return machine.array(e, axes)
    except OutsideDomain as error:
        raise OptionError(f"--at: {what} has no value at this point: {error}. Try: another point") from None
    except NoValue as error:
        raise OptionError(f"--at: {what} cannot be told at this point: {error}. Try: another point") from None
    except UndefinedError as error:
        raise OptionError(f"--at: {what}: {error}. Try: smaller values") from None


def floats(a: Array) -> Any:
    """The array in floating point."""
    import numpy as np

    return np.array(a, dtype=float)
