"""No value is outside a stated range or above a stated bound, and no bound that is called exact could be smaller.

The witness is mpmath with 40 digits, on a function that is built beside the formula and not from it.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from mpmath import mp
from sympy import oo

from analysis.formulas import Formula, formulas
from derive.analysis import facts
from derive.analysis.boxes import number
from derive.analysis.extremes import Extreme
from derive.analysis.variable import of_z
from derive.formula import parse_scalar_function

DIGITS = 40
SMALL = mp.mpf(10) ** -25
STEP = mp.mpf(10) ** -12  # of difference quotients, in 40 digits
PLACES = [mp.mpf(k) / 7 + mp.mpf("0.0137") for k in range(-70, 71)] + [
    s * mp.mpf(x) for s in (-1, 1) for x in (17.3, 40.1, 200.7)
]
NEAR = [mp.mpf(x) + s * mp.mpf(10) ** -6 for x in (0, 1, -1, 2, -2, 0.5, -0.5, 3, 4, 6) for s in (-1, 1)]  # of kinks
FAR = [s * mp.mpf(10) ** k for s in (-1, 1) for k in (2, 4, 7)]


def real(e) -> mp.mpf:
    """A SymPy number in mpmath, by way of balls."""
    if e in (oo, -oo):
        return mp.inf if e == oo else -mp.inf
    mantissa, exponent = number(e).mid().man_exp()
    return mp.mpf(int(mantissa)) * mp.mpf(2) ** int(exponent)


def slope(f, x):
    """A difference quotient; None where there may be a kink nearby."""
    quotients = [(f(x + h) - f(x)) / h for h in (-STEP, STEP, 2 * STEP)]
    spread = max(quotients) - min(quotients)
    return None if spread > mp.mpf(10) ** -6 * (1 + abs(quotients[0])) else quotients[1]


def check(values, low: Extreme | None, high: Extreme | None, slack) -> None:
    for x, y in values:
        if low is not None:
            assert y >= real(low.low) - slack(y), (x, y, low)
        if high is not None:
            assert y <= real(high.high) + slack(y), (x, y, high)


def is_tight(f, e: Extreme, candidates) -> None:
    """Values come near the supremum: where it is said to be taken, far out, or among the places tried."""
    places = [real(p) for p in e.places] + list(candidates)
    nearest = max(f(p) for p in places if f(p) is not None)
    goal = real(e.low)
    if goal == mp.inf:
        assert nearest > 5, (nearest, e)  # logarithms grow slowly
    else:
        assert nearest > goal - mp.mpf("0.05") * (1 + abs(goal)), (nearest, e)


def examine(formula: Formula) -> None:
    with mp.workdps(DIGITS):
        f = formula.at
        found = facts(of_z(parse_scalar_function(formula.text, ["z"])))
        ends = [real(p.high) for p in found.value.pieces[:-1]]
        near = [*NEAR, *(x + s * mp.mpf(10) ** -6 for x in ends for s in (-1, 1))]
        values = [(x, f(x)) for x in PLACES]
        check(values, found.value.least(), found.value.greatest(), lambda y: SMALL * (1 + abs(y)))
        slopes = [(x, s) for x in PLACES if (s := slope(f, x)) is not None]
        rough = lambda y: mp.mpf(10) ** -9 * (1 + abs(y))  # noqa: E731
        check(slopes, found.slope.least(), found.slope.greatest(), rough)
        size = found.slope.size()
        check([(x, abs(s)) for x, s in slopes], None, size, rough)
        for e, way in ((found.value.greatest(), 1), (found.value.least(), -1)):
            if e is not None and e.exact is not None:
                is_tight(lambda x, way=way: way * f(x), e if way > 0 else e.negated(), [*PLACES, *near, *FAR])
        if size is not None and size.exact is not None:
            is_tight(
                lambda x: None if (s := slope(f, x)) is None else abs(s), size, [*PLACES, *near, *FAR[:2], *FAR[3:5]]
            )
        for way in (-1, 1):
            limit = found.value.limit(way)
            if limit is not None:
                gaps = [
                    abs(f(way * mp.mpf(10) ** k) - real(limit))
                    if abs(limit) != oo
                    else 1 / abs(f(way * mp.mpf(10) ** k))
                    for k in (2, 4, 7)
                ]
                assert gaps[-1] < 0.2, (way, limit, gaps)


def _sigmoid(x):
    return 1 / (1 + mp.exp(-x))


#: Functions for which something was wrong once, or the proof is delicate.
KEPT = [
    ("-z*sigmoid(sigmoid(z/2 - 1))", lambda x: -x * _sigmoid(_sigmoid(x / 2 - 1))),  # a kernel within a kernel
    ("clip(z, -1, 2)*clip(2*z, -1, 2)", lambda x: min(max(x, -1), 2) * min(max(2 * x, -1), 2)),  # at a kink
    ("where(z > 0, sigmoid(z), softplus(2*z))", lambda x: _sigmoid(x) if x > 0 else mp.log1p(mp.exp(2 * x))),
    ("tanh(2*z) - exp(-(z/2 - 1)**2)", lambda x: mp.tanh(2 * x) - mp.exp(-((x / 2 - 1) ** 2))),  # falls late
    ("maximum(z, tanh(z))", lambda x: max(x, mp.tanh(x))),  # three times zero at the kink
    ("z/(1 + abs(z))", lambda x: x / (1 + abs(x))),  # steepest between two pieces
    ("where(z > 0, z + 1, -z)", lambda x: x + 1 if x > 0 else -x),  # zero is not taken: the jump
    ("z*(arctan(z) - pi/2)", lambda x: x * (mp.atan(x) - mp.pi / 2)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "f"), KEPT, ids=[text for text, _ in KEPT])
def test_functions_that_are_kept(text: str, f) -> None:
    examine(Formula(text, f))


@settings(max_examples=12)
@given(formulas)
def test_random_functions(formula: Formula) -> None:
    examine(formula)


@pytest.mark.slow
@settings(max_examples=400)
@given(formulas)
def test_many_random_functions(formula: Formula) -> None:
    examine(formula)


def test_the_check_can_fail():
    """The bound of one function beside the values of another."""
    with pytest.raises(AssertionError):
        examine(Formula("tanh(z)", lambda x: mp.tanh(x) * mp.mpf("1.001")))
    with pytest.raises(AssertionError):
        examine(Formula("tanh(z)", lambda x: mp.tanh(x) * mp.mpf("0.9")))
