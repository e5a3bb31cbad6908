"""A total derivative is checked against its names unfolded, not waved through because its variable was witnessed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from derive.catalogue import build
from derive.catalogue.options import PageOptions
from derive.derivation import Context, Equation
from derive.derivation.certify import certify, resolve
from derive.expr import Delta, Diff, Index, Let, Program, Size, Tensor


def with_wrong_second_derivatives(page):
    def wrong(block):
        if not isinstance(block, Equation) or block.steps[-1].rule != "total_derivative":
            return block
        last = block.steps[-1]
        return replace(block, steps=(*block.steps[:-1], replace(last, after=2 * last.after)))

    sections = tuple(replace(s, blocks=tuple(map(wrong, s.blocks))) for s in page.sections)
    assert sections != page.sections
    return replace(page, sections=sections, witnessed=tuple(replace(w, hessian=None) for w in page.witnessed))


@pytest.mark.parametrize("name", ["linear", "logistic", "softmax"])
def test_a_wrong_second_derivative_is_refuted(name):
    page = build(name, PageOptions.parse())
    assert certify(page).certificate.failures == ()
    failures = certify(with_wrong_second_derivatives(page)).certificate.failures
    assert any("total_derivative" in f and "refuted" in f for f in failures)


def test_the_derivative_of_a_name_in_itself_is_not_unfolded():
    """d = diag(G) for a name G: the derivative of G_kk in G_ij is a product of deltas, whatever G stands for."""
    n = Size("n")
    i, j, k = (Index(name, n) for name in "ijk")
    x, G, d = Tensor("x", (n,)), Tensor("G", (n, n)), Tensor("d", (n,))
    context = Context(Program((Let(G(i, j), x(i) * x(j)), Let(d(k), G(k, k)))))
    right = Delta(i, k) * Delta(j, k)
    assert resolve(Diff(G(k, k), G(i, j)), context) == right
    assert resolve(Diff(d(k), G(i, j)), context) == right
    assert resolve(Diff(G(i, j), x(k)), context) == Delta(i, k) * x(j) + Delta(j, k) * x(i)
