"""The logistic page: its facts against mpmath, its worked odds, and the table of what underflows."""

from __future__ import annotations

import math

import mpmath
import pytest

from catalogue.pages.values import certified, equation, number, printed
from derive.catalogue import build
from derive.catalogue.options import PageOptions
from derive.catalogue.pages.logistic import underflow
from derive.errors import VerificationError
from derive.expr import Diff, tensors


@pytest.fixture(scope="module")
def page():
    return certified(build("logistic", PageOptions()))


def test_odds_of_four(page):
    chain = equation(page, "r/(r + 1)")
    assert str(chain.result) == "4/5"
    assert number(equation(page, "p/(1 - p)").lhs, {"p": 4 / 5}, {}) == pytest.approx(4)


def test_odds_and_their_inverse(page):
    solution = next(
        e for e in page.equations() if str(e.lhs) == "p" and "odds" in str(e.result) and "p" not in str(e.result)
    )
    for odds in (0, 0.25, 1, 4, 1e6):
        p = number(solution.result, {"odds": odds}, {})
        assert 0 <= p < 1
        assert p / (1 - p) == pytest.approx(odds)


def test_facts_against_mpmath(page):
    with mpmath.workdps(50):
        for z in map(mpmath.mpf, (-30, -2, -0.5, 0, 1, 7, 40)):
            s = 1 / (1 + mpmath.exp(-z))
            for lhs, truth in (
                ("sigmoid(-z)", 1 - s),
                ("d(s)/d(z)", mpmath.diff(lambda t: 1 / (1 + mpmath.exp(-t)), z)),
            ):
                for step in equation(page, lhs).steps:
                    if "d(" not in str(step.after):
                        found = number(step.after, {"z": float(z), "s": float(s)}, {})
                        assert found == pytest.approx(float(truth), rel=1e-9, abs=1e-15)
            assert 0 < s * (1 - s) <= mpmath.mpf(1) / 4


def test_limits_against_mpmath(page):
    found = {str(e.lhs): e.result for e in page.equations() if str(e.lhs).startswith("lim")}
    far = {"oo": mpmath.mpf(10) ** 3, "-oo": -(mpmath.mpf(10) ** 3)}
    assert len(found) == 4
    for lhs, value in found.items():
        z = far["-oo" if "-oo" in lhs else "oo"]
        truth = 1 / (1 + mpmath.exp(-z)) if "sigmoid" in lhs else mpmath.exp(-abs(z))
        assert abs(truth - int(value)) < mpmath.mpf(10) ** -300


def test_relations_are_verdicts(page):
    """Each bound on the page was proved, none is prose."""
    bounds = [(e, s) for e in page.equations() for s in e.steps if s.relation != "="]
    assert {s.relation for _, s in bounds} == {">", ">=", "<="}
    assert len(bounds) >= 10
    assert all(s.verdict.kind == "proved" for _, s in bounds)


def test_the_point_of_the_boundary(page):
    w, b = [0.5, -2.0, 1.0], 0.7
    nearest = equation(page, "c[d]")
    c = [number(nearest.result, {"w": w, "b": b}, {"D": 3}, {nearest.out[0]: d}) for d in range(3)]
    assert sum(u * v for u, v in zip(w, c, strict=True)) + b == pytest.approx(0)


def test_underflow_is_what_floats_do():
    from sympy import Rational

    rows = {n: (product, total) for n, product, total in underflow(Rational(1, 2))}
    assert rows[1000][0] == 2.0**-1000
    assert rows[10000] == (0.0, pytest.approx(-10000 * math.log(2)))
    assert math.prod([0.5] * 1074) > 0 == math.prod([0.5] * 1076)


def test_underflow_is_checked(monkeypatch):
    from sympy import Rational

    monkeypatch.setattr(math, "prod", lambda factors: 1.0)
    with pytest.raises(VerificationError, match="exact arithmetic"):
        list(underflow(Rational(1, 2)))


def test_what_is_printed(capsys):
    text = printed(capsys, "logistic")
    for line in (
        "σ(0) = 1/2",
        "= 1 - σ(z)",
        "lim_(z → ∞) σ(z) = lim_(z → ∞) 1/(1 + exp(-z))",
        "10,000    0",
        "≥ 0",
        "= 4/5",
    ):
        assert line in text
    latex = printed(capsys, "logistic", "--latex")
    assert r"\lim_{z \to -\infty} \sigma(z) &= \lim_{z \to -\infty} \frac{e^{z}}{1 + e^{z}}" in latex.replace(
        "e^z", "e^{z}"
    )


@pytest.mark.parametrize("l2", [None, "lambda"])
def test_the_blocks_of_the_hessian_with_bias_against_autograd(l2):
    """Weights and bias in one vector: the blocks that are printed are those of the Hessian of one function of it."""
    import autograd.numpy as np
    from autograd import hessian

    X, y = np.array([[0.3, -1.2], [2.0, 0.4], [-0.7, 0.9]]), np.array([1.0, 0.0, 1.0])
    u, penalty = np.array([0.5, -0.3, 0.2]), 0.7

    def cost(u):
        p = 1 / (1 + np.exp(-(X @ u[:2] + u[2])))
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)) + (penalty / 2 * u[:2] @ u[:2] if l2 else 0)

    derived = certified(build("logistic", PageOptions.parse(l2=l2, form="batch")))
    given = {"X": X, "yhat": 1 / (1 + np.exp(-(X @ u[:2] + u[2]))), "lambda": penalty}
    blocks = [e for e in derived.equations() if isinstance(e.lhs, Diff) and isinstance(e.lhs.body, Diff)]
    found = np.zeros((3, 3))
    for e in blocks:
        first, second = (d.wrt.tensor.name for d in (e.lhs.body, e.lhs))
        for i, j in ((i, j) for i in range(3) for j in range(3)):
            if (first == "b") == (i == 2) and (second == "b") == (j == 2):
                at = dict(zip(e.out, [k for k in (i, j) if k < 2], strict=True))
                found[i, j] = number(e.result, given, {"D": 2, "N": 3}, at)
                found[j, i] = found[i, j]
    assert len(blocks) == 3
    assert found == pytest.approx(hessian(cost)(u), rel=1e-9)


def test_convexity_is_of_weights_and_bias_together(page):
    forms = [e for e in page.equations() if any(t.name == "v" for t in tensors(e.lhs))]
    assert [any(t.name == "c" for t in tensors(e.lhs)) for e in forms] == [False, True] * 2
    assert all(e.steps[-1].verdict.kind == "proved" for e in forms)
