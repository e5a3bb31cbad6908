"""Gaussian classes: with one covariance the log odds are linear in the input, with two they keep a quadratic term.

States the densities of the classes and their priors; scores, log odds and estimates are derived from them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from sympy import Expr, Integer, exp, log

from derive.calculus import differentiate, simplify, use_properties
from derive.catalogue.estimates import estimates
from derive.catalogue.gaussian_class import COLUMN, COMMON, HALF, ROW, Class, D, X
from derive.catalogue.options import PageOptions
from derive.catalogue.words import described, notation
from derive.derivation import Context, Derivation, Equation, Prose, Section, Step, Witnessed, definition
from derive.expr import (
    Diff,
    Index,
    Let,
    LogSumExp,
    Program,
    Size,
    Tensor,
    rename,
    sigmoid,
    sum_over,
)


def gaussian(classes: int | str, covariance: str, options: PageOptions) -> Derivation:
    """The page of `derive gaussian`: `covariance` is "shared" or "own"."""
    shared = covariance == "shared"
    if classes == 2:
        page = TwoClasses(Class("_1", (), shared), Class("_2", (), shared))
    else:
        page = ManyClasses(classes, shared)
    fit, witness = estimates()
    title = f"Gaussian classes with {'one covariance' if shared else 'a covariance each'}"
    return Derivation("gaussian", title, (*page.sections(), fit), (page.witnessed(), witness))


def table(*groups: tuple[tuple[Tensor, str], ...]) -> Section:
    rows = {t: described(t, says) for group in groups for t, says in group}
    return notation(rows.items())


@dataclass(frozen=True)
class TwoClasses:
    """Class 1 against class 2: the log odds."""

    one: Class
    two: Class

    ODDS, BIAS = Tensor("a")(), Tensor("w0")()
    WEIGHTS, CURVE = Tensor("w", (D,)), Tensor("A", (D, D))

    @property
    def both(self) -> tuple[Class, Class]:
        return self.one, self.two

    @property
    def curve(self) -> Expr:
        """The matrix of the quadratic term."""
        return HALF * (self.two.inverse(ROW, COLUMN) - self.one.inverse(ROW, COLUMN))

    @cached_property
    def program(self) -> Program:
        lets = {let.tensor: let for c in self.both for let in c.program}
        lets |= {let.tensor: let for let in (
            Let(self.ODDS, self.one.score - self.two.score),
            Let(self.WEIGHTS(ROW), self.one.weights(ROW) - self.two.weights(ROW)),
            Let(self.BIAS, self.one.bias - self.two.bias),
            *(() if self.one.shared else (Let(self.CURVE(ROW, COLUMN), self.curve),)),
        )}  # fmt: skip
        return Program(tuple(lets.values()))

    def equation(self, lhs: Expr, *steps: Step, out: tuple[Index, ...] = (), literal: bool = False) -> Equation:
        return Equation(lhs, out, steps, context=Context(self.program), literal=literal)

    def sections(self) -> tuple[Section, ...]:
        return (self.notation(), self.densities(), self.scores(), self.log_odds(), self.decision(), self.slope())

    def notation(self) -> Section:
        more = (
            (self.ODDS.tensor, "log odds of class 1 against class 2"),
            (self.WEIGHTS, "weights of the log odds"),
            (self.BIAS.tensor, "constant of the log odds"),
        )
        curve = () if self.one.shared else ((self.CURVE, "matrix of the quadratic term"),)
        return table(((X, "input"),), self.one.rows("class 1"), self.two.rows("class 2"), more, curve)

    def densities(self) -> Section:
        return Section("The classes", tuple(definition(c.density, c.gaussian) for c in self.both), "forward")

    def scores(self) -> Section:
        names = [definition(COMMON, self.one.common)]
        for c in self.both:
            names += [definition(c.weights(ROW), c.linear), definition(c.bias, c.constant)]
        what = "its terms without a class get one name" if self.one.shared else "its constant gets a name"
        says = Prose(f"The score of a class is the logarithm of density times prior; {what}, $q$.")
        return Section("Scores", (says, *names, *(c.scored() for c in self.both)), "forward")

    def log_odds(self) -> Section:
        """What is left of the difference of the scores."""
        one, two = self.both
        x = X(ROW)
        difference = sum_over(one.weights(ROW) * x - two.weights(ROW) * x, ROW)
        inserted = one.curved - two.curved + difference + one.bias - two.bias
        linear = sum_over(self.WEIGHTS(ROW) * x, ROW) + self.BIAS
        curve = Integer(0) if one.shared else sum_over(x * self.CURVE(ROW, COLUMN) * X(COLUMN), ROW, COLUMN)
        weights = self.equation(
            self.WEIGHTS(ROW), Step(one.weights(ROW) - two.weights(ROW), "definition"), *self._weights(), out=(ROW,)
        )
        constant = self.equation(
            self.BIAS,
            Step(one.bias - two.bias, "definition"),
            Step(one.constant - two.constant, "insert", "by their values"),
            *self._constant(),
        )
        odds = self.equation(
            self.ODDS,
            Step(log(one.density * one.prior / (two.density * two.prior)), "definition"),
            Step(one.score - two.score, "log_mul", "log of a quotient"),
            Step(inserted, "cancel", "$q$ is in both scores and cancels"),
            Step(curve + linear, "fold", "by name"),
        )
        matrix = () if one.shared else (definition(self.CURVE(ROW, COLUMN), self.curve),)
        title = "Log odds: linear in the input" if one.shared else "Log odds: a quadratic term is left"
        return Section(title, (*matrix, weights, constant, Prose("With these names:"), odds), "result")

    def _weights(self) -> tuple[Step, ...]:
        inserted = Step(self.one.linear - self.two.linear, "insert", "by their values")
        if not self.one.shared:
            return (inserted,)
        together = sum_over(self.one.inverse(ROW, COLUMN) * (self.one.mean(COLUMN) - self.two.mean(COLUMN)), COLUMN)
        return (inserted, Step(together, "collect", "collect"))

    def _constant(self) -> tuple[Step, ...]:
        """With one covariance, the constant as a product of sum and difference of the means."""
        one, two = self.both
        if not one.shared:
            return ()
        halves = (one.mean(ROW) + two.mean(ROW)) * one.inverse(ROW, COLUMN) * (one.mean(COLUMN) - two.mean(COLUMN))
        together = log(one.prior / two.prior) - HALF * sum_over(halves, ROW, COLUMN)
        return (Step(together, "collect", "collect"),)

    def decision(self) -> Section:
        """The posterior, and where the classes are equally probable."""
        one, two = self.both
        joint, other = one.density * one.prior, two.density * two.prior
        posterior = self.equation(
            Tensor("p_1")(),
            Step(joint / (joint + other), "definition", "Bayes' rule"),
            Step(1 / (1 + other / joint), "divide_through", "divide by the numerator"),
            Step(1 / (1 + exp(-self.ODDS)), "exponential", "by the log odds"),
            Step(sigmoid(self.ODDS), "logistic", "the logistic function"),
            literal=True,
        )
        equal = Step(exp(self.ODDS), "exponential", "by the log odds")
        odds = self.equation(joint / other, equal, literal=True)
        place = "on a hyperplane" if one.shared else "on a quadric"
        says = Prose(
            f"Where the log odds are zero, {place}, both classes are equally "
            "probable: that is the decision boundary. Where they are positive, class 1 is the more probable one."
        )
        return Section("Posterior and decision", (posterior, odds, says, *self.half_way()), "result")

    def half_way(self) -> tuple[Prose | Equation, ...]:
        """With one covariance: the log odds half way between the means."""
        one, two = self.both
        if not one.shared:
            return ()
        middle = HALF * sum_over(self.WEIGHTS(ROW) * (one.mean(ROW) + two.mean(ROW)), ROW) + self.BIAS
        value = Step(log(one.prior) - log(two.prior), "insert", "by their values")
        return (Prose("Half way between the means the priors alone decide:"), self.equation(middle, value))

    def slope(self) -> Section:
        """The derivative of the log odds in the input."""
        one, two = self.both
        raw = differentiate(HALF * two.distance - HALF * one.distance, X(ROW))
        value, used = use_properties(simplify(raw))
        curve = Integer(0) if one.shared else 2 * sum_over(self.CURVE(ROW, COLUMN) * X(COLUMN), COLUMN)
        steps = (
            Step(value, "total_derivative", "derivative of the quadratic forms", assumptions=used),
            Step(curve + self.WEIGHTS(ROW), "fold", "by name"),
        )
        equation = self.equation(Diff(self.ODDS, X(ROW)), *steps, out=(ROW,))
        return Section("How the log odds answer to the input", (equation,), "gradients")

    def witnessed(self) -> Witnessed:
        one, two = self.both
        odds = log(one.gaussian * one.prior) - log(two.gaussian * two.prior)
        slope = one.linear - two.linear
        if not one.shared:
            slope += sum_over((two.inverse(ROW, COLUMN) - one.inverse(ROW, COLUMN)) * X(COLUMN), COLUMN)
        return Witnessed(Program((Let(self.ODDS, odds),)), {X: (slope, (ROW,))}, what="log odds", jacobian=1)


class ManyClasses:
    """K classes: the scores are linear in the input but for what they share, and the posteriors are their softmax."""

    def __init__(self, classes: int | str, shared: bool) -> None:
        dim: Expr = Integer(classes) if isinstance(classes, int) else Size(classes)
        self.k, self.l = Index("k", dim), Index("l", dim)
        self.one = Class("", (self.k,), shared)
        self.weights, self.bias = self.one.weights, self.one.bias.tensor

    @property
    def probabilities(self) -> Tensor:
        return self.one.tensor("p")

    def sections(self) -> tuple[Section, ...]:
        one = self.one
        notation = table(((X, "input"),), one.rows("each class"), self._rows())
        density = definition(one.density, one.gaussian, in_components=True)
        names = (
            definition(COMMON, one.common),
            definition(one.weights(self.k, ROW), one.linear),
            definition(one.bias, one.constant, in_components=True),
        )
        score = replace(one.scored(), in_components=True)
        says = Prose(
            "The score of a class is the logarithm of density times prior; its terms without a class get one name, $q$."
        )
        return (
            notation,
            Section("The classes", (density,), "forward"),
            Section("Scores", (says, *names, score), "forward"),
            Section("Posteriors", self._posteriors(), "result"),
        )

    def _rows(self) -> tuple[tuple[Tensor, str], ...]:
        return (
            (self.weights, "weights of the scores, one row a class"),
            (self.bias, "constants of the scores"),
            (self.rest.target.tensor, "scores without what they share"),
            (self.probabilities, "posteriors"),
        )

    @cached_property
    def rest(self) -> Let:
        """The score without q."""
        weighted = sum_over(self.weights(self.k, ROW) * X(ROW), ROW)
        return Let(self.one.tensor("z")(self.k), weighted + self.one.curved + self.one.bias)

    def _posteriors(self) -> tuple[Equation, Equation]:
        one, k, other = self.one, self.k, self.l
        joint = one.density * one.prior
        steps = (
            Step(joint / sum_over(rename(joint, {k: other}), other), "definition", "Bayes' rule"),
            Step(softmax(one.score, k, other), "insert", "by the scores: the softmax"),
            Step(softmax(self.rest.target, k, other), "cancel", "q is in all scores and cancels"),
        )
        program = Program((*one.program, self.rest))
        posterior = Equation(self.probabilities(k), (k,), steps, context=Context(program))
        return definition(self.rest.target, self.rest.rhs), posterior

    def witnessed(self) -> Witnessed:
        one = self.one
        score = log(one.gaussian * one.prior)
        slope = sum_over(one.inverse(ROW, COLUMN) * (one.mean(COLUMN) - X(COLUMN)), COLUMN)
        target = one.tensor("a")(self.k)
        return Witnessed(Program((Let(target, score),)), {X: (slope, (self.k, ROW))}, what="scores", jacobian=1)


def softmax(score: Expr, k: Index, other: Index) -> Expr:
    return exp(score - LogSumExp(rename(score, {k: other}), other))
