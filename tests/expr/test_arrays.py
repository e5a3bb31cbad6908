"""The Python side of array expressions: operators, canonical axes, and errors with both shapes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from sympy import Rational

from derive.errors import DeriveError, ShapeError, UndefinedError
from derive.expr import Index, Size, Sum_, Tensor, relu
from derive.expr.arrays import TensorExpr, array, as_array, register_writer, scalar, show, tensor
from derive.expr.elementwise import ELEMENTWISE, where
from derive.expr.linear import eye, matmul, ones
from derive.expr.reductions import mean, softmax
from derive.expr.reductions import sum as total

N, D = Size("N"), Size("D")
X, w, y, b = tensor("X", "N", "D"), tensor("w", "D"), tensor("y", "N"), scalar("b")
A = tensor("A", "n", "n")
i, j = Index("i", N), Index("j", D)


def test_axes_have_canonical_names() -> None:
    assert X.expr == Tensor("X", (N, D))(i, j)
    assert X.T.expr == Tensor("X", (N, D))(Index("j", N), Index("i", D))
    assert (X @ w).indices == (i,)
    assert y[None, :].shape == (1, N)


def test_equal_inputs_give_equal_expressions() -> None:
    p, q = Index("p", N), Index("q", D)
    ours = array(Sum_(Tensor("X", (N, D))(p, q) * Tensor("w", (D,))(q), q), p)
    assert ours == X @ w
    assert hash(ours) == hash(X @ w)


def test_numbers_are_exact() -> None:
    assert (0.1 * b).expr == b.expr / 10
    assert (b + Fraction(1, 3)).expr == b.expr + Rational(1, 3)
    assert (np.float64(0.5) * y) == y / 2
    assert (np.int64(2) * y) == 2 * y
    assert (N * y) == y * N == as_array(N) * y


def test_reflected_operators() -> None:
    assert (1 - b).expr == 1 - b.expr
    assert (2 / b).expr == 2 / b.expr
    assert (2**b).expr == 2**b.expr
    assert (b < 1) == (b < 1)
    assert abs(-b) == abs(b)
    assert +b == b


def test_axes_of_size_one_are_positions() -> None:
    r = tensor("r", 1, "D")
    assert r.expr == Tensor("r", (1, D))(0, j)
    assert (X + r).expr == X.expr + r.expr
    assert total(r, axis=0) == r[0]
    assert mean(tensor("s", 1)) == tensor("s", 1)[0]


def test_where_reads_comparisons() -> None:
    assert where(y > 0, y, 0) == where(y > 0, y, 0)
    assert where(y <= 0, 0, y) == where(y > 0, y, 0)
    assert ELEMENTWISE["maximum"](y, 0).expr == relu(y.expr)


def test_iteration_needs_a_number() -> None:
    v = tensor("v", 3)
    assert [e.expr for e in v] == [v[0].expr, v[1].expr, v[2].expr]
    assert v[-1] == v[2]
    with pytest.raises(ShapeError, match="no length in numbers"):
        list(y)


def test_no_truth_value() -> None:
    with pytest.raises(ShapeError, match="product of comparisons"):
        _ = 0 < y < 1


def test_writers_are_registered_from_above(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TensorExpr, "_writers", {})
    assert b._repr_latex_() is None
    with pytest.raises(DeriveError, match="no writer for latex"):
        b.latex()
    register_writer("latex", lambda e: f"<{e}>")
    assert b.latex() == "<b>"
    assert b._repr_latex_() == "$\\displaystyle <b>$"


def test_shapes_are_shown_as_numpy_does() -> None:
    assert [show(s.shape) for s in (b, y, X)] == ["()", "(N,)", "(N, D)"]
    assert str(X @ w) == "Sum_[#1.0](w[#1.0]*X[i,#1.0]) over (i,)"


def test_softmax_and_identity() -> None:
    assert softmax(X).shape == (N, D)
    assert matmul(eye("D"), w) == w
    assert ones(("N", 2)).shape == (N, 2)


ERRORS = [
    (lambda: X + y, "+: shapes (N, D) and (N,) do not fit together", "[:, None]"),
    (lambda: X * X.T, "*: shapes (N, D) and (D, N)", ".T"),
    (lambda: X @ X, "@: shapes (N, D) and (N, D)", ".T"),
    (lambda: A @ w, "@: shapes (n, n) and (D,)", "D"),
    (lambda: b @ w, "a scalar has no matrix product", "use *"),
    (lambda: y[D], "indexing", "whole numbers"),
    (lambda: X[0, 0, 0], "3 indices", "(N, D)"),
    (lambda: X[1:2], "full slice", ":"),
    (lambda: y + "1", "a tensor expression or a number is expected", "'1'"),
    (lambda: y + True, "number is expected", "True"),
    (lambda: y * float("nan"), "finite", "nan"),
    (lambda: tensor("x", 0), "positive integer", "0"),
    (lambda: tensor("x", 2.5), "positive integer", "2.5"),
    (lambda: total(X, axis=2), "axis 2", "(N, D)"),
    (lambda: TensorExpr(X.expr, (i,)), "free indices", "each of them once"),
    (lambda: array(X.expr, i, i), "distinct", "i"),
    (lambda: b.mT, "two axes", "()"),
]


@pytest.mark.parametrize(("act", "first", "second"), ERRORS)
def test_errors(act, first: str, second: str) -> None:
    with pytest.raises(ShapeError) as caught:
        act()
    assert first in str(caught.value)
    assert second in str(caught.value)


UNDEFINED = [
    lambda: b / 0,
    lambda: as_array(-1) ** 0.5,
    lambda: as_array(10) ** 10**10,
    lambda: b**10**6,
    lambda: 0 * b / (b - b),
]


@pytest.mark.parametrize("act", UNDEFINED)
def test_values_that_are_no_real_numbers(act) -> None:
    with pytest.raises(UndefinedError):
        act()
