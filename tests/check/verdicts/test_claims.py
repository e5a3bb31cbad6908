"""Verdicts: true claims are established, false ones refuted, and neither is ever the other way round."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sympy import Integer

from check.builders import claim, gradient
from derive.check.verdicts.claims import judge
from derive.documents.model import Instance, Place, Side, Statement
from derive.expr import Program

ESTABLISHED, REFUTED = ("proved", "confirmed"), ("refuted",)

EQUATIONS = [
    ("(A @ B).T", "B.T @ A.T", ESTABLISHED),
    ("(A @ B).T", "A.T @ B.T", REFUTED),
    ("X.T @ (p - y) / N", "(X.T @ p - X.T @ y) / N", ESTABLISHED),
    ("X.T @ (p - y) / N", "X.T @ p / N - X.T @ y", REFUTED),
    ("x @ A @ x", "x @ A.T @ x", ESTABLISHED),
    ("u @ A @ v", "u @ A.T @ v", REFUTED),
    ("sqrt(s**2)", "abs(s)", ESTABLISHED),
    ("sqrt(s**2)", "s", REFUTED),
    ("sqrt(c**2)", "c", ESTABLISHED),
    ("maximum(0, s)", "(s + abs(s)) / 2", ESTABLISHED),
    ("maximum(0, s) + maximum(0, -s)", "s", REFUTED),
    ("sigmoid(-s)", "1 - sigmoid(s)", ESTABLISHED),
    ("log(1 + exp(s)) - log(1 + exp(-s))", "s", ESTABLISHED),
    ("log(1 + exp(-s))", "-log(1 + exp(s))", REFUTED),
    ("trace(A @ B)", "trace(B @ A)", ESTABLISHED),
    ("trace(A @ B)", "trace(A) * trace(B)", REFUTED),
    ("sum(q)", "n", REFUTED),
    ("x", "u", REFUTED),
    ("x - x", "0", ESTABLISHED),
    ("x", "0", REFUTED),
]


@pytest.mark.parametrize(("lhs", "rhs", "expected"), EQUATIONS)
def test_equations(lhs: str, rhs: str, expected: tuple[str, ...]) -> None:
    assert judge(claim(lhs, rhs)).kind in expected


def test_a_derivative_holds_almost_everywhere_and_an_equation_everywhere() -> None:
    sides = ("where(s > 0, 1, 0)", "where(s >= 0, 1, 0)")
    assert judge(gradient(*sides)).established
    assert judge(claim(*sides)).kind == "refuted"


SHAPES = [
    ("M", "M.T", {}, "refuted"),
    ("M", "M.T", {"derivative_kind": "jacobian"}, "convention"),
    ("M", "M.T", {"derivative_kind": "jacobian", "layout": "numerator"}, "refuted"),
    ("M", "M.T", {"derivative_kind": "gradient"}, "refuted"),
    ("A", "A.T", {"derivative_kind": "jacobian"}, "convention"),
    ("A", "B.T", {"derivative_kind": "jacobian"}, "refuted"),
    ("A", "A.T", {"derivative_kind": "gradient"}, "refuted"),
    ("sum(p)", "p", {"derivative_kind": "gradient"}, "refuted"),
    ("p", "sum(p)", {"derivative_kind": "gradient"}, "refuted"),
]


@pytest.mark.parametrize(("lhs", "rhs", "fields", "expected"), SHAPES)
def test_shapes_and_layouts(lhs: str, rhs: str, fields: dict[str, str], expected: str) -> None:
    assert judge(claim(lhs, rhs, **fields)).kind == expected


def test_a_gradient_written_as_a_row_is_a_convention_and_an_equation_is_not() -> None:
    c = gradient("x", "x")
    left, right = c.sides or ()
    row = replace(c, sides=(left, Side(right.expr, right.indices, (Integer(1), *right.shape))))
    assert judge(row).kind == "convention"
    assert judge(replace(row, derivative_kind=None)).kind == "refuted"
    assert judge(replace(row, layout="denominator")).kind == "refuted"


def test_both_shapes_are_told() -> None:
    assert judge(claim("M", "M.T")).detail == (
        "the left side is a matrix of size m x n, the right side is a matrix of size n x m"
    )


def test_a_clash_inside_a_side_is_refuted() -> None:
    c = replace(claim("x", "x"), clash=True, sides=None, problem="X is N x D, w is m")
    assert judge(c).kind == "refuted"
    assert judge(c).detail == "X is N x D, w is m"


def test_what_is_no_claim_is_not_judged() -> None:
    place = Place(3, 4)
    assert judge(Statement("definition", place, "z", "=", "w x")).kind == "definition"
    assert judge(Statement("declaration", place, "z", "\\in", "R")).kind == "definition"
    assert judge(Statement("unreadable", place, "z", "=", "?", problem="expected")).kind == "unreadable"
    assert judge(Statement("claim", place, "z", "=", "w x")).kind == "undecided"


def test_all_instances_must_hold() -> None:
    good, bad = claim("A @ x", "A @ x + 0 * x"), claim("A @ x", "A.T @ x")

    def instance(label: str, c: Statement) -> Instance:
        return Instance(label, c.sides, Program(()))

    both = replace(good, sides=None, instances=(instance("l = 1", good), instance("l = 2", good)))
    assert judge(both).kind == "confirmed"
    one = replace(both, instances=(instance("l = 1", good), instance("l = 2", bad)))
    assert judge(one).kind == "refuted"
    assert judge(one).detail.startswith("l = 2: ")


DIFFERENCES = [("A @ B", "B @ A", "confirmed"), ("A @ B", "(B.T @ A.T).T", "refuted"), ("1", "2", "confirmed")]


@pytest.mark.parametrize(("lhs", "rhs", "expected"), DIFFERENCES)
def test_not_equal(lhs: str, rhs: str, expected: str) -> None:
    assert judge(claim(lhs, rhs, "\\ne")).kind == expected


def test_counterexample_entries_have_names() -> None:
    found = judge(claim("A", "A.T")).counterexample
    assert found is not None
    assert set(found["entry"]) == {"row", "column"}


def test_no_rule_for_a_relation() -> None:
    assert judge(claim("s", "t", "\\sim")).kind == "undecided"


GUESSED = ("u is taken as a vector (not declared)",)


def test_a_refutation_that_rests_on_a_guess_is_none() -> None:
    assert judge(claim("x", "u")).kind == "refuted"
    doubtful = judge(claim("x", "u", assumptions=GUESSED))
    assert doubtful.kind == "undecided"
    assert "declare u" in doubtful.detail
    assert judge(claim("x + u", "x - u", assumptions=GUESSED)).kind == "refuted"
    assert judge(claim("u", "u", assumptions=GUESSED)).kind == "proved"
    assert judge(claim("M", "u", assumptions=GUESSED)).kind == "undecided"
