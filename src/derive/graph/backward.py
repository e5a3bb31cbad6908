"""The way back: for each edge the local, upstream and downstream gradient; for each name the sum over its edges.

The upstream gradient of a gate is the derivative of L in its result, and has a name (grad_s0). Everything is derived by
reverse mode, edge by edge over the slots of the gates; `check` proves that the sums are what it gives for whole names.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count

from sympy import Add, Expr, S

from derive.calculus import Adjoint, adjoint, simplify
from derive.expr import Diff, Elem, Index, Let, Program, Tensor, rename, substitute, sum_over
from derive.graph.model import Edge, Gate, Graph
from derive.notation.vocabulary import index_letters


@dataclass(frozen=True)
class Flow:
    """The gradients of an edge from an operand u to a gate v.

    `local` is dv/du over the axes `at` of v and the axes of u, in which `of` is u at letters that v does not use;
    `downstream` is what this edge contributes to dL/du, in the name of the upstream gradient.
    """

    edge: Edge
    at: tuple[Index, ...]
    of: Elem
    local: Expr
    downstream: Expr
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Backward:
    """`loss` is the scalar that is differentiated: the output, or for an array a scalar L that depends on it.

    `names` are the tensors that the gradients are called by; the one of an output that is an array is given.
    """

    graph: Graph
    loss: Elem
    program: Program  # the forward pass, and L where the output is an array
    names: dict[Tensor, Tensor]
    flows: dict[Edge, Flow]
    adjoints: dict[Tensor, Adjoint]

    @property
    def given(self) -> Tensor | None:
        """The upstream gradient of the output, where that is an array."""
        return self.names[self.graph.output] if self.graph.output.rank else None

    @property
    def given_for(self) -> Tensor | None:
        return self.graph.output if self.given is not None else None

    def gradient(self, t: Tensor) -> Elem:
        """The gradient of a tensor by its name, at the letters of the tensor."""
        return Elem(self.names[t], *self.graph.position(t))

    def total(self, t: Tensor) -> Expr:
        """dL/dt: the sum of what the edges from t contribute, in the names of the gradients."""
        if t == self.graph.output:
            return S.One if self.given is None else self.gradient(t)
        return Add(*(self.flows[e].downstream for e in self.graph.uses[t]))

    @cached_property
    def dead(self) -> frozenset[Tensor]:
        """The names whose gradient is zero by the rules: what they decide is only which case holds."""
        found: set[Tensor] = set()
        for t in self.order[1:]:
            nothing = {self.names[u]: Let(self.names[u](*self.graph.indices[u]), S.Zero) for u in found}
            if substitute(self.total(t), nothing) == 0:
                found.add(t)
        return frozenset(found)

    def shown(self, e: Expr) -> Expr:
        """The expression with derivatives in place of the names of gradients: dL/ds0 for grad_s0."""
        lets = {}
        for t, name in self.names.items():
            at = self.graph.indices[t]
            entry = self.graph.entry(t)
            lets[name] = Let(name(*at), S.One if self.loss == entry else Diff(self.loss, entry))
        return substitute(e, lets)

    @property
    def order(self) -> tuple[Tensor, ...]:
        """Gates from the output back, then the inputs: the order in which gradients are known."""
        return (*(g.tensor for g in reversed(self.graph.gates)), *self.graph.inputs)

    def lets(self) -> Program:
        """Forward and backward pass as one program; the upstream gradient of an array is an input of it."""
        back = [
            Let(self.names[t](*self.graph.indices[t]), self.total(t))
            for t in self.order
            if not (t == self.graph.output and self.given is not None)
        ]
        return Program((*self.graph.program.lets, *back))


def backward(graph: Graph) -> Backward:
    """All gradients of a graph. Raises NotDifferentiable for a gate without a rule."""
    taken = {t.name for t in graph.tensors} | {str(d) for t in graph.tensors for d in t.dims}
    prefixes = chain(("grad_", "adj_"), (f"d{k}_" for k in count()))
    prefix = next(p for p in prefixes if not any(name.startswith(p) for name in taken))
    names = {t: Tensor(prefix + t.name, t.dims, t.layer) for t in graph.tensors}
    out = graph.program.output.target
    loss, program = out, graph.program
    if graph.output.rank:
        letters = chain(("L", "C", "J", "loss"), (f"L{k}" for k in count()))
        loss = Tensor(next(n for n in letters if n not in taken))()
        inner = sum_over(Elem(names[graph.output], *out.indices) * out, *out.indices)
        program = Program((*program.lets, Let(loss, inner)))
    known = {t: Elem(names[t], *graph.position(t)) for t in graph.tensors}
    flows = {e: _flow(graph.by_tensor[e.target], e, loss, known[e.target], graph) for e in graph.edges()}
    adjoints = {t: adjoint(t, graph.position(t), program, loss, known) for t in graph.tensors if graph.entry(t) != loss}
    return Backward(graph, loss, program, names, flows, adjoints)


def _flow(gate: Gate, edge: Edge, loss: Elem, upstream: Elem, graph: Graph) -> Flow:
    at: tuple[Index, ...] = gate.let.target.indices
    own = graph.position(edge.source)
    there = adjoint(gate.slots[edge.place], own, Program((gate.rule,)), loss, {gate.tensor: upstream})
    (path,) = there.paths
    apart = _apart(own, at, {t.name for t in graph.tensors})
    local = rename(path.folded, {**dict(zip(path.at, at, strict=True)), **dict(zip(own, apart, strict=True))})
    down = there.value if edge.target != loss.tensor else simplify(there.value * upstream)
    return Flow(edge, at, edge.source(*apart), gate.named(simplify(local)), gate.named(down), there.assumptions)


def _apart(own: tuple[Expr, ...], at: tuple[Index, ...], taken: set[str]) -> tuple[Expr, ...]:
    """Letters for the axes of an operand that the result does not use."""
    used = {i.name for i in at} | taken
    found: list[Expr] = []
    for i in own:
        if not isinstance(i, Index):
            found.append(i)
            continue
        letter = i.name
        if letter in used:
            options = (c for c in index_letters(i.dim) if c not in used)
            letter = next(options, f"{i.name}_")
        used.add(letter)
        found.append(Index(letter, i.dim))
    return tuple(found)
