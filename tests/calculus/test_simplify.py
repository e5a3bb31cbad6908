"""Folding, pointwise simplification, names for quotients of exponentials, logarithms pulled inwards, solving."""

from __future__ import annotations

import pytest
from sympy import S, Symbol, exp, log, tanh

from derive.calculus import differentiate, fold, recognise, simplify, use_properties
from derive.calculus.rewrite import isolate, log_steps
from derive.errors import DeriveError
from derive.expr import Index, Let, LogSumExp, Prod_, Size, Sum_, Tensor, rename, sigmoid, sum_over
from derive.prove import prove

N = Size("N")
i, j = Index("i", N), Index("j", N)
p, y, z, a = (Tensor(name)() for name in "pyza")
x, b = Tensor("x", (N,)), Tensor("b", (N,))

SIMPLIFIED = [
    ((-y / p + (1 - y) / (1 - p)) * p * (1 - p), p - y),
    ((1 - y) / (1 - p) - y / p, (p - y) / (p * (1 - p))),
    (p * (1 - p), p * (1 - p)),
    (-(p - 1) * p, (1 - p) * p),
    ((p - y) ** 4, (p - y) ** 4),
    (p * y + p * z, p * (y + z)),
    ((2 * p - 2 * y) / (2 * z), (p - y) / z),
    (exp(p) - exp(p), S.Zero),
]


@pytest.mark.parametrize(("e", "expected"), SIMPLIFIED, ids=str)
def test_simplify(e, expected):
    assert simplify(e) == expected
    assert prove(e, expected).proved


def test_simplify_inside_a_sum():
    e = sum_over((-b(i) / x(i) + (1 - b(i)) / (1 - x(i))) * x(i) * (1 - x(i)), i)
    assert simplify(e) == Sum_(x(i) - b(i), i)


FOLDED = [
    (Let(a, sigmoid(z)), a * (1 - a)),
    (Let(a, tanh(z)), 1 - a**2),
    (Let(a, z * sigmoid(z)), a * (1 - sigmoid(z)) + sigmoid(z)),
    (Let(a, exp(z)), a),
]


@pytest.mark.parametrize(("let", "expected"), FOLDED, ids=str)
def test_fold_writes_a_derivative_in_terms_of_the_output(let, expected):
    assert fold(differentiate(let.rhs, z), [let]) == expected


def test_fold_finds_other_indices():
    q = Tensor("q", (N,))
    let = Let(q(i), exp(x(i) - LogSumExp(x(j), j)))
    slope = differentiate(let.rhs, x(j))
    folded = fold(slope, [let])
    from derive.expr import Delta

    assert folded == q(i) * (Delta(i, j) - q(j))
    assert rename(folded, {i: j}) == q(j) * (1 - q(j))


RECOGNISED = [
    (exp(z) / (1 + exp(z)), sigmoid(z)),
    (exp(-z) / (1 + exp(-z)), sigmoid(-z)),
    (1 / (1 + exp(-z)), sigmoid(z)),
    (exp(-z) / (1 + exp(-z)) ** 2, sigmoid(z) * sigmoid(-z)),
    (y * exp(-y * z) / (1 + exp(-y * z)), y * sigmoid(-y * z)),
    (exp(x(i)) / Sum_(exp(x(j)), j), exp(x(i) - LogSumExp(x(j), j))),
    (z + exp(z), z + exp(z)),
]


@pytest.mark.parametrize(("e", "expected"), RECOGNISED, ids=str)
def test_recognise(e, expected):
    assert recognise(e) == expected
    assert prove(e, expected).proved


def test_symmetric_entries_are_put_in_one_order():
    A = Tensor("A", (N, N), None, ("symmetric",))
    e = sum_over(A(i, j) * x(j), j) + sum_over(A(j, i) * x(j), j)
    assert use_properties(e) == (2 * sum_over(A(i, j) * x(j), j), ("A symmetric",))
    plain = Tensor("A", (N, N))
    e = sum_over(plain(i, j) * x(j), j) + sum_over(plain(j, i) * x(j), j)
    assert use_properties(e) == (e, ())


def test_logarithm_of_a_likelihood():
    q = Tensor("q", (N,), None, ("unit_interval",))
    product = Prod_(q(i) ** b(i) * (1 - q(i)) ** (1 - b(i)), i)
    *_, (last, _, _) = log_steps(log(product))
    assert last == sum_over(b(i) * log(q(i)) + (1 - b(i)) * log(1 - q(i)), i)


def test_the_logit_is_solved_for_the_probability():
    probability = Tensor("p", (), None, ("unit_interval",))()
    rows = list(isolate(log(probability / (1 - probability)), z, probability))
    assert rows[-1][:2] == (probability, 1 / (1 + exp(-z)))
    for left, right, rule, _ in rows:
        solved = {probability: rows[-1][1]}
        assert prove(_put(left, solved), _put(right, solved)).proved, rule


def _put(e, values):
    return values.get(e) or (e.func(*(_put(arg, values) for arg in e.args)) if e.args else e)


def test_what_cannot_be_solved_is_said():
    with pytest.raises(DeriveError, match="do not know how to solve"):
        list(isolate(p + exp(p), Symbol("r"), p))
