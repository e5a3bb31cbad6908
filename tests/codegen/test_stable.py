"""The rules that make statements accurate: what each does, that it is proved, that a wrong one is not used."""

from __future__ import annotations

import pytest
from sympy import Rational, erf, exp, log, sqrt, tanh

from derive.codegen import stable
from derive.codegen.layout import expression
from derive.codegen.plan import statement
from derive.codegen.printer import TensorPrinter
from derive.codegen.stable import RULES, Rule, equal, meanings_of, rewritten, stable_statement
from derive.expr import Index, LogSumExp, Size, Tensor, Where, sigmoid
from derive.notation import recover
from derive.notation.make import TWO, product

N = Size("N")
i, j = Index("i", N), Index("j", N)
Z, Y, S = Tensor("z", (N,)), Tensor("y", (N,)), Tensor("s", (N,), None, ("sign",))
z, y, s = Z(i), Y(i), S(i)
p = sigmoid(z)
q = exp(z - LogSumExp(Z(j), j))

REWRITTEN = [
    (p - y, "sigmoid(z) * (1 - y) - y * sigmoid(-z)"),
    (1 - p, "sigmoid(-z)"),
    (p * (1 - p), "sigmoid_slope(z)"),
    (p - p**2, "sigmoid_slope(z)"),
    (1 - y * p, "sigmoid(z) * (1 - y) + sigmoid(-z)"),
    (1 - 2 * p + p**2, "sigmoid(-z) ** 2"),
    (q - y, "softmax(z) * (1 - y) - y * softmax_rest(z)"),
    (1 - tanh(z) ** 2, "4 * sigmoid_slope(2 * z)"),
    (1 - s * tanh(z), "(s + 1) * sigmoid(-2 * z) + sigmoid(2 * z) * (1 - s)"),
    (
        tanh(z) - y,
        "np.where(1 - np.abs(y) > 0, np.tanh(z) - y, sigmoid(2 * z) * (1 - y) - (y + 1) * sigmoid(-2 * z))",
    ),
    (log(p), "-softplus(-z)"),
    (log(1 - p), "-softplus(z)"),
    (-y * log(p) - (1 - y) * log(1 - p), "y * softplus(-z) + softplus(z) * (1 - y)"),
    (Where(z, z, exp(z) - 1), "np.where(z > 0, z, np.expm1(np.minimum(z, 0)))"),
    (Where(z, exp(-z), 1), "np.where(z > 0, np.exp(-np.maximum(z, 0)), 1)"),
]
UNCHANGED = [
    (p, "sigmoid(z)"),
    (tanh(z), "np.tanh(z)"),
    (tanh(z) + tanh(z) ** 2, "np.tanh(z) ** 2 + np.tanh(z)"),
    (z + p, "z + sigmoid(z)"),
    (q * (1 - q), "softmax(z) * softmax_rest(z)"),
    (log(q), "log_softmax(z)"),
    (z * (1 + erf(z / sqrt(2))) / 2, "z * normal_cdf(z)"),
    (1 - erf(z), "erfc(z)"),
    (exp(-(z**2) / 2), "gauss(z)"),
    (exp(-(z**2)), "exp_minus_square(z)"),
    (log(1 + z**2), "np.log1p(z**2)"),
    (log(exp(z) + exp(y)), "np.logaddexp(y, z)"),
    (y * Where(z, 1, Rational(1, 100)), "y * np.where(z > 0, np.full_like(z, 1), 1 / 100)"),
]


def written(form) -> str:
    return expression(TensorPrinter().tree(form))


@pytest.mark.parametrize(("e", "code"), REWRITTEN)
def test_rewritten_and_proved(e, code):
    before = recover(e, (i,))
    after = rewritten(before)
    assert after != before
    assert equal(before, after, (i,))
    assert written(stable_statement(statement(Tensor("t", (N,)), e, (i,)), {}).form) == code


@pytest.mark.parametrize(("e", "code"), UNCHANGED)
def test_left_alone(e, code):
    made = stable_statement(statement(Tensor("t", (N,)), e, (i,)), {})
    assert not made.rewritten
    assert written(made.form) == code


@pytest.mark.parametrize("e", [e for e, code in REWRITTEN if "where" not in code])
def test_nothing_is_left_to_rewrite(e):
    once = rewritten(recover(e, (i,)))
    assert rewritten(once) == once


def test_names_are_seen_through_and_put_back():
    a = Tensor("a", (N,))
    meanings = meanings_of((statement(a, sigmoid(z), (i,)),))
    made = stable_statement(statement(Tensor("t", (N,)), a(i) - y, (i,)), meanings)
    assert written(made.form) == "a * (1 - y) - y * sigmoid(-z)"


def test_a_wrong_rule_is_not_used(monkeypatch):
    """The prover has the last word."""
    doubled = Rule("doubled", "", lambda f: product(TWO, f) if f == recover(p, (i,)) else None)
    monkeypatch.setattr(stable, "RULES", (*RULES, doubled))
    made = stable_statement(statement(Tensor("t", (N,)), p * y, (i,)), {})
    assert rewritten(made.derived) != made.derived
    assert not made.rewritten
