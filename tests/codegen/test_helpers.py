"""The helper functions against their definitions in hundreds of digits, at |z| <= 1000."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from codegen.precise import DIGITS, TYPES, points, sigmoid, units
from derive.codegen.helpers import HELPERS, with_needs
from derive.codegen.polynomials import ERF, ERFCX
from derive.codegen.printer import helper_functions

FUNCTIONS = helper_functions()

SCALAR = {
    "sigmoid": sigmoid,
    "sigmoid_slope": lambda z: sigmoid(z) * (1 - sigmoid(z)),
    "softplus": lambda z: mp.log(1 + mp.exp(z)),
    "heaviside": lambda z: mp.mpf(z > 0),
    "or_one": lambda z: z if z > 0 else mp.mpf(1),
    "gauss": lambda z: mp.exp(-z * z / 2),
    "exp_minus_square": lambda z: mp.exp(-z * z),
    "normal_cdf": lambda z: mp.erfc(-z / mp.sqrt(2)) / 2,
    "erf": mp.erf,
    "erfc": mp.erfc,
}
AXIS = {"from_top", "softmax", "softmax_rest", "log_softmax", "logsumexp", "winner"}


def test_each_helper_has_a_test():
    assert {*SCALAR, *AXIS, "erfcx", "log_det"} == set(HELPERS)


def test_what_a_helper_calls_comes_with_it():
    assert with_needs({"normal_cdf"}) == ("gauss", "erfcx", "normal_cdf")


@pytest.mark.parametrize("dtype", TYPES, ids=lambda t: t.__name__)
@pytest.mark.parametrize("name", SCALAR)
def test_functions_of_a_number(name, dtype):
    z = points(dtype, seed=5)
    found = FUNCTIONS[name](z)
    assert found.dtype == dtype
    with mp.workdps(DIGITS):
        worst = max(units(f, SCALAR[name](mp.mpf(float(t)))) for f, t in zip(found, z, strict=True))
    assert worst <= 4


@pytest.mark.parametrize("dtype", TYPES, ids=lambda t: t.__name__)
def test_functions_along_an_axis(dtype):
    rng = np.random.default_rng(2)
    z = np.concatenate([rng.uniform(-s, s, (20, 5)) for s in (3, 100, 1000)]).astype(dtype)
    z[::9, 1] = z[::9, 0]
    found = {name: FUNCTIONS[name](z) for name in AXIS}
    with mp.workdps(DIGITS):
        for n, row in enumerate(z):
            exact = [mp.mpf(float(t)) for t in row]
            total = mp.fsum(map(mp.exp, exact))
            if abs(mp.log(total)) > 1:  # near its zero the largest entry cancels
                assert units(found["logsumexp"][n], mp.log(total)) <= 4
            for k, t in enumerate(exact):
                p = mp.exp(t) / total
                assert units(found["softmax"][n, k], p) <= 4
                assert units(found["softmax_rest"][n, k], 1 - p) <= 4
                assert units(found["log_softmax"][n, k], mp.log(p)) <= 4
                assert found["winner"][n, k] == (t == max(exact))


def test_logsumexp_keeps_an_axis_if_asked():
    assert FUNCTIONS["logsumexp"](np.zeros((2, 3)), keepdims=True).shape == (2, 1)


def test_coefficients_are_derived_again():
    """Chebyshev interpolation of (1 + 2x) erfcx(x) in (x - 2) / (x + 2), and the Taylor series of erf(x) / x."""
    with mp.workdps(60):
        n, degree = 67, len(ERFCX) - 1
        angles = [mp.pi * (k + mp.mpf(1) / 2) / n for k in range(n)]
        values = [_scaled(2 * (1 + mp.cos(a)) / (1 - mp.cos(a))) for a in angles]
        chebyshev = [2 * mp.fsum(v * mp.cos(j * a) for v, a in zip(values, angles, strict=True)) / n
                     for j in range(degree + 1)]  # fmt: skip
        chebyshev[0] /= 2
        monomial = [mp.mpf(0)] * (degree + 1)
        before, now = [mp.mpf(1)], [mp.mpf(0), mp.mpf(1)]
        for c in chebyshev:
            for power, coefficient in enumerate(before):
                monomial[power] += c * coefficient
            before, now = now, _next(before, now)
        assert [float(c) for c in reversed(monomial)] == list(ERFCX)
        series = [2 / mp.sqrt(mp.pi) * (-1) ** k / mp.factorial(k) / (2 * k + 1) for k in range(len(ERF))]
        assert [float(c) for c in reversed(series)] == list(ERF)


def _next(before: list, now: list) -> list:
    doubled = [mp.mpf(0), *(2 * c for c in now)]
    return [d - b for d, b in zip(doubled, [*before, *[mp.mpf(0)] * (len(doubled) - len(before))], strict=True)]


def _scaled(x):
    if x < 50:
        return (1 + 2 * x) * mp.exp(x * x) * mp.erfc(x)
    term, total = mp.mpf(1), mp.mpf(0)
    for k in range(40):
        total += term
        term *= -(2 * k + 1) / (2 * x * x)
    return (1 + 2 * x) * total / (x * mp.sqrt(mp.pi))


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_logarithms_of_determinants_neither_overflow_nor_vanish(scale):
    A = scale * (np.eye(200) + np.ones((200, 200)))
    assert FUNCTIONS["log_det"](A) == pytest.approx(200 * np.log(scale) + np.log(201), rel=1e-12)


def test_logarithms_of_determinants_have_the_domain_of_the_logarithm():
    with np.errstate(all="ignore"):
        found = FUNCTIONS["log_det"](np.array([[[2.0, 0], [0, 1]], [[-2, 0], [0, 1]], [[1, 1], [1, 1]]]))
    assert found[0] == pytest.approx(np.log(2))
    assert np.isnan(found[1])
    assert found[2] == -np.inf
