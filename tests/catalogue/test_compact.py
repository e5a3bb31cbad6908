"""Gradients of normalising layers in one formula, against the formula of the papers in NumPy and by mutants."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from derive.catalogue.compact import by_name, collected
from derive.cli.note import model
from derive.derivation.certify import certify
from derive.evaluate.arrays import compute
from derive.expr import Index, Let, Size, Tensor, tensors

MODELS = Path(__file__).parents[2] / "derivations" / "models"
TITLE = "Gradients in one formula"


def page(name, wrt):
    path = MODELS / name
    made, _ = model(path.read_text(encoding="utf-8"), str(path), wrt, None)
    return made.page()


def compact(name, wrt):
    (section,) = (s for s in page(name, wrt).sections if s.title == TITLE)
    (equation,) = section.blocks
    return equation


def test_batch_normalisation():
    """dX = (N d - sum d - Xhat sum(d Xhat)) / (N sqrt(v + eps)), by columns (Ioffe and Szegedy 2015)."""
    e = compact("batch-norm.md", "X")
    rng = np.random.default_rng(2)
    X, d = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    v, eps = X.var(axis=0), 0.1
    normed = (X - X.mean(axis=0)) / np.sqrt(v + eps)
    truth = (5 * d - d.sum(axis=0) - normed * (d * normed).sum(axis=0)) / (5 * np.sqrt(v + eps))
    known = {"X": X, "Xhat": normed, "delta_Xhat": d, "v": v, "epsilon": np.array(eps), "mu": X.mean(axis=0)}
    assert {t.name for t in tensors(e.result)} == {"Xhat", "delta_Xhat", "v", "epsilon"}
    for step in e.steps[1:]:
        sizes = {i.dim: n for i, n in zip(e.out, (5, 3), strict=True)}
        found = compute(step.after, e.out, {t: known[t.name] for t in tensors(step.after)}, sizes, np)
        np.testing.assert_allclose(found, truth, rtol=1e-12)


def test_layer_normalisation_mentions_no_statistic_s_derivative():
    e = compact("layer-norm.md", "x")
    assert {t.name for t in tensors(e.result)} == {"xhat", "delta_xhat", "v", "epsilon"}


@pytest.mark.parametrize("name", ["batch-norm.md", "layer-norm.md"])
def test_a_wrong_term_is_refuted(name):
    derived = page(name, "X" if name.startswith("batch") else "x")
    assert certify(derived).certificate.failures == ()
    section = next(s for s in derived.sections if s.title == TITLE)
    (block,) = section.blocks
    wrong = replace(block, steps=(*block.steps[:-1], replace(block.steps[-1], after=2 * block.result)))
    spoiled = replace(derived, sections=(replace(section, blocks=(wrong,)),), witnessed=())
    assert any("refuted" in f for f in certify(spoiled).certificate.failures)


@pytest.mark.parametrize("name", ["residual.md", "attention.md"])
def test_nothing_to_put_in(name):
    wrt = "W_1,b_1" if name == "residual.md" else "W_Q"
    assert all(s.title != TITLE for s in page(name, wrt).sections)


def test_a_sum_by_the_name_of_what_it_is_a_factor_of():
    i = Index("i", Size("n"))
    x, m, v, hat = Tensor("x", (i.dim,)), Tensor("m"), Tensor("v", (), None, ("positive",)), Tensor("h", (i.dim,))
    let = Let(hat(i), (x(i) - m()) / v())
    assert by_name(m() * (x(i) - m()) / v() ** 2, [let]) == m() * hat(i) / v()
    assert by_name(x(i) - m(), [let]) == x(i) - m()  # alone it stays as it is


def test_what_all_terms_share_comes_out():
    a, b, c = (Tensor(name)() for name in "abc")
    N = Size("N")
    assert collected(a / b - c / (N * b)) == (N * a - c) / (N * b)
    assert collected(a + b) == a + b
    assert collected(a * b) == a * b
