"""Limits and bounds far out, against values known from elsewhere."""

from __future__ import annotations

import pytest
from mpmath import mp
from sympy import E, Expr, Rational, oo, pi

from derive.analysis.expansions import mirrored, tail_from
from derive.analysis.variable import of_z
from derive.evaluate.refusals import NoValue
from derive.formula import parse_scalar_function

LIMITS = [  # formula, limit at minus infinity, at infinity
    ("sigmoid(z)", 0, 1),
    ("tanh(3*z)", -1, 1),
    ("softplus(z)", 0, oo),
    ("z*sigmoid(z)", 0, oo),
    ("gelu(z)", 0, oo),
    ("arctan(z)", -pi / 2, pi / 2),
    ("z*(arctan(z) - pi/2)", oo, -1),
    ("softplus(z) - z", oo, 0),
    ("sqrt(z**2 + z) - abs(z)", Rational(-1, 2), Rational(1, 2)),
    ("z**3*exp(-abs(z))", 0, 0),
    ("log(1 + z**2)/sqrt(1 + z**2)", 0, 0),
    ("z/(1 + abs(z))", -1, 1),
    ("clip(z, -2, 6)", -2, 6),
    ("where(z > 100, 7, z)", -oo, 7),
    ("exp(z)/(1 + exp(2*z))", 0, 0),
    ("erf(z) - 1", -2, 0),
    ("z*(erf(z) - 1)", oo, 0),
    ("sigmoid(z) + z*sigmoid(z)*(1 - sigmoid(z))", 0, 1),
    ("(1 + 1/(1 + z**2))**(z**2)", E, E),
    ("sinh(z)/cosh(z)", -1, 1),
    ("exp(-exp(-z))", 0, 1),
    ("exp(z)*exp(-exp(z))", 0, 0),
    ("sin(1/(1 + z**2))*z**2", 1, 1),
]


def formula(text: str) -> Expr:
    return of_z(parse_scalar_function(text, ["z"]))


@pytest.mark.parametrize(("text", "left", "right"), LIMITS, ids=lambda x: str(x))
def test_limits(text, left, right):
    e = formula(text)
    assert tail_from(mirrored(e)).limit() == left
    assert tail_from(e).limit() == right


@pytest.mark.parametrize("text", ["sin(z)", "z*sin(z)", "tanh(z + sin(z)) + cos(z)"])
def test_what_has_no_limit_has_none(text):
    assert tail_from(formula(text)).limit() is None


@pytest.mark.parametrize("text", ["log(-z)", "sqrt(-z)", "1/(relu(-z))", "tan(z)", "exp(exp(z))"])
def test_what_is_not_seen_is_refused(text):
    with pytest.raises(NoValue):
        tail_from(formula(text))


@pytest.mark.parametrize(
    ("text", "f"),
    [
        ("z*sigmoid(z)*(1 - sigmoid(z))", lambda x: x * mp.exp(-x) / (1 + mp.exp(-x)) ** 2),
        ("z*(1 - erf(z))", lambda x: x * mp.erfc(x)),
        ("arctan(z)/z", lambda x: mp.atan(x) / x),
        ("z**2/(1 + z**2)", lambda x: x**2 / (1 + x**2)),
        ("sin(z)/z", lambda x: mp.sin(x) / x),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_hull_holds_all_values_of_the_tail(text, f):
    with mp.workdps(40):
        beyond = tail_from(formula(text))
        hull = beyond.hull()
        low, high = (mp.mpf(str(float(end))) for end in (hull.lower(), hull.upper()))
        for k in range(400):
            x = mp.mpf(int(beyond.start)) + mp.mpf(k) / 10
            assert low - mp.mpf(10) ** -14 <= f(x) <= high + mp.mpf(10) ** -14
