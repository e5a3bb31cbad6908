"""Hand-written NumPy functions against what is derived."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import derive
from derive.check.handwritten.functions import assert_equal, assert_gradient
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
    with pytest.raises(AssertionError, match=r"(?s)gradient in w at \[\d\] is .*right: ") as caught:
        assert_gradient(loss, wrong, WHERE, "w")
    assert "N = " in str(caught.value)


def test_a_wrong_shape() -> None:
    with pytest.raises(AssertionError, match=r"the gradient in w has shape \(\d,\), the function returns \(1, \d\)"):
        assert_gradient(loss, row, WHERE, "w")


def test_equal() -> None:
    assert_equal("log(1 + exp(-y*t))", lambda y, t: np.logaddexp(0, -y * t), "y, t: n")
    with pytest.raises(AssertionError, match="the formula"):
        assert_equal("log(1 + exp(-y*t))", lambda y, t: np.logaddexp(0, y * t), "y, t: n")


# -- what a user brings: name of the loss, gradient, what is said ------------------------------------------------

REGRESSION = "X: N,D; y: N; w: D; lam: positive"
RIDGE = "sum((X @ w - y)**2) + lam * sum(w**2)"
SOFT = "z, y: K"
ENTROPY = "log(sum(exp(z))) - y @ z"
CLASSES = "X: N,D; Y: N,K; W: D,K"
NET = "x: n; y: K; W1: h,n; b1: h; W2: K,h; b2: K"
SQUARES = "sum((W2 @ tanh(W1 @ x + b1) + b2 - y)**2) / 2"


def classes(X: Any, Y: Any, W: Any) -> Any:
    Z = X @ W
    return np.mean(np.log(np.sum(np.exp(Z), axis=1)) - np.sum(Y * Z, axis=1))


def ridge(X: Any, y: Any, w: Any, lam: Any) -> Any:
    return 2 * X.T @ (X @ w - y) + 2 * lam * w


def ridge_without_penalty(X: Any, y: Any, w: Any, lam: Any) -> Any:
    return 2 * X.T @ (X @ w - y)


def softmax(z: Any, y: Any) -> Any:
    e = np.exp(z - z.max())
    return e / e.sum() - y


def softmax_uphill(z: Any, y: Any) -> Any:
    e = np.exp(z - z.max())
    return y - e / e.sum()


def softmax_batch(X: Any, Y: Any, W: Any) -> Any:
    E = np.exp(X @ W)
    return X.T @ (E / E.sum(axis=1, keepdims=True) - Y) / len(X)


def softmax_over_rows(X: Any, Y: Any, W: Any) -> Any:
    E = np.exp(X @ W)
    return X.T @ (E / E.sum(axis=0, keepdims=True) - Y) / len(X)


def first_layer(x: Any, y: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    h = np.tanh(W1 @ x + b1)
    r = W2 @ h + b2 - y
    return np.outer((W2.T @ r) * (1 - h**2), x)


def first_layer_without_slope(x: Any, y: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    h = np.tanh(W1 @ x + b1)
    return np.outer(W2.T @ (W2 @ h + b2 - y), x)


def second_layer_transposed(x: Any, y: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    h = np.tanh(W1 @ x + b1)
    return np.outer(h, W2 @ h + b2 - y)


def symmetric_only(x: Any, A: Any) -> Any:
    return 2 * A @ x


def in_loops(x: Any, A: Any) -> Any:
    out = np.zeros_like(x)
    for i in range(len(x)):
        for j in range(len(x)):
            out[i] += (A[i, j] + A[j, i]) * x[j]
    return out


def half_in_loops(x: Any, A: Any) -> Any:
    out = np.zeros_like(x)
    for i in range(len(x)):
        for j in range(len(x)):
            out[i] += A[i, j] * x[j]
    return out


def forgotten(x: Any, A: Any) -> Any:
    A @ x


RIGHT = [
    (loss, right, WHERE, "w", ""),
    (RIDGE, ridge, REGRESSION, "w", r"2 X^{\top} \left( X w - y \right) + 2 \lambda w"),
    (ENTROPY, softmax, SOFT, "z", ""),
    (classes, softmax_batch, CLASSES, "W", ""),
    (
        SQUARES,
        first_layer,
        NET,
        "W1",
        r"\odot \left( 1 - \left( \tanh \left( W_1 x + b_1 \right) \right)^{\odot 2} \right)",
    ),
    ("x @ A @ x", in_loops, "x: n; A: n,n", "x", ""),
]

WRONG = [
    (loss, uphill, WHERE, "w", "it computes"),
    (RIDGE, ridge_without_penalty, REGRESSION, "w", "as written: 2 X^"),
    (ENTROPY, softmax_uphill, SOFT, "z", "likely cause: the sign is wrong"),
    (classes, softmax_over_rows, CLASSES, "W", "right: \\frac{1}{N} X^\\top"),
    (SQUARES, first_layer_without_slope, NET, "W1", "it computes: W_2^"),
    (SQUARES, second_layer_transposed, NET, "W2", "must be transposed"),
    ("x @ A @ x", symmetric_only, "x: n; A: n,n", "x", "holds only if $A$ is symmetric"),
    ("x @ A @ x", half_in_loops, "x: n; A: n,n", "x", "it computes: A x"),
    ("x @ A @ x", forgotten, "x: n; A: n,n", "x", "the function returns None"),
    ("sum(t**3)*1e-9", lambda t: 3.01e-9 * t**2, "t: n", "t", "the gradient in t at"),
]


@pytest.mark.parametrize(("f", "g", "where", "wrt", "written"), RIGHT)
def test_right_gradients_agree(f: Any, g: Any, where: str, wrt: str, written: str) -> None:
    found = derive.assert_gradient(f, g, where, wrt)
    assert found.derived
    assert written in found.written
    assert bool(written) == bool(found.written)
    assert found.derived in str(found)
    assert found.derived in found._repr_latex_()


@pytest.mark.parametrize(("f", "g", "where", "wrt", "said"), WRONG)
def test_wrong_gradients_are_told_apart(f: Any, g: Any, where: str, wrt: str, said: str) -> None:
    with pytest.raises(AssertionError) as caught:
        derive.assert_gradient(f, g, where, wrt)
    assert said in str(caught.value)


def test_what_latexify_renders_otherwise_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from derive.check.handwritten import typeset

    assert derive.assert_gradient(RIDGE, ridge, REGRESSION, "w").written
    monkeypatch.setattr(typeset, "in_latex", lambda g, declared: r"X^\top (X w - y) + \lambda w")  # reads, but wrongly
    assert derive.assert_gradient(RIDGE, ridge, REGRESSION, "w").written == ""


def test_what_has_no_value_is_not_passed() -> None:
    with pytest.raises(OptionError, match="finite value at only 0 of"):
        assert_equal("log(-1 - t**2)", lambda t: t, "t: n")


def test_names_must_be_declared() -> None:
    with pytest.raises(OptionError, match="'v' is not declared"):
        assert_gradient("sum(w)", lambda v: v, "w: D", "w")
    with pytest.raises(OptionError, match="'v' is not declared"):
        assert_gradient("sum(w)", lambda w: w, "w: D", "v")


# -- what NumPy admits beside arrays of floats ------------------------------------------------------------------


def test_at_a_kink_either_slope_is_right() -> None:
    for step in (lambda X, w: X.T @ (X @ w > 0), lambda X, w: X.T @ (X @ w >= 0)):
        assert_gradient("sum(relu(X @ w))", step, "X: N,D; w: D", "w")


def test_arguments_with_defaults_need_no_declaration() -> None:
    assert_gradient("x @ x", lambda x, factor=2: factor * x, "x: n", "x")


def test_complex_numbers_are_refused() -> None:
    with pytest.raises(AssertionError, match="an array of numbers"):
        assert_gradient("x @ x", lambda x: 2 * x + 0j, "x: n", "x")


@pytest.mark.parametrize("shape", [(-1, 1), (1, -1), (1, -1, 1)])
def test_axes_of_length_one_are_named(shape: tuple[int, ...]) -> None:
    with pytest.raises(AssertionError, match=r"likely cause: axes of length 1; try \.reshape\(\d\)"):
        assert_gradient("x @ x", lambda x: (2 * x).reshape(shape), "x: n", "x")


def test_an_axis_of_length_one_is_not_named_where_the_values_are_wrong() -> None:
    with pytest.raises(AssertionError) as caught:
        assert_gradient("x @ x", lambda x: (3 * x)[:, None], "x: n", "x")
    assert "cause" not in str(caught.value)


def test_single_precision_is_told_and_can_be_allowed() -> None:
    def single(x: Any) -> Any:
        return np.exp(x.astype(np.float32)) * np.float32(1 + 1e-6)

    with pytest.raises(AssertionError, match="of the largest entry: see rtol"):
        assert_gradient("sum(exp(x))", single, "x: n", "x")
    assert_gradient("sum(exp(x))", single, "x: n", "x", rtol=1e-5)


def test_nothing_is_named_by_chance() -> None:
    """At some points a softmax is as good as one-hot, and much else is then the same."""
    with pytest.raises(AssertionError) as caught:
        assert_gradient(classes, softmax_over_rows, CLASSES, "W")
    assert "it computes" not in str(caught.value)


# -- several gradients at once ----------------------------------------------------------------------------------

BOTH = ("sum((X @ W + b)**2)/2", "X: N,D; W: D,K; b: K", "W, b")


def backward(X: Any, W: Any, b: Any) -> Any:
    D = X @ W + b
    return X.T @ D, D.sum(axis=0)


def test_several_gradients() -> None:
    f, where, wrt = BOTH
    found = derive.assert_gradients(f, backward, where, wrt)
    assert [one.what for one in found] == ["the gradient in W", "the gradient in b"]
    derive.assert_gradients(f, lambda X, W, b: dict(zip("Wb", backward(X, W, b), strict=True)), where, wrt)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda W, b: (W, 2 * b), "the gradient in b at"),
        (lambda W, b: (b, W), r"the gradient in W has shape \(.*, the function returns"),
        (lambda W, b: (W, b, b), "expected 2 gradients: W, b; the function returns 3 of them"),
        (lambda W, b: W, "expected 2 gradients: W, b; the function returns an array"),
        (lambda W, b: None, "expected 2 gradients: W, b; the function returns None"),
        (lambda W, b: {"W": W, "c": b}, "a dictionary without 'b'"),
    ],
)
def test_wrong_ones_among_several_gradients(change: Any, said: str) -> None:
    f, where, wrt = BOTH
    with pytest.raises(AssertionError, match=said):
        derive.assert_gradients(f, lambda X, W, b: change(*backward(X, W, b)), where, wrt)


# -- what is typeset --------------------------------------------------------------------------------------------


def outer(x: Any, y: Any) -> Any:
    return np.outer(x, y)


def inverse(A: Any) -> Any:
    return np.linalg.inv(A).T


def direction(x: Any) -> Any:
    return x / np.linalg.norm(x)


def active(X: Any, w: Any) -> Any:
    return X.T @ (X @ w > 0)


def reduced(x: Any, y: Any) -> Any:
    return np.sum(x) * y


TYPESET = [
    ("x @ A @ y", outer, "x: n; y: m; A: n,m", "A", r"x y^{\top}"),
    ("log(det(A))", inverse, "A: n,n positive_definite", "A", r"\left( A^{-1} \right)^{\top}"),
    ("norm(x)", direction, "x: n", "x", r"\frac{x}{\left\lVert x \right\rVert}"),
    ("sum(relu(X @ w))", active, "X: N,D; w: D", "w", r"X^{\top} \mathbf{1}\left[ X w > 0 \right]"),
    ("sum(x) * sum(y**2)/2", reduced, "x: n; y: n", "y", ""),
]


@pytest.mark.parametrize(("f", "g", "where", "wrt", "written"), TYPESET)
def test_what_is_typeset(f: str, g: Any, where: str, wrt: str, written: str) -> None:
    assert assert_gradient(f, g, where, wrt).written == written


def loop(w: Any) -> Any:
    for _ in range(3):
        w = w + 1
    return w


def test_a_function_that_is_no_formula() -> None:
    with pytest.raises(OptionError, match="is no formula"):
        assert_equal(loop, loop, "w: D")
