"""Comparison is relative, and finds the entry."""

from __future__ import annotations

import numpy as np

from derive.verify.comparison import Comparison


def compare(claimed, true, ruling="differ"):
    comparison = Comparison("engine", 0)
    for _ in range(2):
        comparison.point({}, [("g", np.array(claimed, dtype=float), np.array(true, dtype=float), lambda entry: ruling)])
    return comparison.verdict()


def test_tiny_numbers_are_not_taken_as_equal():
    assert compare([1e-30, 2e-30], [1e-30, 2e-30]).kind == "confirmed"
    assert compare([1e-30, 2.1e-30], [1e-30, 2e-30]).kind == "refuted"


def test_large_numbers_may_round():
    assert compare([1e30 + 1e18], [1e30]).kind == "confirmed"


def test_the_worst_entry_is_named():
    verdict = compare([[1, 2], [3, 5]], [[1, 2], [3, 4]])
    assert verdict.counterexample["entry"] == (1, 1)
    assert "g[1, 1]: claimed 5, engine 4" in verdict.detail


def test_nothing_finite_or_nothing_at_all_is_undecided():
    assert compare([np.nan], [1]).kind == "undecided"
    assert compare([0.0], [0.0]).kind == "undecided"
    assert Comparison("engine", 0, wanted=0).verdict().kind == "undecided"
    assert compare([1e-12], [0.0]).kind == "refuted"


def test_rounding_is_no_slip_and_no_agreement():
    assert compare([1.0], [1.1], "rounding").kind == "undecided"
    assert "rounding" in compare([1.0], [1.1], "rounding").detail
    assert "balls do not decide" in compare([1.0], [1.1], "open").detail
