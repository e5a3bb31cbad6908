"""The vectorised evaluator against the oracle, and its derivatives by autograd against power series over balls."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from derive.errors import ShapeError
from derive.evaluate.arrays import RULES, Arrays, compute, run
from derive.evaluate.oracle import Evaluator
from derive.evaluate.refusals import NoValue, Undecidable
from derive.evaluate.rings import Series
from derive.evaluate.sampling import fine, sample
from derive.expr import Delta, Diff, Index, Let, LogSumExp, Program, Tensor, softplus, sum_over
from derive.verify.engine import engine
from evaluate.fuzz import TENSORS, D, N, X, axes, d, expression, n

SIZES = {N: 2, D: 3}
VALUES = sample(TENSORS, SIZES, 7, drawn=fine)
ARRAYS = {t: np.array(v, dtype=float) for t, v in VALUES.items()}


@pytest.mark.parametrize("seed", range(160))
def test_random_expressions_agree_with_the_oracle(seed):
    expr = expression(seed)
    out = axes(expr)
    try:
        wanted = np.array(Evaluator(VALUES, SIZES).array(expr, out), dtype=float)
    except NoValue:
        pytest.skip("the oracle has no value for this expression at this point")
    found = compute(expr, out, ARRAYS, SIZES, np)
    assert found.shape == wanted.shape
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9 * (1 + abs(wanted).max()), err_msg=f"seed {seed}")


@pytest.mark.parametrize("seed", range(60))
def test_autograd_through_arrays_agrees_with_power_series(seed):
    expr = expression(seed, smooth=True)
    out = axes(expr)
    tool = engine("autograd")
    value, pullback = tool.vjp(lambda x: compute(expr, out, ARRAYS | {X: x}, SIZES, tool.xp), (ARRAYS[X],))
    slope = np.random.default_rng(seed).standard_normal(np.shape(value))
    found = pullback(slope)[0]
    for place in range(SIZES[D]):
        moved = Evaluator(VALUES, SIZES, Series(64), moved={(X, (place,)): 1})
        derivative = np.array(series_slopes(moved, expr, out))
        np.testing.assert_allclose(found[place], (slope * derivative).sum(), rtol=1e-7, atol=1e-9, err_msg=f"{seed}")


def series_slopes(evaluator, expr, out, at=None):
    if not out:
        return float(evaluator.value(expr, at)[1])
    return [series_slopes(evaluator, expr, out[1:], {**(at or {}), out[0]: k}) for k in range(SIZES[out[0].dim])]


def test_run_evaluates_lets_in_order_and_adds_offsets():
    x, z, c = Tensor("x", (D,)), Tensor("z", (D,)), Tensor("C")
    program = Program((Let(z(d), 2 * x(d)), Let(c(), sum_over(z(d) ** 2, d))))
    env = {x: np.array([1.0, 2.0, 3.0])}
    assert run(program, env, SIZES, np)[c] == pytest.approx(56)
    moved = run(program, env, SIZES, np, {z: np.array([1.0, 0.0, 0.0])})
    assert list(moved[z]) == [3, 4, 6]
    assert moved[c] == pytest.approx(61)
    assert set(env) == {x}


def test_an_index_that_the_expression_lacks_is_broadcast():
    x = TENSORS[1]
    assert compute(x(d), (n, d), ARRAYS, SIZES, np).shape == (2, 3)
    assert compute(sympy.Integer(2), (n,), ARRAYS, SIZES, np).tolist() == [2.0, 2.0]
    assert compute(sympy.Integer(2), (), ARRAYS, SIZES, np).shape == ()


def test_diagonals_positions_and_deltas():
    b = TENSORS[4]
    assert np.array_equal(compute(b(d, d), (d,), ARRAYS, SIZES, np), np.diag(ARRAYS[b]))
    assert np.array_equal(compute(b(1, d), (d,), ARRAYS, SIZES, np), ARRAYS[b][1])
    assert np.array_equal(compute(Delta(d, 2), (d,), ARRAYS, SIZES, np), [0, 0, 1])


def test_stable_at_large_arguments():
    x = Tensor("x", (D,))
    env = {x: np.array([1000.0, -1000.0, 0.0])}
    assert compute(LogSumExp(x(d), d), (), env, SIZES, np) == pytest.approx(1000)
    assert compute(softplus(x(d)), (d,), env, SIZES, np) == pytest.approx([1000, 0, np.log(2)])


def test_refusals_name_what_is_missing():
    with pytest.raises(ShapeError, match="no axis of the result: d"):
        compute(TENSORS[1](d), (), ARRAYS, SIZES, np)
    with pytest.raises(ShapeError, match="no value is given for the tensor q"):
        compute(Tensor("q")(), (), ARRAYS, SIZES, np)
    with pytest.raises(Undecidable, match="not carried out"):
        compute(Diff(TENSORS[1](d), TENSORS[1](0)), (d,), ARRAYS, SIZES, np)


def test_every_node_class_has_a_rule():
    from evaluate.test_oracle import NODE_CLASSES

    assert [c.__name__ for c in NODE_CLASSES if not any(base in RULES for base in c.__mro__)] == []


def test_results_are_remembered():
    arrays = Arrays(ARRAYS, SIZES, np)
    i = Index("i", D)
    arrays.compute(sum_over(TENSORS[1](i) ** 2, i), ())
    assert arrays(TENSORS[1](Index("#1.0", D))) is arrays(TENSORS[1](Index("#1.0", D)))
