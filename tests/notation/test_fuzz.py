"""Random expressions: what was recovered means the same, and so does its NumPy code.

The seed of a failure is in its message: `Generator(seed).expression()` gives the expression again.
"""

from __future__ import annotations

import numpy as np
import pytest

from derive.notation import component_latex, component_text, latex, lower, numpy, recover, text
from notation.generator import TENSORS, Generator
from notation.numeric import World

BATCH = 25
LOOSE = {"rtol": 1e-7, "atol": 1e-9}


def balanced(s: str) -> bool:
    """Brackets and braces match."""
    closing, open_ones = {")": "(", "}": "{", "]": "["}, []
    for ch in s:
        if ch in "({[":
            open_ones.append(ch)
        elif ch in closing and (not open_ones or open_ones.pop() != closing[ch]):
            return False
    return not open_ones


@pytest.mark.parametrize("batch", range(10))
def test_meaning(batch):
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        e, out = Generator(seed).expression()
        world = World(e, out, TENSORS, seed % 7)
        expected = world.table(e, out)
        if not np.isfinite(expected).all():
            continue
        form = recover(e, out)
        np.testing.assert_allclose(world.table(lower(form, out), out), expected, **LOOSE, err_msg=f"seed {seed}")
        code = numpy(form, world.declared)
        with np.errstate(all="ignore"):
            found = world.run(code)
        assert found.shape == expected.shape, f"seed {seed}: {code}"
        np.testing.assert_allclose(found, expected, **LOOSE, err_msg=f"seed {seed}: {code}")


@pytest.mark.parametrize("batch", range(10))
def test_writing(batch):
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        e, out = Generator(seed).expression()
        form = recover(e, out)
        for written in (latex(form), text(form), component_latex(e), component_text(e), numpy(form, TENSORS)):
            assert balanced(written), f"seed {seed}: {written}"
        for bad in (r"1 \cdot", "--", "+ -", "- -", "(-1)", "#", "~"):
            assert bad not in latex(form), f"seed {seed}: {latex(form)}"
            assert bad not in component_latex(e), f"seed {seed}: {component_latex(e)}"
