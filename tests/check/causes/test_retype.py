"""Slips undone in the source text."""

from __future__ import annotations

import pytest

from derive.check.causes.retype import edits

ROWS = [
    (r"W\delta", "transpose", r"W^\top\delta"),
    (r"X^{\mathsf{T}} Y", "transpose", "X Y"),
    (r"\delta^{(l)}\bigl(a^{(l)}\bigr)^\top", "layer", r"\delta^{(l)}\bigl(a^{(l-1)}\bigr)^\top"),
    (r"W^{[l+1]} a", "layer", r"W^{[l]} a"),
    (r"A^{-1}B^{-1}", "order", r"B^{-1} A^{-1}"),
    (r"\hat{x} \, y", "order", r"y \, \hat{x}"),
    (r"\delta \odot W", "product", r"\delta   W"),
    (r"\delta W", "product", r"\delta \odot W"),
    (r"X(p-y)", "transpose", r"X^\top(p-y)"),
    (r"X\left(p-y\right)", "transpose", r"X\left(p-y\right)^\top"),
]


@pytest.mark.parametrize(("text", "kind", "right"), ROWS)
def test_edits(text: str, kind: str, right: str) -> None:
    assert (kind, right) in {(e.kind, e.text) for e in edits(text)}


@pytest.mark.parametrize("text", ["", "(((", "^", "_{", r"\left(", "a^{", r"x^\top^\top", "\\"])
def test_odd_text_is_survived(text: str) -> None:
    assert all(e.text != text for e in edits(text))
