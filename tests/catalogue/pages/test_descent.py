"""Directional derivatives and inequalities at random points, counts against a training run, and mutants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sympy import S

from catalogue.pages.values import number
from derive.catalogue.options import PageOptions
from derive.catalogue.pages import descent as module
from derive.catalogue.pages.descent import descent, descent_on
from derive.cli.main import run
from derive.derivation import Equation, Table
from derive.derivation.certify import certify
from derive.evaluate.arrays import compute
from derive.evaluate.oracle import evaluate
from derive.expr import tensors
from derive.notation.document.check import unfaithful

RNG = np.random.default_rng(3)


@pytest.mark.parametrize("steps", ["key", "full"])
def test_verified(steps):
    derived = certify(descent(PageOptions.parse(steps=steps)))
    assert derived.certificate.failures == ()
    assert list(unfaithful(derived, "full")) == []


def test_the_derivative_in_a_direction():
    """g^T v is the slope of t -> f(x + t v), by differences."""
    slope = next(e for e in descent(PageOptions.parse()).equations() if str(e.lhs) == "d(f)/d(t)").result

    def f(y):
        return np.sin(y[0] * y[1]) + y[2] ** 3 * y[0]

    x, v, h = RNG.normal(size=3), RNG.normal(size=3), 1e-6
    gradient = [(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(3)]
    names = {t: {"g": gradient, "v": list(v)}[t.name] for t in tensors(slope)}
    assert evaluate(slope, names, {module.DIM: 3}) == pytest.approx((f(x + h * v) - f(x - h * v)) / (2 * h), rel=1e-6)


def test_no_direction_is_steeper():
    """The slope along random directions of length one, against the value that the page gives for its best one."""
    derived = descent(PageOptions.parse())
    best = next(e for e in derived.equations() if str(e.lhs) == "Sum_[#1.0](g[#1.0]*u[#1.0])").result
    g = RNG.normal(size=6)
    lowest = evaluate(best, {t: list(g) for t in tensors(best)}, {module.DIM: 6})
    directions = RNG.normal(size=(2000, 6))
    slopes = directions @ g / np.linalg.norm(directions, axis=1)
    assert lowest == pytest.approx(-np.linalg.norm(g))
    assert slopes.min() >= lowest


def rows(derived):
    (table,) = (b for s in derived.sections for b in s.blocks if isinstance(b, Table) and b.header[0] == "count")
    return {row[1].split(",")[0].split(":")[0]: row[2] for row in table.rows}


def test_counts_of_the_notes():
    assert rows(descent(PageOptions.parse()))["iterations in an epoch"] == "100,000"


@pytest.mark.parametrize(("samples", "batch"), [(120, 32), (128, 32), (7, 7), (7, 6)])
def test_counts_against_the_batches_of_training(samples, batch):
    from derive.train.samples import Samples

    drawn = list(Samples(np.zeros((samples, 2)), np.zeros((samples, 1))).batches(batch, RNG))
    shown = rows(descent(PageOptions.parse(), samples, batch, 3))
    assert shown["iterations in all"] == str(3 * len(drawn))
    assert shown["samples in the last batch of an epoch"] == str(len(drawn[-1]))


@pytest.mark.parametrize("title", ["The inequality of Cauchy and Schwarz", "The steepest way down", "Gradient descent"])
def test_a_wrong_step_is_not_established(title):
    derived = descent(PageOptions.parse())
    (section,) = (s for s in derived.sections if s.title == title)
    for n, block in enumerate(section.blocks):
        if not isinstance(block, Equation) or block.steps[0].rule in ("definition", "update"):
            continue
        wrong = replace(block, steps=(replace(block.steps[0], after=block.steps[0].after - 1), *block.steps[1:]))
        blocks = (*section.blocks[:n], wrong, *section.blocks[n + 1 :])
        page = replace(derived, sections=(replace(section, blocks=blocks),), witnessed=())
        assert certify(page).certificate.failures


def test_a_wrong_sign_is_not_established():
    derived = descent(PageOptions.parse())
    for e in derived.equations():
        if e.steps[-1].relation in ("<=", ">=") and e.steps[-1].after == S.Zero:
            turned = {"<=": ">=", ">=": "<="}[e.steps[-1].relation]
            wrong = replace(e, steps=(*e.steps[:-1], replace(e.steps[-1], relation=turned)))
            section = replace(derived.sections[0], blocks=(wrong,))
            assert certify(replace(derived, sections=(section,), witnessed=())).certificate.failures


def test_command(capsys):
    assert run(["descent", "--samples", "60000", "--batch-size", "128", "--epochs", "20", "--no-cache"]) == 0
    out, err = capsys.readouterr()
    assert "469" in out and "9,380" in out and "96" in out
    assert "verified" in err
    assert run(["descent", "--samples", "5", "--batch-size", "6"]) == 2
    assert "at most the 5 samples" in capsys.readouterr().err


LEAST_SQUARES = ("norm(X@w - y)**2/2 + lam*norm(w)**2", "X: N,D; y: N; w: D; lam: positive", "w")


def test_a_function_of_one_s_own():
    """The printed step lowers the function, and is the one that NumPy computes by hand."""
    derived = certify(descent_on(*LEAST_SQUARES))
    assert derived.certificate.failures == () and derived.certificate.compared == 1
    step = next(e for e in derived.equations() if e.relation == "<-")
    rng = np.random.default_rng(0)
    known = {"X": rng.normal(size=(6, 3)), "y": rng.normal(size=6), "w": rng.normal(size=3)}
    known |= {"lambda": np.array(0.3), "lam": np.array(0.3), "eta": np.array(0.01)}
    sizes = {d: n for t in tensors(step.result) for d, n in zip(t.dims, known[t.name].shape, strict=True)}
    after = compute(step.result, step.out, {t: known[t.name] for t in tensors(step.result)}, sizes, np)

    def f(w):
        return np.sum((known["X"] @ w - known["y"]) ** 2) / 2 + 0.3 * np.sum(w**2)

    by_hand = known["w"] - 0.01 * (known["X"].T @ (known["X"] @ known["w"] - known["y"]) + 0.6 * known["w"])
    np.testing.assert_allclose(after, by_hand)
    assert f(after) < f(known["w"])


def test_letters_that_are_taken(capsys):
    """A formula in g, s and eta: the page takes other letters for what it adds."""
    arguments = ["descent", "eta*g@g + s", "--where", "g: n; s: scalar; eta: scalar", "--wrt", "g", "--no-cache"]
    assert run(arguments) == 0
    out = capsys.readouterr().out
    assert "g ← g - 2 α η g" in out or "g ← g - 2 η α g" in out
    assert "G = ∂f/∂g" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x@x"], "--wrt: expected the name that the steps move"),
        (["x@x", "--where", "x: n", "--wrt", "y"], "--wrt: 'y' is not declared"),
        (["2*x", "--where", "x: n", "--wrt", "x"], "a scalar is expected"),
        (["--wrt", "x"], "--where and --wrt belong to a formula"),
        (["x@", "--where", "x: n", "--wrt", "x"], "line 1, column"),
    ],
)
def test_errors_of_a_formula(arguments, message, capsys):
    assert run(["descent", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_the_cosine_of_an_angle():
    """What is printed of it, at vectors drawn at random, against the angle that NumPy finds."""
    page = descent(PageOptions.parse())
    chains = {str(e.lhs): e for e in page.equations()}
    cosine, missing = chains["c"], chains["1 - c**2"]
    for _ in range(5):
        g, v = RNG.normal(size=(2, 4))
        angle = np.arccos(g @ v / np.linalg.norm(g) / np.linalg.norm(v))
        values = {"g": g, "v": v, "c": np.cos(angle)}
        assert number(cosine.result, values, {"n": 4}) == pytest.approx(np.cos(angle))
        for step in missing.steps[:2]:
            assert number(step.after, values, {"n": 4}) == pytest.approx(np.sin(angle) ** 2)
