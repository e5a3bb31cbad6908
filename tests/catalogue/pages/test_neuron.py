"""One neuron is logistic regression where that is proved, and the page says nothing of it where it is not so."""

from __future__ import annotations

import math

import pytest

from catalogue.pages.values import certified, equation, number, verdicts
from derive.catalogue import build
from derive.catalogue.options import PageOptions

TITLE = "The same as logistic regression"


def page(**given):
    return build("neuron", PageOptions.parse(**given))


def says_so(derived) -> bool:
    return TITLE in {s.title for s in derived.sections}


SAME = [
    {},
    {"l2": "lambda"},
    {"activation": "1/(1 + exp(-z))"},
    {"activation": "exp(z)/(1 + exp(z))"},
    {"activation": "(1 + tanh(z/2))/2"},
    {"loss": "-y*log(yhat) - (1 - y)*log(1 - yhat)"},
]
OTHER = [
    {"activation": "tanh"},
    {"activation": "relu", "loss": "mse"},
    {"loss": "mse"},
    {"loss": "-2*y*log(yhat) - (1 - y)*log(1 - yhat)"},
    {"activation": "sigmoid(2*z)"},
]


@pytest.mark.parametrize("given", SAME, ids=str)
def test_the_same(given):
    derived = page(**given)
    assert says_so(derived)
    certified(derived)


@pytest.mark.parametrize("given", OTHER, ids=str)
def test_not_the_same(given):
    assert not says_so(page(**given))


def test_its_gradient_against_differences_of_the_likelihood():
    """d NLL / dw by central differences of the Bernoulli likelihood, which the neuron never mentions."""
    derived = certified(page())
    x, w, b, y = [0.5, -1.5, 2.0], [0.3, 0.8, -0.4], 0.2, 1.0

    def nll(w):
        p = 1 / (1 + math.exp(-(sum(map(math.prod, zip(w, x, strict=True))) + b)))
        return -math.log(p**y * (1 - p) ** (1 - y))

    p = math.exp(-nll(w))  # the target is 1
    own, reference = (equation(derived, f"d({name})/d(w[d])") for name in ("ell", "NLL"))
    for d in range(3):
        up, down = ([v + s * 1e-6 * (k == d) for k, v in enumerate(w)] for s in (1, -1))
        expected = (nll(up) - nll(down)) / 2e-6
        values = {"x": x, "delta": p - y, "p": p, "y": y}
        for e in (own, reference):
            assert number(e.result, values, {"D": 3}, {e.out[0]: d}) == pytest.approx(expected, abs=1e-8)


def test_the_gradients_are_proved_equal(capsys):
    assert verdicts(capsys, "neuron") == {"proved", "confirmed"}
    derived = certified(page())
    chain = next(e for e in derived.equations() if str(e.lhs) == "d(NLL)/d(w[d])" and len(e.steps) == 3
                 and e.steps[-1].rule == "same")  # fmt: skip
    assert [s.verdict.kind for s in chain.steps] == ["proved"] * 3
    assert str(chain.result) == "d(ell)/d(w[d])"
