"""The oracle against sums, determinants and derivatives worked out by hand, in each of its rings."""

from __future__ import annotations

import math
from fractions import Fraction as Q

import numpy as np
import pytest
import sympy
from sympy import Abs, Rational, S, exp, log, sign, sqrt

import derive.expr
from derive.errors import ShapeError
from derive.evaluate.arrays import compute
from derive.evaluate.extent import extent
from derive.evaluate.oracle import BALL, EXACT, FLOAT, RULES, SERIES, Ball, Evaluator, evaluate
from derive.evaluate.refusals import NotExact, NoValue, OutOfTime, OutsideDomain, Undecidable
from derive.evaluate.sampling import sample
from derive.expr import (
    Delta,
    Det,
    Diff,
    Elem,
    Index,
    Inverse,
    Let,
    LogDet,
    LogSumExp,
    Max_,
    Prod_,
    Program,
    Size,
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
from evaluate.fuzz import TENSORS, D, N, axes, d, e, expression, n

NODE_CLASSES = [
    c
    for c in vars(derive.expr).values()
    if isinstance(c, type) and issubclass(c, sympy.Basic) and c is not derive.expr.Binder
]
t, u = Tensor("t"), Tensor("u")
x, A = Tensor("x", (D,)), Tensor("A", (D, D))
T, U = t(), u()
SIZES = {D: 2, N: 3}


def exact(expr, values, at=None):
    return evaluate(expr, values, SIZES, at, EXACT)


EXACT_CASES = [
    (T + 2 * U, Q(8)),
    (T * U / 3, Q(2)),
    (T**3, Q(8)),
    (T**-2, Q(1, 4)),
    (S(0) ** 0 * T, Q(2)),
    ((T + 2) ** Rational(-1, 2), Q(1, 2)),
    ((T + 6) ** Rational(2, 3), Q(4)),
    (Abs(-T), Q(2)),
    (sign(T - U), Q(-1)),
    (step(T - 2), Q(0)),
    (step(T), Q(1)),
    (relu(T - U), Q(0)),
    (Where(T - 2, T, U), Q(3)),
    (Where(T, T, log(-T)), Q(2)),
    (maximum(T, U), Q(3)),
    (minimum(T, U), Q(2)),
    (exp(T - 2), Q(1)),
    (sigmoid(T - 2), Q(1, 2)),
    (N * D, Q(6)),
    (Sum_(x(d) ** 2, d), Q(5)),
    (Sum_(d, d), Q(1)),
    (Sum_(A(d, e) * x(d) * x(e), d, e), Q(1 + 2 * 2 + 3 * 2 + 4 * 4)),
    (Prod_(x(d) + 1, d), Q(6)),
    (Max_(x(d), d), Q(2)),
    (Det(A(d, e), d, e), Q(-2)),
    (Det(A(e, d), d, e), Q(-2)),
    (Det(x(d) * x(e), d, e), Q(0)),
    (Sum_(Delta(d, e) * A(d, e), d, e), Q(5)),
    (A(0, 1), Q(2)),
    (2**N, Q(8)),
]
VALUES = {t: 2, u: Q(3), x: [1, 2], A: [[1, 2], [3, 4]]}


@pytest.mark.parametrize(("expr", "value"), EXACT_CASES, ids=str)
def test_exact_values(expr, value):
    found = exact(expr, VALUES)
    assert found == value
    assert isinstance(found, Q)
    assert float(evaluate(expr, VALUES, SIZES)) == pytest.approx(float(value))
    assert evaluate(expr, VALUES, SIZES, ring=BALL).contains(evaluate(S(value), {}, {}, ring=BALL))


def test_entries_of_winner_and_inverse():
    i, j = Index("i", D), Index("j", D)
    rows = [[exact(Inverse(A(d, e), d, e, i, j), VALUES, {i: a, j: b}) for b in (0, 1)] for a in (0, 1)]
    assert rows == [[Q(-2), Q(1)], [Q(3, 2), Q(-1, 2)]]
    assert [exact(Winner(x(d), d, i), VALUES, {i: a}) for a in (0, 1)] == [0, 1]
    assert exact(Delta(i, j), VALUES, {i: 1, j: 1}) == 1


FLOAT_CASES = [
    (exp(T), math.exp(2)),
    (log(U), math.log(3)),
    (sqrt(T), math.sqrt(2)),
    (T**U, 8),
    (T ** (U / 2), 2**1.5),
    (sympy.pi * T, 2 * math.pi),
    (sympy.E * T, 2 * math.e),
    (sympy.tanh(T), math.tanh(2)),
    (sympy.sin(T) + sympy.cos(T) + sympy.erf(T), math.sin(2) + math.cos(2) + math.erf(2)),
    (softplus(T), math.log(1 + math.exp(2))),
    (sigmoid(-T), 1 / (1 + math.exp(2))),
    (LogSumExp(x(d), d), math.log(math.exp(1) + math.exp(2))),
    (LogDet(A(d, e), d, e), math.log(2)),
    (sympy.Float(0.1) * T, 0.2),
]


@pytest.mark.parametrize(("expr", "value"), FLOAT_CASES, ids=str)
def test_transcendental_values(expr, value):
    assert evaluate(expr, VALUES, SIZES) == pytest.approx(value, rel=1e-14)
    assert float(evaluate(expr, VALUES, SIZES, ring=BALL)) == pytest.approx(value, rel=1e-14)
    assert float(evaluate(expr, VALUES, SIZES, ring=SERIES)[0]) == pytest.approx(value, rel=1e-14)


def test_every_node_class_is_handled_or_refused_by_name():
    assert [c.__name__ for c in NODE_CLASSES if not any(base in RULES for base in c.__mro__)] == []
    with pytest.raises(Undecidable, match="no rule for Heaviside"):
        evaluate(sympy.Heaviside(T), VALUES, SIZES)


REFUSED = [
    (1 / (T - 2), BALL, OutsideDomain),
    (log(T - 2), BALL, OutsideDomain),
    (log(T - 3), FLOAT, OutsideDomain),
    (sqrt(T - 3), EXACT, OutsideDomain),
    (exp(T), EXACT, NotExact),
    (sqrt(T), EXACT, NotExact),
    (sympy.pi * T, EXACT, NotExact),
    (Diff(T**2, T), EXACT, NotExact),
    (step(sympy.sin(T) ** 2 + sympy.cos(T) ** 2 - 1), BALL, Undecidable),
    (1 / (sympy.sin(T) ** 2 + sympy.cos(T) ** 2 - 1), BALL, Undecidable),
    (Diff(Abs(T - 2), T), FLOAT, Undecidable),
    (Diff(relu(T - 2), T), BALL, Undecidable),
    (Diff(T * Diff(T**2, T), T), BALL, Undecidable),
    (Inverse(x(d) * x(e), d, e, S(0), S(1)), EXACT, OutsideDomain),
    (LogDet(x(d) * x(e), d, e), EXACT, OutsideDomain),
    (Winner(x(d) * 0 + U, d, S(0)), BALL, OutsideDomain),
    (S.Infinity, FLOAT, OutsideDomain),
    (T**S.Half * S.ImaginaryUnit, FLOAT, OutsideDomain),
]


def _shown(value: object) -> str:
    """A name that is the same in every process: rings have no text of their own."""
    return str(value) if isinstance(value, sympy.Basic) else getattr(value, "__name__", type(value).__name__)


@pytest.mark.parametrize(("expr", "ring", "refusal"), REFUSED, ids=_shown)
def test_refusals(expr, ring, refusal):
    with pytest.raises(refusal):
        evaluate(expr, VALUES, SIZES, ring=ring)


def test_signs_of_rational_arguments_are_decided_exactly():
    third = T / 3 - T / 7 - 4 * T / 21
    ball = evaluate(step(Sum_(x(d) / 3, d) - U / 3), VALUES, SIZES, ring=BALL)  # 1/3 + 2/3 - 1: no ball is zero
    assert third == 0
    assert ball == 0


def test_comparisons_are_recorded():
    seen = []
    ev = Evaluator(VALUES, SIZES, BALL, record=lambda node, sign, env: seen.append((node, sign)))
    ev.value(Abs(T - U) + step(T - 2) + Max_(x(d), d))
    assert sorted(seen, key=str) == sorted([(Abs(T - U), -1), (step(T - 2), 0), (Max_(x(d), d), -1)], key=str)


def test_missing_values_are_named():
    for expr, what in ((Tensor("q")(), "tensor q"), (Size("M"), "size M"), (x(d), "free index d")):
        with pytest.raises(ShapeError, match=what):
            evaluate(expr, VALUES, SIZES)


def test_values_may_be_arrays():
    values = {t: np.float64(2), u: np.array(3.0), x: np.array([1.0, 2.0]), A: np.arange(4).reshape(2, 2)}
    assert exact(T + U + Sum_(A(d, e) * x(d), d, e), values) == 5 + 1 + 10


def test_dimensions_may_be_expressions():
    assert extent(2 * N + D**2 - 1, SIZES) == 9


# -- derivatives -------------------------------------------------------------------------------------------------

DERIVATIVES = [
    (T**3 * U, T, 36),
    (sympy.tanh(T), T, 1 - math.tanh(2) ** 2),
    (sympy.erf(T), T, 2 / math.sqrt(math.pi) * math.exp(-4)),
    (softplus(T), T, 1 / (1 + math.exp(-2))),
    (relu(T) * Abs(-T), T, 4),
    (Sum_(A(d, e) * x(d) * x(e), d, e), x(0), 2 * 1 + 5 * 2),
    (LogDet(A(d, e), d, e), A(0, 1), 1.5),
    (Inverse(A(d, e), d, e, S(0), S(0)), A(0, 0), -4),
    (Diff(T**3 * U**2, T), U, 3 * 4 * 6),
    (Diff(T**3, T), T, 12),
    (Diff(LogSumExp(x(d), d), x(0)), x(1), -(math.e**3) / (math.e + math.e**2) ** 2),
]


@pytest.mark.parametrize(("body", "wrt", "value"), DERIVATIVES, ids=str)
def test_derivatives_by_power_series(body, wrt, value):
    assert evaluate(Diff(body, wrt), VALUES, SIZES) == pytest.approx(value)
    assert float(evaluate(Diff(body, wrt), VALUES, SIZES, ring=BALL)) == pytest.approx(value)


def test_unknown_functions_have_consistent_derivatives():
    for order in range(4):
        slope = evaluate(Diff(Unknown("f", order, T * U), T), VALUES, SIZES, ring=BALL)
        assert slope.overlaps(evaluate(U * Unknown("f", order + 1, T * U), VALUES, SIZES, ring=BALL))
    assert evaluate(Unknown("f", 0, T), VALUES, SIZES) != evaluate(Unknown("g", 0, T), VALUES, SIZES)
    own = {**VALUES, "f": lambda order, value, ring: 10 * value + order}
    assert evaluate(Unknown("f", 1, T), own, SIZES) == 21


# -- programs ----------------------------------------------------------------------------------------------------


def test_programs_give_lets_their_values_and_total_derivatives():
    z, c = Tensor("z", (D,)), Tensor("C")
    program = Program((Let(z(d), x(d) ** 2), Let(c(), sum_over(z(d) ** 2, d))))
    ev = Evaluator(VALUES, SIZES, BALL, program)
    assert float(ev.value(c())) == 17
    assert float(ev.value(Diff(c(), x(1)))) == 32
    assert float(ev.value(Diff(c(), z(1)))) == 8
    assert float(Evaluator({**VALUES, z: [1, 1]}, SIZES, BALL, program).value(c())) == 2


def test_sums_over_layers():
    depth, layer = derive.expr.DEPTH, derive.expr.LAYER
    w = Tensor("w", (Size("n", layer),), layer=layer)
    i = Index("i", Size("n", layer))
    total = derive.expr.LayerSum(Sum_(w(i) ** 2, i), layer, 1, depth)
    values = {derive.expr.at_layers(w, {layer: S(m)}): [m] * (m + 1) for m in (1, 2, 3)}
    sizes = {Size("n", m): m + 1 for m in (1, 2, 3)} | {depth: 3}
    assert evaluate(total, values, sizes, ring=EXACT) == 2 + 12 + 36
    arrays = {t: np.array(v, dtype=float) for t, v in values.items()}
    assert compute(total, (), arrays, sizes, np) == 50


def test_a_deep_program_is_no_deep_recursion():
    a = [Tensor("a", (D,), layer=k) for k in range(400)]
    lets = [Let(a[0](d), x(d))] + [Let(a[k](d), sum_over(a[k - 1](e), e) / 2 + x(d)) for k in range(1, 400)]
    assert Evaluator(VALUES, SIZES, Ball(64), Program(tuple(lets))).value(a[-1](S(0))) > 0


def test_the_deadline_is_kept():
    with pytest.raises(OutOfTime):
        Evaluator(VALUES, SIZES, deadline=0.0).value(Sum_(x(d), d))


@pytest.mark.parametrize("seed", range(60))
def test_floats_lie_near_their_balls(seed):
    expr = expression(1000 + seed)
    values = sample(TENSORS, SIZES, seed)
    try:
        balls = np.ravel(np.array(Evaluator(values, SIZES, Ball(192)).array(expr, axes(expr)), dtype=object))
    except NoValue:
        pytest.skip("no value at this point")
    floats = np.ravel(Evaluator(values, SIZES).array(expr, axes(expr)))
    assert floats == pytest.approx([float(b) for b in balls], rel=1e-9, abs=1e-9), f"seed {seed}"


def test_elements_are_read_in_the_order_of_their_indices():
    assert evaluate(Elem(A, d, e), VALUES, SIZES, {d: 0, e: 1}) == 2
    assert n not in derive.expr.free_indices(Elem(A, d, e))
