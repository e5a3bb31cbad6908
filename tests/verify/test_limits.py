"""A limit is proved where growth and balls agree, refuted where both say otherwise, and else undecided."""

from __future__ import annotations

import pytest
from sympy import Integer, Rational, exp, oo, sin, tanh

from derive.expr import Let, Limit, Program, Tensor, sigmoid
from derive.verify.limits import decide_limit

z, y, s = Tensor("z")(), Tensor("y")(), Tensor("s")()


@pytest.mark.parametrize(
    ("e", "point", "value", "kind"),
    [
        (sigmoid(z), oo, Integer(1), "proved"),
        (sigmoid(z), -oo, Integer(0), "proved"),
        (tanh(z), -oo, Integer(-1), "proved"),
        (sigmoid(z) - y, oo, 1 - y, "proved"),
        (sigmoid(z), oo, Integer(0), "refuted"),
        (sigmoid(z), -oo, Rational(1, 2), "refuted"),
        (tanh(z), -oo, Integer(1), "refuted"),
        (sigmoid(z) - y, oo, y, "refuted"),
        (sin(z) / z, oo, Integer(0), "undecided"),
        (z * exp(z), oo, Integer(0), "undecided"),
    ],
)
def test_kinds(e, point, value, kind):
    assert decide_limit(Limit(e, z, point), value).kind == kind


def test_names_are_put_in():
    program = Program((Let(s, sigmoid(z)),))
    assert decide_limit(Limit(s * (1 - s), z, oo), Integer(0), program).kind == "proved"


def test_the_balls_have_to_agree(monkeypatch):
    """A growth rule that is wrong proves nothing."""
    monkeypatch.setattr("derive.verify.limits.limit", lambda e, x, point: Integer(3))
    assert decide_limit(Limit(sigmoid(z), z, oo), Integer(3)).kind == "undecided"
