"""One neuron: a weighted sum, an activation, a loss; the chain rule, one link at a time."""

from __future__ import annotations

from derive.calculus import Adjoint
from derive.catalogue.model import read_activation, read_loss
from derive.catalogue.options import PageOptions
from derive.catalogue.regression import Regression
from derive.catalogue.same import LogisticRegression
from derive.catalogue.words import STEP_SIZE
from derive.derivation import Derivation, Equation, Section, local_equation


def neuron(options: PageOptions) -> Derivation:
    """The page of `derive neuron`."""
    activation = read_activation(options.hidden[0], "--activation")
    loss = read_loss(options.loss or "bce")
    one = Regression(activation, loss, l2=options.l2, single=True, has_bias=options.bias)
    adjoints = one.reverse.adjoints
    links = tuple(_link(adjoints[u], one) for u in (one.score, *one.parameters))
    known = LogisticRegression(one)
    same = known.is_the_neuron()
    sections = (
        one.notation("Notation", STEP_SIZE),
        one.forward("The neuron"),
        Section("The links of the chain", links, "delta"),
        one.backward("From the loss to the score"),
        one.gradients("Gradient"),
        one.update("Update"),
        *((known.section(),) if same else ()),
    )
    witnessed = (*one.witnessed("one neuron"), *((known.witnessed(),) if same else ()))
    return Derivation("neuron", "One neuron", sections, witnessed)


def _link(a: Adjoint, one: Regression) -> Equation:
    """The derivative along the path through the score or the prediction; a penalty is no link of the chain."""
    path = next(n for n, p in enumerate(a.paths) if p.through.tensor != one.cost)
    return local_equation(a, path, one.program)
