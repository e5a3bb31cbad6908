"""The prover's interface: programs, kinks, budgets, assumptions, refusals."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from sympy import Abs, S, Symbol, exp, log, sin, tanh

from derive.expr import (
    Delta,
    Diff,
    Elem,
    Index,
    Let,
    LogSumExp,
    Prod_,
    Program,
    Size,
    Sum_,
    Tensor,
    relu,
    sigmoid,
    softplus,
    step,
    sum_over,
    unfold,
)
from derive.prove import Exhausted, Undefined, as_expr, normal_form, prove

N, K = Size("N"), Size("K")
i, j, n = Index("i", K), Index("j", K), Index("n", N)
x, t = Tensor("x", (K,)), Tensor("t", (K,))
z, a, p, C = Tensor("z", (K,)), Tensor("a", (K,)), Tensor("p", (K,)), Tensor("C", ())
W = Tensor("W", (K, K))

PROGRAM = Program(
    (
        Let(z(i), Sum_(W(i, j) * x(j), j)),
        Let(a(i), sigmoid(z(i))),
        Let(p(i), exp(z(i) - LogSumExp(z(j), j))),
        Let(C(), -Sum_(t(i) * log(p(i)), i)),
    )
)


def test_names_may_stay_closed() -> None:
    assert prove(2 * a(i), a(i) + a(i), PROGRAM).proved


def test_names_on_which_nothing_in_sight_rests_are_put_in_first() -> None:
    proof = prove(a(i) * (1 - a(i)), exp(-z(i)) / (1 + exp(-z(i))) ** 2, PROGRAM)
    assert proof.proved
    assert "from the top" in proof.reason


def test_pointwise_lets_are_put_in() -> None:
    names = [z, *(Tensor(f"a{k}", (K,)) for k in range(5))]
    lets = tuple(Let(b(i), tanh(a(i))) for a, b in pairwise(names))
    deep = Program((Let(z(i), Sum_(W(i, j) * x(j), j)), *lets))
    last, five = names[-1], z(i)
    for _ in lets:
        five = tanh(five)
    proof = prove(last(i), five, deep)
    assert proof.proved
    assert "pointwise" in proof.reason


def test_a_norm_is_compared_under_its_square() -> None:
    left, right = x(i) * (t(i) + 1), x(i) + t(i) * x(i)
    assert prove(Sum_(left**2, i), Sum_(right**2, i)).proved
    assert not prove(Sum_(left**2, i), Sum_(right**3, i)).proved
    assert not prove(Sum_(left**2, i), Sum_((2 * right) ** 2, i)).proved


def test_a_product_of_squares_is_a_square() -> None:
    long = (x(i) + t(i) + z(i) + a(i) + 1) ** 3
    left, right = long * (t(i) + 1), (1 + t(i)) * long
    assert prove(Sum_((long + t(i) * long) ** 2, i), Sum_(long**2 * (t(i) + 1) ** 2, i)).proved
    assert prove(x(i) ** 4 * left**4, x(i) ** 4 * right**4).proved
    proof = prove(Sum_((long**2 + x(i)) ** 2, i), Sum_(long**2 * (t(i) + 1) ** 2, i))
    assert not proof.proved
    assert "too long" in proof.reason
    assert not prove(Sum_(x(i) ** 2 * t(i) ** 2, i), Sum_(x(i) ** 2 * t(i), i)).proved


def test_all_lets_are_put_in() -> None:
    proof = prove(C(), unfold(C(), PROGRAM), PROGRAM)
    assert proof.proved
    assert "all definitions" in proof.reason
    assert prove(Sum_(p(i), i), S.One, PROGRAM).proved
    assert not prove(Sum_(p(i), i), S.One).proved
    assert not prove(Sum_(a(i), i), S.One, PROGRAM).proved


def test_loss_through_its_program() -> None:
    logits = Sum_(t(i), i) * LogSumExp(z(i), i) - Sum_(t(i) * z(i), i)
    assert prove(C(), logits, PROGRAM).proved
    assert not prove(C(), LogSumExp(z(i), i) - Sum_(t(i) * z(i), i), PROGRAM).proved


def test_partial_derivatives_are_not_unfolded() -> None:
    """d/dz and d/da are different variables, even where a is another name of z."""
    same = Program((Let(z(i), x(i)), Let(a(i), z(i))))
    assert not prove(Diff(a(i) + z(i), a(i)), Diff(a(i) + z(i), z(i)), same).proved


def test_kinks_count_unless_almost_everywhere() -> None:
    assert not prove(step(-x(i)), 1 - step(x(i))).proved
    assert prove(step(-x(i)), 1 - step(x(i)), almost_everywhere=True).proved
    assert not prove(step(-x(i)), step(x(i)), almost_everywhere=True).proved
    assert prove(step(-x(i)) * x(i), (1 - step(x(i))) * x(i)).proved


def test_memo_does_not_leak_between_the_two_readings() -> None:
    for _ in range(2):
        assert prove(step(t(i) - x(i)) + step(x(i) - t(i)), S.One, almost_everywhere=True).proved
        assert not prove(step(t(i) - x(i)) + step(x(i) - t(i)), S.One).proved


def test_an_indicator_of_zero_is_no_common_factor() -> None:
    """[x = 0] x = 0 must not make [x = 0] vanish when a denominator x is cleared."""
    zero = 1 - step(x(i)) - step(-x(i))
    left = zero + step(x(i)) * (x(i) + 1) / (x(i) ** 2 + x(i))
    assert not prove(left, step(x(i)) / x(i)).proved


def test_budget_ends_in_unknown() -> None:
    big = (1 + x(i) + t(i) + z(i) + a(i)) ** 20
    proof = prove(big, (1 + x(i) + t(i) + z(i) + a(i)) ** 19, budget=500)
    assert not proof.proved
    assert "500 steps" in proof.reason
    with pytest.raises(Exhausted):
        normal_form(big, budget=500)


def test_a_swelling_expression_ends_soon() -> None:
    terms = sum(exp(Tensor(f"v{k}", ())() ** 2 + 1) for k in range(12))
    start = time.process_time()
    assert not prove(terms**12, terms**12 + exp(terms) ** 3 / (1 + 1 / terms)).proved
    assert time.process_time() - start < 120


def test_deep_nesting_ends_in_unknown() -> None:
    e = f = x(i)
    for _ in range(70):
        e, f = sin(e) + 1, sin(f) + 1
    assert not prove(e, f + x(i)).proved


def test_values_that_are_not_real_are_unknown() -> None:
    assert not prove(S.NaN, x(i)).proved
    assert not prove(x(i) + S.ImaginaryUnit, S.ImaginaryUnit + t(i)).proved
    with pytest.raises(Undefined):
        normal_form(log(x(i) - x(i) + S.NegativeOne))


@pytest.mark.parametrize("layer", [None, 2, Symbol("l")])
def test_layers_tell_tensors_apart(layer: object) -> None:
    here, there = Tensor("V", (K,), layer=layer), Tensor("V", (K,), layer=7)
    assert prove(2 * here(i), here(i) + here(i)).proved
    assert not prove(here(i), there(i)).proved


def test_properties_are_listed_again_from_memory() -> None:
    y = Tensor("y", (N, K), properties=("sum_to_one",))
    for _ in range(2):
        proof = prove(Sum_(y(n, i), n, i), N)
        assert proof.proved
        assert proof.assumptions == ("y sums to one",)


def test_without_the_property_there_is_no_proof() -> None:
    y = Tensor("y", (N, K))
    assert not prove(Sum_(y(n, i), n, i), N).proved


def test_one_hot_rows_choose() -> None:
    h = Tensor("h", (N, K), properties=("one_hot",))
    V = Tensor("V", (N, K), properties=("positive",))
    left = exp(Sum_(h(n, i) * log(V(n, i)), i))
    assert prove(left, Sum_(h(n, i) * V(n, i), i)).proved
    assert prove(log(Sum_(h(n, i) * V(n, i), i)), Sum_(h(n, i) * log(V(n, i)), i)).proved
    plain = Tensor("h", (N, K))
    assert not prove(log(Sum_(plain(n, i) * V(n, i), i)), Sum_(plain(n, i) * log(V(n, i)), i)).proved


def test_sizes_that_are_numbers() -> None:
    two, one = Index("k", 2), Index("u", 1)
    v, w = Tensor("v", (2,)), Tensor("w", (1,))
    assert prove(Sum_(v(two), two), v(0) + v(1)).proved
    assert prove(Prod_(v(two), two), v(0) * v(1)).proved
    assert prove(LogSumExp(v(two), two), log(exp(v(0)) + exp(v(1)))).proved
    assert prove(w(one), w(0)).proved
    assert not prove(v(two), v(0)).proved


def test_expression_of_a_normal_form_uses_core_nodes_only() -> None:
    s = Tensor("s", (K, K), properties=("symmetric",))
    back = as_expr(normal_form(s(j, i) * step(-x(i)) + Delta(i, j)))
    assert {type(e) for e in back.atoms(Elem)} <= {Elem}
    assert "vanishes" not in str(back)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (log(x(i) * t(i)), log(x(i)) + log(t(i))),
        (log(x(i) ** 2), 2 * log(x(i))),
        ((x(i) ** 2 * t(i) ** 2) ** S.Half, x(i) * t(i)),
        (exp(Sum_(x(i), i)), Sum_(exp(x(i)), i)),
        (softplus(x(i)) + softplus(t(i)), softplus(x(i) + t(i))),
        (Abs(x(i) + t(i)), Abs(x(i)) + Abs(t(i))),
        (relu(x(i) + t(i)), relu(x(i)) + relu(t(i))),
    ],
)
def test_no_wishful_splitting(left: object, right: object) -> None:
    assert not prove(left, right).proved


def test_logarithms_of_absolute_values() -> None:
    assert prove(log(x(i) ** 2), 2 * log(Abs(x(i)))).proved
    assert prove(exp(log(Abs(x(i)))), Abs(x(i))).proved
    assert not prove(exp(log(Abs(x(i)))), x(i)).proved


def test_steps_of_numbers() -> None:
    assert prove(step(exp(S.One) - 2 + 0 * x(i)), S.One).proved
    assert not prove(step(x(i) - 1), S.One).proved


def test_bound_names_do_not_matter() -> None:
    k = Index("k", K)
    assert prove(sum_over(W(i, j) * x(j), j), sum_over(W(i, k) * x(k), k)).reason == "identical"
