"""Formulas of the field, derived, verified, in matrix notation, and their NumPy code against an autodiff engine."""

from __future__ import annotations

import numpy as np
import pytest

from catalogue.parity import HIGHER, PARITY
from catalogue.parity_more import PARITY_MORE
from derive.catalogue.pages.expression import from_text
from derive.derivation.certify import certify
from derive.evaluate.arrays import compute
from derive.evaluate.sampling import sample, sizes_for
from derive.notation import latex, numpy, recover
from derive.notation.document.check import unfaithful


def ids(row):
    return row[0]


def _evaluated(found, code: str, seed: int):
    """The printed code, run on arrays that fit the declarations; and the derived expression, evaluated directly."""
    sizes = sizes_for((found.value, *(t(*_at(t)) for t in found.declared)), seed)
    values = {t: np.array(v, dtype=float) for t, v in sample(found.declared, sizes, seed).items()}
    names = {t.name: v for t, v in values.items()}
    return eval(code, {"np": np, **names}), compute(found.value, found.out, values, sizes, np)  # our own code


def _at(tensor):
    from derive.expr import fresh

    return tuple(fresh(d) for d in tensor.dims)


def _check(row):
    _, formula, where, wrt, order = row
    found = from_text(formula, where, wrt, order)
    certificate = certify(found.page).certificate
    assert certificate.failures == ()
    assert list(unfaithful(found.page, "full")) == []
    code = numpy(recover(found.value, found.out), found.declared)
    for seed in (1, 2):
        with np.errstate(all="ignore"):
            got, expected = _evaluated(found, code, seed)
        assert np.shape(got) == np.shape(expected)
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)
    return found, code


@pytest.mark.parametrize("row", PARITY + PARITY_MORE, ids=ids)
def test_matrix_form(row):
    found, code = _check(row)
    written = latex(recover(found.value, found.out))
    assert "\\sum" not in written
    assert "_{" not in written
    assert "einsum" not in code


@pytest.mark.parametrize("row", HIGHER, ids=ids)
def test_higher_rank(row):
    _check(row)
