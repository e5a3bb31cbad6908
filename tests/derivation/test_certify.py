"""A total derivative is checked against its names unfolded, not waved through because its variable was witnessed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from derive.catalogue import build
from derive.catalogue.options import PageOptions
from derive.derivation import Equation
from derive.derivation.certify import certify


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
