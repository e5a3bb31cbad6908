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


def test_a_table_longer_than_a_page_is_in_parts():
    """All with the same columns, one below the other, so that a page may end between them."""
    rows = tuple((f"name {n}", "meaning") for n in range(45))
    parts = table(Table(("symbol", "what it is"), rows)).split("\n\n")
    assert len(parts) > 1
    assert {p.splitlines()[0] for p in parts} == {parts[0].splitlines()[0]}
    assert [line.split(" & ")[0].strip() for p in parts for line in p.splitlines()[1:-1]][1:] == [r[0] for r in rows]
    assert len(table(Table(("symbol", "what it is"), rows[:20])).split("\n\n")) == 1
