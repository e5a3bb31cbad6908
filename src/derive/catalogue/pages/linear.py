"""Linear regression: squared error, gradient, Hessian, normal equations."""

from __future__ import annotations

from sympy import Add, Expr, S, expand_mul

from derive.calculus import differentiate, simplify
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.curvature import curvature
from derive.catalogue.losses import LOSSES
from derive.catalogue.options import PageOptions
from derive.catalogue.regression import FEATURE, OTHER_FEATURE, SAMPLE, D, N, Regression
from derive.derivation import Context, Derivation, Equation, Prose, Section, Step, definition
from derive.expr import Diff, Index, Inverse, Let, Program, Sum_, Tensor, open_binder, substitute, sum_over


def linear(options: PageOptions) -> Derivation:
    """The page of `derive linear`."""
    batch = Regression(ACTIVATIONS["identity"], LOSSES["mse"], l2=options.l2)
    hessians = batch.hessians()
    sections = (
        batch.notation(),
        batch.forward("Model and cost"),
        batch.backward("Derivative in the predictions"),
        batch.gradients("Gradient"),
        Section("Hessian", curvature(batch, hessians), "result"),
        *(() if options.l2 else (_normal_equations(batch),)),
        batch.update("Update"),
    )
    return Derivation("linear", "Linear regression", sections, batch.witnessed("linear regression", hessians))


def _normal_equations(batch: Regression) -> Section:
    """Without a bias, the gradient vanishes at the least-squares solution: put it in and see."""
    x, w, y = batch.inputs, batch.weights, batch.target
    solution = Tensor("what", (D,))
    residual = sum_over(x(SAMPLE, OTHER_FEATURE) * w(OTHER_FEATURE), OTHER_FEATURE) - y(SAMPLE)
    cost = sum_over(residual**2, SAMPLE) / (2 * N)
    at_cost = Tensor("J_0")()
    gradient = _gradient(cost, w)
    expanded = Equation(
        Diff(at_cost, w(FEATURE)),
        (FEATURE,),
        (
            Step(gradient, "derivative", "derivative of the squared norm"),
            Step(_expanded(gradient), "distribute", "multiply out"),
        ),
        context=Context(Program((Let(at_cost, cost),)), at_cost),
    )
    best = _least_squares(x, y)
    best_weights = Equation(solution(FEATURE), (FEATURE,), (Step(best, "definition", "the gradient is zero there"),))
    value = substitute(gradient, {w: Let(w(FEATURE), best)})
    zero = Equation(
        Tensor("g", (D,))(FEATURE),
        (FEATURE,),
        (Step(value, "definition", "the gradient at this point"), Step(S.Zero, "cancel", "the inverse cancels")),
        context=Context(Program(())),
    )
    without = definition(at_cost, cost)
    says = Prose("The inverse exists where the columns of $X$ are linearly independent.")
    blocks = (Prose("Without a bias the cost is:"), without, expanded, best_weights, zero, says)
    return Section("Normal equations", blocks, "result")


def _gradient(cost: Expr, w: Tensor) -> Expr:
    return simplify(differentiate(cost, w(FEATURE)))


def _expanded(gradient: Expr) -> Expr:
    """The sum over samples, multiplied out."""
    coefficient, sums = gradient.as_independent(Sum_)
    body, names = open_binder(sums)
    return Add(*(coefficient * sum_over(term, *names) for term in Add.make_args(expand_mul(body, deep=False))))


def _least_squares(x: Tensor, y: Tensor) -> Expr:
    """(X^T X)^-1 X^T y."""
    a, b, n, m = Index("a", D), Index("b", D), Index("n", N), Index("m", N)
    inverse = Inverse(sum_over(x(n, a) * x(n, b), n), a, b, FEATURE, OTHER_FEATURE)
    return sum_over(inverse * x(m, OTHER_FEATURE) * y(m), OTHER_FEATURE, m)
