"""Signs that are proved, and signs that must not be."""

from __future__ import annotations

import pytest
from sympy import Rational, gamma, log

from derive.expr import Index, Let, Program, Size, Tensor, sigmoid, sum_over
from derive.verify.squares import proof_of_sign

N, D = Size("N"), Size("D")
n, d = Index("n", N), Index("d", D)
X, v, z = Tensor("X", (N, D)), Tensor("v", (D,)), Tensor("z", (N,))
p = Tensor("p", (), None, ("unit_interval",))()
r = Tensor("r", (), None, ("nonnegative",))()
count = Tensor("y", (), None, ("integer", "nonnegative"))()
a = Tensor("a")()
curvature = sum_over(sigmoid(z(n)) * (1 - sigmoid(z(n))) * sum_over(X(n, d) * v(d), d) ** 2, n)

SIGNS = [  # expression, is it proved positive, is it proved not negative
    (curvature / N, False, True),
    (-curvature, False, False),
    (curvature - r, False, False),
    (p / (1 - p), True, True),
    (p / (p - 1), False, False),
    (r / (1 + r), False, True),
    (1 - r / (1 + r), True, True),
    (Rational(1, 4) - p * (1 - p), False, True),
    (p * (1 - p), True, True),
    (p * (1 - p) - Rational(1, 8), False, False),
    (a**2, False, True),
    (a**3, False, False),
    (1 / a**2, True, True),
    (gamma(count + 1), True, True),
    (gamma(a), False, False),
    (log(p), False, False),
    (sum_over(v(d), d), False, False),
    (p - p * abs(a) / (abs(a) + p), True, True),
    (abs(a) - a, False, True),
    (abs(a) * a, False, False),
    (abs(a - 1) - abs(a) + 1, False, False),
]


@pytest.mark.parametrize(("e", "positive", "nonnegative"), SIGNS, ids=str)
def test_sign(e, positive, nonnegative):
    assert (proof_of_sign(e, None, strict=True) is not None) == positive
    assert (proof_of_sign(e, None, strict=False) is not None) == nonnegative


def test_through_names():
    s = Tensor("s")()
    program = Program((Let(s, sigmoid(a)),))
    assert proof_of_sign(s * (1 - s), None, strict=True) is None
    assert proof_of_sign(s * (1 - s), program, strict=True) is not None


def test_minus_the_logarithm_of_a_sigmoid_is_positive() -> None:
    x, k = Tensor("x", (Size("K"),)), Index("k", Size("K"))
    terms = sum_over(log(sigmoid(x(k))), k)
    t = Tensor("t")()
    for gap in (-log(sigmoid(t)), -log(sigmoid(t)) - terms, -terms, -2 * terms):
        assert proof_of_sign(gap, None, strict=True) is not None
    for gap in (log(sigmoid(t)), terms, log(sigmoid(t)) - terms, -log(t)):
        assert proof_of_sign(gap, None, strict=True) is None


def test_what_is_too_long_is_proved_by_parts_or_not_at_all() -> None:
    long = (sum(Tensor(f"v{k}")() for k in range(9)) + 1) ** 2
    assert proof_of_sign(long**4 + 1, None, strict=True) is not None
    assert proof_of_sign(long**4 * (a**2 - 2 * a + 1), None, strict=False) is not None
    assert proof_of_sign(long**4 * (a**2 - 2 * a), None, strict=False) is None
