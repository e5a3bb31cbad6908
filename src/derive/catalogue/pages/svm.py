"""The linear support vector machine: K scores, a margin of one between the right class and every other."""

from __future__ import annotations

from sympy import Add, Rational

from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.convexity import CONVEX, curvature
from derive.catalogue.losses import LOSSES
from derive.catalogue.one_hot import right_class
from derive.catalogue.options import PageOptions
from derive.catalogue.regression import Regression
from derive.catalogue.words import STEP_SIZE
from derive.derivation import Block, Context, Derivation, Equation, Prose, Section, Step, definition
from derive.expr import Let, Program, Tensor, maximum, unfold

SCORES, MULTICLASS, HINGE = ACTIVATIONS["identity"], LOSSES["svm"], LOSSES["hinge"]


def svm(options: PageOptions) -> Derivation:
    """The page of `derive svm`."""
    one = Regression(SCORES, MULTICLASS, classes=True, l2=options.l2, single=True, has_bias=options.bias)
    batch = Regression(SCORES, MULTICLASS, classes=True, l2=options.l2, has_bias=options.bias)
    sections: list[Section] = []
    witnessed: tuple = ()
    if options.form in (None, "sample"):
        sections += [
            one.notation("One sample: notation"),
            one.forward("One sample: a margin of one"),
            one.backward("One sample: from the loss to the scores"),
            one.gradients("One sample: gradient"),
            right_class(one.program.output, one.reverse.adjoints[one.score], one.target),
            Section("One sample: convexity", tuple(_convexity(one)), "result"),
            Section("Two classes", _two_classes(), "result"),
        ]
        witnessed += one.witnessed("one sample")
    if options.form in (None, "batch"):
        sections += [
            batch.notation("The whole data set: notation", STEP_SIZE),
            batch.forward("The whole data set: model and cost"),
            batch.backward("The whole data set: from the cost to the scores"),
            batch.gradients("The whole data set: gradient"),
            batch.update("The whole data set: update"),
        ]
        witnessed += batch.witnessed("data set")
    return Derivation("svm", "The linear support vector machine", tuple(sections), witnessed)


def _convexity(one: Regression) -> tuple[Block, ...]:
    found = curvature(unfold(one.program.output.rhs, one.program), one.weights)
    if found is None or found.kind != CONVEX:
        return (Prose("Whether the loss is convex in the weights is not decided here."),)
    assumed = f" (assuming {' and '.join(found.assumptions)})" if found.assumptions else ""
    return (Prose(f"The loss is convex in the weights{assumed}: {'; '.join(found.reasons)}."),)


def _two_classes() -> tuple[Block, ...]:
    """With the label t = 1 for the first class and -1 for the second, the loss is the hinge of the margin."""
    t = Tensor("t", (), None, ("sign",))()
    first, second, right = (Tensor(name)() for name in ("a_1", "a_2", "r"))
    truth = Rational(1, 2) * (1 + t), Rational(1, 2) * (1 - t)
    of_right = truth[0] * first + truth[1] * second
    wrong = [(1 - y) * maximum(0, z - right + 1) for y, z in zip(truth, (first, second), strict=True)]
    value = HINGE.at(first - second, t, (), ())
    known = Program((Let(right, of_right),))
    steps = (Step(Add(*wrong), "definition"), Step(value, "cases", "for t = 1 and for t = -1"))
    return (
        Prose(
            "The scores of the two classes are $a_1$ and $a_2$. With the label $t = 1$ for the first class and "
            "$t = -1$ for the second, the right class has the score:"
        ),
        definition(right, of_right),
        Prose("And the loss is the hinge loss of the difference of the scores:"),
        Equation(Tensor("E")(), (), steps, context=Context(known)),
    )
