"""What a generated module computes, as records: statements in order, with their shapes and nothing about syntax.

A plan is the seam between the derivation and its renderings: every style and every backend writes the same statements.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sympy import Expr

from derive.expr import Index, Tensor
from derive.notation import Form, recover


@dataclass(frozen=True)
class Statement:
    """`target = expr`, an array over the ordered indices `out`; `form` is the same in matrix notation.

    `derived` is the form before it was rewritten to be accurate; both are equal, which was proved.
    """

    target: Tensor
    expr: Expr
    out: tuple[Index, ...]
    form: Form
    derived: Form

    @property
    def rewritten(self) -> bool:
        return self.form != self.derived


def statement(target: Tensor, expr: Expr, out: tuple[Index, ...]) -> Statement:
    """A statement as it was derived."""
    form = recover(expr, out)
    return Statement(target, expr, out, form, form)


@dataclass(frozen=True)
class Plan:
    """A model: arguments in order, the forward pass, the loss, the way back, and which names are the gradients.

    `gradients` belong to `parameters`, one each, in their order; `factors` are scalars such as that of a penalty.
    `second` is the Hessian in the weights, where the page derives it in closed form.
    """

    title: str
    parameters: tuple[Tensor, ...]
    inputs: Tensor
    target: Tensor
    factors: tuple[Tensor, ...]
    forward: tuple[Statement, ...]
    loss: Statement
    backward: tuple[Statement, ...]
    gradients: tuple[Tensor, ...]
    second: Statement | None = None

    @property
    def prediction(self) -> Tensor:
        return self.forward[-1].target

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        return (*self.forward, self.loss, *self.backward)

    @cached_property
    def arguments(self) -> tuple[Tensor, ...]:
        """All that the loss takes, in order."""
        return (*self.parameters, self.inputs, self.target, *self.factors)


@dataclass(frozen=True)
class Formula:
    """A function of given arguments: statements in order, of which the last is the result.

    A derivative says what it is taken in, as often as it was taken: (x, x) for the Hessian in x.
    """

    name: str
    title: str
    arguments: tuple[Tensor, ...]
    statements: tuple[Statement, ...]
    wrt: tuple[Tensor, ...] = ()

    @property
    def result(self) -> Statement:
        return self.statements[-1]
