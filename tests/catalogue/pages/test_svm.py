"""The support vector machine against loops over classes."""

from __future__ import annotations

import random

import numpy as np
import pytest

from derive.catalogue.options import PageOptions
from derive.catalogue.pages.svm import svm
from derive.cli.main import run
from derive.evaluate.oracle import FLOAT, Evaluator


def by_loops(W, b, X, labels):
    """Mean loss and gradients, as one would write them without arrays."""
    loss, dW, db = 0.0, np.zeros_like(W), np.zeros_like(b)
    for x, right in zip(X, labels, strict=True):
        scores = x @ W + b
        for j in range(len(b)):
            margin = scores[j] - scores[right] + 1
            if j != right and margin > 0:
                loss += margin
                dW[:, j] += x
                dW[:, right] -= x
                db[j] += 1
                db[right] -= 1
    n = len(X)
    return loss / n, dW / n, db / n


@pytest.mark.parametrize("seed", range(4))
def test_cost_and_gradients_by_loops(seed):
    rng = np.random.default_rng(seed)
    N, D, K = 5, 3, 4
    X, W, b = rng.normal(size=(N, D)), rng.normal(size=(D, K)), rng.normal(size=K)
    labels = rng.integers(0, K, size=N)
    derived = svm(PageOptions.parse(form="batch"))
    program = derived.witnessed[-1].program
    names = {t.name: t for let in program for t in let.rhs.atoms(type(let.tensor))}
    values = {names["X"]: X, names["W"]: W, names["b"]: b, names["Y"]: np.eye(K)[labels]}
    results = derived.witnessed[-1].results
    named = derived.witnessed[-1].named
    sizes = {names["X"].dims[0]: N, names["X"].dims[1]: D, names["b"].dims[0]: K}
    delta, at = results[names["Z"]]
    values[named[names["Z"]]] = Evaluator(values, sizes, FLOAT, program).array(delta, at)
    evaluate = Evaluator(values, sizes, FLOAT, program)
    loss, dW, db = by_loops(W, b, X, labels)
    assert evaluate.value(program.output.rhs) == pytest.approx(loss)
    for name, true in (("W", dW), ("b", db)):
        assert np.array(evaluate.array(*results[names[name]])) == pytest.approx(true)


def test_two_classes_are_the_hinge_loss():
    derived = svm(PageOptions.parse(form="sample"))
    equation = next(e for e in derived.equations() if str(e.lhs) == "E")
    draw = random.Random(0)
    for _ in range(20):
        t, scores = draw.choice((-1, 1)), [draw.uniform(-3, 3) for _ in range(2)]
        given = {e.tensor: v for e in equation.result.atoms() if hasattr(e, "tensor") for v in ()}
        names = {x.name: x for x in equation.result.atoms(type(equation.lhs.tensor))}
        given = {names["t"]: t, names["a_1"]: scores[0], names["a_2"]: scores[1]}
        right = scores[0] if t == 1 else scores[1]
        wrong = scores[1] if t == 1 else scores[0]
        assert Evaluator(given, {}, FLOAT).value(equation.result) == pytest.approx(max(0, wrong - right + 1))


@pytest.mark.parametrize(
    "given", [[], ["--l2"], ["--sample"], ["--batch"], ["--notation", "both"], ["--only", "delta"]]
)
@pytest.mark.parametrize("steps", ["key", "full"])
def test_page(given, steps, capsys):
    assert run(["svm", *given, "--steps", steps, "--no-cache"]) == 0
    assert "verified: " in capsys.readouterr().err


def test_convexity_is_said_with_its_assumption(capsys):
    assert run(["svm", "--sample", "--no-cache"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "convex in the weights (assuming y one-hot)" in out
