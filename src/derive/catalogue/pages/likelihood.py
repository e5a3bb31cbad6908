"""Maximum likelihood: from the probability of a sample to the negative log-likelihood, which is a loss.

States the probability of one target; likelihood, logarithm, loss and gradient in the scores are derived.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sympy import Add, Expr, Rational, S, exp, log, oo

from derive.calculus.rewrite import log_steps
from derive.catalogue.activations import ACTIVATIONS, Activation
from derive.catalogue.likelihoods import Likelihood
from derive.catalogue.losses import LOSSES, Loss
from derive.catalogue.model import read_activation
from derive.catalogue.options import PageOptions
from derive.catalogue.reverse import Reverse
from derive.catalogue.words import described, notation, symbols
from derive.derivation import Context, Derivation, Equation, Prose, Section, Step, Witnessed, definition
from derive.errors import OptionError
from derive.expr import (
    Elem,
    Index,
    Let,
    Limit,
    Prod_,
    Program,
    Size,
    Sum_,
    Tensor,
    open_binder,
    rename,
    substitute,
    sum_over,
    tensors,
)
from derive.expr.nodes import addends
from derive.prove.limits import limit
from derive.verify.squares import proof_of_sign

N, K = Size("N"), Size("K")
SAMPLE, CLASS = Index("n", N), Index("k", K)
LIKELIHOOD, LOGLIK, NLL = (Tensor(name)() for name in ("Lik", "loglik", "NLL"))
EXPONENTIAL = Activation("exp", exp)
#: Where a limit was found, in words.
FAR_OUT = {
    (oo, -oo): "Far out, whether the score goes to $\\infty$ or to $-\\infty$,",
    (oo,): "As the score goes to $\\infty$",
    (-oo,): "As the score goes to $-\\infty$",
}
UNCHECKED = "That the probabilities of all targets sum or integrate to one is up to the formula; it was not checked."


def likelihood(row: Likelihood, options: PageOptions) -> Derivation:
    """The page of `derive likelihood`."""
    link = read_activation(options.output, "--output-activation") if options.output else _default(row.link)
    _require(row, link)
    page = Sample(row, link)
    why = Saturation(page)
    sections = (page.notation(), page.likelihood(), page.logarithm(), page.loss(), page.delta(), *why.sections())
    witnessed = (page.reverse.witnessed("the data set"), *(why.witnessed() if why.sections() else ()))
    return Derivation("likelihood", f"{row.title} likelihood", sections, witnessed)


def _require(row: Likelihood, link: Activation) -> None:
    """Refuse an activation of which it is not proved that its values are predictions of this likelihood."""
    value = link.at(Tensor("z", (K,))(CLASS) if row.classes else Tensor("z")(), CLASS)
    signs = {"positive": (value,), "unit_interval": (value, 1 - value)}
    proved = (proof_of_sign(e, None, strict=True) for p in row.prediction for e in signs.get(p, ()))
    softmax = link.function is None
    if softmax != row.classes or not all(proved):
        where = {"unit_interval": " in (0, 1)", "positive": " that are positive"}
        wanted = next((where[p] for p in row.prediction if p in where), "")
        wanted += " and sum to one" if row.classes else ""
        hint = f"leave it out, or --output-activation {row.link if row.link in ACTIVATIONS else 'softplus'}"
        raise OptionError(
            f"--output-activation: expected predictions{wanted} for the {row.name} likelihood; that is not proved of "
            f"{link.name[:60]!r}. Try: {hint}"
        )


def _default(name: str) -> Activation:
    return EXPONENTIAL if name == "exp" else ACTIVATIONS[name]


class Sample:
    """N independent targets, their predictions, and the scores that the predictions come from."""

    def __init__(self, row: Likelihood, link: Activation) -> None:
        self.row, self.link = row, link
        self.at = (SAMPLE, CLASS) if row.classes else (SAMPLE,)
        self.y, self.prediction = self._named("y", row.target), self._named("yhat", row.prediction)
        self.score, self.delta_name = self._named("z"), self._named("delta")
        self.each = Tensor("P", (N,))(SAMPLE)

    def _named(self, name: str, properties: tuple[str, ...] = ()) -> Tensor:
        dims = tuple(i.dim for i in self.at)
        return Tensor(name.capitalize() if len(dims) == 2 else name, dims, None, properties)

    @cached_property
    def probability(self) -> Expr:
        return self.row.probability(self.prediction(*self.at), self.y(*self.at), CLASS)

    @cached_property
    def constants(self) -> tuple[Let, ...]:
        return tuple(Let(t(), value) for t, value, _ in self.row.constants if value is not None)

    @cached_property
    def log_steps(self) -> tuple[Step, ...]:
        """From the logarithm of the product to a sum over the samples, one rule at a time."""
        first = log(Prod_(self.probability, SAMPLE))
        return tuple(Step(e, rule, reason) for e, rule, reason in log_steps(first))

    @cached_property
    def parts(self) -> tuple[Expr, Expr]:
        """The negative log-likelihood per sample: what depends on the predictions, and what does not."""
        terms = addends(_inside(self.log_steps[-1].after))
        depends = [t for t in terms if self.prediction in tensors(t)]
        rest = [t for t in terms if t not in depends]
        return sum_over(-Add(*depends), SAMPLE) / N, sum_over(-Add(*rest), SAMPLE) / N

    @cached_property
    def predicted(self) -> Let:
        return Let(self.prediction(*self.at), self.link.at(self.score(*self.at), CLASS))

    @cached_property
    def reverse(self) -> Reverse:
        program = Program((self.predicted, Let(NLL, Add(*self.parts))))
        at = {self.score: self.at, self.prediction: self.at}
        return Reverse(program, (self.score,), at, {self.score: self.delta_name})

    @property
    def context(self) -> Context:
        return Context(Program(self.constants))

    # -- sections ----------------------------------------------------------------------------------------------------

    def notation(self) -> Section:
        rows = [
            (self.y, described(self.y, "targets")),
            (self.prediction, described(self.prediction, "predictions")),
            (self.score, "scores"),
            (self.each.tensor, "probability or density of each target"),
            (self.delta_name, "derivative of the negative log-likelihood in the scores"),
        ]
        rows += [(t, says) for t, _, says in self.row.constants]
        return notation(rows)

    def likelihood(self) -> Section:
        value = Program((*self.constants, Let(self.each, self.probability)))
        if proof_of_sign(self.probability, self.context.program, strict=True) is None:
            raise OptionError(
                "likelihood: expected a density that is positive for every prediction and target; that is not proved "
                "of this one. Try: exp(-abs(y - yhat))/2"
            )
        positive = Step(S.Zero, "positive", relation=">")
        steps = (
            Step(Prod_(self.each, SAMPLE), "definition"),
            Step(Prod_(self.probability, SAMPLE), "insert", "by its value"),
        )
        blocks = (
            Prose("The probability of one target, given the prediction; the targets are independent:"),
            *(() if self.row.normalised else (Prose(UNCHECKED),)),
            *(definition(let.target, let.rhs) for let in self.constants),
            definition(self.each, self.probability, literal=True),
            Equation(self.each, (SAMPLE,), (positive,), context=Context(value), literal=True),
            Equation(LIKELIHOOD, (), steps, context=Context(value), literal=True),
        )
        return Section("Likelihood", blocks, "forward")

    def logarithm(self) -> Section:
        first = Step(log(Prod_(self.probability, SAMPLE)), "definition")
        chain = Equation(LOGLIK, (), (first, *self.log_steps), context=self.context, literal=True)
        says = Prose(
            "The logarithm increases: it is largest for the same predictions. It turns the product into a sum."
        )
        return Section("Log-likelihood", (says, chain), "forward")

    def loss(self) -> Section:
        depends, rest = self.parts
        steps = [Step(-self.log_steps[-1].after / N, "definition")]
        if rest != 0:
            steps.append(Step(depends + rest, "distribute", "with and without the predictions"))
        title = "Negative log-likelihood"
        if self.row.loss is not None:
            loss = LOSSES[self.row.loss]
            title = f"{title}: the {loss.title}"
            steps.append(Step(self.named_loss(loss) + rest, "loss", f"the {loss.title}"))
        chain = Equation(NLL, (), tuple(steps), context=self.context, literal=True)
        says = Prose("Maximising the likelihood is minimising its negative logarithm, here per sample:")
        return Section(title, (says, chain), "forward")

    def named_loss(self, loss: Loss) -> Expr:
        """The loss of this name, averaged over the samples, times its factor."""
        units = (CLASS,) if self.row.classes else ()
        total = loss.at(self.prediction(*self.at), self.y(*self.at), (SAMPLE,), units) / N
        return self.row.scale() * total if self.row.scale else total

    def delta(self) -> Section:
        """The predictions from the scores, and the derivative in these."""
        forward = definition(self.predicted.target, self.predicted.rhs)
        equations = tuple(self.reverse.equation(t) for t in (self.prediction, self.score))
        return Section("From the loss to the scores", (forward, *equations), "delta")


# -- why not the squared error ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Saturation:
    """One target: the derivative in the score of its own loss, and of the squared error, as the score goes far out."""

    sample: Sample

    Z, Y, PREDICTION = Tensor("z")(), Tensor("y")(), Tensor("yhat")()
    OWN, SQUARED = Tensor("ell")(), Tensor("E")()

    @property
    def predicted(self) -> Let:
        return Let(self.PREDICTION, self.sample.link.at(self.Z, CLASS))

    def reverse(self, name: Elem, loss: Expr) -> Reverse:
        program = Program((self.predicted, Let(name, loss)))
        return Reverse(program, (self.Z.tensor,), {self.Z.tensor: (), self.PREDICTION.tensor: ()})

    @cached_property
    def own(self) -> Reverse:
        names = {self.sample.prediction: Let(self.sample.prediction(*self.sample.at), self.PREDICTION)}
        names[self.sample.y] = Let(self.sample.y(*self.sample.at), self.Y)
        body = substitute(_inside(self.sample.parts[0] * N), names)
        return self.reverse(self.OWN, body)

    @cached_property
    def squared(self) -> Reverse:
        return self.reverse(self.SQUARED, Rational(1, 2) * (self.PREDICTION - self.Y) ** 2)

    def sections(self) -> tuple[Section, ...]:
        """Nothing where a limit is not known, or where the squared error is the loss already."""
        if self.sample.row.classes or self.sample.row.loss == "mse":
            return ()
        limits = {point: pair for point in (oo, -oo) if (pair := self._limits(point))}
        if not limits:
            return ()
        far = FAR_OUT[tuple(limits)]
        rows = (
            (self.Z.tensor, "score of one sample"),
            (self.PREDICTION.tensor, "its prediction"),
            (self.Y.tensor, "its target"),
            (self.OWN.tensor, "its negative log-likelihood"),
            (self.SQUARED.tensor, "the squared error in its place"),
        )
        z = self.Z.tensor
        blocks = (
            symbols(rows),
            *(definition(let.target, let.rhs, literal=True) for let in (self.predicted, *self._losses())),
            *(r.equation(t) for r in (self.own, self.squared) for t in (self.PREDICTION.tensor, z)),
            Prose(
                f"{far} the derivative of the squared error in the score vanishes, whatever the target is: from a "
                "prediction that is wrong there, nothing is learned. That of the negative log-likelihood tends to the "
                "error."
            ),
            *(equation for pair in limits.values() for equation in pair),
        )
        return (Section("Why not the squared error", blocks, "delta"),)

    def _losses(self) -> tuple[Let, Let]:
        return self.own.program.output, self.squared.program.output

    def _limits(self, point: Expr) -> tuple[Equation, ...]:
        """The limit of the squared error's derivative, and of the other's: if known to be zero, and the error there."""
        error = self.predicted.rhs - self.Y
        squared, own = (self._slope(r) for r in (self.squared, self.own))
        vanishing, rest, off = (limit(e, self.Z, point) for e in (squared, own, error))
        if vanishing != 0 or rest is None or rest != off:
            return ()
        found = ((squared, vanishing), (own, rest))
        return tuple(Equation(Limit(e, self.Z, point), (), (Step(v, "limit"),), literal=True) for e, v in found)

    def _slope(self, reverse: Reverse) -> Expr:
        return substitute(reverse.adjoints[self.Z.tensor].value, {self.PREDICTION.tensor: self.predicted})

    def witnessed(self) -> tuple[Witnessed, ...]:
        return (self.own.witnessed("one sample"), self.squared.witnessed("squared error"))


def _inside(summed: Expr) -> Expr:
    """The body of a sum over the samples, which may have a number before it."""
    sign, total = summed.as_coeff_Mul()
    body, names = open_binder(total)
    if not isinstance(total, Sum_) or len(names) != 1:
        raise AssertionError(f"{summed} is no sum over the samples")
    return sign * rename(body, {names[0]: SAMPLE})
