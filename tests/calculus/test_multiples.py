"""Names in place of multiples: a table of what is folded and what is left, and nothing changes its value."""

from __future__ import annotations

import pytest
from sympy import Integer, Rational, exp, sqrt

from derive.calculus.multiples import fold_multiples
from derive.expr import Index, Let, Program, Size, Tensor, sum_over
from derive.verify import decide

CUBE = Rational(3, 2)
N, D = Size("N"), Size("D")
n, m, d = Index("n", N), Index("m", N), Index("d", D)
X, g, xhat = Tensor("X", (N, D)), Tensor("g", (N, D)), Tensor("xhat", (N, D))
mu = Tensor("mu", (D,))
s, r = Tensor("s", (D,)), Tensor("r", (N,))
epsilon = Tensor("epsilon", (), None, ("positive",))()
w = Tensor("w", (D,), None, ("positive",))
scale = w(d) + epsilon

MEAN = Let(mu(d), sum_over(X(n, d), n) / N)
SCALED = Let(xhat(n, d), (X(n, d) - mu(d)) / sqrt(scale))
ROOT = Let(s(d), sqrt(scale))
LENGTH = Let(r(n), sqrt(sum_over(X(n, d) ** 2, d)) / sqrt(D))
QUOTIENT = Let(r(n), 1 / (1 + exp(g(n, 0))))
TWICE = Let(r(n), 2 * g(n, 0))

ROWS = [
    ("a quotient with other powers", SCALED, (X(m, d) - mu(d)) / scale**CUBE, xhat(m, d) / scale),
    ("with the sign turned", SCALED, (mu(d) - X(n, d)) / scale**CUBE, -xhat(n, d) / scale),
    ("with a number in it", SCALED, (2 * mu(d) - 2 * X(n, d)) / scale**CUBE, -2 * xhat(n, d) / scale),
    ("inside a sum", SCALED, sum_over(g(n, d) * (X(n, d) - mu(d)) / scale**CUBE, n),
     sum_over(g(n, d) * xhat(n, d), n) / scale),
    ("a root below a fraction bar", ROOT, g(n, d) / sqrt(scale), g(n, d) / s(d)),
    ("a power of a root", ROOT, g(n, d) / scale**CUBE, g(n, d) / s(d) ** 3),
    ("a power of a quotient", QUOTIENT, 3 / (1 + exp(g(n, 0))) ** 2, 3 * r(n) ** 2),
    ("a sum is N times its mean", MEAN, g(n, d) * sum_over(X(m, d), m), N * g(n, d) * mu(d)),
    ("deviations from a mean cancel", MEAN, sum_over(2 * X(n, d) - 2 * mu(d), n) * g(m, d), Integer(0)),
    ("a root before its square", LENGTH, 1 / sqrt(sum_over(X(n, d) ** 2, d)), 1 / (sqrt(D) * r(n))),
    ("a base that is missing", SCALED, g(n, d) / sqrt(scale), g(n, d) / sqrt(scale)),
    ("an exponent of the other sign", SCALED, (X(n, d) - mu(d)) * sqrt(scale),
     (X(n, d) - mu(d)) * sqrt(scale)),
    ("what is no quotient", TWICE, 4 * g(n, 0), 4 * g(n, 0)),
    ("a sum over something else", MEAN, sum_over(X(n, d), d), sum_over(X(n, d), d)),
    ("a name would not be shorter", ROOT, scale, scale),
]  # fmt: skip


@pytest.mark.parametrize(("let", "e", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_folded(let, e, expected):
    found = fold_multiples(e, [let])
    assert found == expected
    assert decide(found, e, Program((let,))).established


def test_a_wrong_fold_would_be_refuted():
    assert decide(xhat(n, d), X(n, d) - mu(d), Program((SCALED,))).kind == "refuted"


def test_names_of_several():
    """The derivative of a variance in its mean, whatever the order of the lets."""
    e = sum_over(2 * mu(d) - 2 * X(n, d), n) / N + g(n, d) / sqrt(scale)
    for lets in ([MEAN, ROOT], [ROOT, MEAN]):
        assert fold_multiples(e, lets) == g(n, d) / s(d)
