"""The gradient of a batch drawn at random: on average it is the gradient of the whole set.

States the loss of a set, what a batch is, and what drawing uniformly means; the rest is derived.
"""

from __future__ import annotations

from functools import cached_property
from itertools import combinations
from math import comb

from sympy import Add, Expr, Integer, Rational

from derive.calculus import simplify, total_derivative
from derive.catalogue.model import read_activation, read_loss
from derive.catalogue.options import PageOptions
from derive.catalogue.regression import SAMPLE, N, Regression
from derive.catalogue.reverse import Reverse, statement
from derive.catalogue.words import described, notation
from derive.derivation import Block, Context, Derivation, Equation, Prose, Section, Step, Witnessed, definition
from derive.errors import OptionError
from derive.expr import Diff, Index, Let, Program, Size, Sum_, Tensor, sum_over, unfold

M, BATCH_SIZE = Size("M"), Size("B")
BATCH = Index("m", M)
MOST_BATCHES = 35


def minibatch(options: PageOptions, samples: int = 4, size: int = 2) -> Derivation:
    """The page of `derive minibatch`; its example draws batches of `size` from so many samples."""
    if not 1 <= samples <= MOST_BATCHES:
        raise OptionError(f"--samples: expected 1 to {MOST_BATCHES}; found {samples}. Try: --samples 5")
    if not 1 <= size <= samples:
        raise OptionError(
            f"--batch-size: expected 1 to {samples}, the number of samples; found {size}. Try: --batch-size 1"
        )
    if comb(samples, size) > MOST_BATCHES:
        raise OptionError(
            f"--samples {samples} --batch-size {size}: {comb(samples, size)} batches; expected at most {MOST_BATCHES}, "
            "which are written out. Try: --samples 5 --batch-size 2"
        )
    of = Drawn(options)
    sections = (of.notation(), of.whole(), of.unbiased(), of.example(samples, size))
    return Derivation("minibatch", "The gradient of a minibatch", sections, (of.witnessed(),))


class Drawn:
    """A set of N samples, the gradients G of their losses, and M batches of B, each as likely as any other.

    Row m of Q has 1/B where a sample is in batch m and 0 elsewhere: the gradient of the batch is that row times G.
    """

    def __init__(self, options: PageOptions) -> None:
        loss = read_loss(options.loss or "bce")
        link = read_activation(options.output or loss.output, "--output-activation")
        classes = loss.together is not None or link.function is None
        self.model = Regression(link, loss, classes=classes)
        self.losses = Tensor("ell", (N,))
        self.at = tuple(self.model.reverse.adjoints[self.model.weights].of.indices)
        self.weight = self.model.weights(*self.at)
        self.gradients = Tensor("G", (N, *self.model.weights.dims))
        self.shares = Tensor("Q", (M, N), None, ("nonnegative", "sum_to_one"))
        self.share = Tensor("q", (N,))
        self.mean = Tensor("Gbar" if classes else "gbar", self.model.weights.dims)
        self.equal = Tensor("s")
        self.expected = Tensor("Gtilde" if classes else "gtilde", self.model.weights.dims)

    # -- the model -----------------------------------------------------------------------------------------------

    @cached_property
    def program(self) -> Program:
        """Scores, predictions, the loss of each sample, and their mean."""
        model = self.model
        *lets, _ = model.program
        one = model.loss.at(model.prediction(*model.at), model.target(*model.at), (), model.columns)
        mean = sum_over(self.losses(SAMPLE), SAMPLE) / N
        return Program((*lets, Let(self.losses(SAMPLE), one), Let(model.cost(), mean)))

    @cached_property
    def slope(self) -> Expr:
        """The derivative of the loss of a sample in a weight."""
        return simplify(total_derivative(self.losses(SAMPLE), self.weight, self.program))

    @cached_property
    def reverse(self) -> Reverse:
        model = self.model
        at = {model.score: model.at, model.prediction: model.at, self.losses: (SAMPLE,), model.weights: self.at}
        return Reverse(self.program, (model.weights,), at)

    def witnessed(self) -> Witnessed:
        return self.reverse.witnessed("the whole set")

    # -- the page ------------------------------------------------------------------------------------------------

    def notation(self) -> Section:
        model = self.model
        rows = (
            (model.inputs, "inputs, one sample a row"),
            (model.weights, "weights, one column a class" if model.classes else "weights"),
            (model.bias, "bias"),
            (model.score, "scores"),
            (model.prediction, "predictions"),
            (model.target, described(model.target, "targets")),
            (self.losses, "losses of the samples"),
            (model.cost, "cost: the mean loss of the set"),
            (self.gradients, "derivatives of the losses in the weights, one sample a row"),
            (self.shares, described(self.shares, "batches")),
            (self.share, "mean share of each sample, over all batches"),
            (self.mean, "mean gradient, over all batches"),
            (self.equal, "share of a sample in a uniform draw"),
            (self.expected, "mean gradient of a uniform draw"),
        )
        return notation(rows)

    def whole(self) -> Section:
        """The gradient of the set is the mean of the gradients of its samples."""
        each, cost, g = self.losses(SAMPLE), self.model.cost(), self.gradients(SAMPLE, *self.at)
        by_sample = Equation(
            g,
            (SAMPLE, *self.at),
            (Step(Diff(each, self.weight), "definition"), Step(self.slope, "total_derivative", "chain rule")),
            context=Context(self.program),
            in_components=self.model.classes,
        )
        known = {self.losses: ((SAMPLE,), self.reverse.adjoints[self.losses].value)}
        steps = (
            Step(Sum_(Diff(cost, each) * Diff(each, self.weight), SAMPLE), "chain_rule", "chain rule"),
            Step(Sum_(Diff(each, self.weight), SAMPLE) / N, "insert", "the cost is the mean of the losses"),
            Step(sum_over(g, SAMPLE) / N, "fold", "by name"),
        )
        *lets, one, mean = self.program
        direct = Let(each, unfold(one.rhs, Program(tuple(lets))))
        context = Context(Program((*lets, direct, mean, Let(g, self.slope))), cost, known)
        total = self._over_weights(Diff(cost, self.weight), steps, context)
        forward = tuple(statement(let) for let in self.program)
        return Section("The gradient of the whole set", (*forward, by_sample, total), "forward")

    def unbiased(self) -> Section:
        """Expectation over a batch drawn uniformly: a mean over all batches."""
        return Section("The mean gradient of a batch", tuple(self._unbiased()), "result")

    def _unbiased(self) -> list[Block]:
        q, share, g = self.shares(BATCH, SAMPLE), self.share(SAMPLE), self.gradients(SAMPLE, *self.at)
        mean_share = Let(share, sum_over(q, BATCH) / M)
        over_batches = sum_over(q * g, BATCH, SAMPLE) / M
        by_share = (
            Step(over_batches, "definition"),
            Step(sum_over(share * g, SAMPLE), "fold", "the mean is linear"),
        )
        shares = (
            Step(sum_over(q, BATCH, SAMPLE) / M, "definition"),
            Step(Integer(1), "property", "the shares of each batch sum to one"),
        )
        return [
            Prose(
                "Row $m$ of $Q$ is a batch: $1/B$ for each of its $B$ samples, 0 for the others. That row times $G$ is "
                "the gradient of the batch, and a mean over the draw is a mean over all $M$ batches."
            ),
            definition(share, mean_share.rhs),
            self._over_weights(self.mean(*self.at), by_share, Context(Program((mean_share,)))),
            Equation(sum_over(share, SAMPLE), (), shares, context=Context(Program((mean_share,)))),
            *self._uniform(),
        ]

    def _uniform(self) -> list[Block]:
        """Equal shares that sum to one."""
        s, g = self.equal(), self.gradients(SAMPLE, *self.at)
        known = Let(s, 1 / N)
        steps = (
            Step(s * sum_over(g, SAMPLE), "definition", "equal shares"),
            Step(sum_over(g, SAMPLE) / N, "insert", "their value"),
            Step(Diff(self.model.cost(), self.weight), "insert", "the gradient of the whole set"),
        )
        values = {self.model.weights: (self.at, self.reverse.adjoints[self.model.weights].value)}
        context = Context(
            Program((*self.program, Let(g, self.slope), known)),
            self.model.cost(),
            values,
        )
        in_batch = (Step(BATCH_SIZE / N, "insert", "probability that a sample is in the batch"),)
        return [
            Prose("A uniform draw prefers no sample: all shares are one number $s$."),
            definition(s, 1 / N),
            Equation(
                N * s,
                (),
                (Step(Integer(1), "insert", "$N$ equal shares sum to one"),),
                context=Context(Program((known,))),
            ),
            Equation(BATCH_SIZE * s, (), in_batch, context=Context(Program((known,)))),
            Prose("So the mean gradient of a batch is the gradient of the whole set:"),
            self._over_weights(self.expected(*self.at), steps, context),
        ]

    def _over_weights(self, lhs: Expr, steps: tuple[Step, ...], context: Context) -> Equation:
        """An equation for each weight; with a column of weights for each class, G has no matrix notation."""
        return Equation(lhs, self.at, steps, context=context, in_components=self.model.classes)

    def example(self, samples: int, size: int) -> Section:
        """All batches of so many samples, with a symbol for the derivative of each loss in one weight."""
        g = [Tensor(f"g_{n + 1}")() for n in range(samples)]
        batches = list(combinations(range(samples), size))
        lets = [
            Let(Tensor(f"h_{m}")(), Rational(1, size) * Add(*(g[n] for n in chosen)))
            for m, chosen in enumerate(batches, start=1)
        ]
        means = (
            Equation(let.target, (), (Step(let.rhs, "batch", _listed(chosen)),), context=Context(Program((let,))))
            for let, chosen in zip(lets, batches, strict=True)
        )
        steps = (
            Step(Rational(1, len(batches)) * Add(*(let.target for let in lets)), "definition"),
            Step(Rational(1, samples) * Add(*g), "insert", "the means above"),
        )
        says = Prose("Here $g_n$ is the derivative of the loss of sample $n$ in a weight, and $h_m$ that of batch $m$.")
        mean = Equation(Tensor("hbar")(), (), steps, context=Context(Program(tuple(lets))))
        return Section(f"All {len(batches)} batches of {size} from {samples}", (says, *means, mean), "result")


def _listed(chosen: tuple[int, ...]) -> str:
    return f"sample{'s' if len(chosen) > 1 else ''} {', '.join(str(n + 1) for n in chosen)}"
