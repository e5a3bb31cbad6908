"""What an autodiff engine is to compare: the gradients of the whole graph, and where those say nothing, gate by gate.

A branch that never wins has the gradient zero at every point, and zero equal to zero is no evidence. There each gate is
compared by itself, with operands that are free: both branches of a maximum win then, and its local gradients are seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import S

from derive.calculus import adjoint
from derive.derivation import Witnessed
from derive.expr import Elem, Index, Let, Program, Tensor, substitute, sum_over
from derive.graph.backward import Backward
from derive.graph.model import Gate
from derive.graph.naming import renamed


def witnessed(back: Backward, quiet: frozenset[Tensor]) -> tuple[Witnessed, ...]:
    """The gradient of each name, in the names of those that come before it; for `quiet` names, gate by gate."""
    apart = {back.given_for, *back.dead, *quiet}
    results = {t: (a.value, back.graph.indices[t]) for t, a in back.adjoints.items() if t not in apart}
    named = {g.tensor: back.names[g.tensor] for g in back.graph.gates if g.tensor != back.graph.output}
    whole = Witnessed(back.program, results, named, "the gradients of a graph")
    return (*((whole,) if results else ()), *(_by_gates(back) if quiet else ()))


def silent(back: Backward, seed: int = 0) -> frozenset[Tensor]:
    """The names whose gradient an engine finds to be zero at every random point, though no rule says so."""
    import numpy as np

    from derive.verify.engine import engine as load
    from derive.verify.points import points

    tool = load("autograd")
    unseen = set(back.graph.tensors) - back.dead - {back.graph.output}
    found = False
    for point in points(back.program, back.program.inputs, (back.program,), tool, seed, None):
        names = tuple(unseen)

        def loss(*offsets: object, point=point, names=names) -> object:
            return point.forward(dict(zip(names, offsets, strict=True)))[back.loss.tensor]

        try:
            _, gradients = tool.gradient(loss, tuple(point.zeros(t) for t in names))
        except np.linalg.LinAlgError:
            continue
        found = True
        unseen -= {t for t, g in zip(names, gradients, strict=True) if np.any(tool.to_array(g))}
        if not unseen:
            break
    return frozenset(unseen) if found else frozenset()


def _by_gates(back: Backward) -> Iterator[Witnessed]:
    """Each gate by itself: the derivative of G v in its operands, where G stands for the upstream gradient."""
    seen = set()
    for g in back.graph.gates:
        rule, slots = _by_itself(g)
        if rule.rhs in seen:
            continue
        seen.add(rule.rhs)
        upstream, total = Tensor("upstream", rule.tensor.dims), Tensor("total")
        product = sum_over(Elem(upstream, *rule.target.indices) * rule.target, *rule.target.indices)
        program = Program((rule, Let(total(), product)))
        results = dict(_downstream(program, rule, upstream, slots))
        if results:
            yield Witnessed(program, results, {}, f"the gate {g.symbol.word}")


def _by_itself(g: Gate) -> tuple[Let, tuple[Tensor, ...]]:
    """The gate with names that do not depend on where it stands."""
    own = tuple(Tensor(f"operand{k}", s.dims, None, s.properties) for k, s in enumerate(g.slots))
    rhs = substitute(g.rule.rhs, {s: renamed(s, o) for s, o in zip(g.slots, own, strict=True)})
    return Let(Tensor("result", g.tensor.dims)(*g.rule.target.indices), rhs), own


def _downstream(program: Program, rule: Let, upstream: Tensor, slots: tuple[Tensor, ...]) -> Iterator[tuple]:
    for s in slots:
        own = tuple(Index(f"at{k}", d) for k, d in enumerate(s.dims))
        position = tuple(S.Zero if i.dim == 1 else i for i in own)
        known = {rule.tensor: Elem(upstream, *rule.target.indices)}
        value = adjoint(s, position, program, program.output.target, known).value
        if value != 0:  # a condition: which case holds does not change off its boundary
            yield s, (value, own)
