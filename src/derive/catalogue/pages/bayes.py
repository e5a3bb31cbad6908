"""Bayes' rule for classes: the posterior of two classes is a logistic function, that of K classes a softmax.

States Bayes' rule and the name a_k = log(f_k rho_k); the rest is derived from them.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Add, Expr, Integer, exp, log

from derive.calculus import differentiate, fold, simplify
from derive.catalogue.options import PageOptions
from derive.catalogue.words import notation
from derive.derivation import Context, Derivation, Equation, Prose, Section, Step, Witnessed, definition
from derive.expr import Diff, Index, Let, LogSumExp, Program, Size, Tensor, sigmoid, substitute, sum_over

Term = Callable[[Expr], Expr]


def bayes(classes: int | str, options: PageOptions) -> Derivation:
    """The page of `derive bayes`, for that many classes, or for K of them."""
    page = Posterior(classes)
    sections = (page.notation(), page.rule(), page.one_class(), page.all_classes(), page.odds(), page.shift())
    slope = page.slope()
    says = Prose("The posteriors as a function of the scores, and its derivative:")
    q = definition(slope.lhs.body, page.softmax.rhs)
    result = Section("How the posteriors answer to the scores", (says, q, slope), "gradients")
    in_scores = {page.score: (slope.steps[0].after, slope.out)}
    witnessed = Witnessed(Program((page.softmax,)), in_scores, what="posteriors", jacobian=1)
    return Derivation("bayes", "Bayes' rule: from classes to probabilities", (*sections, result), (witnessed,))


class Posterior:
    """The posteriors of the classes, p_k = f_k rho_k / evidence, with sums written out where the number is known."""

    def __init__(self, classes: int | str) -> None:
        self.written_out = isinstance(classes, int)
        self.dim: Expr = Integer(classes) if isinstance(classes, int) else Size(classes)
        self.k, self.l = Index("k", self.dim), Index("l", self.dim)
        self.density = Tensor("f", (self.dim,), None, ("positive",))
        self.prior = Tensor("rho", (self.dim,), None, ("positive", "sum_to_one"))
        self.score, self.probability = Tensor("a", (self.dim,)), Tensor("p", (self.dim,))
        self.evidence = Tensor("evidence")
        k, a = self.k, self.score
        self.scores = Let(a(k), log(self.joint(k)))
        self.total = Let(self.evidence(), sum_over(self.joint(k), k))
        self.rule_of_bayes = Let(self.probability(k), self.joint(k) / self.evidence())
        self.softmax = Let(self.probability(k), exp(a(k) - LogSumExp(a(self.l), self.l)))
        self.program = Program((self.scores, self.total, self.rule_of_bayes))

    def joint(self, k: Expr) -> Expr:
        return self.density(k) * self.prior(k)

    def over_classes(self, term: Term) -> Expr:
        if self.written_out:
            return Add(*(term(Integer(n)) for n in range(int(self.dim))))
        return sum_over(term(self.l), self.l)

    @property
    def places(self) -> tuple[Expr, Expr]:
        """Two classes: the first and the second, or classes k and l."""
        return (Integer(0), Integer(1)) if self.written_out else (self.k, self.l)

    @property
    def out(self) -> tuple[Index, ...]:
        """The free indices of these places."""
        return () if self.written_out else (self.k, self.l)

    def equation(self, lhs: Expr, out: tuple[Index, ...], *steps: Step, **more) -> Equation:
        return Equation(lhs, out, steps, context=Context(self.program), **more)

    # -- sections ----------------------------------------------------------------------------------------------------

    def notation(self) -> Section:
        rows = (
            (self.density, "likelihoods: probability or density of the input in each class"),
            (self.prior, "priors: probability of each class before the input is seen"),
            (self.score, "scores: logarithm of the joint probability of input and class"),
            (self.probability, "posteriors: probability of each class once the input is seen"),
            (self.evidence, "probability or density of the input"),
        )
        return notation(rows)

    def rule(self) -> Section:
        """The definitions, and what the name of the score means the other way round."""
        k = self.k
        back = Step(exp(self.score(k)), "insert", "exponential of both sides")
        blocks = (
            Prose(
                "The probability of the input is its probability in each class, weighted by the priors. Bayes' rule:"
            ),
            definition(self.evidence(), self.over_classes(self.joint)),
            definition(self.probability(k), self.joint(k) / self.evidence(), in_components=True),
            Prose(
                "The logarithm of the joint probability gets a name. It is not the posterior: that is divided by the "
                "evidence."
            ),
            definition(self.score(k), log(self.joint(k)), in_components=True),
            Equation(self.joint(k), (k,), (back,), context=Context(self.program), in_components=True),
        )
        return Section("Bayes' rule", blocks, "forward")

    def one_class(self) -> Section:
        """The posterior of one class, down to a function of differences of scores."""
        k, other = self.places
        a = self.score
        steps = [
            Step(self.joint(k) / self.over_classes(self.joint), "insert", "Bayes' rule"),
            Step(exp(a(k)) / self.over_classes(lambda n: exp(a(n))), "insert", "by the scores"),
            Step(1 / self.over_classes(lambda n: exp(a(n) - a(k))), "divide_through", "divide by the numerator"),
        ]
        if self.dim == 2:
            steps.append(Step(sigmoid(a(k) - a(other)), "logistic", "the logistic function"))
        title = "Two classes: the logistic function" if self.dim == 2 else "The posterior of one class"
        return Section(title, (self.equation(self.probability(k), self.out[:1], *steps, literal=True),), "result")

    def all_classes(self) -> Section:
        """All posteriors at once, and that they are probabilities."""
        k, other, p = self.k, self.l, self.probability
        inserted = self.joint(k) / sum_over(self.joint(other), other)
        posterior = self.equation(
            p(k),
            (k,),
            Step(inserted, "insert", "Bayes' rule"),
            Step(self.softmax.rhs, "insert", "by the scores: the softmax"),
        )
        total = self.equation(
            sum_over(p(k), k),
            (),
            Step(sum_over(self.softmax.rhs, k), "insert", "the softmax"),
            Step(Integer(1), "cancel", "the sum above is the sum below"),
            in_components=True,
        )
        each = self.equation(p(k), (k,), Step(Integer(0), "positive", "", relation=">"), literal=True)
        return Section("All classes at once: the softmax", (posterior, total, each), "result")

    def odds(self) -> Section:
        """The odds of two classes: the evidence cancels, and every other class with it."""
        (k, other), p, a = self.places, self.probability, self.score
        odds = self.equation(
            p(k) / p(other),
            self.out,
            Step(self.joint(k) / self.joint(other), "cancel", "the evidence cancels"),
            Step(exp(a(k) - a(other)), "insert", "by the scores"),
            literal=True,
        )
        split = log(self.density(k) / self.density(other)) + log(self.prior(k) / self.prior(other))
        log_odds = self.equation(
            log(p(k) / p(other)),
            self.out,
            Step(a(k) - a(other), "logarithm", "logarithm of the odds"),
            Step(split, "log_mul", "log of a product"),
            literal=True,
        )
        says = Prose(
            "The logarithm of the odds is the difference of the scores: how much better the input fits one class than "
            "the other, and what was known before it was seen."
        )
        return Section("Odds of two classes", (odds, log_odds, says), "result")

    def shift(self) -> Section:
        """What is the same in all scores does not matter."""
        c, k, softmax = Tensor("c")(), self.k, self.softmax.rhs
        moved = substitute(softmax, {self.score: Let(self.score(k), self.score(k) + c)})
        equation = Equation(moved, (k,), (Step(softmax, "cancel", "a factor above and below"),))
        says = Prose("A number $c \\in \\mathbb{R}$ that is added to all scores changes no posterior:")
        return Section("What the classes share", (says, equation), "result")

    def slope(self) -> Equation:
        """The derivative of each posterior in each score, in terms of the posteriors."""
        a, q = self.score(self.l), Let(Tensor("q", (self.dim,))(self.k), self.softmax.rhs)
        slope = differentiate(q.rhs, a)
        steps = (
            Step(slope, "derivative", "derivatives of the exponential and log-sum-exp"),
            Step(simplify(fold(slope, (q,))), "fold", "in terms of the posteriors"),
        )
        return Equation(Diff(q.target, a), (self.k, self.l), steps, context=Context(Program((q,))))
