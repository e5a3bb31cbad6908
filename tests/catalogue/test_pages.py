"""Every page with many options: derived, verified, and what is in it."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from derive.catalogue import PAGES, build
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.options import PageOptions
from derive.cli.main import run
from derive.derivation.certify import certify
from derive.expr import Delta, Elem, Tensor, lowest_layer, tensors
from derive.notation.document.check import unfaithful


def page(name: str, **options: str):
    return build(name, PageOptions.parse(**options))


def verified(name: str, **options: str):
    derived = certify(page(name, **options))
    assert derived.certificate.failures == ()
    assert list(unfaithful(derived, "full")) == []
    assert all(s.verdict is None or s.verdict.established for e in derived.equations() for s in e.steps)
    return derived


def result(derived, lhs: str):
    """The right side at the end of the chain whose left side reads like this."""
    return next(e.result for e in derived.equations() if str(e.lhs) == lhs)


@pytest.mark.parametrize("name", PAGES)
def test_page(name):
    verified(name)


@pytest.mark.parametrize("name", ["linear", "logistic", "softmax", "neuron", "mlp"])
def test_page_with_penalty(name):
    derived = verified(name, l2="lambda")
    assert any(t.name == "lambda" for e in derived.equations() for s in e.steps for t in tensors(s.after))


@pytest.mark.parametrize("name", ["linear", "logistic", "softmax", "svm", "neuron"])
def test_page_without_bias(name):
    derived = verified(name, bias=False, l2="lambda")
    assert all(t.name != "b" for e in derived.equations() for s in e.steps for t in tensors(e.lhs) | tensors(s.after))


@pytest.mark.parametrize("activation", [a for a in ACTIVATIONS if a != "softmax"])
@pytest.mark.parametrize("loss", ["bce", "ce", "mse"])
def test_mlp(activation, loss):
    verified("mlp", layers="3", activation=activation, loss=loss)


OPTIONS = [
    {"layers": "1"},
    {"layers": "1", "loss": "ce"},
    {"layers": "4", "activation": "tanh,relu,swish"},
    {"layers": "3", "activation": "tanh,relu", "output_activation": "tanh", "loss": "mse"},
    {"layers": "5", "activation": "z*sigmoid(z)", "loss": "(yhat-y)**4"},
    {"layers": "2", "loss": "abs(yhat-y)**3"},
    {"layers": "2", "loss": "log(1 + (yhat - y)**2)", "output_activation": "softplus"},
    {"layers": "2", "loss": "hinge", "activation": "leaky_relu"},
    {"layers": "2", "loss": "mse", "output_activation": "softmax"},
    {"layers": "9"},
    {"layers": "12", "l2": "mu", "activation": "relu"},
    {"layers": "L"},
    {"layers": "L", "activation": "tanh", "loss": "ce", "l2": "lambda"},
    {"layers": "L", "activation": "sin(z)", "loss": "(yhat-y)**2"},
    {"sizes": "16384,4,1"},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_mlp_options(options):
    verified("mlp", **options)


def test_the_output_delta_cancels():
    for loss in ("bce", "ce"):
        derived = page("mlp", loss=loss, form="sample")
        p, y = (next(iter(t for t in derived_tensors(derived) if t.name == n)) for n in ("yhat", "y"))
        i = next(iter(e.out for e in derived.equations() if str(e.lhs).startswith("delta^(2)")))
        assert result(derived, "delta^(2)[i]") == p(*i) - y(*i)


def derived_tensors(derived):
    return {t for e in derived.equations() for s in e.steps for t in tensors(s.after)}


def test_recursion_at_a_symbolic_layer_is_the_recursion_of_every_layer():
    """The recursion at l, put at l = 2, is what the network with four layers gives."""
    from sympy import Integer

    from derive.expr import LAYER, at_layers

    chains = [e for e in page("mlp", layers="L", form="sample").equations() if str(e.lhs) == "delta^(l)[i]"]
    symbolic = chains[-1].result  # the first says what is called delta
    concrete = result(page("mlp", layers="4", form="sample"), "delta^(2)[i]")
    assert at_layers(symbolic, {LAYER: Integer(2)}) == concrete


def test_no_exponential_where_the_book_writes_the_activation():
    from sympy import exp

    from derive.expr.nodes import contains

    derived = page("mlp", layers="3")
    for e in derived.equations():
        if str(e.lhs).startswith(("delta", "d(C)")):
            assert not contains(e.result, exp)
            assert "sigmoid" not in str(e.result)


def test_parameters_of_the_network_of_the_notes(capsys):
    """16384 inputs, 4 hidden units, 1 output: 65,540 weights, 65,545 with biases."""
    assert run(["mlp", "--sizes", "16384,4,1", "--format", "json", "--no-cache"]) == 0
    data = json.loads(capsys.readouterr().out)
    counts = next(s for s in data["sections"] if s["title"] == "Counts")["blocks"][0]
    assert [row[-1] for row in counts["rows"][:2]] == ["65,545", "65,540"]


@pytest.mark.parametrize("layers", ["1", "2", "3", "4", "7", "L"])
def test_counts_are_those_of_the_derived_equations(layers):
    """Multiplications, counted by hand: forward n_l n_(l-1), gradients the same, deltas n_l n_(l+1) + 2 n_l."""
    from sympy import Integer

    from derive.expr import DEPTH, Size, at_layers
    from derive.expr.layers import LayerSum

    depth = 5 if layers == "L" else int(layers)
    sizes = [3, 5, 2, 7, 4, 6, 8, 1][: depth + 1]
    table = page("mlp", layers=layers).sections[-1].blocks[0]

    def value(formula):
        def go(u):
            if isinstance(u, LayerSum):
                return go(at_layers(u, {DEPTH: Integer(depth)}).written_out() if u.has_free(DEPTH) else u.written_out())
            if isinstance(u, Size):
                return Integer(sizes[int(u.layer)])
            return u.func(*map(go, u.args)) if u.args else u

        return int(go(at_layers(formula, {DEPTH: Integer(depth)})))

    parameters, weights, forward, backward, kept = (value(row[1]) for row in table.rows)
    pairs = list(pairwise(sizes))
    products = sum(a * b for a, b in pairs)
    assert parameters == products + sum(sizes[1:])
    assert weights == products
    assert forward == products
    assert backward == products + sum(a * b + 2 * a for a, b in pairs[1:])
    assert kept == sum(sizes)  # the slope of the logistic function is made of its output


def test_verdicts_are_shared_between_layers_of_the_same_shape():
    shallow, deep = (verified("mlp", layers=n, form="sample") for n in ("8", "16"))
    assert deep.certificate.proved > shallow.certificate.proved
    assert len(deep.witnessed) == len(shallow.witnessed)
    assert lowest_layer(next(deep.equations()).lhs) == 1


def test_softmax_page_names_its_assumption():
    assert "y sums to one" in verified("softmax").certificate.assumptions


def test_softmax_jacobian():
    derived = page("softmax")
    p = Tensor("yhat", next(t for t in derived_tensors(derived) if t.name == "yhat").dims)
    jacobian = next(e for e in derived.equations() if str(e.lhs) == "d(yhat[k])/d(z[l])")
    k, l = jacobian.out  # noqa: E741
    assert jacobian.result == Elem(p, k) * (Delta(k, l) - Elem(p, l))
