"""Deciding equalities: true ones are established, false ones refuted at a place a person can check, the rest open."""

from __future__ import annotations

from fractions import Fraction as Q

import pytest
from sympy import Abs, I, Rational, S, cos, exp, log, sign, sin, sqrt, tanh

from derive.evaluate.oracle import EXACT, Evaluator, evaluate
from derive.expr import (
    Delta,
    Det,
    Diff,
    Index,
    Inverse,
    Let,
    LogDet,
    LogSumExp,
    Max_,
    Program,
    Sum_,
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
)  # fmt: skip
from derive.verify.decide import confirm, decide
from derive.verify.verdict import Verdict
from verify.models import PROGRAM, W1, C, D, K, N, X, Y, a1, b2, d, h, k, n, p, z1

e, l = Index("e", D), Index("l", K)  # noqa: E741
t, u = Tensor("t"), Tensor("u")
T, U = t(), u()
pos = Tensor("q", (), properties={"positive"})()
bit = Tensor("bit", (), properties={"binary"})()
x, v, A = Tensor("x", (D,)), Tensor("v", (D,), properties={"positive"}), Tensor("A", (D, D))
M = Tensor("M", (D, D), properties={"invertible"})
Qm = Tensor("Q", (D, D), properties={"orthogonal"})
z, y, y1 = Tensor("z", (K,)), Tensor("y", (K,)), Tensor("y", (K,), properties={"sum_to_one"})


def softmax(at):
    return exp(z(at) - LogSumExp(z(l), l))


def f(order, at):
    return Unknown("f", order, at)


TRUE = {
    "polynomial": ((T + 1) ** 2, T**2 + 2 * T + 1),
    "rational": (1 / (1 - T) - 1 / (1 + T), 2 * T / (1 - T**2)),
    "relu": (relu(T), T * step(T)),
    "abs": (Abs(T), T * sign(T)),
    "abs undefined at its boundary": (Abs(T) / T, sign(T)),
    "max": (maximum(T, U), (T + U + Abs(T - U)) / 2),
    "min and max": (minimum(T, U) + maximum(T, U), T + U),
    "affine boundary": (step(3 * T - U / 7 + 1), 1 - step(-3 * T + U / 7 - 1) - (1 - sign(3 * T - U / 7 + 1) ** 2)),
    "hinge": (maximum(S.Zero, 1 - T * U), relu(1 - T * U)),
    "transcendental boundary": (Where(log(T), T, S.One), maximum(T, S.One)),
    "binary": (step(bit), bit),
    "positive": (relu(exp(T)), exp(T)),
    "softmax sums to one": (sum_over(softmax(k), k), S.One),
    "softmax loss": (sum_over(y1(k) * (softmax(l) - Delta(k, l)), k), softmax(l) - y1(l)),
    "tanh": (tanh(T), 2 * sigmoid(2 * T) - 1),
    "softplus": (softplus(T) - softplus(-T), T),
    "log": (log(pos**2), 2 * log(pos)),
    "log where both are defined": (log(T * U), log(T) + log(U)),
    "trigonometry": (sin(T) ** 2 + cos(T) ** 2, S.One),
    "mean deviation": (sum_over(x(d) - sum_over(x(e), e) / D, d), S.Zero),
    "inverse": (sum_over(M(d, e) * Inverse(M(d, e), d, e, e, d), d, e), D),
    "orthogonal": (sum_over(Qm(d, e) ** 2, d, e), D),
    "determinant of rank one": (Det(x(d) * x(e), d, e), S.Zero),
    "log det": (LogDet(2 * M(d, e), d, e), D * log(2) + LogDet(M(d, e), d, e)),
    "maximum over an index": (Max_(z(k), k), sum_over(Winner(z(k), k, l) * z(l), l)),
    "derivative": (Diff(T**2 * f(0, T * U), T), 2 * T * f(0, T * U) + T**2 * U * f(1, T * U)),
    "second derivative": (Diff(Diff(T**2 * exp(U * T), T), U), (3 * T**2 + T**3 * U) * exp(U * T)),
    "gradient of log det": (Diff(LogDet(M(d, e), d, e), M(0, 1)), Inverse(M(d, e), d, e, S(1), S(0))),
    "tiny": (exp(-100 * pos), exp(-50 * pos) ** 2),
    "cancellation": ((1 + exp(-200 * pos)) - 1, exp(-200 * pos)),
}

FALSE = {
    "polynomial": ((T + 1) ** 2, T**2 + 1),
    "quadratic form": (sum_over((A(d, e) + A(e, d)) * x(e), e), 2 * sum_over(A(d, e) * x(e), e)),
    "step at its boundary": (step(T), 1 - step(-T)),
    "affine boundary": (step(3 * T - U / 7 + 1), 1 - step(-3 * T + U / 7 - 1)),
    "max": (maximum(T, U), (T + U - Abs(T - U)) / 2),
    "abs": (Abs(T), T),
    "relu seen at large values only": (relu(T - 8), S.Zero),
    "softmax loss without sum y = 1": (sum_over(y(k) * (softmax(l) - Delta(k, l)), k), softmax(l) - y(l)),
    "softmax own path": (Diff(softmax(S(0)), z(1)), S.Zero),
    "tanh": (tanh(T), 2 * sigmoid(T) - 1),
    "missing 1/N": (sum_over(x(d), d) / D, sum_over(x(d), d)),
    "tiny difference": (T + Rational(1, 10**40), T),
    "far below any float": (exp(-exp(10 + pos**2)), S.Zero),
    "tiny numbers": (exp(-100 * pos), 2 * exp(-100 * pos)),
    "sqrt of a square": (sqrt(T**2), T),
    "unspecified function": (f(1, T), f(0, T)),
    "second derivative is minus the function": (f(2, T), -f(0, T)),
    "slope at z instead of a": (Diff(sigmoid(T), T), sigmoid(T) * (1 - T)),
    "log det": (LogDet(2 * M(d, e), d, e), log(2) + LogDet(M(d, e), d, e)),
    "largest": (Max_(z(k), k), LogSumExp(z(k), k)),
    "diagonal": (Delta(d, e) * x(d), x(d)),
    "distributes over the product": (Det(A(d, e) + Delta(d, e), d, e), Det(A(d, e), d, e) + 1),
    "trace of a product": (sum_over(A(d, e) * A(e, d), d, e), sum_over(A(d, e) ** 2, d, e)),
}


@pytest.mark.parametrize("name", TRUE)
def test_true_claims_are_confirmed(name):
    verdict = confirm(*TRUE[name])
    assert verdict.kind == "confirmed", verdict
    assert decide(*TRUE[name]).established
    assert decide(*TRUE[name], derived=True).kind == decide(*TRUE[name]).kind


@pytest.mark.parametrize("name", FALSE)
def test_false_claims_are_refuted(name):
    verdicts = (decide(*FALSE[name]), decide(*FALSE[name], derived=True), confirm(*FALSE[name], seed=5))
    for verdict in (confirm(*FALSE[name]), *verdicts):
        assert verdict.kind == "refuted", verdict
        assert verdict.counterexample["left"] != verdict.counterexample["right"]


@pytest.mark.parametrize("name", TRUE)
def test_a_mutant_of_each_true_claim_is_refuted(name):
    left, right = TRUE[name]
    assert confirm(left, right + Rational(1, 10**9)).kind == "refuted"


def test_a_counterexample_can_be_redone_by_hand():
    verdict = confirm(*FALSE["quadratic form"])
    found = verdict.counterexample
    assert found["sizes"] == {"D": 2}
    entries = [entry for row in found["values"]["A"] for entry in row] + found["values"]["x"]
    assert all(entry in ("0", "1", "2", "-1", "1/2") for entry in entries)
    values = {A: [[Q(q) for q in row] for row in found["values"]["A"]], x: [Q(q) for q in found["values"]["x"]]}
    sides = [evaluate(s, values, {D: 2}, {d: found["entry"]["d"]}, EXACT) for s in FALSE["quadratic form"]]
    assert [str(s) for s in sides] == [found["left"], found["right"]]
    assert sides[0] != sides[1]
    assert f"left {found['left']}, right {found['right']}" in verdict.detail


def test_a_counterexample_names_the_function_that_fails():
    found = confirm(f(1, T**2), 2 * T * f(1, T**2)).counterexample
    assert found["values"]["f(t)"] == "t^2 + t"
    at = Q(found["values"]["t"])
    slope = 2 * at**2 + 1
    assert (found["left"], found["right"]) == (str(slope), str(2 * at * slope))


def test_a_function_is_easy_only_where_the_claim_fails_for_it():
    found = confirm(f(4, T), S.Zero).counterexample  # true of the easy ones
    assert "sin" in found["values"]["f(t)"]
    assert float(found["left"]) == pytest.approx(evaluate(f(4, T), {t: Q(found["values"]["t"])}, {}))
    two = confirm(f(0, T), Unknown("g", 0, T)).counterexample["values"]
    assert (two["f(t)"], two["g(t)"]) == ("t^2 + t", "t^2")


def test_functions_of_functions_stay_small():
    deep = f(0, f(0, f(0, sum_over(x(d), d) + T)))
    found = confirm(deep, deep * f(1, T)).counterexample
    assert all(abs(Q(found[side])) < 10**6 for side in ("left", "right"))


def test_a_kink_is_refuted_at_the_kink_and_holds_almost_everywhere():
    verdict = confirm(step(T), 1 - step(-T))
    assert verdict.counterexample["values"] == {"t": "0"}
    assert confirm(step(T), 1 - step(-T), almost_everywhere=True).kind == "confirmed"
    assert "almost everywhere" in confirm(step(T), 1 - step(-T), almost_everywhere=True).detail
    assert confirm(step(T), 1 - 2 * step(-T), almost_everywhere=True).kind == "refuted"


def test_almost_everywhere_concerns_kinks_and_not_data():
    chosen = Where(bit, T, U)
    assert confirm(chosen, bit * T + (1 - bit) * U, almost_everywhere=True).kind == "confirmed"
    assert confirm(chosen, bit * T + bit * U, almost_everywhere=True).kind == "refuted"
    assert confirm(Max_(x(e) + 0 * x(d), d), x(e), almost_everywhere=True).kind == "confirmed"


def test_counterexamples_stay_inside_the_declared_domain():
    for properties, claim in (({"positive"}, lambda q: q**2 - q), ({"sign"}, lambda q: q - 1)):
        w = Tensor("w", (D,), properties=properties)
        verdict = confirm(claim(w(d)), S.Zero)
        numbers = [Q(q) for q in verdict.counterexample["values"]["w"]]
        assert verdict.kind == "refuted"
        assert all(q > 0 if "positive" in properties else abs(q) == 1 for q in numbers)
    spd = Tensor("S", (D, D), properties={"symmetric", "positive_definite"})
    rows = confirm(spd(d, e), 2 * spd(e, d)).counterexample["values"]["S"]
    assert rows == [list(column) for column in zip(*rows, strict=True)]


def test_properties_make_claims_true():
    w = Tensor("w", (), properties={"sign"})()
    symmetric = Tensor("A", (D, D), properties={"symmetric"})
    assert confirm(w**2, S.One).kind == "confirmed"
    assert confirm(symmetric(d, e), symmetric(e, d)).kind == "confirmed"
    assert confirm(A(d, e), A(e, d)).kind == "refuted"


UNDECIDED = {
    "one side only": ((relu(T**2 - T + 1), T**2 - T + 1), "only one case"),
    "defined nowhere": ((log(-(T**2)), T), "log of a number"),
    "not real": ((T * I, T * I), "not a real number"),
}


@pytest.mark.parametrize("name", UNDECIDED)
def test_what_cannot_be_decided_says_why(name):
    claim, why = UNDECIDED[name]
    verdict = confirm(*claim)
    assert verdict.kind == "undecided", verdict
    assert why in verdict.detail
    assert not verdict.established


def test_time_is_bounded():
    verdict = confirm(Sum_(exp(A(d, e)), d, e), Sum_(exp(A(e, d)), d, e) + 0 * T, seconds=0.0)
    assert verdict.kind in ("undecided", "confirmed")
    big = Sum_(exp(A(d, e) * X(n, d) * W1(h, d)), d, e, n, h)
    assert confirm(big, big * (1 + T - T), seconds=0.0).kind == "undecided"
    assert "seconds allowed" in confirm(big, big + 1, seconds=0.0).detail


def test_several_sizes_and_scales_are_seen():
    verdict = confirm(*TRUE["mean deviation"])
    assert "at 12 places" in verdict.detail
    assert verdict.detail.count("D=") >= 2


def test_plain_numbers_are_accepted():
    assert confirm(1, S.One).kind == "confirmed"
    assert confirm(1, 2).kind == "refuted"


def test_more_points_on_request():
    assert "at 30 places" in confirm(T**2, T * T + 0 * U, points=30).detail


# -- programs ----------------------------------------------------------------------------------------------------


def test_lets_have_the_values_of_the_program():
    assert confirm(sum_over(p(n, k), k), S.One, PROGRAM).kind == "confirmed"
    assert confirm(sum_over(p(n, k), k), S.One).kind == "refuted"
    assert confirm(a1(n, h) * (1 + exp(-z1(n, h))), S.One, PROGRAM).kind == "confirmed"


def test_total_derivatives_through_a_program():
    gradient = sum_over(p(n, k) - Y(n, k), n) / N
    assert confirm(Diff(C(), b2(k)), gradient, PROGRAM).kind == "confirmed"
    verdict = confirm(Diff(C(), b2(k)), N * gradient, PROGRAM)
    assert verdict.kind == "refuted"
    assert set(verdict.counterexample["sizes"]) == {"D", "H", "K", "N"}


def test_boundaries_inside_a_program():
    z0, r, c = Tensor("z0"), Tensor("r"), Tensor("c")
    program = Program((Let(z0(), T * U - 1), Let(r(), relu(z0())), Let(c(), r() ** 2)))
    assert confirm(c(), r() * z0(), program).kind == "confirmed"
    verdict = confirm(step(z0()), 1 - step(-z0()), program)
    assert verdict.kind == "refuted"
    values = {w: Q(verdict.counterexample["values"][str(w)]) for w in (t, u)}
    assert Evaluator(values, {}, EXACT, program).value(z0()) == 0


def test_a_boundary_that_is_reached_only_if_lets_take_any_value():
    w = Tensor("w0")
    program = Program((Let(w(), sigmoid(T) + U * exp(T)),))
    shifted = w() - Rational(1, 3)
    assert confirm(relu(shifted) ** 2, relu(shifted) * shifted, program).kind == "confirmed"
    verdict = confirm(step(shifted), 1 - step(-shifted), program)
    assert verdict.kind == "undecided"
    assert "if it can be reached" in verdict.detail


def test_the_verdict_of_a_proof_carries_its_assumptions():
    verdict = decide(*TRUE["softmax loss"])
    assert isinstance(verdict, Verdict)
    assert verdict.kind == "proved"
    assert verdict.assumptions
