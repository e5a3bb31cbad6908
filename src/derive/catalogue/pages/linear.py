"""Linear regression: squared error, gradient, Hessian, normal equations."""

from __future__ import annotations

from sympy import Add, Expr, S, expand_mul

from derive.calculus import differentiate, simplify
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.curvature import curvature
from derive.catalogue.losses import LOSSES
from derive.catalogue.options import PageOptions
from derive.catalogue.regression import FEATURE, OTHER_FEATURE, SAMPLE, D, N, Regression
from derive.catalogue.words import STEP_SIZE
from derive.derivation import Context, Derivation, Equation, Prose, Section, Step, definition
from derive.expr import Delta, Diff, Index, Inverse, Let, Program, Sum_, Tensor, open_binder, substitute, sum_over


def linear(options: PageOptions) -> Derivation:
    """The page of `derive linear`."""
    batch = Regression(ACTIVATIONS["identity"], LOSSES["mse"], l2=options.l2, has_bias=options.bias)
    hessians = batch.hessians()
    sections = (
        batch.notation("Notation", STEP_SIZE),
        batch.forward("Model and cost"),
        batch.backward("Derivative in the predictions"),
        batch.gradients("Gradient"),
        Section("Hessian", curvature(batch, hessians), "result"),
        _normal_equations(batch),
        batch.update("Update"),
    )
    return Derivation("linear", "Linear regression", sections, batch.witnessed("linear regression", hessians))


def _normal_equations(batch: Regression) -> Section:
    """Without a bias, the gradient vanishes at the least-squares solution: put it in and see."""
    x, w, y = batch.inputs, batch.weights, batch.target
    solution = Tensor("what", (D,))
    residual = sum_over(x(SAMPLE, OTHER_FEATURE) * w(OTHER_FEATURE), OTHER_FEATURE) - y(SAMPLE)
    cost = sum_over(residual**2, SAMPLE) / (2 * N) + batch.penalty
    at_cost = Tensor("J_0")() if batch.has_bias else batch.cost()
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
    best = _least_squares(batch)
    at_best = Let(solution(FEATURE), best)
    value = substitute(gradient, {w: Let(w(FEATURE), best)})
    zero = Equation(
        Tensor("g", (D,))(FEATURE),
        (FEATURE,),
        (Step(value, "definition", "the gradient at this point"), Step(S.Zero, "cancel", "the inverse cancels")),
        context=Context(Program(())),
    )
    what = "Without a bias the cost is:" if batch.has_bias else "The cost, with the predictions put in:"
    says = Prose(f"The inverse exists {WITH_PENALTY if batch.factor else OF_FULL_RANK}.")
    asked = Prose("The gradient is zero at the solution of the normal equations:")
    solved = (definition(at_best.target, best), _solved(batch, at_best), zero, says)
    blocks = (Prose(what), _stated(at_cost, cost, batch), expanded, asked, *solved)
    return Section("Normal equations", blocks, "result")


def _solved(batch: Regression, best: Let) -> Equation:
    """The normal equations, of which it is the solution."""
    x, n, other = batch.inputs, Index("n", N), Index("e", D)
    lhs = sum_over(x(n, FEATURE) * x(n, other) * best.tensor(other), n, other)
    if batch.factor is not None:
        lhs = lhs + N * batch.factor() * best.target
    step = Step(sum_over(x(n, FEATURE) * batch.target(n), n), "cancel", "the normal equations")
    return Equation(lhs, (FEATURE,), (step,), context=Context(Program((best,))))


OF_FULL_RANK = "where the columns of $X$ are linearly independent"
WITH_PENALTY = "whatever the inputs are: the penalty makes the matrix positive definite"


def _stated(at_cost: Expr, cost: Expr, batch: Regression) -> Equation:
    """The cost in the weights: a name of its own where there is a bias beside it, else what it was."""
    if batch.has_bias:
        return definition(at_cost, cost)
    return Equation(at_cost, (), (Step(cost, "insert", "predictions put in"),), context=Context(batch.program))


def _gradient(cost: Expr, w: Tensor) -> Expr:
    return simplify(differentiate(cost, w(FEATURE)))


def _expanded(gradient: Expr) -> Expr:
    """The sum over samples, multiplied out."""
    return Add(*(_multiplied_out(term) if term.has(Sum_) else term for term in Add.make_args(gradient)))


def _multiplied_out(e: Expr) -> Expr:
    coefficient, sums = e.as_independent(Sum_)
    body, names = open_binder(sums)
    return Add(*(coefficient * sum_over(term, *names) for term in Add.make_args(expand_mul(body, deep=False))))


def _least_squares(batch: Regression) -> Expr:
    """(X^T X)^-1 X^T y, with a penalty (X^T X + N lambda I)^-1 X^T y."""
    a, b, n, m = Index("a", D), Index("b", D), Index("n", N), Index("m", N)
    x, matrix = batch.inputs, sum_over(batch.inputs(n, a) * batch.inputs(n, b), n)
    if batch.factor is not None:
        matrix = matrix + N * batch.factor() * Delta(a, b)
    inverse = Inverse(matrix, a, b, FEATURE, OTHER_FEATURE)
    return sum_over(inverse * x(m, OTHER_FEATURE) * batch.target(m), OTHER_FEATURE, m)
