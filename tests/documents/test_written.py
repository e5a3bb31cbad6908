"""Reader and writer are mirrors: what `derive` prints is read back to the same expression."""

from __future__ import annotations

import pytest

from catalogue.parity import PARITY
from derive.catalogue.pages.expression import from_text
from derive.documents import read_expression
from derive.documents.declarations.remarks import key
from derive.expr import Elem, Index, Tensor, rename
from derive.notation import component_latex, latex, recover
from derive.prove import prove

LETTERS = "ijkm"


def named(e):
    """The expression with its tensors called as the reader calls them."""
    if isinstance(e, Tensor):
        return Tensor(key(e.name), e.dims, e.layer, e.properties)
    if isinstance(e, Elem):
        return Elem(named(e.tensor), *e.indices)
    return e.func(*map(named, e.args)) if e.args else e


@pytest.mark.parametrize("row", PARITY, ids=lambda row: row[0])
def test_read_back(row):
    _, formula, where, wrt, order = row
    found = from_text(formula, where, wrt, order)
    letters = {o: Index(LETTERS[k], o.dim) for k, o in enumerate(found.out)}
    expected = rename(found.value, letters)
    for written in (latex(recover(found.value, found.out)), component_latex(expected)):
        side = read_expression(written, where)
        assert prove(side.expr, named(expected)).proved, written
