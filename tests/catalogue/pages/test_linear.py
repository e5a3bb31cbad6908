"""Linear regression: its least-squares solution, with and without a penalty, is the minimum that others find."""

from __future__ import annotations

import numpy as np
import pytest

from catalogue.pages.values import certified, equation, number
from derive.catalogue import build
from derive.catalogue.options import PageOptions

X = np.array([[0.3, -1.2], [2.0, 0.4], [-0.7, 0.9], [1.1, 0.2]])
Y = np.array([1.0, -0.5, 2.0, 0.3])
SIZES = {"N": 4, "D": 2}


def solution(factor: float) -> np.ndarray:
    """Least squares by orthogonal matrices, with the penalty as rows of its own: no normal equations in it."""
    rows = np.vstack([X, np.sqrt(len(Y) * factor) * np.eye(2)])
    return np.linalg.lstsq(rows, np.concatenate([Y, np.zeros(2)]), rcond=None)[0]


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("factor", [0.0, 0.7])
def test_the_solution_of_the_normal_equations(bias, factor):
    page = certified(build("linear", PageOptions.parse(bias=bias, l2="lambda" if factor else None)))
    found = equation(page, "what[d]")
    given = {"X": X, "y": Y, "lambda": factor}
    values = [number(found.result, given, SIZES, {found.out[0]: d}) for d in range(2)]
    assert values == pytest.approx(solution(factor))


@pytest.mark.parametrize("factor", [0.0, 0.7])
def test_the_gradient_is_that_of_the_cost(factor):
    page = certified(build("linear", PageOptions.parse(bias=False, l2="lambda" if factor else None)))
    found = next(e for e in page.equations() if str(e.lhs) == "d(J)/d(w[d])" and "delta" not in str(e.result))
    w, h = np.array([0.5, -0.3]), 1e-6

    def cost(w):
        return np.sum((X @ w - Y) ** 2) / (2 * len(Y)) + factor / 2 * w @ w

    given = {"X": X, "y": Y, "w": w, "lambda": factor}
    for d in range(2):
        step = h * np.eye(2)[d]
        value = number(found.result, given, SIZES, {found.out[0]: d})
        assert value == pytest.approx((cost(w + step) - cost(w - step)) / (2 * h), rel=1e-6)


def test_without_a_bias_the_score_of_the_opposite_point_is_the_opposite_score():
    page = certified(build("logistic", PageOptions.parse(bias=False, form="sample")))
    opposite = next(
        e for e in page.equations() if str(e.lhs).startswith("sigmoid(Sum_") and str(e.result) == "1 - yhat"
    )
    assert opposite.steps[-1].verdict.kind == "proved"
