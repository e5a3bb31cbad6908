"""Regression on a batch: a linear score, a link, a loss. Linear, logistic and softmax regression share this page.

States X, the parameters, the link and the loss; gradient, Hessian and curvature are derived.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations_with_replacement

from sympy import Expr, Rational

from derive.calculus import differentiate, simplify, total_derivative
from derive.catalogue.activations import Activation
from derive.catalogue.losses import Loss
from derive.catalogue.reverse import Reverse, statement
from derive.catalogue.words import RATE, Row, described, notation
from derive.derivation import Context, Equation, SecondDerivative, Section, Step, Witnessed
from derive.expr import Diff, Elem, Index, Let, Program, Size, Tensor, Where, contains, fresh, substitute, sum_over

N, D, K = Size("N"), Size("D"), Size("K")
SAMPLE, FEATURE, OTHER_FEATURE, CLASS, OTHER_CLASS = (
    Index("n", N),
    Index("d", D),
    Index("e", D),
    Index("k", K),
    Index("l", K),
)


@dataclass(frozen=True)
class Regression:
    """One row of the catalogue: scores are X w + b, or X W + 1 b^T with one column per class."""

    link: Activation
    loss: Loss
    classes: bool = False
    l2: str | None = None
    single: bool = False  # one sample: x in place of X, and no mean
    symbolic: bool = False  # constants of the loss by name
    has_bias: bool = True

    # -- the forward model ---------------------------------------------------------------------------------------

    @cached_property
    def rows(self) -> tuple[Index, ...]:
        return () if self.single else (SAMPLE,)

    @cached_property
    def columns(self) -> tuple[Index, ...]:
        return (CLASS,) if self.classes else ()

    @cached_property
    def at(self) -> tuple[Index, ...]:
        return self.rows + self.columns

    def _named(self, name: str, at: tuple[Index, ...], properties: tuple[str, ...] = ()) -> Tensor:
        matrix = len(at) == 2
        return Tensor(name.capitalize() if matrix else name, tuple(i.dim for i in at), None, properties)

    @cached_property
    def inputs(self) -> Tensor:
        return self._named("x", (*self.rows, FEATURE))

    @cached_property
    def weights(self) -> Tensor:
        return self._named("w", (FEATURE, *self.columns))

    @cached_property
    def bias(self) -> Tensor:
        return Tensor("b", tuple(i.dim for i in self.columns))

    @cached_property
    def parameters(self) -> tuple[Tensor, ...]:
        return (self.weights, self.bias) if self.has_bias else (self.weights,)

    @cached_property
    def score(self) -> Tensor:
        return self._named("z", self.at)

    @cached_property
    def prediction(self) -> Tensor:
        return self._named("yhat", self.at)

    @cached_property
    def target(self) -> Tensor:
        return self._named("y", self.at, self.loss.target)

    @cached_property
    def cost(self) -> Tensor:
        return Tensor("ell" if self.single else "J")

    @cached_property
    def program(self) -> Program:
        x, w = self.inputs(*self.rows, FEATURE), self.weights(FEATURE, *self.columns)
        weighted = sum_over(x * w, FEATURE)
        scores = Let(self.score(*self.at), weighted + self.bias(*self.columns) if self.has_bias else weighted)
        z = self.score(*self.at)
        unit = self.columns[0] if self.columns else Index("k", 1)
        predictions = Let(self.prediction(*self.at), self.link.at(z, unit))
        return Program((scores, predictions, Let(self.cost(), self.total)))

    @cached_property
    def total(self) -> Expr:
        """Summed over the outputs, averaged over the samples, plus the penalty."""
        total = self.loss.at(self.prediction(*self.at), self.target(*self.at), self.rows, self.columns, self.symbolic)
        return total / (1 if self.single else N) + self.penalty

    @cached_property
    def factor(self) -> Tensor | None:
        """The factor of the penalty."""
        return None if self.l2 is None else Tensor(self.l2, (), None, ("positive",))

    @cached_property
    def penalty(self) -> Expr:
        if self.factor is None:
            return Rational(0)
        at = (FEATURE, *self.columns)
        return self.factor() * Rational(1, 2) * sum_over(self.weights(*at) ** 2, *at)

    # -- what is derived -----------------------------------------------------------------------------------------

    @cached_property
    def reverse(self) -> Reverse:
        at = {self.score: self.at, self.prediction: self.at}
        at |= {self.weights: (FEATURE, *self.columns), self.bias: self.columns}
        names = {self.score: self._named("delta", self.at)}
        return Reverse(self.program, self.parameters, at, names)

    def gradient(self, parameter: Tensor) -> Expr:
        return self.reverse.adjoints[parameter].value

    def hessian(self, first: Tensor | None = None, second: Tensor | None = None) -> Equation:
        """The second derivative in two parameters, the weights by default, from the gradient in the first one."""
        u, v = first or self.weights, second or self.weights
        at, other = self.places(u), self.places(v, other=True)
        gradient = self.in_names(self.gradient(u))
        step = Step(Diff(gradient, v(*other)), "definition", "the derivative of the gradient", key=False)
        value = total_derivative(gradient, v(*other), self.program)
        through = "through the scores and predictions"
        last = (Step(value, "total_derivative", through),)
        if self.link.function is not None and self.link.name != "identity":
            links = Step(self._by_links(gradient, v(*other)), "total_derivative", through, key=False)
            put_in = through if self.rows else "the slope of the prediction"  # matrices have no line before it
            last = (links, Step(value, "insert", put_in, short=through))
        lhs = Diff(Diff(Elem(self.cost), u(*at)), v(*other))
        return Equation(lhs, (*at, *other), (step, *last), context=Context(self.program))

    def _by_links(self, gradient: Expr, v: Elem) -> Expr:
        """The derivative of a gradient by the chain rule, with the slopes of the predictions by name."""
        at = tuple(fresh(i.dim) for i in self.at)
        prediction, score = self.prediction(*at), self.score(*at)
        slope = differentiate(self.program.by_tensor[self.score].at(*at), v)
        along = differentiate(gradient, prediction) * Diff(prediction, score) * slope
        return differentiate(gradient, v) + (sum_over(along, *at) if at else along)

    def hessians(self) -> tuple[Equation, ...]:
        """The blocks of the Hessian in weights and bias: weights twice, weights and bias, bias twice."""
        return tuple(self.hessian(*pair) for pair in combinations_with_replacement(self.parameters, 2))

    def places(self, parameter: Tensor, *, other: bool = False) -> tuple[Index, ...]:
        """The indices of a parameter; `other` where it is differentiated by a second time."""
        feature, unit = (OTHER_FEATURE, OTHER_CLASS) if other else (FEATURE, CLASS)
        columns = (unit,) if self.classes else ()
        return (feature, *columns) if parameter == self.weights else columns

    def in_names(self, e: Expr) -> Expr:
        """`e` with the deltas written by their values in predictions and targets."""
        a = self.reverse.adjoints[self.score]
        return simplify(substitute(e, {a.name.tensor: Let(a.name, a.value)}))  # type: ignore[union-attr]

    # -- printing ------------------------------------------------------------------------------------------------

    def notation(self, title: str = "Notation", *more: Row) -> Section:
        """The symbols; `more` are rows of what other sections of the page add."""
        rows = (
            (self.inputs, "inputs, one sample a row" if self.rows else "input"),
            (self.weights, "weights, one column a class" if self.classes else "weights"),
            *(((self.bias, "bias"),) if self.has_bias else ()),
            (self.score, self._words("score")),
            (self.prediction, self._words("prediction")),
            (self.target, described(self.target, self._words("target"))),
            (self.cost, "cost"),
            (self._named("delta", self.at), f"derivative of the cost in the {self._words('score')}"),
            *(() if self.factor is None else ((self.factor, "factor of the penalty"),)),
            *more,
        )
        return notation(rows, title=title)

    def _words(self, what: str) -> str:
        return f"{what}s" if self.at else what

    def forward(self, title: str) -> Section:
        *lets, cost = (statement(let) for let in self.program)
        return Section(title, (*lets, replace(cost, in_components=not self.loss.norm)), "forward")

    def backward(self, title: str) -> Section:
        equations = (self.reverse.equation(u) for u in (self.prediction, self.score))
        return Section(title, tuple(map(self._legible, equations)), "delta")

    def _legible(self, e: Equation) -> Equation:
        """In a data set, margins and cases are easier to read entry by entry; a margin leaves no room for a reason."""
        if self.rows and "one_hot" in self.loss.target:
            steps = tuple(s if s.rule == "chain_rule" else replace(s, reason="") for s in e.steps)
            return replace(e, steps=steps, in_components=True)
        return replace(e, in_components=e.in_components or contains(e.result, Where))

    def gradients(self, title: str) -> Section:
        return Section(title, tuple(map(self.reverse.equation, self.parameters)), "gradients")

    def update(self, title: str) -> Section:
        equations = []
        for u in self.parameters:
            target = self.reverse.adjoints[u].of
            rhs = target - RATE() * Diff(Elem(self.cost), target)
            equations.append(Equation(target, target.indices, (Step(rhs, "update", "gradient descent"),), "<-"))
        return Section(title, tuple(equations), "result")

    def slope_of_delta(self) -> Expr:
        """The second derivative of the cost in a score."""
        slope = self.in_names(self.reverse.adjoints[self.score].value)
        return total_derivative(slope, self.score(*self.at), replace_scores(self.program, self.score))

    def witnessed(self, what: str, hessians: Sequence[Equation] = ()) -> tuple[Witnessed, ...]:
        return (replace(self.reverse.witnessed(what), hessians=tuple(map(second_derivative, hessians))),)


def second_derivative(e: Equation) -> SecondDerivative:
    """What the equation of a Hessian claims."""
    once = e.lhs.body
    first, second = once.wrt, e.lhs.wrt
    return SecondDerivative(first.tensor, second.tensor, e.result, (first.indices, second.indices))


def replace_scores(program: Program, score: Tensor) -> Program:
    """The program from the scores on: they are its inputs."""
    return Program(tuple(let for let in program if let.tensor != score))
