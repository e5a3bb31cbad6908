"""At the kink of a norm a gradient is 0, a subgradient; everywhere else it is what was derived."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from codegen.cases import parsed
from derive.codegen import BACKENDS, code, training
from derive.codegen.execute import load
from derive.codegen.formulas import with_derivatives
from derive.codegen.module import formula_module
from derive.notation.forms import Apply, walk

NUMPY = BACKENDS["numpy"]


def gradient_of(formula: str, where: str, wrt: str) -> Any:
    functions, _ = with_derivatives(formula, where, wrt, 1)
    return load(formula_module(functions, NUMPY, "A formula."), NUMPY)["gradient"]


@pytest.mark.parametrize("style", ["plain", "fast"])
@pytest.mark.parametrize("form", ["batch", "sample"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_no_error_no_gradient(style, form, dtype):
    """Of the rows without an error; the others are not touched."""
    model = training(parsed({"loss": "norm", "layers": "1", "form": form}), style=style)
    X, Y = np.eye(3, dtype=dtype), np.array([[1, 2], [3, 4], [5, 7]], dtype)
    W, b = np.array([[1, 3, 5], [2, 4, 6]], dtype), np.zeros(2, dtype)  # the last row alone is wrong, by (0, -1)
    if form == "sample":
        X, Y = X[0], Y[0]
    value, gradients = model.loss_and_gradients({"W1": W, "b1": b}, X, Y)
    assert gradients["W1"].dtype == dtype
    if form == "sample":
        assert value == 0
        np.testing.assert_array_equal(gradients["W1"], 0)
    else:
        np.testing.assert_allclose(value, 1 / 3, rtol=1e-6)
        np.testing.assert_allclose(gradients["W1"], [[0, 0, 0], [0, 0, -1 / 3]], rtol=1e-6)
        np.testing.assert_allclose(gradients["b1"], [0, -1 / 3], rtol=1e-6)


AT_ZERO = [
    ("norm(x)", "x: n", "x", {"x": np.zeros(3)}),
    ("sqrt(sum(x**2))", "x: n", "x", {"x": np.zeros(3)}),
    ("norm(W)", "W: n,m", "W", {"W": np.zeros((2, 3))}),
    ("norm(X@w - y)", "X: n,m; w: m; y: n", "w", {"X": np.eye(3), "w": np.ones(3), "y": np.ones(3)}),
    ("sum(sqrt(sum(W**2, axis=1)))", "W: n,m", "W", {"W": np.zeros((2, 3))}),
    ("sum(sqrt(sum(W**2, axis=0)))", "W: n,m", "W", {"W": np.zeros((2, 3))}),
]


@pytest.mark.parametrize(("formula", "where", "wrt", "at"), AT_ZERO, ids=lambda x: x if isinstance(x, str) else "")
def test_formulas(formula, where, wrt, at):
    gradient = gradient_of(formula, where, wrt)
    found = gradient(**at)
    np.testing.assert_array_equal(found, np.zeros_like(at[wrt]))
    elsewhere = {name: a + 0.5 * (name == wrt) for name, a in at.items()}
    assert np.abs(gradient(**elsewhere)).min() > 0.1


def test_what_is_no_kink_keeps_its_pole():
    """A formula of one's own is not changed, nor a derivative that has no subgradient."""
    functions, _ = with_derivatives("sum(x / norm(x))", "x: n", "x", 1)
    for f in functions:
        for s in f.statements:
            assert not any(isinstance(g, Apply) for g in walk(s.form))
    with np.errstate(all="ignore"):
        assert not np.isfinite(gradient_of("sum(x / norm(x))", "x: n", "x")(x=np.zeros(3))).any()


def test_training_reaches_an_error_of_zero(tmp_path):
    """Targets that the first parameters meet exactly: nothing to learn, and nothing diverges."""
    from derive.train.options import TrainOptions
    from derive.train.run import train

    path = tmp_path / "zero.csv"
    path.write_text("a,b,y\n" + "".join(f"{k},{k * k},0\n" for k in range(20)))
    options = TrainOptions(model="mlp", data=str(path), loss="norm", init="zeros", epochs=3, standardize=False)
    report = train(options)
    assert (report.stopped, report.epochs, report.train_loss) == ("epochs", 3, 0.0)


@pytest.mark.parametrize("backend", ["jax", "torch", "cupy"])
def test_every_backend_has_it(backend):
    assert "or_one(" in code(parsed({"loss": "norm", "layers": "1"}), backend=backend)
