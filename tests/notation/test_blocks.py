"""Blocks of results of rank three and four: a matrix with parameters, which means the same."""

from __future__ import annotations

import pytest

from catalogue.parity import HIGHER
from derive.catalogue.pages.expression import from_text
from derive.notation import latex, lower, recover
from derive.notation.blocks import block_axes
from derive.verify import decide

EXPECTED = {
    "masked factorisation, Hessian": r"\mathrm{diag}(M^{\odot 2} (V_{:,j} \odot V_{:,l}))",
    "Frobenius norm, Hessian": r"2 \delta_{jl} A^\top A",
    "linear layer in W": r"x_k I",
    "log-determinant, Hessian": r"-X^{-\top} e_l e_j^\top X^{-1}",
}


@pytest.mark.parametrize("row", HIGHER, ids=lambda row: row[0])
def test_block(row):
    name, *formula = row
    found = from_text(*formula)
    axes = block_axes(found.value, found.out)
    assert axes is not None
    form = recover(found.value, axes)
    assert decide(lower(form, axes), found.value).established
    if name in EXPECTED:
        assert latex(form) == EXPECTED[name]


def test_matrices_and_vectors_have_no_blocks():
    found = from_text("x @ A @ x", "A: n,n; x: n", "x", 2)
    assert block_axes(found.value, found.out) is None
