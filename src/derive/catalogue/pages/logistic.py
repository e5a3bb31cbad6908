"""Logistic regression: odds, logit, logistic function, likelihood, gradient, Hessian, convexity.

States the odds, the Bernoulli likelihood and the linear score; the rest is derived from them.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, exp, log

from derive.calculus import simplify
from derive.calculus.derivative import expand_once
from derive.calculus.rewrite import isolate, log_steps
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.losses import LOSSES
from derive.catalogue.options import PageOptions
from derive.catalogue.regression import SAMPLE, N, Regression
from derive.derivation import Block, Context, Derivation, Equation, Prose, Section, Step, definition
from derive.expr import Diff, Let, Prod_, Program, Tensor, sigmoid, sum_over


def logistic(options: PageOptions) -> Derivation:
    """The page of `derive logistic`."""
    batch = Regression(ACTIVATIONS["sigmoid"], LOSSES["bce"], l2=options.l2)
    one = Regression(ACTIVATIONS["sigmoid"], LOSSES["bce"], single=True)
    hessian, hessian_of_one = batch.hessian(), one.hessian()
    sections: list[Section] = [*_odds(), _slope()]
    witnessed: tuple = ()
    if options.form in (None, "sample"):
        sections += [
            one.notation("One sample: notation"),
            one.forward("One sample"),
            one.backward("One sample: from the loss to the score"),
            one.gradients("One sample: gradient"),
            Section("One sample: Hessian", (hessian_of_one, *one.curvature(hessian_of_one)), "result"),
        ]
        witnessed += one.witnessed("one sample", hessian_of_one)
    if options.form in (None, "batch"):
        sections += [
            batch.notation("The whole data set: notation"),
            _likelihood(batch),
            batch.forward("The model on the whole data set"),
            batch.backward("From the cost to the scores"),
            batch.gradients("Gradient"),
            Section("Hessian and convexity", (hessian, *batch.curvature(hessian)), "result"),
            batch.update("Update"),
        ]
        witnessed += batch.witnessed("data set", hessian)
    return Derivation("logistic", "Logistic regression", tuple(sections), witnessed)


def _odds() -> Iterator[Section]:
    """From odds to the logistic function: the logit is solved for the probability."""
    p, t = Tensor("p", (), None, ("unit_interval",))(), Tensor("t")()
    odds = Tensor("odds")()
    ratio = p / (1 - p)
    yield Section(
        "Odds and logit",
        (
            Prose(
                "A probability $p \\in (0, 1)$ is turned into odds, and the odds into a number on the whole line, "
                "the logit."
            ),
            definition(odds, ratio),
            definition(t, log(ratio)),
            Prose("The model will be that this number is a score, linear in the input. Solve for the probability."),
            *_solved(log(ratio), t, p),
        ),
        "forward",
    )


def _solved(left: Expr, right: Expr, unknown) -> Iterator[Block]:
    """Every line of the solution of `left = right`, and the proof that it solves that."""
    rows = list(isolate(left, right, unknown))
    solution = Program((Let(unknown, rows[-1][1]),))
    for a, b, rule, reason in rows:
        steps = [Step(b, rule, reason)]
        if b == rows[-1][1]:
            steps.append(Step(sigmoid(right), "logistic", "the logistic function"))
        yield Equation(a, (), tuple(steps), context=Context(solution), literal=True)


def _slope() -> Section:
    """The derivative of 1 / (1 + exp(-z)), rule by rule, and in terms of the function itself."""
    z, s = Tensor("z")(), Tensor("s")()
    formula = 1 / (1 + exp(-z))
    e, steps = Diff(formula, z), []
    while True:
        e, rule = expand_once(e)
        if rule is None:
            break
        steps.append(Step(e, rule.name, rule.reason, key=not rule.trivial))
    steps.append(Step(simplify(e), "simplify", "simplify", key=False))
    steps.append(Step(s * (1 - s), "fold", "in terms of the function itself"))
    program = Program((Let(s, formula),))
    says = Prose("As a function of a score $z \\in \\mathbb{R}$:")
    shown = definition(s, formula, literal=True)
    slope = Equation(Diff(s, z), (), tuple(steps), context=Context(program), literal=True)
    return Section("The slope of the logistic function", (says, shown, slope), "forward")


def _likelihood(batch: Regression) -> Section:
    """Bernoulli likelihood, its logarithm, and the negative log-likelihood: the cross-entropy."""
    y, p = batch.target(SAMPLE), batch.prediction(SAMPLE)
    likelihood, loglik, nll = (Tensor(name) for name in ("Lik", "loglik", "NLL"))
    product = Prod_(p**y * (1 - p) ** (1 - y), SAMPLE)
    blocks: list[Block] = [
        Prose("The probability of a label is $p$ for 1 and $1 - p$ for 0; samples are independent."),
        definition(likelihood(), product, "Bernoulli likelihood", in_components=True),
    ]
    steps = [Step(log(product), "definition", "the logarithm has the same maximiser")]
    steps += [Step(e, rule, reason) for e, rule, reason in log_steps(log(product))]
    domain = _inside(batch)
    blocks.append(Equation(loglik(), (), tuple(steps), context=Context(domain), in_components=True))
    total = -steps[-1].after / N
    cost = batch.loss.per_output(p, y)
    blocks.append(
        Equation(
            nll(),
            (),
            (
                Step(total, "definition", "negative, per sample"),
                Step(sum_over(cost, SAMPLE) / N, "distribute", "the mean cross-entropy"),
            ),
            context=Context(domain),
            in_components=True,
        )
    )
    return Section("Likelihood", tuple(blocks), "forward")


def _inside(batch: Regression) -> Program:
    """Predictions are probabilities: the program says so."""
    return Program(batch.program.lets[:-1])
