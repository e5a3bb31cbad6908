"""Formulas mean what NumPy says they mean, and equal formulas give equal expressions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formula.reference import numpy_value, oracle_value, our_value, parsed, sample
from formula.table import formulas
from strategies import arrays_formulas


@pytest.mark.parametrize("formula", formulas())
def test_agrees_with_numpy(formula: str) -> None:
    x, arrays = parsed(formula), sample(0)
    wanted = numpy_value(formula, arrays)
    ours = our_value(x, arrays)
    assert ours.shape == wanted.shape
    np.testing.assert_allclose(ours, wanted, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(oracle_value(x, arrays), wanted, rtol=1e-9, atol=1e-12)


@given(arrays_formulas(), st.integers(0, 10))
def test_random_formulas_agree_with_numpy(formula: str, seed: int) -> None:
    arrays = sample(seed)
    wanted = numpy_value(formula, arrays)
    x = parsed(formula)
    ours = our_value(x, arrays)
    assert ours.shape == wanted.shape
    if np.all(np.isfinite(wanted)):
        np.testing.assert_allclose(ours, wanted, rtol=1e-6, atol=1e-9)


EQUAL = [
    ("x + z", "z + x"),
    ("x.T", "x"),
    ("A @ x", "sum(A * x, axis=1)"),
    ("A @ x", "(x @ A.T)"),
    ("trace(A @ S)", "sum(A * S.T)"),
    ("norm(x)", "sqrt(x @ x)"),
    ("norm(x)**2", "sum(x**2)"),
    ("diag(x) @ z", "x * z"),
    ("eye(n) @ x", "x"),
    ("mean(X)", "sum(X)/(N*D)"),
    ("softmax(X)", "exp(log_softmax(X))"),
    ("np.linalg.slogdet(P)[1]", "logdet(P)"),
    ("slogdet(P)", "logdet(P)"),
    ("x*sigmoid(x)", "silu(x)"),
    ("np.maximum(x, 0)", "relu(x)"),
    ("max(0, b)", "relu(b)"),
    ("min(b, c)", "minimum(b, c)"),
    ("outer(x, z) @ x", "x * (z @ x)"),
    ("0.1 * x", "x / 10"),
    ("1e-3", "1/1000"),
    ("x.sum()", "np.sum(x)"),
    ("inner(A, S)", "A @ S.T"),
    ("x - z - p", "(x - z) - p"),
    ("2**3**2", "512"),
    ("-x**2", "-(x**2)"),
    ("x / z / p", "x / (z * p)"),
    ("X[0, 1]", "X[0][1]"),
    ("where(x > 0, x, 0) - where(x > 0, x, 0)", "zeros(n)"),
    ("expit(x)", "sigmoid(x)"),
]


@pytest.mark.parametrize(("left", "right"), EQUAL)
def test_equal_formulas_give_equal_expressions(left: str, right: str) -> None:
    assert parsed(left) == parsed(right)


UNEQUAL = [
    ("A @ x", "A.T @ x"),
    ("A", "A.T"),
    ("x - z", "z - x"),
    ("X.sum(axis=0)", "X.T.sum(axis=0)"),
    ("T3 @ A", "A @ T3"),
]


@pytest.mark.parametrize(("left", "right"), UNEQUAL)
def test_different_formulas_give_different_expressions(left: str, right: str) -> None:
    assert parsed(left) != parsed(right)
