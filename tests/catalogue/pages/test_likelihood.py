"""Likelihoods against probabilities in plain numbers, their losses and derivatives against differences."""

from __future__ import annotations

import math

import numpy as np
import pytest

from catalogue.pages.values import certified, equation, number, printed, verdicts
from derive.catalogue.likelihoods import LIKELIHOODS, read_likelihood
from derive.catalogue.options import PageOptions
from derive.catalogue.pages.likelihood import likelihood
from derive.cli.main import run
from derive.derivation import Prose

Z = np.array([0.3, -1.2, 0.8, 2.0])
SPREAD = 0.7


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


# name: targets, prediction from the score, probability of each target
CASES = {
    "gaussian": (
        np.array([0.5, -2.0, 1.5, 0.1]),
        lambda z: z,
        lambda p, y: np.exp(-(((y - p) / SPREAD) ** 2) / 2) / math.sqrt(2 * math.pi) / SPREAD,
    ),
    "bernoulli": (np.array([1.0, 0, 0, 1]), sigmoid, lambda p, y: np.where(y == 1, p, 1 - p)),
    "poisson": (
        np.array([0.0, 3, 1, 5]),
        np.exp,
        lambda p, y: np.array([math.exp(-q) * q ** int(k) / math.factorial(int(k)) for q, k in zip(p, y, strict=True)]),
    ),
    "exp(-abs(y - yhat))/2": (np.array([0.5, -2.0, 1.5, 0.1]), lambda z: z, lambda p, y: np.exp(-abs(y - p)) / 2),
}


def test_every_likelihood_is_written_by_hand():
    """Classes have a test of their own, with softmax."""
    named = {name for name, row in LIKELIHOODS.items() if not row.classes}
    assert named <= set(CASES), "a likelihood wants its probability in CASES, against which it is held"


def page(text: str, **given):
    return likelihood(read_likelihood(text), PageOptions.parse(**given))


def nll(case: str, z) -> float:
    y, link, probability = CASES[case]
    return -math.log(math.prod(probability(link(z), y))) / len(y)


@pytest.mark.parametrize("case", CASES)
def test_every_line_is_the_logarithm_of_the_product(case):
    derived = certified(page(case))
    y, link, probability = CASES[case]
    values = {"y": y, "yhat": link(Z), "s": SPREAD, "c": math.sqrt(2 * math.pi) * SPREAD}
    values["P"] = probability(link(Z), y)
    expected = {"Lik": math.prod(values["P"]), "loglik": -4 * nll(case, Z), "NLL": nll(case, Z)}
    for name, value in expected.items():
        for step in equation(derived, name).steps:
            assert number(step.after, values, {"N": 4}) == pytest.approx(value, rel=1e-10)


@pytest.mark.parametrize("case", CASES)
def test_delta_against_differences(case):
    y, link, _ = CASES[case]
    delta = equation(page(case), "delta[n]")
    values = {"y": y, "yhat": link(Z), "s": SPREAD}
    for n in range(4):
        step = 1e-6 * np.eye(4)[n]
        expected = (nll(case, Z + step) - nll(case, Z - step)) / 2e-6
        assert number(delta.result, values, {"N": 4}, {delta.out[0]: n}) == pytest.approx(expected, abs=1e-7)


def test_categorical_with_softmax():
    z = np.array([[0.2, -1.0, 0.7], [1.5, 0.3, -0.2]])
    y = np.array([[0.0, 0, 1], [1, 0, 0]])
    derived = certified(page("categorical"))

    def loss(z):
        return -math.log((softmax(z) ** y).prod()) / 2

    values = {"Y": y, "Yhat": softmax(z)}
    assert number(equation(derived, "NLL").result, values, {"N": 2, "K": 3}) == pytest.approx(loss(z))
    delta = equation(derived, "Delta[n,k]")
    for place in np.ndindex(z.shape):
        step = np.zeros_like(z)
        step[place] = 1e-6
        expected = (loss(z + step) - loss(z - step)) / 2e-6
        found = number(delta.result, values, {"N": 2, "K": 3}, dict(zip(delta.out, place, strict=True)))
        assert found == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("case", ["gaussian", "bernoulli", "poisson"])
def test_with_its_own_link_delta_is_the_error(case):
    delta = equation(page(case), "delta[n]")
    y, link, _ = CASES[case]
    values = {"y": y, "yhat": link(Z), "s": 1.0}
    found = [4 * number(delta.result, values, {"N": 4}, {delta.out[0]: n}) for n in range(4)]
    assert found == pytest.approx(list(link(Z) - y))


def test_the_squared_error_saturates_and_the_likelihood_does_not():
    """The limits of the page against values far out in mpmath."""
    import mpmath

    derived = page("bernoulli")
    chains = [e for e in derived.equations() if str(e.lhs).startswith("lim")]
    assert len(chains) == 4
    for e in chains:
        z = (1 if "-> oo" in str(e.lhs) else -1) * mpmath.mpf(60)
        p = 1 / (1 + mpmath.exp(-z))
        for y in (0, 1):
            slope = (p - y) * p * (1 - p) if "(1 - sigmoid(z))" in str(e.lhs) else p - y
            expected = number(e.result, {"y": y}, {})
            assert float(slope) == pytest.approx(expected, abs=1e-12)
    wrong = [number(e.result, {"y": 1}, {}) for e in chains if "-> -oo" in str(e.lhs)]
    assert sorted(wrong) == [-1, 0]


def test_another_link():
    """Another link changes the derivative, and the page follows."""
    derived = certified(page("bernoulli", output_activation="(1 + tanh(z))/2"))
    delta = equation(derived, "delta[n]")
    p, y = (1 + np.tanh(Z)) / 2, CASES["bernoulli"][0]
    for n in range(4):
        found = number(delta.result, {"y": y, "yhat": p, "z": Z}, {"N": 4}, {delta.out[0]: n})
        assert 4 * found == pytest.approx(2 * (p - y)[n])


@pytest.mark.parametrize("name", LIKELIHOODS)
@pytest.mark.parametrize("notation", ["matrix", "component", "both"])
def test_established_whatever_the_options(name, notation, capsys):
    assert verdicts(capsys, "likelihood", name, "--notation", notation) <= {"proved", "confirmed"}


def test_what_is_printed(capsys):
    assert "y_n!" in printed(capsys, "likelihood", "poisson")
    assert "the squared error" in printed(capsys, "likelihood", "gaussian")
    own = printed(capsys, "likelihood", "exp(-abs(y - yhat))/2")
    assert "it was not checked" in " ".join(own.split())
    assert "not checked" not in printed(capsys, "likelihood", "gaussian")


@pytest.mark.parametrize("formula", ["y - yhat", "exp(yhat)", "gausian", "exp(-abs(y - yhat)"])
def test_what_is_no_likelihood_is_refused(formula, capsys):
    assert run(["likelihood", formula]) != 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bernoulli", "whether the score goes to $\\infty$ or to $-\\infty$"),
        ("poisson", "As the score goes to $-\\infty$"),
    ],
)
def test_only_the_limits_that_are_known_are_claimed(name, said):
    """The squared error on exp(z) vanishes on one side alone: on the other its derivative grows without bound."""
    prose = [
        b.text
        for s in likelihood(read_likelihood(name), PageOptions()).sections
        for b in s.blocks
        if isinstance(b, Prose)
    ]
    assert [text for text in prose if "vanishes" in text and said in text]
    slope = {"bernoulli": lambda p: p * (1 - p) * (p - 0.5), "poisson": lambda p: p * (p - 0.5)}[name]
    predicted = {"bernoulli": lambda z: 1 / (1 + math.exp(-z)), "poisson": math.exp}[name]
    vanishes = {z: abs(slope(predicted(z))) < 1e-6 for z in (-40.0, 40.0)}
    assert vanishes == {-40.0: True, 40.0: name == "bernoulli"}


@pytest.mark.parametrize("text", ["1/(yhat - y)", "log(yhat - y)", "y*yhat"])
def test_a_density_that_is_not_positive_is_refused(text, capsys):
    assert run(["likelihood", text, "--no-cache"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "positive" in err
    assert "Try" in err


def test_a_sum_is_split_only_where_something_is_split_off():
    for name, split in (("categorical", False), ("bernoulli", False), ("poisson", True), ("gaussian", True)):
        derived = likelihood(read_likelihood(name), PageOptions())
        reasons = [s.reason for e in derived.equations() for s in e.steps]
        assert ("with and without the predictions" in reasons) is split
