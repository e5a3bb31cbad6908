"""Log odds of Gaussian classes against densities in NumPy: linear with one covariance, quadratic with two."""

from __future__ import annotations

import numpy as np
import pytest

from catalogue.pages.values import certified, equation, number, printed, verdicts
from derive.catalogue.options import PageOptions
from derive.catalogue.pages.gaussian import gaussian

D = 3
RNG = np.random.default_rng(5)
MEANS, X = RNG.normal(size=(4, D)), RNG.normal(size=D)
ROOTS = RNG.normal(size=(4, D, D))
COVARIANCES = ROOTS @ ROOTS.transpose(0, 2, 1) + np.eye(D)
PRIORS = np.array([0.4, 0.3, 0.2, 0.1])


def page(classes=2, covariance="shared"):
    return gaussian(classes, covariance, PageOptions())


def score(x, mean, covariance, prior):
    """log(density times prior), by a Cholesky factor and no inverse."""
    factor = np.linalg.cholesky(covariance)
    white = np.linalg.solve(factor, x - mean)
    return np.log(prior) - white @ white / 2 - np.log(np.diag(factor)).sum() - D / 2 * np.log(2 * np.pi)


def given(shared: bool) -> dict:
    first, second = COVARIANCES[0], COVARIANCES[0 if shared else 1]
    values = {
        "x": X, "mu_1": MEANS[0], "mu_2": MEANS[1], "rho_1": PRIORS[0], "rho_2": PRIORS[1],
        "Sigma": first, "Sigma_1": first, "Sigma_2": second,
    }  # fmt: skip
    for n, (k, covariance) in enumerate(((0, first), (1, second)), start=1):
        values[f"a_{n}"] = score(X, MEANS[k], covariance, PRIORS[k])
        values[f"f_{n}"] = np.exp(values[f"a_{n}"]) / PRIORS[k]
        values["uv"[n - 1]] = np.linalg.solve(covariance, MEANS[k])
        rest = np.log(PRIORS[k]) - MEANS[k] @ values["uv"[n - 1]] / 2
        values[f"c_{n}"] = rest if shared else rest - np.linalg.slogdet(covariance)[1] / 2
    values["w"], values["w0"] = values["u"] - values["v"], values["c_1"] - values["c_2"]
    values["A"] = (np.linalg.inv(second) - np.linalg.inv(first)) / 2
    values["a"] = values["a_1"] - values["a_2"]
    values["q"] = values["a_1"] - values["u"] @ X - values["c_1"]
    if not shared:
        values["q"] += X @ np.linalg.solve(first, X) / 2
    return values


@pytest.mark.parametrize("covariance", ["shared", "own"])
def test_every_line_of_scores_and_log_odds_is_the_density_in_numpy(covariance):
    derived = certified(page(covariance=covariance))
    values = given(covariance == "shared")
    for name in ("a_1", "a_2", "a"):
        for step in equation(derived, name).steps:
            assert number(step.after, values, {"D": D}) == pytest.approx(values[name], rel=1e-10)


@pytest.mark.parametrize("covariance", ["shared", "own"])
def test_the_weights_are_the_derivative_and_the_rest_the_value(covariance):
    """w and w_0 as the page gives them rebuild the log odds of other inputs."""
    derived, values = page(covariance=covariance), given(covariance == "shared")
    w, w0 = (equation(derived, name) for name in ("w[d]", "w0"))
    weights = [number(w.result, values, {"D": D}, {w.out[0]: d}) for d in range(D)]
    constant = number(w0.result, values, {"D": D})
    second = COVARIANCES[0 if covariance == "shared" else 1]
    for x in RNG.normal(size=(5, D)):
        odds = score(x, MEANS[0], COVARIANCES[0], PRIORS[0]) - score(x, MEANS[1], second, PRIORS[1])
        curve = 0 if covariance == "shared" else x @ values["A"] @ x
        assert np.dot(weights, x) + constant + curve == pytest.approx(odds, rel=1e-9)


def test_with_one_covariance_the_second_difference_vanishes_and_with_two_it_does_not():
    h = RNG.normal(size=D)

    def odds(x, second):
        return score(x, MEANS[0], COVARIANCES[0], PRIORS[0]) - score(x, MEANS[1], second, PRIORS[1])

    for second, curved in ((COVARIANCES[0], False), (COVARIANCES[1], True)):
        bend = odds(X + h, second) - 2 * odds(X, second) + odds(X - h, second)
        assert (abs(bend) > 1e-6) == curved
    assert "A" not in {str(e.lhs)[:1] for e in page().equations()}
    assert "A[d,e]" in {str(e.lhs) for e in page(covariance="own").equations()}


@pytest.mark.parametrize("covariance", ["shared", "own"])
def test_many_classes(covariance):
    derived = certified(page("K", covariance))
    shared = covariance == "shared"
    covariances = [COVARIANCES[0 if shared else k] for k in range(4)]
    scores = np.array([score(X, MEANS[k], covariances[k], PRIORS[k]) for k in range(4)])
    inverses = np.linalg.inv(np.array(covariances))
    values = {"x": X, "M": MEANS, "Sigma": covariances[0] if shared else covariances, "rho": PRIORS}
    values |= {"a": scores, "f": np.exp(scores) / PRIORS, "W": np.einsum("kij,kj->ki", inverses, MEANS)}
    z = next(e for e in derived.equations() if str(e.lhs) == "z[k]")
    p = next(e for e in derived.equations() if str(e.lhs) == "p[k]")
    c = next(e for e in derived.equations() if str(e.lhs) == "c[k]")
    values["c"] = [number(c.result, values, {"D": D, "K": 4}, {c.out[0]: k}) for k in range(4)]
    values["z"] = [number(z.result, values, {"D": D, "K": 4}, {z.out[0]: k}) for k in range(4)]
    posterior = np.exp(scores) / np.exp(scores).sum()
    for k in range(4):
        assert number(p.result, values, {"D": D, "K": 4}, {p.out[0]: k}) == pytest.approx(posterior[k], rel=1e-9)


def test_estimates_are_those_of_numpy():
    """The gradients vanish at np.mean and np.cov, and nowhere near them."""
    data = RNG.normal(size=(7, D)) @ ROOTS[0]
    mean, covariance = data.mean(axis=0), np.cov(data.T, bias=True)
    derived = page()
    by_mean, by_covariance = (equation(derived, f"d(loglik)/d({name})") for name in ("mu[d]", "Sigma[d,e]"))

    def gradient(e, values):
        shape = (D,) * len(e.out)
        at = (dict(zip(e.out, place, strict=True)) for place in np.ndindex(shape))
        return np.array([number(e.result, {"X": data} | values, {"D": D, "N": 7}, place) for place in at])

    estimate = {"mu": mean, "Sigma": covariance}
    assert np.abs(gradient(by_mean, estimate)).max() < 1e-9
    assert np.abs(gradient(by_covariance, estimate)).max() < 1e-9
    assert np.abs(gradient(by_mean, estimate | {"mu": mean + 0.1})).max() > 1e-2
    assert np.abs(gradient(by_covariance, estimate | {"Sigma": covariance * 1.1})).max() > 1e-2


@pytest.mark.parametrize("classes", ["2", "3", "K"])
@pytest.mark.parametrize("covariance", ["shared", "own"])
def test_established_whatever_the_options(classes, covariance, capsys):
    found = verdicts(capsys, "gaussian", "--classes", classes, "--covariance", covariance, "--notation", "both")
    assert found <= {"proved", "confirmed"}
    assert "proved" in found


def test_what_is_printed(capsys):
    text = printed(capsys, "gaussian")
    assert "= Σ⁻¹ (μ_1 - μ_2)" in text
    assert "= wᵀ x + w_0" in text
    assert "q is in both scores and cancels" in text
    assert "A = (Σ_2⁻¹ - Σ_1⁻¹)/2" in printed(capsys, "gaussian", "--covariance", "own")
    assert "= softmax(z)" in printed(capsys, "gaussian", "--classes", "K")
