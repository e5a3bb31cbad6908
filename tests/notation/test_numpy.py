"""NumPy strings: right value and shape from the declared arrays alone, stable where it matters."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import exp, log

from derive.expr import Index, LogSumExp, Tensor, sigmoid, softplus, sum_over
from derive.notation import numpy, recover
from notation.cases import CASES, W1, A, D, K, N, X, d, g, h, i, j, k, n, n_, w, x, y, z
from notation.numeric import CLOSE, World

KNOWN_SIZES = {"gradient of the mean": "n"}  # no array in the result carries the size

STRINGS = {
    "gradient of the logistic loss": "X.T @ (np.exp(-np.logaddexp(0, -(X @ w))) - y) / X.shape[0]",
    "Hessian of weighted squares": "X.T @ (s[:, None] * X)",
    "quadratic form": "x @ A @ x",
    "tr(A^T X)": "np.sum(A * X)",
    "a^T X^-1 b": "a @ np.linalg.solve(X, b)",
    "log det": "np.linalg.slogdet(X)[1]",
    "gradient of log det": "np.linalg.inv(X).T",
    "softmax": "np.exp(z - np.logaddexp.reduce(z, axis=-1, keepdims=True))",
    "dense layer": "np.sum(np.tanh(X @ W + b))",
    "row sums": "np.sum(A, axis=1)",
    "outer product": "2 * np.outer(x, y) / x.shape[0]",
    "two-layer network in W2": "np.outer(W2 @ np.maximum(W1 @ x, 0) - y, np.maximum(W1 @ x, 0))",
    "ridge solution": "np.linalg.solve(X.T @ X + lambda_ * np.eye(X.shape[1]), X.T @ y)",
}


@pytest.mark.parametrize("name", STRINGS)
def test_string(name):
    assert numpy(recover(*CASES[name])) == STRINGS[name]


@pytest.mark.parametrize("name", CASES)
def test_value_and_shape(name):
    e, out = CASES[name]
    if name == "probability of a class":
        pytest.skip("depends on a parameter")
    world = World(e, out, declared=(Tensor("x", (n_,)),) if name in KNOWN_SIZES else ())
    found = world.run(numpy(recover(e, out), world.declared))
    expected = world.table(e, out)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, **CLOSE)


@pytest.mark.parametrize("name", CASES)
def test_no_einsum_for_what_has_a_matrix_form(name):
    if name != "Kronecker":
        assert "einsum" not in numpy(recover(*CASES[name]))


HIGH_RANK = [
    (A(i, j) * x(Index("k", n_)), (i, j, Index("k", n_))),
    (sum_over(W1(h, d) * Tensor("T", (D, N, K))(d, n, k), d), (h, n, k)),
    (exp(X(n, d) + z(k)) / (1 + X(n, d) ** 2), (n, d, k)),
    (LogSumExp(X(n, d) * W1(h, d) + w(d), d), (n, h)),
    (sum_over(sigmoid(X(n, d) * W1(h, d)) * W1(g, d), d), (n, h, g)),
    (2 * x(i) - softplus(y(i)), (i, j, Index("k", n_))),
]


@pytest.mark.parametrize(("e", "out"), HIGH_RANK)
def test_high_rank(e, out):
    world = World(e, out)
    found = world.run(numpy(recover(e, out), world.declared))
    expected = world.table(e, out)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, **CLOSE)


@pytest.mark.parametrize("big", [-1000.0, 1000.0])
def test_finite_in_the_tails(big):
    e = [sigmoid(z(k)), 1 - sigmoid(z(k)), softplus(z(k)), log(sigmoid(z(k))), exp(z(k) - LogSumExp(z(k), k))]
    for f in e:
        code = numpy(recover(f, (k,)))
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            assert np.isfinite(eval(code, {"np": np, "z": np.array([big, 0.0, -big])})).all()


def test_sizes_come_from_declared_arrays():
    assert numpy(recover(1 / N + 0 * x(i), ()), [Tensor("y", (N,))]) == "1 / y.shape[0]"
