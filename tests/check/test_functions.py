"""Hand-written NumPy functions against what is derived."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from derive.check.functions import assert_equal, assert_gradient
from derive.errors import OptionError

WHERE = "X: N,D; y: N binary; w: D"


def loss(X: Any, y: Any, w: Any) -> Any:
    """The mean cross-entropy."""
    z = X @ w
    return np.mean(np.log(1 + np.exp(z)) - y * z)


def residual(X: Any, y: Any, w: Any) -> Any:
    return 1 / (1 + np.exp(-X @ w)) - y


def right(X: Any, y: Any, w: Any) -> Any:
    return X.T @ residual(X, y, w) / len(y)


def summed(X: Any, y: Any, w: Any) -> Any:
    return X.T @ residual(X, y, w)


def uphill(X: Any, y: Any, w: Any) -> Any:
    return -right(X, y, w)


def row(X: Any, y: Any, w: Any) -> Any:
    return right(X, y, w)[None, :]


def test_a_right_gradient() -> None:
    assert_gradient(loss, right, WHERE, "w")


@pytest.mark.parametrize("wrong", [summed, uphill])
def test_a_wrong_gradient_is_told_with_the_entry_and_what_it_computes(wrong: Any) -> None:
    with pytest.raises(AssertionError, match=r"(?s)gradient in w at entry .*it computes: .*right: ") as caught:
        assert_gradient(loss, wrong, WHERE, "w")
    assert "N = " in str(caught.value)


def test_a_wrong_shape() -> None:
    with pytest.raises(AssertionError, match=r"the gradient in w has shape \(\d,\), the function returns \(1, \d\)"):
        assert_gradient(loss, row, WHERE, "w")


def test_equal() -> None:
    assert_equal("log(1 + exp(-y*t))", lambda y, t: np.logaddexp(0, -y * t), "y, t: n")
    with pytest.raises(AssertionError, match="the formula"):
        assert_equal("log(1 + exp(-y*t))", lambda y, t: np.logaddexp(0, y * t), "y, t: n")


def test_names_must_be_declared() -> None:
    with pytest.raises(OptionError, match="'v' is not declared"):
        assert_gradient("sum(w)", lambda v: v, "w: D", "w")
    with pytest.raises(OptionError, match="'v' is not declared"):
        assert_gradient("sum(w)", lambda w: w, "w: D", "v")


def loop(w: Any) -> Any:
    for _ in range(3):
        w = w + 1
    return w


def test_a_function_that_is_no_formula() -> None:
    with pytest.raises(OptionError, match="is no formula"):
        assert_equal(loop, loop, "w: D")
