"""Softmax regression: K classes, cross-entropy, gradient, Hessian."""

from __future__ import annotations

from sympy import Expr

from derive.calculus import differentiate, fold, simplify, total_derivative
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.losses import LOSSES
from derive.catalogue.options import PageOptions
from derive.catalogue.regression import CLASS, OTHER_CLASS, Regression, replace_scores
from derive.catalogue.words import STEP_SIZE
from derive.derivation import Context, Derivation, Equation, Section, Step
from derive.expr import Diff


def softmax(options: PageOptions) -> Derivation:
    """The page of `derive softmax`."""
    batch = Regression(ACTIVATIONS["softmax"], LOSSES["ce"], classes=True, l2=options.l2, has_bias=options.bias)
    one = Regression(ACTIVATIONS["softmax"], LOSSES["ce"], classes=True, single=True, has_bias=options.bias)
    sections: list[Section] = []
    witnessed: tuple = ()
    if options.form in (None, "sample"):
        sections += [
            one.notation("One sample: notation"),
            one.forward("One sample"),
            Section("The softmax Jacobian", (_jacobian(one),), "delta"),
            one.backward("One sample: from the loss to the scores"),
            Section("One sample: Hessian in the scores", (_score_hessian(one),), "result"),
            one.gradients("One sample: gradient"),
        ]
        witnessed += one.witnessed("one sample", one.hessians())
    if options.form in (None, "batch"):
        hessians = batch.hessians()
        sections += [
            batch.notation("The whole data set: notation", STEP_SIZE),
            batch.forward("The model on the whole data set"),
            batch.backward("From the cost to the scores"),
            batch.gradients("Gradient"),
            Section("Hessian", hessians, "result"),
            batch.update("Update"),
        ]
        witnessed += batch.witnessed("data set", hessians)
    return Derivation("softmax", "Softmax regression", tuple(sections), witnessed)


def _jacobian(one: Regression) -> Equation:
    """d yhat / d z, with the softmax put back by name."""
    let = one.program.by_tensor[one.prediction]
    z = one.score(OTHER_CLASS)
    slope = differentiate(let.rhs, z)
    steps = (
        Step(slope, "derivative", "derivatives of the exponential and log-sum-exp"),
        Step(fold(slope, (let,)), "fold", "by name"),
    )
    return Equation(Diff(let.target, z), (CLASS, OTHER_CLASS), steps, context=Context(one.program))


def _score_hessian(one: Regression) -> Equation:
    """The Hessian of the loss in the scores: the derivative of the delta."""

    a = one.reverse.adjoints[one.score]
    z, program = one.score(OTHER_CLASS), replace_scores(one.program, one.score)
    value: Expr = simplify(total_derivative(a.value, z, program))
    first = Step(Diff(a.value, z), "definition", "the delta by its value", key=False)
    steps = (first, Step(value, "total_derivative", "the derivative of the delta"))
    return Equation(Diff(a.name, z), (CLASS, OTHER_CLASS), steps, context=Context(program))
