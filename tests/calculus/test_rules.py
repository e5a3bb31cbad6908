"""Every row of the rule table against the autodiff witness and against power series over exact numbers."""

from __future__ import annotations

import math

import pytest
from sympy import Abs, Integer, Symbol, cos, cosh, erf, exp, log, sign, sin, sinh, sqrt, tan, tanh
from sympy.functions.elementary.hyperbolic import asinh, atanh
from sympy.functions.elementary.trigonometric import atan

from derive.calculus import RULES, differentiate, expand_once, rule_for
from derive.errors import NotDifferentiable
from derive.expr import (
    Det,
    Diff,
    Index,
    Inverse,
    LogDet,
    LogSumExp,
    Max_,
    Prod_,
    Size,
    Tensor,
    Unknown,
    Where,
    Winner,
    maximum,
    minimum,
    relu,
    sigmoid,
    softplus,
    step,
    sum_over,
)
from derive.expr.layers import LayerSum
from derive.verify.witness import witness_jacobian

N, M = Size("N"), Size("M")
i, j, k, m, n = (Index(name, N) for name in "ijkmn")
a, b = Index("a", M), Index("b", M)
x, y, t = Tensor("x", (N,)), Tensor("y", (N,)), Tensor("t")
A, B, S = Tensor("A", (N, N)), Tensor("B", (M, N)), Tensor("S", (N, N), None, ("invertible",))
u = sum_over(A(i, k) * x(k), k)  # an inner function, so that the chain rule has something to do

FUNCTIONS = {
    exp: exp(u), log: log(1 + u**2), sigmoid: sigmoid(u), tanh: tanh(u), softplus: softplus(u), relu: relu(u),
    step: step(u) * u, sign: sign(u) * u, Abs: Abs(u), maximum: maximum(u, y(i)), minimum: minimum(u, u**2),
    sin: sin(u), cos: cos(u), erf: erf(u), Where: Where(y(i), u**2, exp(u)),
}  # fmt: skip

WITHOUT_ENGINE = {tan: tan, sinh: sinh, cosh: cosh, atan: atan, asinh: asinh, atanh: atanh}
"""Functions that no formula can contain; compared with difference quotients of the math module."""

BINDERS = {
    "sum": sum_over(u**3, i),
    "product": Prod_(1 + u**2, i),
    "log-sum-exp": LogSumExp(u, i),
    "max": Max_(u, i),
    "max over two": Max_(B(a, i) * x(i), a, i),
    "winner": Winner(u, i, j) * x(j),
    "softmax": exp(u - LogSumExp(sum_over(A(j, k) * x(k), k), j)),
    "inverse": sum_over(y(i) * Inverse(S(m, n) + x(m) * x(n), m, n, i, j), i),
    "log det": LogDet(S(m, n) + x(m) * x(n), m, n),
    "det": Det(S(m, n) + x(m) * x(n), m, n),
    "power": (2 + sin(u)) ** (1 + u**2),
    "quotient": sin(u) / (1 + u**2),
    "quotient of roots": y(i) * u / sqrt(1 + u**2) / (2 + cos(u)),
    "root": sqrt(sum_over(u**2, i) + 1),
}


@pytest.mark.parametrize("kind", FUNCTIONS, ids=lambda kind: kind.__name__)
def test_function(kind):
    e = FUNCTIONS[kind]
    verdict = witness_jacobian(e, x, (i,), (j,), differentiate(e, x(j)))
    assert verdict.kind == "confirmed", verdict


@pytest.mark.parametrize("name", BINDERS)
def test_node(name):
    e, at = BINDERS[name], Index("p", N)
    out = tuple(sorted((f for f in (i, j) if f in e.free_symbols or f in _free(e)), key=str))
    verdict = witness_jacobian(e, x, out, (at,), differentiate(e, x(at)))
    assert verdict.kind == "confirmed", verdict


def _free(e):
    from derive.expr import free_indices

    return free_indices(e)


@pytest.mark.parametrize("kind", WITHOUT_ENGINE, ids=lambda kind: kind.__name__)
def test_function_without_engine(kind):
    slope = differentiate(kind(t()), t())
    z = Symbol("z")
    numeric = float(_replace(slope, t(), z).subs(z, 0.3))
    f = getattr(math, kind.__name__)
    assert numeric == pytest.approx((f(0.3 + 1e-6) - f(0.3 - 1e-6)) / 2e-6, rel=1e-8)


def _replace(e, old, new):
    return new if e == old else e.func(*(_replace(arg, old, new) for arg in e.args)) if e.args else e


def test_every_rule_is_tested():
    from sympy import Add, Mul, Pow

    elsewhere = {Add, Mul, Pow, Unknown, LayerSum}
    binders = {type(node) for e in BINDERS.values() for node in _nodes(e)}
    assert set(RULES) <= set(FUNCTIONS) | set(WITHOUT_ENGINE) | binders | elsewhere


def _nodes(e):
    yield e
    for arg in e.args:
        yield from _nodes(arg)


def test_an_unspecified_function_counts_its_primes():
    f = Unknown("f", 0, t() ** 2)
    assert differentiate(f, t()) == Unknown("f", 1, t() ** 2) * 2 * t()


def test_entries_of_a_symmetric_matrix_are_independent():
    P = Tensor("P", (N, N), None, ("symmetric",))
    trace = sum_over(A(i, j) * P(j, i), i, j)
    assert differentiate(trace, P(m, n)) == A(n, m)


def test_other_tensors_are_constant():
    assert differentiate(exp(y(i)) * A(i, j), x(k)) == 0


def test_a_node_without_a_rule_says_where_to_add_one():
    with pytest.raises(NotDifferentiable, match=r"calculus/rules\.py"):
        rule_for(Integer(2))


@pytest.mark.parametrize("e", [*FUNCTIONS.values(), *BINDERS.values()], ids=str)
def test_one_rule_at_a_time_ends_at_the_derivative(e):
    from derive.expr import recontract
    from derive.prove import prove

    at = Index("p", N)
    stages, one = 0, Diff(e, x(at))
    while True:
        one, rule = expand_once(one)
        if rule is None:
            break
        stages += 1
        assert stages < 100
    assert stages > 0
    whole = differentiate(e, x(at))
    assert recontract(one) == whole or prove(one, whole).proved
