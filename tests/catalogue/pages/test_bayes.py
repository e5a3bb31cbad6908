"""Posteriors against Bayes' rule in plain numbers, for every number of classes."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from catalogue.pages.values import certified, equation, number, printed, verdicts
from derive.catalogue.options import PageOptions
from derive.catalogue.pages.bayes import bayes
from derive.cli.main import run

F, PRIOR = np.array([0.7, 2.5, 0.1, 1.3, 4.0]), np.array([0.2, 0.1, 0.3, 0.25, 0.15])


def page(classes):
    return bayes(classes, PageOptions())


def by_hand(classes: int) -> tuple[dict, np.ndarray]:
    f, prior = F[:classes], PRIOR[:classes] / PRIOR[:classes].sum()
    joint = f * prior
    return {"f": f, "rho": prior, "a": np.log(joint), "evidence": joint.sum()}, joint / joint.sum()


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_every_line_of_the_posterior_is_bayes_rule(classes):
    derived = certified(page(classes))
    values, posterior = by_hand(classes)
    values["p"] = posterior
    for step in equation(derived, "p[0]").steps:
        assert number(step.after, values, {}) == pytest.approx(posterior[0], rel=1e-12)
    softmax = equation(derived, "p[k]")
    for k in range(classes):
        assert number(softmax.result, values, {}, dict(zip(softmax.out, (k,), strict=False))) == pytest.approx(
            posterior[k]
        )


def test_two_classes_give_the_logistic_function_of_the_difference():
    from derive.expr import sigmoid

    chain = equation(page(2), "p[0]")
    values, posterior = by_hand(2)
    assert isinstance(chain.result, sigmoid)
    assert number(chain.result, values, {}) == pytest.approx(posterior[0])
    assert str(chain.result.args[0]) == "a[0] - a[1]"


def test_any_number_of_classes():
    derived = certified(page("K"))
    values, posterior = by_hand(4)
    chain = next(e for e in derived.equations() if str(e.lhs) == "p[k]" and len(e.steps) == 3)
    for step, k in product(chain.steps, range(4)):
        assert number(step.after, values, {"K": 4}, {chain.out[0]: k}) == pytest.approx(posterior[k])


def test_the_slope_against_differences():
    """d q_k / d a_l by central differences of the softmax in NumPy."""
    slope = page("K").sections[-1].blocks[-1]
    values, posterior = by_hand(4)
    values["q"] = posterior
    step = 1e-6
    for k, j in product(range(4), range(4)):
        up, down = (np.exp(values["a"] + sign * step * np.eye(4)[j]) for sign in (1, -1))
        expected = (up[k] / up.sum() - down[k] / down.sum()) / (2 * step)
        found = number(slope.result, values, {"K": 4}, dict(zip(slope.out, (k, j), strict=True)))
        assert found == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("classes", ["2", "3", "9", "K"])
@pytest.mark.parametrize("notation", ["matrix", "component", "both"])
def test_all_is_proved_whatever_the_options(classes, notation, capsys):
    assert verdicts(capsys, "bayes", "--classes", classes, "--notation", notation) == {"proved"}


def test_what_is_printed(capsys):
    text = printed(capsys, "bayes")
    assert "= σ(a_1 - a_2)" in text
    assert "= 1/(1 + exp(a_2 - a_1))" in text
    assert "the evidence cancels" in text
    assert "1/(Σ_j exp(a_j - a_k))" in printed(capsys, "bayes", "--classes", "K")


def test_a_wrong_sign_is_refuted():
    """The page that says sigma(a_2 - a_1) is not printed."""
    from dataclasses import replace

    from derive.derivation.certify import certify
    from derive.expr import rebuild, sigmoid

    def turned(u):
        return sigmoid(-u.args[0]) if isinstance(u, sigmoid) else rebuild(u, turned)

    derived = page(2)
    sections = tuple(
        replace(s, blocks=tuple(
            replace(b, steps=tuple(replace(x, after=turned(x.after)) for x in b.steps)) if hasattr(b, "steps") else b
            for b in s.blocks
        ))
        for s in derived.sections
    )  # fmt: skip
    assert any("refuted" in f for f in certify(replace(derived, sections=sections)).certificate.failures)


@pytest.mark.parametrize("text", ["", "0", "1", "10", "-2", "2.5", "²", "９", "nan", "9" * 50])
def test_bad_numbers_of_classes(text, capsys):
    assert run(["bayes", "--classes", text, "--no-cache"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "--classes: expected a whole number from 2 to 9" in err
    assert "Try: --classes" in err
