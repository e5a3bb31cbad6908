"""The mean gradient of a batch against all batches, enumerated with numbers."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
import pytest

from derive.catalogue.options import PageOptions
from derive.catalogue.pages.minibatch import Drawn, minibatch
from derive.cli.main import run
from derive.derivation.certify import certify
from derive.evaluate.oracle import FLOAT, Evaluator


def page(samples=4, size=2, **options):
    return minibatch(PageOptions.parse(**options), samples, size)


@pytest.mark.parametrize(("samples", "size"), [(1, 1), (3, 1), (4, 2), (5, 3), (4, 4), (7, 3)])
def test_every_batch_is_listed_and_their_mean_is_right(samples, size):
    derived = certify(page(samples, size))
    assert derived.certificate.failures == ()
    rows = derived.sections[-1].blocks[1:]
    *means, total = rows
    assert len(means) == comb(samples, size)
    g = np.random.default_rng(0).normal(size=samples)
    numbers = {f"g_{n + 1}": v for n, v in enumerate(g)}

    def value(e):
        return Evaluator({t: numbers[t.name] for t in e.atoms(type(total.lhs.tensor))}, {}, FLOAT).value(e)

    listed = [value(e.result) for e in means]
    assert listed == pytest.approx([np.mean(g[list(chosen)]) for chosen in combinations(range(samples), size)])
    assert value(total.result) == pytest.approx(np.mean(g)) == pytest.approx(np.mean(listed))


def test_gradients_of_samples_are_those_of_the_model():
    """G against difference quotients of the loss of each sample."""
    derived = page(loss="bce")
    equation = next(e for e in derived.equations() if str(e.lhs) == "G[n,d]")
    program = derived.witnessed[0].program
    names = {t.name: t for let in program for t in let.rhs.atoms(type(let.tensor))}
    rng = np.random.default_rng(1)
    X, w, b, y = rng.normal(size=(4, 3)), rng.normal(size=3), 0.3, np.array([0, 1, 1, 0])

    def losses(w):
        p = 1 / (1 + np.exp(-(X @ w + b)))
        return -(y * np.log(p) + (1 - y) * np.log(1 - p))

    values = {names["X"]: X, names["w"]: w, names["b"]: b, names["y"]: y}
    sizes = {names["X"].dims[0]: 4, names["X"].dims[1]: 3}
    found = np.array(Evaluator(values, sizes, FLOAT, program).array(equation.result, equation.out))
    slopes = np.stack([(losses(w + 1e-6 * e) - losses(w - 1e-6 * e)) / 2e-6 for e in np.eye(3)], axis=1)
    assert found == pytest.approx(slopes, rel=1e-6)
    whole = np.array(Evaluator(values, sizes, FLOAT, program).array(*derived.witnessed[0].results[names["w"]]))
    batches = [found[list(chosen)].mean(axis=0) for chosen in combinations(range(4), 2)]
    assert np.mean(batches, axis=0) == pytest.approx(whole)


@pytest.mark.parametrize("loss", ["bce", "ce", "mse", "mae", "norm", "huber", "hinge", "svm", "(yhat-y)**4"])
@pytest.mark.parametrize("notation", ["matrix", "component"])
def test_page(loss, notation, capsys):
    assert run(["minibatch", "--loss", loss, "--notation", notation, "--steps", "full", "--no-cache"]) == 0
    out, err = capsys.readouterr()
    assert "the gradient of the whole set" in out
    assert "verified: " in err
    assert "Q sums to one" in err


@pytest.mark.parametrize("wrong", [lambda e: 2 * e, lambda e: -e, lambda e: e + 1])
def test_a_wrong_gradient_is_refuted(wrong, monkeypatch, capsys):
    right = Drawn.slope.func
    monkeypatch.setattr(Drawn, "slope", property(lambda self: wrong(right(self))))
    assert run(["minibatch", "--no-cache"]) == 1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--batch-size", "0"], "--batch-size: expected 1 to 4"),
        (["--batch-size", "5"], "--batch-size: expected 1 to 4"),
        (["--samples", "20", "--batch-size", "10"], "184756 batches"),
        (["--samples", "0"], "--samples: expected 1 to 35"),
        (["--samples", "1000000000", "--batch-size", "500000000"], "--samples: expected 1 to 35"),
        (["--loss", "foo"], "unknown name 'foo'"),
    ],
)
def test_errors(given, message, capsys):
    assert run(["minibatch", *given]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
