"""Bounds of slopes, ranges and slopes in terms of the output, against what is known from the literature."""

from __future__ import annotations

import pytest
from mpmath import mp
from sympy import Expr, Rational, S, erf, exp, oo, pi, sqrt

from derive.analysis import facts, parity, slope_bound
from derive.analysis.outputs import OUTPUT, in_output, not_a_function
from derive.analysis.variable import of_z, replaced, z
from derive.derivation import Equation
from derive.evaluate.oracle import FLOAT, evaluate
from derive.expr import sigmoid
from derive.formula import parse_scalar_function

EXACT = [  # formula, supremum of |slope|, is it taken, range
    ("sigmoid(z)", Rational(1, 4), True, (0, 1)),
    ("tanh(z)", 1, True, (-1, 1)),
    ("relu(z)", 1, True, (0, oo)),
    ("where(z > 0, z, z/100)", 1, True, (-oo, oo)),
    ("where(z > 0, z, exp(z) - 1)", 1, True, (-1, oo)),
    ("softplus(z)", 1, False, (0, oo)),
    ("z + 0", 1, True, (-oo, oo)),
    ("step(z)", 0, True, (0, 1)),
    ("erf(z)", 2 / sqrt(pi), True, (-1, 1)),
    ("arctan(z)", 1, True, (-pi / 2, pi / 2)),
    ("z/(1 + abs(z))", 1, True, (-1, 1)),
    ("z/sqrt(1 + z**2)", 1, True, (-1, 1)),
    ("exp(-z**2)", sqrt(2) * exp(-S.Half), True, (0, 1)),
    ("clip(z/6 + 1/2, 0, 1)", Rational(1, 6), True, (0, 1)),
    ("z*clip(z/6 + 1/2, 0, 1)", Rational(3, 2), False, (Rational(-3, 8), oo)),
    ("1.7159*tanh(2*z/3)", Rational("1.7159") * 2 / 3, True, (-Rational("1.7159"), Rational("1.7159"))),
    ("tanh(z)**3", Rational(3, 4), True, (-1, 1)),
    ("gelu(z)", S.Half + erf(1) / 2 + exp(-1) / sqrt(pi), True, None),
    ("z**2", oo, False, (0, oo)),
    ("exp(z)", oo, False, (0, oo)),
    ("exp(-exp(-z))", exp(-1), True, (0, 1)),  # Gompertz
]


def formula(text: str) -> Expr:
    return of_z(parse_scalar_function(text, ["z"]))


@pytest.mark.parametrize(("text", "value", "attained", "span"), EXACT, ids=[row[0] for row in EXACT])
def test_exact_bounds_and_ranges(text, value, attained, span):
    found = slope_bound(parse_scalar_function(text, ["z"]))
    assert found.kind == "exact"
    assert found.value == value or (found.value - value).equals(0)
    assert found.attained is attained
    if span is not None:
        course = facts(formula(text)).value
        assert (course.least().exact, course.greatest().exact) == span


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("tanh(z)", "<="),
        ("softplus(z)", "<"),
        ("where(z > 0, z, 2*(exp(z) - 1))", "<="),  # not taken, but a convention says that the slope at 0 is 2
        ("z*clip(z/6 + 1/2, 0, 1)", "<="),
    ],
)
def test_a_limit_at_a_kink_is_not_said_to_be_missed(text, relation):
    (*_, last) = slope_bound(parse_scalar_function(text, ["z"])).proof
    assert last.steps[-1].relation == relation


@pytest.mark.parametrize(
    ("text", "known", "minimum"),
    [  # the largest slope, and the least value, to the digits that are published or found by mpmath.findroot
        ("z*sigmoid(z)", "1.0998393194", "-0.2784645427"),
        ("z*tanh(softplus(z))", "1.0884980000", "-0.3088430000"),
    ],
)
def test_enclosed_bounds(text, known, minimum):
    found = slope_bound(parse_scalar_function(text, ["z"]))
    assert found.kind == "enclosed" and found.attained
    assert found.least - Rational(1, 10**5) <= Rational(known) <= found.value + Rational(1, 10**5)
    assert found.value - found.least <= Rational(2, 10**6)
    low = facts(formula(text)).value.least()
    assert low.low - Rational(1, 10**5) <= Rational(minimum) <= low.high + Rational(1, 10**5)


def test_swish_by_another_way():
    """The minimum of z sigmoid(z) is -W(1/e), and its largest slope is where mpmath finds the root."""
    with mp.workdps(30):
        low = facts(formula("z*sigmoid(z)")).value.least()
        known = -mp.lambertw(mp.exp(-1)).real
        assert mp.mpf(str(float(low.low))) - mp.mpf("1e-15") <= known <= mp.mpf(str(float(low.high))) + mp.mpf("1e-15")
        s = lambda x: 1 / (1 + mp.exp(-x))  # noqa: E731
        root = mp.findroot(lambda x: 2 + x - 2 * x * s(x), 2.4)
        top = s(root) + root * s(root) * (1 - s(root))
        bound = slope_bound(parse_scalar_function("z*sigmoid(z)"))
        assert float(bound.least) - 1e-15 <= float(top) <= float(bound.value) + 1e-15


UNKNOWN = ["1/z", "log(z)", "sqrt(z)", "tan(z)", "exp(exp(exp(z)))", "z**z", "where(log(z)**2 + 1 > 0, 1, z)"]


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_is_not_seen_is_unknown(text):
    found = slope_bound(parse_scalar_function(text))
    assert (found.kind, found.value, found.least) == ("unknown", None, None)
    assert found.why and found.proof


def test_a_bound_that_is_not_close_says_so():
    found = slope_bound(parse_scalar_function("z + sin(z)**2"))
    assert found.kind == "enclosed" and found.value >= 2 and found.least <= 2
    assert found.value - found.least > 1
    assert "nothing closer was found" in found.proof[-1].text


IN_OUTPUT = [
    ("sigmoid(z)", "a*(1 - a)"),
    ("tanh(z)", "1 - a**2"),
    ("softplus(z)", "1 - exp(-a)"),
    ("log(1 + exp(2*z))/2 + 1", "1 - exp(2 - 2*a)"),
    ("relu(z)", "where(a > 0, 1, 0)"),
    ("where(z > 0, z, z/100)", "where(a > 0, 1, 0.01)"),
    ("where(z > 0, z, exp(z) - 1)", "where(a > 0, 1, a + 1)"),
    ("where(z > 0, z, 2*(exp(z/2) - 1))", "where(a > 0, 1, a/2 + 1)"),
    ("z/(1 + abs(z))", "(1 - abs(a))**2"),
    ("arctan(z)", "cos(a)**2"),
    ("1 - sigmoid(3*z)", "-3*a*(1 - a)"),
    ("exp(z)", "a"),
    ("clip(z, 0, 6)", "where(a > 0, where(a < 6, 1, 0), 0)"),
]


@pytest.mark.parametrize(("text", "known"), IN_OUTPUT, ids=[row[0] for row in IN_OUTPUT])
def test_slopes_in_terms_of_the_output(text, known):
    found = in_output(facts(formula(text)))
    assert found is not None and not found.also
    expected = parse_scalar_function(known, ["a"])
    for k in range(-23, 24):
        if k % 7 == 0:
            continue  # a kink
        a = evaluate(formula(text), {z().tensor: k / 7}, {}, ring=FLOAT)
        value = evaluate(found.slope, {OUTPUT: a}, {}, ring=FLOAT)
        assert value == pytest.approx(evaluate(expected(OUTPUT()), {OUTPUT: a}, {}, ring=FLOAT), abs=1e-12)


def test_swish_in_terms_of_output_and_logistic_function():
    found = in_output(facts(formula("z*sigmoid(z)")))
    a, s = OUTPUT(), sigmoid(z())
    assert found is not None and found.also
    assert (found.slope - (a + s * (1 - a))).expand() == 0


@pytest.mark.parametrize("text", ["gelu(z)", "z*sigmoid(z)", "abs(z)", "z**2", "exp(-z**2)", "z**3 - z"])
def test_no_function_of_the_output(text):
    f = facts(formula(text))
    assert not_a_function(f, parity(f.function))


@pytest.mark.parametrize("text", ["sigmoid(z)", "relu(z)", "z**3", "erf(z)", "step(z)", "arctan(z) + z"])
def test_monotone_functions_are_not_refused(text):
    f = facts(formula(text))
    assert not not_a_function(f, parity(f.function))


def test_the_square_is_completed():
    chain = next(b for b in slope_bound(sigmoid).proof if isinstance(b, Equation))
    a = OUTPUT()
    assert [s.relation for s in chain.steps] == ["=", "=", "<="]
    assert chain.steps[1].after == Rational(1, 4) - (a - Rational(1, 2)) ** 2
    assert replaced(chain.steps[1].after, a, S.Half) == chain.result == Rational(1, 4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("tanh(z)", "odd"), ("abs(z)", "even"), ("sigmoid(z)", "neither"), ("sigmoid(z) - 1/2", "odd"), ("z**3", "odd"),
     ("cos(z)", "even"), ("relu(z)", "neither"), ("z*tanh(z)", "even")],
)  # fmt: skip
def test_parity(text, expected):
    assert parity(formula(text)) == expected
