"""Composing a model in Python: names, letters, errors, and the page."""

from __future__ import annotations

import pytest

import derive
from derive.calculus import Rule, rules
from derive.errors import OptionError, VerificationError
from derive.expr import relu as relu_node
from derive.functions import activation, loss, relu, softmax

x, X = derive.tensor("x", "D"), derive.tensor("X", "N", "D")
W, b, y = derive.tensor("W", "K", "D"), derive.tensor("b", "K"), derive.tensor("y", "K")


def network():
    net = derive.Model()
    net.z = W @ x + b
    net.a = relu(net.z)
    net.C = loss("mse", net.a, y)
    return net


def test_each_assignment_is_an_equation():
    net = network()
    assert [str(let.target) for let in net.program] == ["z[k]", "a[k]", "C"]
    assert [t.name for t in net.program.inputs] == ["W", "b", "x", "y"]
    assert net.z.shape == W.shape[:1]
    assert "z" in dir(net)
    assert repr(net).splitlines()[1] == "a[k] = relu(z[k])"


def test_letters_say_what_is_counted():
    net = derive.Model()
    net.S = X @ X.T
    n, other = net.program.output.target.indices
    assert (n.name, other.name) == ("n", "m")


def test_letters_are_no_names_of_numbers():
    net = derive.Model()
    net.Z = X * derive.scalar("n")
    assert "n" not in {i.name for i in net.program.output.target.indices}


ERRORS = [
    ("a name twice", lambda net: setattr(net, "z", W @ x), "z: this name has an equation already"),
    ("the name of an input", lambda net: setattr(net, "W", net.z), "W: this is the name of an input"),
    ("by itself", lambda net: setattr(net, "c", derive.scalar("c") + 1), "c: it is defined by itself"),
    ("no name", lambda net: net.__setitem__("2z", net.z), "'2z': expected a name"),
    ("code for a name", lambda net: net.__setitem__("z; import os", net.z), "expected a name"),
    ("a method", lambda net: setattr(net, "program", net.z), "program: a method of a model has this name"),
    ("no formula", lambda net: setattr(net, "q", "W @ x"), "q: a tensor expression or a number is expected"),
    ("a wrong length", lambda net: setattr(net, "q", net.z[:, None]), "q: an axis of size 1"),
    ("an unknown equation", lambda net: net["q"], "q: no equation has this name; there is z, a, C"),
    ("an unknown activation", lambda net: activation("rleu", net.z), "Did you mean relu?"),
    ("softmax of a number", lambda net: activation("softmax", net.C), "found a scalar"),
    ("an unknown loss", lambda net: loss("mes", net.z, y), "Did you mean mse?"),
    ("a target of another shape", lambda net: loss("mse", net.z, x), "found (K,) and (D,)"),
]


@pytest.mark.parametrize(("do", "said"), [e[1:] for e in ERRORS], ids=[e[0] for e in ERRORS])
def test_errors(do, said):
    net = network()
    with pytest.raises(OptionError) as error:
        do(net)
    assert said in str(error.value)
    assert list(net.program) == list(network().program)


def test_an_attribute_that_is_no_equation():
    with pytest.raises(AttributeError, match="no equation has this name"):
        _ = network().q
    with pytest.raises(OptionError, match="without equations"):
        _ = derive.Model().program


PAGE_ERRORS = [
    ({"wrt": []}, "at least one variable"),
    ({"wrt": [derive.tensor("Q", "D")]}, "C does not depend on Q"),
    ({"wrt": [W @ x]}, "a declared tensor is expected"),
    ({"wrt": W, "output": "z"}, "z: a scalar is expected"),
    ({"wrt": W, "output": "q"}, "no equation is called 'q'"),
    ({"wrt": W, "steps": "all"}, "expected 'key' or 'full'"),
]


@pytest.mark.parametrize(("args", "said"), PAGE_ERRORS, ids=[said for _, said in PAGE_ERRORS])
def test_errors_of_the_page(args, said):
    with pytest.raises(derive.errors.DeriveError) as error:
        derive.page(network(), **args)
    assert said in str(error.value)


def test_the_page_is_certified():
    page = derive.page(network(), wrt=[W, b])
    assert page.derivation.certificate.established
    assert page.derivation.parts() == ("notation", "forward", "delta", "gradients", "result")
    assert page.gradients["W"].latex() == r"\delta_z x^\top"
    assert str(page) == page.text()
    for text in (page.latex(standalone=True), page.markdown(), page.html(), page.json()):
        assert "partial" in text
    assert "δ_z = ∂C/∂z" in page.text()
    assert "δ_z,k" in page.text(notation="component")
    assert "def loss_and_gradients(W, b, x, y):" in page.code()
    assert "jnp" in page.code(backend="jax")


def test_an_earlier_equation_may_be_the_output():
    net = network()
    net.J = net.C + (b * b).sum()
    page = derive.page(net, wrt=b, output="C")
    assert [let.tensor.name for let in page.model.program] == ["z", "a", "C"]


def test_what_is_not_right_is_not_printed(monkeypatch):
    """A wrong rule stops the page."""
    right = rules.RULES[relu_node]
    wrong = Rule(right.name, right.reason, lambda e, d: -right.apply(e, d), right.trivial)
    monkeypatch.setitem(rules.RULES, relu_node, wrong)
    with pytest.raises(VerificationError):
        derive.page(network(), wrt=W)


@pytest.mark.parametrize("name", ["bce", "ce", "mse", "mae", "hinge", "huber", "svm", "(yhat-y)**4"])
def test_every_loss_composes(name):
    properties = {"ce": ["sum_to_one"], "hinge": ["sign"], "svm": ["one_hot"]}.get(name, [])
    Y = derive.tensor("Y", "N", "K", properties=properties)
    net = derive.Model()
    net.Z = X @ W.T + b
    net.P = activation({"bce": "sigmoid", "ce": "softmax"}.get(name, "identity"), net.Z) * 1
    net.L = loss(name, net.P, Y)
    page = derive.page(net, wrt=[W, b])
    assert page.derivation.certificate.established
    if name in ("ce", "bce"):
        assert "= (P - Y)/N" in page.text()


def test_softmax_needs_no_property_to_be_right():
    net = derive.Model()
    net.P = softmax(X @ W.T)
    net.L = loss("ce", net.P, derive.tensor("Y", "N", "K"))
    assert "diag(Y 1)" in derive.page(net, wrt=W).text()
