"""Tables in LaTeX: no wider than the page."""

from __future__ import annotations

import re

import pytest

from derive.catalogue.options import PageOptions
from derive.catalogue.pages.cost import cost
from derive.derivation import Table
from derive.notation.document.breaking import ROOM
from derive.notation.document.latex import SEPARATION, table

LONG = "a cell that goes on " * 8


def columns(block: Table) -> str:
    found = re.search(r"\\begin\{tabular\}\{(.*)\}", table(block))
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("cells", "broken"),
    [
        (("short", "x"), "ll"),
        ((LONG, "x"), "pl"),
        (("short", LONG), "lp"),
        ((LONG, LONG), "pp"),
        ((LONG, "x", LONG), "plp"),
    ],
)
def test_the_widest_columns_are_broken(cells, broken):
    found = columns(Table(("head",) * len(cells), (cells,)))
    assert re.sub(r"\{[^}]*\}", "", found) == broken
    widths = [float(w) + 2 * SEPARATION for w in re.findall(r"p\{(\d+)pt\}", found)]
    assert sum(widths) <= ROOM + len(widths)


def test_long_formulas_leave_room_for_their_numbers():
    page = cost(PageOptions.parse(sizes="9,8,7,6", activation="relu,tanh"))
    tables = [b for s in page.sections for b in s.blocks if isinstance(b, Table)]
    assert any("p{" in columns(t) for t in tables)
    assert all(columns(t)[-1] in "l}" for t in tables)
