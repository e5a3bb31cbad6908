"""The page of a loss: its derivative in the prediction and in the score, its curvature, its kinks, where it dies.

States the loss and the activation of the output; everything else is derived from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sympy import S

from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.convexity import AFFINE, CONVEX, WHOLE, analytic, curvature
from derive.catalogue.kinks import bent
from derive.catalogue.loss_at import LossAt
from derive.catalogue.losses import constant
from derive.catalogue.model import read_activation, read_loss
from derive.catalogue.numbers import Nested
from derive.catalogue.one_hot import right_class
from derive.catalogue.options import PageOptions
from derive.catalogue.regression import Regression
from derive.catalogue.reverse import statement
from derive.catalogue.scored import Scored
from derive.catalogue.words import described, symbols
from derive.derivation import (
    Block,
    Context,
    Derivation,
    Equation,
    Prose,
    Section,
    Step,
    Table,
    local_equation,
)
from derive.errors import OptionError
from derive.expr import Let, Limit, substitute, unfold
from derive.prove.limits import limit
from derive.verify.limits import decide_limit
from derive.verify.squares import proof_of_sign

OWN = ("E", "S", "epsilon", "h")
"""Names of this page that other pages do not have."""


def loss(options: PageOptions, numbers: Mapping[str, Nested] | None = None, digits: int = 4) -> Derivation:
    """The page of `derive loss NAME`; `numbers` are those of `--set`: y, and yhat or z."""
    row = read_loss(options.loss or "bce")
    output = read_activation(options.output or row.output, "--output-activation")
    if options.l2 in (*OWN, *dict(row.constants)):
        raise OptionError(f"--l2: {options.l2} means something else on this page already. Try: --l2 lambda")
    entrywise = Scored(row, output).entrywise
    one = Scored(row, output, single=entrywise)
    data = Regression(output, row, classes=True, l2=options.l2, symbolic=True)
    sections = [*LossPage(one).sections(options.steps == "full")]
    witnessed = [one.reverse.witnessed("one output" if entrywise else "one sample"), *data.witnessed("data set")]
    if entrywise and options.output is None and output.name == "identity":
        ends = ACTIVATIONS["tanh" if "sign" in row.target else "sigmoid"]
        other = Scored(row, ends, single=True, names=("p", "E", "epsilon"))
        sections.append(_other_output(other))
        witnessed.append(other.reverse.witnessed(f"{ends.name} output"))
    sections += _data_set(data)
    worked = ()
    if numbers:
        example = LossAt(Scored(row, output), numbers, digits)
        sections.append(example.section())
        worked = (example.worked(),)
    title = row.title or "loss"
    return Derivation("loss", title[0].upper() + title[1:], tuple(sections), tuple(witnessed), worked=worked)


def _data_set(data: Regression) -> Iterator[Section]:
    """The mean over N samples whose scores are linear in the inputs, with a penalty on the weights or without."""
    yield data.notation("A data set with linear scores: notation")
    yield data.forward("A data set: the cost")
    yield data.backward("A data set: from the cost to the scores")
    yield data.gradients("A data set: gradient")


def _other_output(of: Scored) -> Section:
    """The same loss behind an activation that has ends."""
    rows = (
        (of.prediction, f"{of.output.name} of the score"),
        (of.value, "its loss"),
        (of.delta.name.tensor, "derivative of that loss in the score"),  # type: ignore[union-attr]
    )
    lets = (statement(let) for let in of.program)
    equations = (of.reverse.equation(u) for u in (of.prediction, of.scores))
    blocks = (symbols(rows), *lets, *equations, *_limits(of))
    return Section(f"With {of.output.name} at the output", blocks, "result")


class LossPage:
    """The sections about one output, or about all of them together."""

    def __init__(self, of: Scored) -> None:
        self.of = of

    def sections(self, full: bool) -> Iterator[Section]:
        of = self.of
        yield Section("Notation", (self._symbols(),), "notation")
        yield Section("The loss", tuple(statement(let) for let in of.program), "forward")
        yield Section("Derivative in the prediction", (self._in_prediction(full),), "delta")
        if of.output.name != "identity" and (full or of.output.function is None):
            jacobian = local_equation(of.delta, 0, of.program)
            yield Section(f"Derivative of {of.output.name}", (jacobian,), "delta")
        yield Section("Derivative in the score", tuple(self._in_score()), "delta")
        if {"one_hot", "sum_to_one"} & set(of.loss.target) and not of.single:
            yield right_class(of.program.output, of.delta, of.target)
        yield Section("Curvature in the score", tuple(self._curvature()), "result")
        yield from self._kinks()
        if of.single and (blocks := tuple(_limits(of))):
            yield Section("Where the output saturates", blocks, "result")

    # -- what is derived -----------------------------------------------------------------------------------------

    def _symbols(self) -> Table:
        of = self.of
        rows = [
            (of.scores, "score" if of.single else "scores"),
            (of.prediction, "prediction" if of.single else "predictions"),
            (of.target, described(of.target, "target" if of.single else "targets")),
            (of.value, "loss"),
            (of.delta.name.tensor, "derivative of the loss in the score"),  # type: ignore[union-attr]
        ]
        rows += [(constant(name), f"constant, {value} in a network") for name, value in of.loss.constants]
        return symbols(rows)

    def _in_prediction(self, slow: bool) -> Equation:
        of = self.of
        if slow:
            return local_equation(of.reverse.adjoints[of.prediction], 0, of.program)
        return of.reverse.equation(of.prediction)

    def _in_score(self) -> Iterator[Block]:
        of = self.of
        yield of.reverse.equation(of.scores)
        if of.delta.assumptions:
            needed = _and(of.delta.assumptions)
            yield Prose(f"All lines but the last hold for any $y$; the last one needs that {needed}.")

    def _curvature(self) -> Iterator[Block]:
        """The second derivative, and whether the loss is convex: by its sign, or by the rules of composition."""
        of = self.of
        second = of.second_derivative()
        whole = unfold(of.program.output.rhs, of.program)
        where = analytic(whole)
        known = curvature(whole, of.scores)
        if next(bent(whole, of.scores), None) is not None:
            yield Prose("Away from the places where a case changes:")
        if of.single and where and (bound := self._signed(second)) is not None:
            yield bound
            extent = "" if where == WHOLE else " on every interval on which it is defined"
            yield Prose(f"The second derivative is nowhere negative: the loss is convex in the score{extent}.")
            return
        yield second
        if not of.single and where and (form := of.quadratic_form()) is not None:
            yield Prose("For any $v \\in \\mathbb{R}^K$:")
            yield form
            extent = "" if where == WHOLE else " on every convex set on which it is defined"
            yield Prose(f"The Hessian is positive semidefinite: the loss is convex in the scores{extent}.")
        elif known is not None and known.kind in (AFFINE, CONVEX):
            assumed = f" (assuming {_and(known.assumptions)})" if known.assumptions else ""
            because = "; ".join(known.reasons) or "it is affine"
            yield Prose(f"The loss is convex in the score{'' if of.single else 's'}{assumed}: {because}.")
        elif (place := of.bent_down(second.result)) is not None:
            yield Prose("The loss is not convex in the score: the second derivative is negative here.")
            yield Table(("target", "prediction", "second derivative"), (place,))
        else:
            yield Prose("Whether the loss is convex in the score is not decided here.")

    def _signed(self, second: Equation) -> Equation | None:
        of = self.of
        proof = proof_of_sign(second.result, of.beyond, strict=False)
        if proof is None or second.result == 0:
            return None
        sign = Step(S.Zero, "sign", "no factor is negative", relation=">=")
        return Equation(second.lhs, second.out, (*second.steps, sign), context=second.context)

    def _kinks(self) -> Iterator[Section]:
        of = self.of
        rows = list(of.kinks())
        blocks: list[Block] = []
        if rows:
            where = "the prediction" if of.single else "what is zero there"
            blocks.append(Prose(f"The slopes in {where} on both sides of each kink, and the one that is taken there."))
            header = ("zero at the kink", "slope below zero", "slope above zero", "slope taken")
            blocks.append(Table(header, tuple((k.zero, k.below, k.above, k.taken) for k in rows)))
        corners = list(of.corners())
        if corners:
            blocks.append(Prose("Where this is zero the loss has no derivative, and the formulas above have no value."))
            blocks.append(Table(("zero at the kink",), tuple((c,) for c in corners)))
        if blocks:
            yield Section("Kinks", tuple(blocks), "result")


def _limits(of: Scored) -> Iterator[Block]:
    """At each end of the output: the limit of the prediction, and that of the delta for the target at the other end."""
    z, y, yhat = of.scores(), of.target(), of.prediction()
    low, high = of.ends()
    if low is None or high is None or low == high:
        return
    for point, end, wanted in ((S.NegativeInfinity, low, high), (S.Infinity, high, low)):
        delta = substitute(of.delta.value, {of.target: Let(y, wanted)})
        left = limit(unfold(delta, of.beyond), z, point)
        if left is None or not decide_limit(Limit(delta, z, point), left, of.beyond).established:
            continue
        yield Prose(f"As far from the target $y = {wanted}$ as the prediction can be:")
        for body, value in ((yhat, end), (delta, left)):
            steps = (Step(value, "limit", ""),)
            yield Equation(Limit(body, z, point), (), steps, context=Context(of.beyond))
        says = "The delta goes to zero although the prediction is wrong: such a neuron hardly learns."
        yield Prose(says if left == 0 else "The delta does not go to zero: a wrong prediction is corrected.")


def _and(parts: tuple[str, ...]) -> str:
    return " and ".join(parts)
