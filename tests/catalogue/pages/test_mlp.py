"""Kinds of networks: maxout, residual, tied, without biases; each against a forward pass written out by hand."""

from __future__ import annotations

import json
from itertools import product

import numpy as np
import pytest
from sympy import Integer

from derive.catalogue import build
from derive.catalogue.options import PageOptions
from derive.cli.main import run
from derive.codegen import training
from derive.derivation import Prose
from derive.derivation.certify import certify
from derive.evaluate.oracle import evaluate
from derive.expr import DEPTH, LAYER, Elem, LayerSum, Size, at_layers, tensors
from derive.notation.document.check import unfaithful

KINDS = [
    {"layers": "L", "residual": True},
    {"layers": "L", "tied": True},
    {"layers": "L", "tied": True, "residual": True, "l2": "mu", "loss": "mse", "activation": "tanh"},
    {"layers": "L", "activation": "maxout", "l2": "mu"},
    {"layers": "L", "activation": "maxout", "residual": True, "tied": True, "pieces": "3", "form": "sample"},
    {"layers": "L", "activation": "relu", "residual": True, "bias": False, "loss": "ce", "form": "sample"},
    {"layers": "3", "residual": True, "l2": "mu"},
    {"layers": "2", "tied": True, "activation": "relu"},
    {"layers": "9", "residual": True, "form": "sample"},
    {"layers": "9", "activation": "maxout", "form": "sample"},
    {"layers": "12", "tied": True, "form": "sample", "loss": "mse"},
    {"layers": "4", "activation": "maxout,relu,maxout", "pieces": "4", "form": "batch"},
    {"layers": "1", "bias": False, "reduction": "sum"},
    {"layers": "3", "activation": "z/(1 + abs(z))"},  # whose slope is told by its output and its input
    {"layers": "3", "activation": "identity", "output_activation": "identity", "loss": "mse", "reduction": "sum"},
    {"sizes": "3,3,2", "residual": True, "entry": "W1[2,3]"},
    {"sizes": "3,4,2", "activation": "maxout", "entry": "b1[4]"},
    {"sizes": "3,4,5,2", "loss": "ce", "entry": "W2[5,1]", "form": "sample"},
    {"sizes": "3,4,2,2,3,2", "loss": "mse", "entry": "W1[1,1]", "form": "sample"},
]


def page(**options):
    return build("mlp", PageOptions.parse(**options))


def result(derived, lhs: str):
    return [e.result for e in derived.equations() if str(e.lhs) == lhs][-1]


@pytest.mark.parametrize("options", KINDS, ids=str)
def test_kinds_are_verified(options):
    derived = certify(page(steps="full", **options))
    assert derived.certificate.failures == ()
    assert list(unfaithful(derived, "full")) == []


def _activation(name: str, scores: list[np.ndarray]) -> np.ndarray:
    return {"tanh": lambda: np.tanh(scores[0]), "maxout": lambda: np.max(scores, axis=0)}[name]()


def _forward(params: dict, X, Y, *, layers, activation, pieces, residual, tied, bias, total):
    """Half the squared error of a network, written out by hand."""

    def scores(a, layer, mark=""):
        last = layer == layers and (residual or tied)
        w, b = ("U", "c") if last else ("W" + mark, "b" + mark)
        number = "" if last or tied else str(layer)
        z = a @ params[w + number].T
        return z + params[b + number] if bias else z

    a = X
    for layer in range(1, layers):
        marks = ("", "tilde", "bar")[: pieces if activation == "maxout" else 1]
        value = _activation(activation, [scores(a, layer, mark) for mark in marks])
        a = a + value if residual else value
    errors = (scores(a, layers) - Y) ** 2 / 2
    return errors.sum() / (1 if total else len(X))


@pytest.mark.parametrize(
    ("activation", "residual", "tied", "bias", "total"),
    [k for k in product(["tanh", "maxout"], *4 * [[False, True]]) if k[0] == "maxout" or k[1] or k[2] or not k[3]],
)
def test_gradients_against_differences(activation, residual, tied, bias, total):
    """The generated code of each kind against central differences of a forward pass that shares nothing with it."""
    layers, pieces = 4, 3
    options = PageOptions.parse(
        layers=str(layers),
        activation=activation,
        loss="mse",
        residual=residual,
        tied=tied,
        bias=bias,
        pieces=str(pieces) if activation == "maxout" else None,
        reduction="sum" if total else "mean",
    )
    model = training(options)
    rng = np.random.default_rng(1)
    sizes = {"N": 6, "d": 3, "n0": 3, "n1": 4, "n2": 5, "n3": 2, "n4": 3}
    params = {name: rng.normal(size=[sizes[s] for s in shape]) for name, shape in model.parameters}
    X, Y = rng.normal(size=[sizes[s] for s in model.inputs[1]]), rng.normal(size=[sizes[s] for s in model.target[1]])

    def loss(at):
        how = {"layers": layers, "activation": activation, "pieces": pieces, "residual": residual, "tied": tied}
        return _forward(at, X, Y, bias=bias, total=total, **how)

    value, gradients = model.loss_and_gradients(params, X, Y)
    assert value == pytest.approx(loss(params), rel=1e-12)
    for name, gradient in gradients.items():
        for place in np.ndindex(gradient.shape):
            ends = []
            for step in (1e-6, -1e-6):
                moved = params | {name: params[name].copy()}
                moved[name][place] += step
                ends.append(loss(moved))
            assert gradient[place] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=2e-5, abs=2e-7)


def test_the_gradient_of_shared_weights_is_the_sum_over_the_layers():
    """At a symbolic depth; and at a number what reverse mode over the whole program gives."""
    symbolic = result(page(layers="L", tied=True, form="sample"), "d(C)/d(W[i,j])")
    assert isinstance(symbolic, LayerSum)
    assert symbolic.args[2:] == (1, DEPTH - 1)
    concrete = result(page(layers="5", tied=True, form="sample"), "d(C)/d(W[i,j])")
    assert at_layers(symbolic, {DEPTH: Integer(5)}) == concrete


def test_the_recursion_of_a_residual_layer_passes_the_derivative_on():
    symbolic = result(page(layers="L", residual=True, form="sample"), "g^(l)[i]")
    assert any(isinstance(t, Elem) and t.tensor.name == "g" for t in symbolic.args)
    assert at_layers(symbolic, {LAYER: Integer(2)}) == result(
        page(layers="5", residual=True, form="sample"), "g^(2)[i]"
    )


def test_base_and_step_are_said(capsys):
    for more in ([], ["--residual"], ["--tied"], ["--activation", "maxout"]):
        assert run(["mlp", "--layers", "L", "--sample", "--no-cache", "--no-check", *more]) == 0
        out = " ".join(capsys.readouterr().out.split())
        assert "Base of an induction" in out
        assert out.index("Base of an induction") < out.lower().index("step")


def test_maxout_has_twice_the_parameters(capsys):
    assert run(["mlp", "--sizes", "10,7,3", "--activation", "maxout", "--format", "json", "--no-cache"]) == 0
    sections = {s["title"]: s for s in json.loads(capsys.readouterr().out)["sections"]}
    rows = {row[0]: row[-1] for row in sections["Counts"]["blocks"][0]["rows"]}
    assert rows["parameters"] == str(2 * (10 * 7 + 7) + 7 * 3 + 3)
    assert int(rows["parameters of layer 1"]) == 2 * int(rows["the same for one piece"]) == 2 * 77
    assert "Rectifiers are maxout units" in sections


@pytest.mark.parametrize("pieces", ["2", "3", "4"])
def test_maxout_contains_relu_and_leaky_relu(pieces):
    derived = certify(page(activation="maxout", pieces=pieces))
    special = next(s for s in derived.sections if s.title.startswith("Rectifiers"))
    ends = {str(b.result): b.steps[-1].verdict.kind for b in special.blocks if not isinstance(b, Prose)}
    assert ends["relu(z^(1)[i])"] == "proved"
    assert ends["Where(z^(1)[i], z^(1)[i], z^(1)[i]/100)"] == "proved"


def test_one_weight_of_the_network_of_the_notes():
    """dL/dv_11 = (yhat - y) w_1 a_1 (1 - a_1) x_1, summed over the only output."""
    derived = page(sizes="16384,4,1", entry="W(1)[1,1]", form="sample")
    section = next(s for s in derived.sections if s.title.startswith("One entry"))
    chain = next(b for b in section.blocks if not isinstance(b, Prose) and str(b.lhs) == "d(C)/d(W^(1)[0,0])")
    rng = np.random.default_rng(0)
    sizes = {Size("n", 0): 3, Size("n", 1): 4, Size("n", 2): 1}
    values = {t: rng.uniform(size=[sizes[d] for d in t.dims]) for t in tensors(chain.result)}
    first = {(t.name, t.layer): array.flat[0] for t, array in values.items()}
    w, x, a = first["W", 2], first["a", 0], first["a", 1]
    wanted = (first["yhat", None] - first["y", None]) * w * a * (1 - a) * x
    assert float(evaluate(chain.result, values, sizes)) == pytest.approx(wanted)


def test_the_input_gradient_is_the_product_of_the_jacobians():
    derived = certify(page(layers="3", activation="tanh,relu", form="sample"))
    section = next(s for s in derived.sections if s.title == "Derivative in the input")
    last = section.blocks[-1]
    assert [s.rule for s in last.steps] == ["chain_rule", "insert"]
    assert last.steps[1].verdict.kind == "proved"
    assert str(last.result) == "Sum_[#1.0](delta^(1)[#1.0]*W^(1)[#1.0,i])"


def test_a_wrong_product_of_jacobians_is_refuted(monkeypatch):
    """A Jacobian with its sign turned does not give the derivative in the input."""
    from derive.catalogue import input as module

    right = module.total_derivative
    monkeypatch.setattr(module, "total_derivative", lambda *args: -right(*args))
    failures = certify(page(layers="3", form="sample")).certificate.failures
    assert any("refuted" in f for f in failures)


BAD = [
    (["--residual", "--layers", "1"], "--residual: expected a hidden layer", "Try: --layers 3"),
    (["--tied", "--sizes", "3,4,1"], "--tied: expected input and hidden layers of one size", "Try: --sizes 3,3,1"),
    (["--tied", "--layers", "13"], "--tied: expected at most 12 layers", "Try: --layers L"),
    (["--pieces", "3"], "--pieces: expected a hidden layer of maxout units", "Try: --activation maxout"),
    (["--activation", "maxout", "--pieces", "9"], "--pieces: expected a whole number from 2 to 4", "found '9'"),
    (["--output-activation", "maxout"], "--output-activation: unknown name 'maxout'", "Expected one of"),
    (["--entry", "V[1]"], "--entry: expected a weight W1[i,j] or a bias b1[i]", 'Try: --entry "W1[1,1]"'),
    (["--entry", "W1[1]"], "--entry: expected a weight W1[i,j]", "found 'W1[1]'"),
    (["--entry", "W3[1,1]"], "--entry: expected a layer from 1 to 2", "Try"),
    (["--entry", "W1[0,1]"], "--entry: expected places from 1", "Try"),
    (["--entry", "W1[5,1]", "--sizes", "3,4,1"], "--entry: expected places from 1 to 4", "Try"),
    (["--entry", "W1[1,1]", "--layers", "L"], "--entry: expected a number of layers", "Try: --layers 2"),
    (["--entry", "W1[1,1]", "--tied"], "--entry: the hidden layers share their weights", "Try: without --tied"),
    (["--entry", "W1[1,1]", "--batch"], "--entry: expected the derivation for one sample", "Try: without --batch"),
    (["--entry", "b1[1]", "--no-bias"], "--entry: the network has no biases", "Try: without --no-bias"),
]


@pytest.mark.parametrize(("args", "said", "also"), BAD, ids=lambda value: str(value)[:40])
def test_bad_usage(args, said, also, capsys):
    assert run(["mlp", *args]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert also in err
