"""Second derivatives of models: products of the Hessian with a direction, by forward mode over the derived gradient."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from derive.calculus import tangents
from derive.codegen.names import RESERVED, unique
from derive.codegen.plan import Plan, Statement, statement
from derive.codegen.printer import tensors_of
from derive.codegen.stable import meanings_of, stable_statement
from derive.expr import Let, Program, Tensor
from derive.notation.code import name_of


@dataclass(frozen=True)
class Product:
    """The Hessian times a direction: one direction and one result for each parameter, in their order.

    `statements` are what is needed of the passes forward and back, and the changes along the direction. A result is
    None where the gradient does not change: the product is zero there.
    """

    directions: tuple[Tensor, ...]
    statements: tuple[Statement, ...]
    results: tuple[Tensor | None, ...]


def product_of(plan: Plan) -> Product:
    """R-operator (Pearlmutter 1994): RZ is the change of Z as the parameters move along the directions."""
    taken = {*RESERVED, *(name_of(t) for t in (*plan.arguments, *(s.target for s in plan.statements)))}
    directions = tuple(_named("v", t, taken) for t in plan.parameters)
    computed = (*plan.forward, *plan.backward)
    program = Program(tuple(Let(s.target(*s.out), s.expr) for s in computed))
    names = {let.tensor: _named("R", let.tensor, taken) for let in program}
    lets = tangents(program, dict(zip(plan.parameters, directions, strict=True)), names.__getitem__)
    meanings = meanings_of(plan.forward)
    moved = [stable_statement(statement(t.target.tensor, t.rhs, t.target.indices), meanings) for t in lets]
    there = {s.target for s in moved}
    results = tuple(names[g] if names[g] in there else None for g in plan.gradients)
    statements = needed((*computed, *moved), [r for r in results if r is not None])
    return Product(directions, statements, results)


def needed(statements: Sequence[Statement], results: Iterable[Tensor]) -> tuple[Statement, ...]:
    """Those that the results are computed from, in their order."""
    wanted = set(results)
    kept = []
    for s in reversed(statements):
        if s.target in wanted:
            wanted |= set(tensors_of(s.form))
            kept.append(s)
    return tuple(reversed(kept))


def _named(prefix: str, t: Tensor, taken: set[str]) -> Tensor:
    """A name for a quantity that belongs to `t`: vW1 for W1."""
    found = Tensor(f"{prefix}{t.name}", t.dims, t.layer)
    free = unique(name_of(found), taken)
    taken.add(free)
    return found if free == name_of(found) else Tensor(free, t.dims)
