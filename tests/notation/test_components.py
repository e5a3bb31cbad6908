"""Component notation."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sympy import Mul, Rational, exp, gamma, log, oo, pi, sqrt

from derive.expr import Delta, Diff, Index, Inverse, Limit, LogDet, Size, Tensor, Unknown, relu, sigmoid, step, sum_over
from derive.notation import component_latex, component_text
from notation.cases import CASES, A, D, N, X, beta, d, e, i, j, lam, n, n_, nll, t, u, w, x, y, z

zeta = Tensor("z")()
stack = Tensor("Sigma", (D, n_, n_))
count = Tensor("k", (), None, ("integer", "nonnegative"))()
L = Size("n", 2)
p, q = Index("p", L), Index("q", Size("n", 1))

TABLE = [
    (CASES["quadratic form"][0], r"\sum_{i=1}^{n} \sum_{j=1}^{n} x_i A_{ij} x_j"),
    (sum_over((Tensor("yhat", (N,))(n) - t(n)) * X(n, d), n), r"\sum_{n=1}^{N} (\hat{y}_n - y_n) X_{nd}"),
    (CASES["softmax"][0], r"\frac{e^{z_k}}{\sum_{j=1}^{K} e^{z_j}}"),
    (CASES["log-sum-exp"][0], r"\log \sum_{k=1}^{K} e^{z_k}"),
    (CASES["gradient of log det"][0], r"(X^{-1})_{ji}"),
    (CASES["mean"][0], r"\frac{1}{n} \sum_{i=1}^{n} x_i"),
    (CASES["density"][0], r"\frac{\exp\left( -\frac{(x_i - b)^2}{2 \tau^2} \right)}{\sqrt{2 \pi} \tau}"),
    (CASES["gradient of max"][0], r"\mathbf{1}[i = \arg\max_j x_j]"),
    (Tensor("W", (L, q.dim), layer=2)(p, q), "W^{(2)}_{pq}"),
    (Tensor("z", (L,), layer=2)(p) ** 2, r"\left( z^{(2)}_p \right)^2"),
    (Delta(i, j) * x(i), r"x_i \delta_{ij}"),
    (Diff(Tensor("C")(), A(i, j)), r"\frac{\partial C}{\partial A_{ij}}"),
    (Diff(x(i) + y(i), w(d)), r"\frac{\partial}{\partial w_d} (x_i + y_i)"),
    (Unknown("f", 1, zeta), "f'(z)"),
    (Unknown("f", 1, zeta) * Unknown("f", 0, zeta), "f'(z) f(z)"),
    (step(zeta), r"\mathbf{1}[z > 0]"),
    (relu(zeta), r"\mathrm{relu}(z)"),
    (sigmoid(zeta) * (1 - sigmoid(zeta)), r"\sigma(z) (1 - \sigma(z))"),
    (1 / (1 + exp(-zeta)), r"\sigma(z)"),
    (1 - zeta, "1 - z"),
    (1 + zeta + zeta**2, "z^2 + z + 1"),
    (-zeta - 1, "-1 - z"),
    (x(i) - u(i), "x_i - a_i"),
    (-x(i), "-x_i"),
    ((x(i) + y(i)) * beta, "b (x_i + y_i)"),
    ((x(i) + y(i)) ** 2, "(x_i + y_i)^2"),
    (-((x(i) + y(i)) ** 2), "-(x_i + y_i)^2"),
    (1 / (x(i) + y(i)), r"\frac{1}{x_i + y_i}"),
    (sqrt(x(i) + 1), r"\sqrt{x_i + 1}"),
    (x(i) ** Rational(3, 2), "x_i^{3/2}"),
    (sum_over(x(i), i) * sum_over(y(i), i), None),
    (lam * x(i) / N, r"\frac{\lambda}{N} x_i"),
    (X(0, d), "X_{1,d}"),
    (Inverse(stack(e, i, j), i, j, j, i), r"(\Sigma_e^{-1})_{ji}"),
    (LogDet(stack(e, i, j), i, j), r"\log \lvert \det \Sigma_e \rvert"),
    (LogDet(stack(e, j, i), i, j), r"\log \lvert \det([\Sigma_{eji}]_{ij}) \rvert"),
    (gamma(count + 1), "k!"),
    (gamma(count + 2), "(k + 1)!"),
    (log(gamma(count + 1)), r"\log(k!)"),
    (gamma(zeta + 1), r"\Gamma(z + 1)"),
    (Limit(sigmoid(zeta), zeta, oo), r"\lim_{z \to \infty} \sigma(z)"),
    (Limit(sigmoid(zeta) - beta, zeta, -oo), r"\lim_{z \to -\infty} (\sigma(z) - b)"),
    (x(i) / 2 - y(i) / 3, r"\frac{1}{2} x_i - \frac{1}{3} y_i"),
]


@pytest.mark.parametrize(("expr", "latex"), [row for row in TABLE if row[1]])
def test_latex(expr, latex):
    assert component_latex(expr) == latex


def test_only_the_last_sum_goes_without_brackets():
    text = component_latex(sum_over(x(i), i) * sum_over(y(i), i) * beta)
    assert text == r"b \left( \sum_{i=1}^{n} x_i \right) \sum_{i=1}^{n} y_i"


def test_bodies_of_sums_are_bracketed():
    assert component_latex(sum_over(x(i) - u(i), i)) == r"\sum_{i=1}^{n} (x_i - a_i)"


def test_bound_letters_avoid_free_ones_and_names():
    inner = sum_over(X(n, d) * w(d), d)
    assert component_latex(inner * X(n, e)) == r"X_{ne} \sum_{d=1}^{D} X_{nd} w_d"
    taken = Tensor("n", (N,))
    assert r"\sum_{m=1}" in component_latex(sum_over(taken(n), n))
    assert component_latex(sum_over(X(Index("d", N), e), Index("d", N))).startswith(r"\sum_{n=1}^{N}")


def test_text():
    assert component_text(nll) == "1/N Σ_n (log(1 + exp(Σ_d X_nd w_d)) - y_n Σ_d X_nd w_d)"
    assert component_text(x(i) / 2 - z(Index("k", z.dims[0]))) == "x_i/2 - z_k"


def test_sizes_have_their_letters():
    k = Index("k'", n_)
    assert component_latex(sum_over(x(k), k)) == r"\sum_{i=1}^{n} x_i"
    assert component_latex(sum_over(X(n, d), n, d)) == r"\sum_{d=1}^{D} \sum_{n=1}^{N} X_{nd}"
    assert component_latex(1 / (2 * N * D) + 0 * w(d)) == r"\frac{1}{2 D N}"


def test_derivatives_in_the_order_of_the_chain_rule():
    names = [Tensor(name)() for name in ("C", "yhat", "z", "a", "b", "w")]
    links = [Diff(v, u) for v, u in pairwise(names)]
    written = component_text(Mul(*reversed(links)))
    assert written == "(∂C/∂ŷ) (∂ŷ/∂z) (∂z/∂a) (∂a/∂b) (∂b/∂w)"


def test_what_stands_before_a_slash_is_all_above_it():
    """(d/dz u)/v is not d/dz (u/v), nor is (log v)/w log(v/w)."""
    v, size = Tensor("v")(), Tensor("s")()
    assert component_text(Diff(zeta**2 + 1, zeta) / v) == "(∂/∂z (z² + 1))/v"
    assert component_text(sum_over(x(i), i) / size) == "(Σ_i x_i)/s"
    assert component_text(log(v) / size) == "(log v)/s"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (exp(-1) / sqrt(pi), "exp(-1)/√π"),
        (log(2) / sqrt(2), "(log 2)/√2"),
        (pi / sqrt(2), "π/√2"),
        (sqrt(2) / 2, "1/√2"),
        (1 / sqrt(2 * pi), "1/√(2 π)"),
    ],
    ids=str,
)
def test_nothing_is_squared_to_stand_under_a_root(number, written):
    assert component_text(number) == written
