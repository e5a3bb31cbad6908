"""What a loss and its delta are where one class is right: the one-hot target put in."""

from __future__ import annotations

from sympy import Expr

from derive.calculus import Adjoint
from derive.catalogue.words import symbols
from derive.derivation import Context, Equation, Prose, Section, Step
from derive.expr import Delta, Elem, Index, Let, Program, Tensor, rebuild, recontract


def right_class(loss: Let, delta: Adjoint, target: Tensor) -> Section:
    """The loss of a sample, and the derivative in its scores, with a one at class j of the target."""
    right = Index("j", target.dims[-1])
    value = Tensor("h", (right.dim,))
    slope = Tensor("S", (*delta.of.tensor.dims, right.dim))
    rows = (
        (value, "loss where class j is right"),
        (slope, "derivatives of these losses in the scores, one class a column"),
    )
    says = Prose("The target is one-hot: 1 for class $j$ and 0 for every other one.")
    chains = (
        _chain(value(right), loss.rhs, target, right),
        _chain(slope(*delta.of.indices, right), delta.value, target, right),
    )
    return Section("Where class j is right", (symbols(rows), says, *chains), "result")


def _chain(name: Elem, e: Expr, target: Tensor, right: Index) -> Equation:
    put = _with_target(e, target, right)
    simple = recontract(put)
    steps = [Step(put, "definition", key=simple == put)]
    if simple != put:
        steps.append(Step(simple, "contract", "one term is left"))
    known = Context(Program((Let(name, put),)))
    return Equation(name, name.indices, tuple(steps), context=known, in_components=True)


def _with_target(e: Expr, target: Tensor, right: Index) -> Expr:
    if isinstance(e, Elem):
        return Delta(e.indices[-1], right) if e.tensor == target else e
    return rebuild(e, lambda part: _with_target(part, target, right))
