"""Inequalities: proved, confirmed, refuted at a rational point, or left open."""

from __future__ import annotations

import pytest

from check.builders import claim
from derive.check.claims import judge
from derive.check.inequalities import judge as compare
from derive.check.shapes import Pair
from derive.expr import Tensor, Unknown

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
