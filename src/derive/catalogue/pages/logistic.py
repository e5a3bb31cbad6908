"""Logistic regression: odds, logit, logistic function, likelihood, gradient, Hessian, convexity.

States the odds, the Bernoulli likelihood and the linear score; the rest is derived from them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from sympy import Rational, S, log

from derive.calculus.rewrite import log_steps
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.curvature import curvature
from derive.catalogue.losses import LOSSES
from derive.catalogue.odds import facts, odds_and_logit
from derive.catalogue.options import PageOptions
from derive.catalogue.regression import FEATURE, SAMPLE, D, N, Regression
from derive.catalogue.words import STEP_SIZE
from derive.derivation import Block, Context, Derivation, Equation, Prose, Section, Step, Table, definition
from derive.errors import VerificationError
from derive.expr import Diff, Let, Prod_, Program, Tensor, sigmoid, sum_over


def logistic(options: PageOptions) -> Derivation:
    """The page of `derive logistic`."""
    batch = Regression(ACTIVATIONS["sigmoid"], LOSSES["bce"], l2=options.l2, has_bias=options.bias)
    one = Regression(ACTIVATIONS["sigmoid"], LOSSES["bce"], single=True, has_bias=options.bias)
    hessians, hessians_of_one = batch.hessians(), one.hessians()
    sections: list[Section] = [*odds_and_logit(), *facts()]
    witnessed: tuple = ()
    if options.form in (None, "sample"):
        sections += [
            one.notation("One sample: notation"),
            one.forward("One sample"),
            _boundary(one),
            one.backward("One sample: from the loss to the score"),
            one.gradients("One sample: gradient"),
            Section("One sample: Hessian", curvature(one, hessians_of_one), "result"),
        ]
        witnessed += one.witnessed("one sample", hessians_of_one)
    if options.form in (None, "batch"):
        sections += [
            batch.notation("The whole data set: notation", STEP_SIZE),
            _likelihood(batch),
            _why_logarithm(),
            batch.forward("The model on the whole data set"),
            batch.backward("From the cost to the scores"),
            batch.gradients("Gradient"),
            Section("Hessian and convexity", curvature(batch, hessians), "result"),
            batch.update("Update"),
        ]
        witnessed += batch.witnessed("data set", hessians)
    return Derivation("logistic", "Logistic regression", tuple(sections), witnessed)


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
    cost = batch.loss.at(p, y, (SAMPLE,), ())
    blocks.append(
        Equation(
            nll(),
            (),
            (
                Step(total, "definition", "negative, per sample"),
                Step(cost / N, "distribute", "the mean cross-entropy"),
            ),
            context=Context(domain),
            in_components=True,
        )
    )
    return Section("Likelihood", tuple(blocks), "forward")


def _why_logarithm() -> Section:
    """The logarithm increases, and a sum of logarithms does not underflow: with numbers that were computed."""
    u = Tensor("u", (), None, ("positive",))()
    slope = (Step(1 / u, "d_log", "derivative of the logarithm"), Step(S.Zero, "positive", relation=">"))
    rows = tuple((f"{n:,}", f"{product:.4g}", f"{total:.4f}") for n, product, total in underflow(Rational(1, 2)))
    blocks = (
        Prose(
            "The logarithm of $u \\in \\mathbb{R}_{>0}$ increases: a product is largest where its logarithm is."
        ),
        Equation(Diff(log(u), u), (), slope, literal=True),
        Prose("A product of many probabilities leaves the range of floating-point numbers, the sum of their logarithms "
              "does not. For probabilities of one half, in double precision:"),
        Table(("samples", "product of the probabilities", "sum of their logarithms"), rows),
    )  # fmt: skip
    return Section("Why the logarithm", blocks, "forward")


def underflow(p: Rational, counts: tuple[int, ...] = (10, 100, 1000, 10000)) -> Iterator[tuple[int, float, float]]:
    """(n, product of n factors p, sum of n logarithms), computed in floats one factor after another.

    Raises VerificationError where a product is not the exact power, rounded to the nearest float.
    """
    for n in counts:
        product = math.prod([float(p)] * n)
        total = math.fsum([math.log(p)] * n)
        if product != float(Fraction(int(p.p), int(p.q)) ** n):
            raise VerificationError(f"the product of {n} factors {p} is not what exact arithmetic gives")
        yield n, product, total


def _boundary(one: Regression) -> Section:
    """The points with a score of zero: with a bias, the one of them that is nearest to the origin."""
    about = Prose(
        "The decision boundary is where the score is zero: a hyperplane with the normal $w$. The prediction is one "
        "half there and, since the logistic function increases, larger where the score is positive: class 1 is "
        f"chosen there. {NEAREST if one.has_bias else THROUGH_THE_ORIGIN}"
    )
    return Section("Decision boundary", (about, *(_nearest(one) if one.has_bias else _opposite(one))), "forward")


NEAREST = "The point $c$ of the boundary on the line through the origin along $w$:"
THROUGH_THE_ORIGIN = "Without a bias it goes through the origin, and opposite points have opposite scores:"


def _nearest(one: Regression) -> Iterator[Equation]:
    w, b = one.weights(FEATURE), one.bias()
    nearest = Let(Tensor("c", (D,))(FEATURE), -b * w / sum_over(one.weights(FEATURE) ** 2, FEATURE))
    score = sum_over(w * nearest.target, FEATURE) + b
    context = Context(Program((nearest,)))
    yield definition(nearest.target, nearest.rhs)
    yield Equation(score, (), (Step(S.Zero, "insert", "by its value"),), context=context)
    yield Equation(sigmoid(score), (), (Step(Rational(1, 2), "insert", "the prediction there"),), context=context)


def _opposite(one: Regression) -> Iterator[Equation]:
    w, x = one.weights(FEATURE), one.inputs(FEATURE)
    opposite = Let(Tensor("c", (D,))(FEATURE), -x)
    score = sum_over(w * opposite.target, FEATURE)
    context = Context(Program((opposite, *one.program)))
    yield definition(opposite.target, opposite.rhs)
    yield Equation(score, (), (Step(-one.score(), "insert", "by its value"),), context=context)
    there = Step(1 - one.prediction(), "symmetry", "the prediction there")
    yield Equation(sigmoid(score), (), (there,), context=context)


def _inside(batch: Regression) -> Program:
    """Predictions are probabilities: the program says so."""
    return Program(batch.program.lets[:-1])
