"""The linear layer: its arrays against NumPy, and the shapes that tell the derivative in W from W transposed."""

from __future__ import annotations

import json

import numpy as np
import pytest

from derive.catalogue.options import PageOptions
from derive.catalogue.pages.layer import IN, OUT, SAMPLES, V, W, layer
from derive.cli.main import run
from derive.derivation.certify import certify
from derive.evaluate.arrays import compute
from derive.expr import tensors
from derive.notation.document.check import unfaithful

SIZES = {IN: 4, OUT: 3, SAMPLES: 5}


@pytest.fixture(scope="module")
def page():
    return certify(layer(PageOptions.parse()))


def arrays(rng=None):
    rng = rng or np.random.default_rng(0)
    names = {"x": (4,), "W": (3, 4), "delta": (3,), "X": (5, 4), "V": (4, 3), "Delta": (5, 3)}
    return {name: rng.normal(size=shape) for name, shape in names.items()}


def value(page, lhs: str):
    equation = next(e for e in page.equations() if str(e.lhs) == lhs)
    given = arrays()
    env = {t: given[t.name] for t in tensors(equation.result)}
    return compute(equation.result, equation.out, env, SIZES, np), given


@pytest.mark.parametrize("options", [{}, {"form": "batch"}, {"form": "sample", "sizes": "7,5"}, {"steps": "full"}])
def test_verified(options):
    derived = certify(layer(PageOptions.parse(**options)))
    assert derived.certificate.failures == ()
    assert list(unfaithful(derived, "full")) == []


def test_jacobian_in_the_input_is_w_and_in_the_other_layout_its_transpose(page):
    first, second = (e for e in page.equations() if str(e.lhs).startswith("d(f[") and "x[" in str(e.lhs))
    given = arrays()
    for equation, wanted in ((first, given["W"]), (second, given["W"].T)):
        found = compute(equation.result, equation.out, {W: given["W"]}, SIZES, np)
        np.testing.assert_array_equal(found, wanted)


def test_derivative_in_the_weights_has_rank_three(page):
    equation = next(
        e for e in page.equations() if "d(W[" in str(e.lhs) and str(e.lhs).startswith("d(f[") and len(e.out) == 3
    )
    given = arrays()
    env = {t: given[t.name] for t in tensors(equation.result)}
    found = np.broadcast_to(compute(equation.result, equation.out, env, SIZES, np), (3, 3, 4))
    step = 1e-6
    for place in np.ndindex(3, 4):
        moved = given["W"].copy()
        moved[place] += step
        np.testing.assert_allclose(found[:, *place], (moved - given["W"]) @ given["x"] / step, atol=1e-8)


def test_products(page):
    for lhs, wanted in (
        ("d(C)/d(x[d])", lambda g: g["W"].T @ g["delta"]),
        ("d(C)/d(W[m,d])", lambda g: np.outer(g["delta"], g["x"])),
        ("d(J)/d(X[n,d])", lambda g: g["Delta"] @ g["V"].T),
        ("d(J)/d(V[d,m])", lambda g: g["X"].T @ g["Delta"]),
    ):
        found, given = value(page, lhs)
        np.testing.assert_allclose(found, wanted(given), rtol=1e-12)


def test_shapes_and_counts(capsys):
    assert run(["layer", "--sizes", "4096,10", "--format", "json", "--no-cache"]) == 0
    sections = json.loads(capsys.readouterr().out)["sections"]
    tables = {b["rows"][0][0]: b["rows"] for s in sections for b in s["blocks"] if "rows" in b}
    shapes = dict(tables["derivative in the input"])
    assert shapes["derivative in the weights"] == r"$M \times M \times D$"
    assert shapes["transposed weights"] == r"$D \times M$"
    counts = {row[0]: row[-1] for row in tables["entries of the Jacobian in the input"]}
    assert counts["entries of the derivative in the weights"] == f"{10 * 10 * 4096:,}"
    assert counts["those of them that are not zero for every input"] == f"{10 * 4096:,}"
    assert counts["multiplications of both products"] == f"{2 * 10 * 4096:,}"


def test_the_batch_has_the_transposed_weights(page):
    equation = next(e for e in page.equations() if str(e.lhs) == "V[d,m]")
    given = arrays()
    found = compute(equation.result, equation.out, {W: given["W"]}, SIZES, np)
    assert found.shape == tuple(SIZES[d] for d in V.dims)
    np.testing.assert_array_equal(found, given["W"].T)


def test_a_layer_has_two_sizes(capsys):
    assert run(["layer", "--sizes", "3,4,5"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "--sizes: expected two sizes, input and output; found '3,4,5'. Try: --sizes 4,3" in err
