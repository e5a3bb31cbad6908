"""A factor for all gradients, folded into the statement where the way back begins: the others are linear in it.

Each changed statement is proved to be the factor times the derived one, given that those before it are.
"""

from __future__ import annotations

from dataclasses import replace

from derive.codegen.plan import Plan, Statement
from derive.codegen.stable import equal
from derive.codegen.traverse import replaced
from derive.expr import Tensor
from derive.notation.collect import add
from derive.notation.forms import Add, Form, Leaf, walk
from derive.notation.make import product


def scaled(plan: Plan, rate: Tensor) -> tuple[Statement, ...]:
    """The way back times `rate`; where that cannot be proved, the gradients are multiplied at the end."""
    factor = Leaf(rate, ())
    grown: dict[Form, Form] = {}
    out: list[Statement] = []
    for s in plan.backward:
        terms = s.form.terms if isinstance(s.form, Add) else (s.form,)
        changed = add(*(t if any(f in grown for f in walk(t)) else product(factor, t) for t in terms))
        if not equal(product(factor, s.form), replaced(changed, grown), s.out):
            return _at_the_end(plan, factor)
        own = Leaf(s.target, (None,) * s.target.rank)
        grown[own] = product(factor, own)
        out.append(replace(s, form=changed))
    return tuple(out)


def _at_the_end(plan: Plan, factor: Form) -> tuple[Statement, ...]:
    """The way back as it is, and then each gradient times the factor under its own name."""
    own = {s.target: s for s in plan.backward}
    last = [replace(own[t], form=product(factor, Leaf(t, (None,) * t.rank))) for t in plan.gradients]
    return (*plan.backward, *last)
