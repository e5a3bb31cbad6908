"""Linear layers on top of one another: the weights of the whole stack are the product, in numbers too."""

from __future__ import annotations

import numpy as np
import pytest

from derive.catalogue.options import PageOptions
from derive.catalogue.pages.collapse import collapse
from derive.cli.main import run
from derive.derivation.certify import certify
from derive.evaluate.arrays import compute
from derive.expr import Size, tensors
from derive.notation.document.check import unfaithful


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("layers", ["1", "2", "3", "7", "L"])
def test_verified(layers, bias):
    derived = certify(collapse(PageOptions.parse(layers=layers, bias=bias, notation="component")))
    assert derived.certificate.failures == ()
    assert list(unfaithful(derived, "full")) == []
    kinds = [s.verdict.kind for e in derived.equations() for s in e.steps if s.verdict]
    assert set(kinds) == {"proved"}


def test_the_product_of_all_weights():
    derived = collapse(PageOptions.parse(layers="3"))
    equation = [e for e in derived.equations() if str(e.lhs) == "M^(3)[i,j]"][-1]
    rng = np.random.default_rng(0)
    sizes = {Size("n", m): n for m, n in enumerate((4, 3, 5, 2))}
    env = {t: rng.normal(size=[sizes[d] for d in t.dims]) for t in tensors(equation.result)}
    w = {int(t.layer): a for t, a in env.items()}
    assert set(w) == {1, 2, 3}
    np.testing.assert_allclose(compute(equation.result, equation.out, env, sizes, np), w[3] @ w[2] @ w[1], rtol=1e-12)


def test_a_nonlinearity_between_the_layers_does_not_collapse():
    """The step of the induction with what a sigmoid makes of the layer below: refuted."""
    from sympy import Integer

    from derive.catalogue.collapse import Collapse
    from derive.expr import Let, Program, sigmoid, substitute
    from derive.verify.decide import decide

    derived = Collapse(_net())
    net, two, one = derived.net, Integer(2), Integer(1)
    at = net.index("i", one)
    inner = Let(net.a(one)(at), sigmoid(derived.claim(one, at)))
    broken = substitute(net.let_z(two).rhs, {inner.tensor: inner})
    verdict = decide(broken, derived.claim(two, net.index("i", two)), Program(derived.lets(two)))
    assert verdict.kind == "refuted"


def _net():
    from sympy import Integer

    from derive.catalogue.activations import ACTIVATIONS
    from derive.catalogue.losses import LOSSES
    from derive.catalogue.network import Network

    linear = ACTIVATIONS["identity"]
    return Network(Integer(2), (linear,), linear, LOSSES["mse"])


def test_a_linear_network_says_so(capsys):
    assert run(["mlp", "--activation", "identity", "--loss", "mse", "--sample", "--no-cache"]) == 0
    assert "One linear layer in the end" in capsys.readouterr().out
    assert run(["mlp", "--activation", "identity,tanh", "--layers", "3", "--sample", "--no-cache"]) == 0
    assert "One linear layer in the end" not in capsys.readouterr().out


@pytest.mark.parametrize(("given", "said"), [([], True), (["--no-bias"], False)])
def test_biases_are_spoken_of_where_there_are_some(given, said, capsys):
    assert run(["collapse", *given]) == 0
    assert ("bias" in capsys.readouterr().out) is said
