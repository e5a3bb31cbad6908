"""Which comparisons have been seen, and where their boundaries are."""

from __future__ import annotations

from fractions import Fraction as Q

from sympy import Abs, exp

from derive.expr import Max_, Size, Tensor, Winner, fresh, maximum, step
from derive.verify.coverage import Case, Coverage, boundary_values, replaced

D = Size("D")
i = fresh(D)
t, u, x = Tensor("t"), Tensor("u"), Tensor("x", (D,))
T, U = t(), u()


def case(node, **env):
    return Case(node, env, {})


def test_the_signs_that_an_argument_may_have():
    assert case(Abs(T)).possible == {-1, 0, 1}
    assert case(step(exp(T))).possible == {1}
    assert case(step(T**2)).possible == {0, 1}
    assert case(Winner(x(i), i, 0)).possible == {-1, 1}
    assert case(Max_(x(i), i)).possible == {-1, 0, 1}
    assert case(step(Tensor("y", (), properties={"binary"})())).possible == set()


def test_sides_and_boundaries_that_are_missing():
    coverage = Coverage()
    coverage.record(Abs(T), 1, {})
    assert [c.node for c in coverage.one_sided()] == [Abs(T)]
    coverage.record(Abs(T), -1, {})
    assert coverage.one_sided() == []
    assert [c.node for c in coverage.unreached()] == [Abs(T)]
    assert not coverage.at_kink()
    coverage.record(Abs(T), 0, {})
    assert coverage.unreached() == []
    assert coverage.at_kink()


def test_boundaries_are_solved_for_exactly():
    node = maximum(3 * T + U / 7, U)
    values = {t: Q(1), u: Q(5)}
    places = list(boundary_values(case(node), values, (t, u), {}, None))
    roots = [p for p in places if 3 * p[t] + p[u] / 7 == p[u]]
    assert {t: Q(10, 7), u: Q(5)} in roots
    assert {t: Q(0), u: Q(0)} in roots


def test_one_entry_is_replaced():
    assert replaced(((1, 2), (3, 4)), (1, 0), 9) == ((1, 2), (9, 4))
    assert replaced(1, (), 2) == 2
