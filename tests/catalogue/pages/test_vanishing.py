"""The bound on the deltas against networks of random weights, and steps that are wrong are not established."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from sympy import Rational

from derive.catalogue.options import PageOptions
from derive.catalogue.pages.vanishing import vanishing
from derive.cli.main import run
from derive.derivation import Equation, Table
from derive.derivation.certify import certify
from derive.notation.document.check import unfaithful


def page(activation="sigmoid", **more):
    return vanishing(PageOptions.parse(activation=activation, layers="L", loss="mse"), **more)


SLOPES = {
    "sigmoid": lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
    "tanh": lambda z: 1 - np.tanh(z) ** 2,
    "sin(z)": np.cos,
    "softplus": lambda z: 1 / (1 + np.exp(-z)),
    "z*sigmoid(z)": lambda z: (1 + np.exp(-z) + z * np.exp(-z)) / (1 + np.exp(-z)) ** 2,
}


def bound(derived):
    return float(next(e for e in derived.equations() if str(e.lhs) == "beta").result)


@pytest.mark.parametrize("activation", SLOPES)
def test_deltas_of_random_networks(activation):
    """The recursion run downwards: never above the bound, which one unit a layer at its steepest place attains."""
    beta, rng, closest = bound(page(activation)), np.random.default_rng(1), 0.0
    z = np.linspace(-8, 8, 4001)
    slopes = np.abs(SLOPES[activation](z))
    steepest = z[slopes.argmax()]
    assert slopes.max() <= beta * (1 + 1e-12)
    for depth in range(1, 20):
        delta, factor, narrow = rng.normal(size=1), 1.0, depth % 2
        start = np.linalg.norm(delta)
        for _ in range(depth):
            weights = rng.normal(size=(delta.size, 1 if narrow else rng.integers(1, 5)))
            places = steepest if narrow else rng.choice(z, size=weights.shape[1])
            delta = (weights.T @ delta) * SLOPES[activation](places)
            factor *= beta * np.linalg.norm(weights)
        assert np.linalg.norm(delta) <= factor * start * (1 + 1e-12)
        closest = max(closest, np.linalg.norm(delta) / (factor * start))
    assert closest > 0.99


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "gelu", "tanh(z)*2 + z", "z/(1 + abs(z))"])
def test_verified(activation):
    derived = certify(page(activation))
    assert derived.certificate.failures == ()
    assert derived.certificate.proved >= 10
    assert list(unfaithful(derived, "full")) == []


@pytest.mark.parametrize("activation", ["z**2", "z*sin(z)"])
def test_without_a_bound_nothing_is_claimed(activation):
    derived = certify(page(activation))
    assert derived.certificate.failures == ()
    assert "One layer" not in [s.title for s in derived.sections]
    assert "Many layers" not in [s.title for s in derived.sections]


def table(derived):
    (found,) = (b for s in derived.sections if s.title == "In numbers" for b in s.blocks if isinstance(b, Table))
    return {int(row[0]): [float(x) for x in row[1:]] for row in found.rows}


def test_numbers():
    assert table(page())[10] == [pytest.approx(0.25**10, rel=1e-3)]
    shown = table(page(layers=30, norm=Fraction(9, 2)))
    assert shown[30] == [pytest.approx(0.25**30, rel=1e-3), pytest.approx((0.25 * 4.5) ** 30, rel=1e-3)]


@pytest.mark.parametrize("title", ["One layer", "Many layers"])
def test_a_smaller_bound_is_not_established(title):
    """Each inequality with a right side that is a hundredth smaller."""
    derived, tried = page(), 0
    (section,) = (s for s in derived.sections if s.title == title)
    for block in section.blocks:
        for n, step in enumerate(block.steps if isinstance(block, Equation) else ()):
            if step.relation != "<=":
                continue
            less = replace(step, after=step.after * Rational(99, 100))
            wrong = replace(block, steps=(*block.steps[:n], less))
            failures = certify(replace(derived, sections=(replace(section, blocks=(wrong,)),), witnessed=()))
            assert failures.certificate.failures
            tried += 1
    assert tried


def test_command(capsys):
    assert run(["vanishing", "--activation", "tanh", "--layers", "7", "--weight-norm", "0.5", "--no-cache"]) == 0
    out, err = capsys.readouterr()
    assert "0.007812" in out  # 2^-7
    assert "proved" in err


def test_without_biases(capsys):
    assert run(["vanishing", "--no-bias", "--no-cache"]) == 0
    out, err = capsys.readouterr()
    assert "z⁽ˡ⁾ = W⁽ˡ⁾ a⁽ˡ⁻¹⁾ " in out and "bias" not in out
    assert "proved" in err


def test_one_unit_has_letters_of_its_own(capsys):
    """Beside z and a of the layers: the bound is read back only if no letter means two things."""
    assert run(["vanishing", "--no-cache"]) == 0
    out = capsys.readouterr().out
    (section,) = (part for part in out.split("\n\n") if "∂g/∂t = g (1 - g)" in part)
    assert "(z)" not in section and "∂a" not in section and "a (1" not in section
    assert "attained at t = 0" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--weight-norm", "-1"], "a number above 0"),
        (["--weight-norm", "x"], "expected a number such as 0.2"),
        (["--layers", "0"], "0 is not in the range"),
        (["--activation", "softmax"], "softmax is for the output layer"),
        (["--activation", "tanh,relu"], "one entry"),
        (["--activation", "maxout"], "a function of one number"),
    ],
)
def test_errors(arguments, message, capsys):
    assert run(["vanishing", *arguments]) == 2
    out, err = capsys.readouterr()
    assert message in err
    assert out == ""


def test_every_letter_of_the_bound_is_explained(capsys):
    """The signs of the slopes, which the proof takes, and the one unit that the slope is that of."""
    assert run(["vanishing", "--activation", "tanh"]) == 0
    out, err = capsys.readouterr()
    assert "signs of the slopes" in out
    assert "  g = tanh t" in re.sub(" +g =", "  g =", out)
    assert "assuming τ⁽ˡ⁾ in {-1, 1}" in err
