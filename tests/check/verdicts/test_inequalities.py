"""Inequalities: proved, confirmed, refuted at a rational point, or left open."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from check.builders import claim
from derive.check.verdicts import minimum
from derive.check.verdicts.batch import Points
from derive.check.verdicts.claims import judge
from derive.check.verdicts.inequalities import judge as compare
from derive.check.verdicts.shapes import Pair, aligned
from derive.evaluate.oracle import FLOAT, Evaluator
from derive.evaluate.sampling import sample
from derive.expr import Tensor, Unknown
from derive.verify.place import Claim

TRUE = [
    ("a*(1 - a)", "\\le", "1/4"),
    ("s*(1 - s)", "\\le", "1/4"),
    ("sigmoid(s)*(1 - sigmoid(s))", "\\le", "1/4"),
    ("sigmoid(s)", "<", "1"),
    ("tanh(s)", "<", "1"),
    ("exp(s)", "\\ge", "1 + s"),
    ("log(c)", "\\le", "c - 1"),
    ("2*s*t", "\\le", "s**2 + t**2"),
    ("log(1 + exp(s))", ">", "maximum(0, s)"),
    ("abs(s + t)", "\\le", "abs(s) + abs(t)"),
    ("sum((x - u)**2)", "\\ge", "0"),
    ("x @ A @ A.T @ x", "\\geq", "0"),
    ("a**2", "<", "a"),
    ("sum(abs(x))", "\\le", "sqrt(n)*norm(x)"),
    ("maximum(s, t)", "\\ge", "s"),
]
FALSE = [
    ("sigmoid(s)*(1 - sigmoid(s))", "\\le", "1/5"),
    ("sigmoid(s)*(1 - sigmoid(s))", "<", "1/4"),
    ("exp(s)", ">", "1 + s"),
    ("tanh(s)", "\\le", "s"),
    ("s**10", "\\le", "exp(s)"),
    ("sum(abs(x))", "\\le", "3*norm(x)"),
    ("abs(s + t)", "<", "abs(s) + abs(t)"),
    ("c**2", "<", "c"),
    ("sum((x - u)**2)", ">", "0"),
    ("x @ A @ x", "\\ge", "0"),
    ("log(c)", "\\ge", "c - 1"),
    ("s**2 - s + 6/25", "\\ge", "0"),
]


@pytest.mark.parametrize(("lhs", "relation", "rhs"), TRUE)
def test_true(lhs: str, relation: str, rhs: str) -> None:
    assert judge(claim(lhs, rhs, relation)).established


@pytest.mark.parametrize(("lhs", "relation", "rhs"), FALSE)
def test_false(lhs: str, relation: str, rhs: str) -> None:
    assert judge(claim(lhs, rhs, relation)).kind == "refuted"


@pytest.mark.parametrize("lhs", ["a*(1 - a)", "s*(1 - s)", "sigmoid(s)*(1 - sigmoid(s))"])
def test_squares_are_completed(lhs: str) -> None:
    assert judge(claim(lhs, "1/4", "\\le")).kind == "proved"


def test_the_sides_are_told_as_written() -> None:
    found = judge(claim("s**2", "s**2 + 1", "\\ge")).counterexample
    assert found is not None
    assert float(found["left"]) < float(found["right"])


def test_equality_at_an_irrational_place_is_left_open() -> None:
    """exp(s) > e s fails at s = 1, where both sides are e: balls cannot tell, and nothing is claimed."""
    assert judge(claim("exp(s)", "np.e*s", ">")).kind in ("undecided", "refuted")


def test_nothing_is_said_of_an_unknown_function() -> None:
    f = Unknown("f", 0, Tensor("s")())
    assert compare(Pair(f, f + Tensor("t")(), ()), "<=", None).kind == "undecided"


def test_domains_are_respected() -> None:
    assert judge(claim("-log(a)", "0", ">")).established
    assert judge(claim("log(a)", "0", ">")).kind == "refuted"


def test_the_search_counts_points_and_not_seconds() -> None:
    """Local minima of a function of two numbers, found together from many starts; the least one first."""

    def gaps(x: Any) -> Any:
        return (x[:, 0] - 3) ** 2 + (x[:, 0] * x[:, 1] - 6) ** 2 - 1

    found = minimum.least(gaps, [minimum.domain(frozenset())] * 2, time.monotonic() + 60)
    assert found[0].value == pytest.approx(-1, abs=1e-6)
    assert found[0].point == pytest.approx((3, 2), abs=1e-3)
    assert [x.value for x in found] == sorted(x.value for x in found)


def test_the_gap_at_many_points_is_that_at_each() -> None:
    c = claim("x @ A @ x - sum(x)", "log(1 + exp(s))*norm(x) + t", "\\le")
    assert c.sides is not None
    pair = aligned(*c.sides)
    assert pair is not None
    place = Claim(pair.left, pair.right, None)
    sizes = place.sizes(0)
    base = sample(place.inputs(), sizes, 0)
    moved = tuple(t for t in place.inputs() if t.name in ("x", "s"))
    width = sum(sizes[d] for t in moved for d in t.dims) + 1
    points = np.random.default_rng(0).normal(size=(5, width))
    together = Points(place, moved, base, sizes)(points)
    for row, gap in zip(points.tolist(), together, strict=True):
        entries = iter(row)
        values = {**base, **{t: minimum.filled(tuple(sizes[d] for d in t.dims), entries) for t in moved}}
        ev = Evaluator(values, sizes, FLOAT)
        a, b = ev.value(pair.left, {}), ev.value(pair.right, {})
        assert gap == pytest.approx((b - a) / max(1, abs(a), abs(b)))


def test_places_without_an_inverse_are_passed_over() -> None:
    c = claim("x @ inv(A) @ x", "norm(x)", "\\le")
    assert c.sides is not None
    pair = aligned(*c.sides)
    assert pair is not None
    place = Claim(pair.left, pair.right, None)
    sizes = dict.fromkeys(place.sizes(0), 2)
    matrix = tuple(t for t in place.inputs() if t.name == "A")
    points = Points(place, matrix, sample(place.inputs(), sizes, 0), sizes)
    singular, regular = points(np.array([[1.0, 1.0, 1.0, 1.0], [2.0, 0.0, 0.0, 1.0]]))
    assert np.isinf(singular) and np.isfinite(regular)
