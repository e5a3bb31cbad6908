"""A gradient in one formula: the derivatives in statistics put in, and results of the forward pass by name.

A mean and a variance are smaller than what they are of. The derivative that comes back through them is a sum that can
be put in; with x - mean by the name of the normalised x, and what all terms share in front, that is the formula by
which normalising layers are implemented.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sympy import Add, Expr, Mul

from derive.calculus import Adjoint, fold, simplify
from derive.derivation import Context, Equation, Step
from derive.expr import Diff, Elem, Let, Program, Tensor, rebuild, rename, substitute, tensors
from derive.expr.fold import assignments
from derive.expr.nodes import factors


def in_one_formula(u: Tensor, adjoints: Mapping[Tensor, Adjoint], program: Program) -> Equation | None:
    """The gradient in `u` without the derivatives in smaller results; None where it goes through none."""
    found = adjoints[u]
    named = {a.name.tensor: a for a in adjoints.values() if isinstance(a.name, Elem)}
    through = [a for t, a in named.items() if t in tensors(found.value) and t.rank < u.rank]
    if not through:
        return None
    lets = [Let(a.name, a.value) for a in through]
    put_in = simplify(substitute(found.value, {let.tensor: let for let in lets}))
    compact = collected(by_name(fold(put_in, program), program))
    steps = (
        Step(found.value, "definition", "the gradient", key=False),
        Step(put_in, "insert", "the derivatives above put in"),
        Step(compact, "collect", "by name, collected"),
    )
    context = Context(Program((*program, *lets)))
    return Equation(Diff(program.output.target, found.of), found.of.indices, steps, context=context)


def by_name(e: Expr, lets: Iterable[Let]) -> Expr:
    """With a sum that is a factor of a let by the let over its other factors: x - m is xhat sqrt(v) in a product."""
    for let in lets:
        sums = [g for g in factors(let.rhs) if isinstance(g, Add)]
        if isinstance(let.rhs, Mul) and len(sums) == 1:
            e = _replaced(e, let, sums[0])
    return e


def _replaced(e: Expr, let: Let, part: Expr) -> Expr:
    if isinstance(e, Mul):
        for g in e.args:
            if isinstance(g, Add):
                for indices in assignments(g, Let(let.target, part)):
                    if rename(part, indices) == g:
                        value = rename(let.target * part / let.rhs, indices)
                        return Mul(*(_replaced(h, let, part) for h in e.args if h is not g), value)
    return rebuild(e, lambda a: _replaced(a, let, part))


def collected(e: Expr) -> Expr:
    """A sum with what all its terms share in front: powers of the same base, and numbers and sizes below the line."""
    if not isinstance(e, Add):
        return e
    powers = [{b: q for b, q in t.as_powers_dict().items() if q.is_number} for t in e.args]
    shared = [b for b in powers[0] if not b.is_number and all(b in p for p in powers)]
    front = Mul(*(b ** min(p[b] for p in powers) for b in shared))
    below = {b for p in powers for b, q in p.items() if not tensors(b) and not b.is_number and q.is_negative}
    front *= Mul(*(b ** min(p.get(b, 0) for p in powers) for b in below if b not in shared))
    return front * Add(*(t / front for t in e.args))
