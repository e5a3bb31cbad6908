"""Points at which code is compared: of both signs, then of one sign each, and what is said of them."""

from __future__ import annotations

import numpy as np
import pytest

from derive.codegen.points import EACH, FORMULA, ONE_SIGN, POINTS, TRIES, Compared, points
from derive.errors import VerificationError
from derive.expr import Size, Tensor

N = Size("N")
X, Y, P = Tensor("x", (N,)), Tensor("y", (N,)), Tensor("p", (N,), None, frozenset(("positive",)))


def _signs(x: np.ndarray) -> str:
    return "+" if (x > 0).all() else "-" if (x < 0).all() else "both"


def test_both_signs_come_first_then_each_array_has_one():
    drawn = list(points((X, Y, P), {N: 5}, seed=0))
    assert [alone for _, alone in drawn] == [False] * TRIES + [True] * ONE_SIGN * EACH
    assert {_signs(point[X]) for point, alone in drawn if not alone} >= {"both"}
    seen = [(_signs(point[X]), _signs(point[Y])) for point, alone in drawn if alone]
    assert seen[:EACH] == [("+", "+")] * EACH
    assert set(seen) == {("+", "+"), ("-", "+"), ("+", "-"), ("-", "-")}


def test_declared_properties_hold_everywhere():
    assert all(_signs(point[P]) == "+" for point, _ in points((X, P), {N: 4}, seed=3))


@pytest.mark.parametrize(("alone", "said"), [(False, "3 random points"), (True, "arrays of one sign")])
def test_what_is_said(alone, said):
    compared = Compared()
    assert [compared.count(alone) for _ in range(POINTS)] == [False, False, True]
    assert said in compared.told(FORMULA)
    assert ("one sign" in compared.told(FORMULA)) == alone


def test_too_few_points_are_no_agreement():
    compared = Compared()
    compared.count(False)
    with pytest.raises(VerificationError, match="Try: declare where it is defined"):
        compared.told(FORMULA)
