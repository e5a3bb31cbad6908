"""A loss with the activation of the output before it: from the scores of one sample, or of a set, to a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import product

from sympy import Expr, Integer, Pow, Rational, S, sign

from derive.calculus import Adjoint, simplify, total_derivative
from derive.catalogue.activations import Activation
from derive.catalogue.convexity import WHOLE, analytic
from derive.catalogue.kinks import BRANCHES, Kink, bent, kinks, replaced
from derive.catalogue.losses import Loss
from derive.catalogue.regression import replace_scores
from derive.catalogue.reverse import Reverse
from derive.derivation import Context, Equation, Step
from derive.expr import Diff, Index, Let, Program, Size, Tensor, free_indices, rename, step, sum_over, tensors
from derive.prove.limits import limit
from derive.verify.decide import decide
from derive.verify.squares import proof_of_sign

OUTPUTS = Size("K")
UNIT, OTHER = Index("k", OUTPUTS), Index("l", OUTPUTS)


@dataclass(frozen=True)
class Scored:
    """z, yhat = g(z), ell(yhat, y) for K outputs, or for one number without an index (`single`)."""

    loss: Loss
    output: Activation
    single: bool = False
    names: tuple[str, str, str] = ("yhat", "ell", "delta")  # of the prediction, the loss, its derivative in the scores

    @property
    def entrywise(self) -> bool:
        """Whether each output has its own loss: a sum of functions of one prediction that has one score."""
        return self.loss.per_output is not None and self.output.function is not None

    @cached_property
    def at(self) -> tuple[Index, ...]:
        return () if self.single else (UNIT,)

    def _named(self, name: str, properties: tuple[str, ...] = ()) -> Tensor:
        return Tensor(name, tuple(i.dim for i in self.at), None, properties)

    @cached_property
    def scores(self) -> Tensor:
        return self._named("z")

    @cached_property
    def prediction(self) -> Tensor:
        return self._named(self.names[0])

    @cached_property
    def target(self) -> Tensor:
        return self._named("y", self.loss.target)

    @cached_property
    def value(self) -> Tensor:
        return Tensor(self.names[1])

    @cached_property
    def program(self) -> Program:
        z, yhat, y = (t(*self.at) for t in (self.scores, self.prediction, self.target))
        unit = self.at[0] if self.at else Index("k", 1)
        total = self.loss.at(yhat, y, (), self.at, symbolic=True)
        return Program((Let(yhat, self.output.at(z, unit)), Let(self.value(), total)))

    @cached_property
    def reverse(self) -> Reverse:
        at = {self.scores: self.at, self.prediction: self.at}
        return Reverse(self.program, (self.scores,), at, {self.scores: self._named(self.names[2])})

    @cached_property
    def delta(self) -> Adjoint:
        return self.reverse.adjoints[self.scores]

    @cached_property
    def beyond(self) -> Program:
        """The program from the scores on."""
        return replace_scores(self.program, self.scores)

    def second_derivative(self) -> Equation:
        """The derivative of the delta in the scores: a number, or the Hessian."""
        other = (OTHER,) if self.at else ()
        z = self.scores(*other)
        value = simplify(total_derivative(self.delta.value, z, self.beyond))
        first = Step(Diff(self.delta.value, z), "definition", "the delta by its value", key=False)
        steps = (first, Step(value, "total_derivative", "the derivative of the delta"))
        return Equation(Diff(self.delta.name, z), (*self.at, *other), steps, context=Context(self.beyond))

    def quadratic_form(self) -> Equation | None:
        """v^T H v as a sum of squares with weights that are not negative; None where it is not seen to be one."""
        hessian = self.second_derivative()
        v = Tensor("v", (OUTPUTS,))
        form = sum_over(v(UNIT) * hessian.result * v(OTHER), UNIT, OTHER)
        p = self.prediction
        mean = sum_over(p(OTHER) * v(OTHER), OTHER)
        for squares in (form, sum_over(p(UNIT) * (v(UNIT) - mean) ** 2, UNIT)):
            if decide(form, squares, self.beyond).established and proof_of_sign(squares, self.beyond, strict=False):
                lhs = sum_over(v(UNIT) * hessian.lhs * v(OTHER), UNIT, OTHER)
                steps = (
                    Step(form, "definition", "the quadratic form of the Hessian"),
                    *(() if squares == form else (Step(squares, "squares", "a sum of squares"),)),
                    Step(S.Zero, "sign", "no term is negative", relation=">="),
                )
                return Equation(lhs, (), steps, context=Context(self.beyond))
        return None

    def ends(self) -> tuple[Expr | None, Expr | None]:
        """The limits of the prediction as the score falls and grows; None where there is none, or it is not known."""
        z = Tensor("z")()
        low, high = (limit(self.output.at(z, UNIT), z, point) for point in (S.NegativeInfinity, S.Infinity))
        return low, high

    def kinks(self) -> Iterator[Kink]:
        """Kinks of the loss of one output; those of outputs that are compared are kinks of what is compared."""
        total = self.program.output.rhs
        if self.single:
            yield from kinks(total, self.prediction())
            return
        margin = Tensor("m")()
        for node in bent(total, self.prediction):
            inside = [a for a in node.args if self.prediction in tensors(a)]
            if len(inside) == 1:
                (zero,) = (self._lettered(a) for a in inside)
                for kink in kinks(replaced(node, inside[0], margin), margin):
                    yield replace(kink, zero=zero)

    def corners(self) -> Iterator[Expr]:
        """What a root is taken of: the loss has no derivative where it is zero."""
        for e in self.program.output.rhs.atoms(Pow):
            base, power = e.args
            if power.is_Rational and 0 < power < 1 and self.prediction in tensors(base):
                yield base

    def _lettered(self, e: Expr) -> Expr:
        """With a letter for an index that was bound."""
        return rename(e, {i: OTHER for i in free_indices(e) if i not in (UNIT, OTHER)})

    def bent_down(self, second: Expr) -> tuple[Expr, Expr, Expr] | None:
        """A target and a prediction, away from kinks, at which the second derivative is a negative number."""
        total, (low, high) = self.program.output.rhs, self.ends()
        if not self.single or total.has(sign, step) or analytic(self.program.lets[0].rhs) != WHOLE:
            return None
        if self.output.name == "identity":
            low, high = Integer(-1), Integer(1)
        if low is None or high is None:
            return None
        middle, half = (low + high) / 2, (high - low) / 2  # between its ends a continuous output takes every value
        zeros = [BRANCHES[type(node)](*node.args)[0] for node in bent(total, self.prediction)]
        wanted = (-1, 1) if "sign" in self.loss.target else (0, 1)
        for y, part in product(wanted, PLACES):
            place = {self.target(): Integer(y), self.prediction(): middle + half * part}
            at = [reduce(lambda u, pair: replaced(u, *pair), place.items(), e) for e in (second, *zeros)]
            if half != 0 and at[0].is_negative and not any(z.is_zero for z in at[1:]):
                return (*place.values(), at[0])
        return None


PLACES = tuple(Rational(n, 10) for n in (-9, -5, -1, 1, 5, 9))
"""Between the middle of the predictions and their ends."""
