"""The Hessian of a regression in weights and bias, block by block, and why its quadratic form is never negative."""

from __future__ import annotations

from sympy import Expr, S

from derive.catalogue.regression import FEATURE, OTHER_FEATURE, D, Regression
from derive.derivation import Block, Context, Equation, Prose, Step
from derive.expr import Tensor, sum_over

CONVEX = "A Hessian whose quadratic form is never negative: the cost is convex in the weights"


def curvature(model: Regression, hessians: tuple[Equation, ...]) -> tuple[Block, ...]:
    """The blocks of the Hessian; that in the weights alone, and all of them together, as sums of squares."""
    in_weights, *with_bias = hessians
    alone = (
        in_weights,
        Prose("For any $v \\in \\mathbb{R}^D$:"),
        _squares(model, _form(in_weights), _squared(model, S.Zero)),
        Prose(f"{CONVEX}."),
    )
    if not with_bias:
        return alone
    mixed, in_bias = with_bias
    return (
        *alone,
        Prose("The bias adds a row and a column:"),
        mixed,
        in_bias,
        Prose("For any $v \\in \\mathbb{R}^D$ and $c \\in \\mathbb{R}$, all blocks together:"),
        _squares(model, _form(in_weights, mixed, in_bias), _squared(model, Tensor("c")())),
        Prose(f"{CONVEX} and the bias together."),
    )


def _form(in_weights: Equation, mixed: Equation | None = None, in_bias: Equation | None = None) -> tuple[Expr, Expr]:
    """The quadratic form in a direction, with the blocks by name and by their values."""
    v, c = Tensor("v", (D,)), Tensor("c")()

    def form(block, rest, corner) -> Expr:
        whole = sum_over(v(FEATURE) * block * v(OTHER_FEATURE), FEATURE, OTHER_FEATURE)
        return whole + 2 * c * sum_over(v(FEATURE) * rest, FEATURE) + c**2 * corner

    if mixed is None or in_bias is None:
        return form(in_weights.lhs, S.Zero, S.Zero), form(in_weights.result, S.Zero, S.Zero)
    named = form(in_weights.lhs, mixed.lhs, in_bias.lhs)
    return named, form(in_weights.result, mixed.result, in_bias.result)


def _squared(model: Regression, constant: Expr) -> Expr:
    """The sum over samples of the curvature in the score times (x^T v + c)^2, plus the part of the penalty."""
    v = Tensor("v", (D,))
    moved = sum_over(model.inputs(*model.rows, FEATURE) * v(FEATURE), FEATURE) + constant
    squares = sum_over(model.slope_of_delta() * moved**2, *model.rows)
    if model.factor is None:
        return squares
    return squares + model.factor() * sum_over(v(FEATURE) ** 2, FEATURE)


def _squares(model: Regression, form: tuple[Expr, Expr], squares: Expr) -> Equation:
    lhs, value = form
    steps = (
        Step(value, "definition", "the quadratic form of the Hessian"),
        Step(squares, "squares", "a sum of squares"),
        Step(S.Zero, "nonnegative", "weights that are not negative, and squares", relation=">="),
    )
    return Equation(lhs, (), steps, context=Context(model.program))
