"""A neuron beside logistic regression: the same function, the same loss, the same gradient, wherever that is proved."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sympy import Expr, exp, log

from derive.calculus.rewrite import log_steps
from derive.catalogue.regression import FEATURE, Regression
from derive.catalogue.reverse import Reverse
from derive.derivation import Context, Equation, Prose, Section, Step, Witnessed, definition
from derive.expr import Diff, Index, Let, Program, Tensor, sigmoid, sum_over
from derive.prove import prove

SCORE, PROBABILITY, NLL = Tensor("t"), Tensor("p"), Tensor("NLL")


@dataclass(frozen=True)
class LogisticRegression:
    """What `derive logistic` arrives at, in a neuron's weights and bias: linear log odds, Bernoulli likelihood."""

    neuron: Regression

    @cached_property
    def linear(self) -> Expr:
        n = self.neuron
        weighted = sum_over(n.weights(FEATURE) * n.inputs(FEATURE), FEATURE)
        return weighted + n.bias() if n.has_bias else weighted

    @cached_property
    def log_likelihood(self) -> tuple[Step, ...]:
        """The logarithm of the Bernoulli likelihood, one rule at a time; and the penalty, if there is one."""
        p, y = PROBABILITY(), self.neuron.target()
        first = log(p**y * (1 - p) ** (1 - y))
        steps = [Step(-first + self.neuron.penalty, "definition")]
        steps += [Step(-e + self.neuron.penalty, rule, reason) for e, rule, reason in log_steps(first)]
        return tuple(steps)

    @cached_property
    def program(self) -> Program:
        score, probability = Let(SCORE(), self.linear), Let(PROBABILITY(), sigmoid(SCORE()))
        return Program((score, probability, Let(NLL(), self.log_likelihood[-1].after)))

    @cached_property
    def reverse(self) -> Reverse:
        n = self.neuron
        at: dict[Tensor, tuple[Index, ...]] = {SCORE: (), PROBABILITY: ()} | {t: n.places(t) for t in n.parameters}
        return Reverse(self.program, n.parameters, at)

    @cached_property
    def context(self) -> Context:
        """All names of both, the delta of the neuron too, and both gradients."""
        n = self.neuron
        both = ((n.cost, n.reverse.adjoints), (NLL, self.reverse.adjoints))
        gradients = {(of, t): (a[t].of.indices, a[t].value) for of, a in both for t in n.parameters}
        a = n.reverse.adjoints[n.score]
        delta = Let(a.name, a.value)
        return Context(Program((*self.program, *n.program, delta)), jacobians=gradients)

    def is_the_neuron(self) -> bool:
        """Whether activation and loss of the neuron are these, for every input and every target."""
        n, lets = self.neuron, self.context.program
        pairs = ((n.prediction(), PROBABILITY()), (n.cost(), NLL()))
        return all(prove(a, b, lets).proved for a, b in pairs)

    def section(self) -> Section:
        n, p = self.neuron, PROBABILITY()
        formula = Step(1 / (1 + exp(-SCORE())), "definition")
        written = (formula, Step(sigmoid(SCORE()), "logistic", "the logistic function"))
        blocks = (
            Prose("The log odds of the prediction are linear in the input. This is where logistic regression starts:"),
            self._equation(
                log(n.prediction() / (1 - n.prediction())), Step(self.linear, "logit", "the logit undoes it")
            ),
            definition(SCORE(), self.linear),
            self._equation(p, *written, literal=True),
            self._equation(NLL(), *self.log_likelihood, literal=True),
            Prose("Its probability is the prediction, its negative log-likelihood is the loss:"),
            self._equation(p, Step(n.prediction(), "same", "the same function")),
            self._equation(NLL(), Step(n.cost(), "same", "the same loss")),
            Prose("Its derivatives are those of the neuron:"),
            *(self.reverse.equation(t) for t in (PROBABILITY, SCORE, *n.parameters)),
            *(self._gradient(t) for t in n.parameters),
        )
        return Section("The same as logistic regression", blocks, "result")

    def _equation(self, lhs: Expr, *steps: Step, out: tuple[Index, ...] = (), literal: bool = False) -> Equation:
        return Equation(lhs, out, steps, context=self.context, literal=literal)

    def _gradient(self, t: Tensor) -> Equation:
        """d NLL / dt, in terms of the probability, of the prediction, and as the neuron's derivative."""
        own, other = self.neuron.reverse.adjoints[t], self.reverse.adjoints[t]
        steps = (
            Step(other.value, "insert", "see above"),
            Step(own.value, "same", "the probability is the prediction"),
            Step(Diff(self.neuron.cost(), own.of), "same", "the same gradient"),
        )
        return self._equation(Diff(NLL(), own.of), *steps, out=own.of.indices)

    def witnessed(self) -> Witnessed:
        return self.reverse.witnessed("logistic regression")
