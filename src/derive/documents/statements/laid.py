"""Derivatives of numbers in rows, as numerator layout has them: dL/dx = dL/dy W."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derive.documents.names.mentions import reachable_from
from derive.documents.names.table import Table
from derive.documents.statements.pair import Reading
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable
from derive.verify import decide

ROWS = "the derivatives of numbers are rows there; say so"


def in_rows(reading: Reading, trees: tuple[s.Node, ...], table: Table, again: Callable[[], Reading]) -> Reading:
    """A claim that does not fit with columns, read with rows.

    In numerator layout that is what it says. Where no layout is declared, it is not refuted if it holds so.
    """
    if not reading.clash or not _partial(trees, table):
        return reading
    shown = reading.sides is not None and isinstance(trees[0], s.Derivative)  # column against row: the verdict tells
    if table.layout == "denominator" or (shown and table.layout is None):
        return reading
    table.rows = True
    table.touch()
    try:
        other = again()
    except Unreadable:
        return reading
    finally:
        table.rows = False
        table.touch()
    if other.clash or other.sides is None:
        return reading
    if table.layout == "numerator":
        return other
    pairs = [(i.sides, i.program) for i in other.instances] or [(other.sides, other.program)]
    holds = all(
        a.indices == b.indices and decide(a.expr, b.expr, program, almost_everywhere=True, seconds=1.0).established
        for (a, b), program in pairs
    )
    return replace(other, gap=ROWS) if holds else reading


def _partial(trees: tuple[s.Node, ...], table: Table) -> bool:
    """Whether a derivative other than a nabla stands in the trees, or in what they rest on."""
    used = set().union(*(reachable_from(tree, table) for tree in trees))
    all_of_it = (*trees, *(d.rhs for name in used if (d := table.definitions.get(name)) is not None))
    return any(isinstance(n, s.Derivative) and n.kind != "nabla" for tree in all_of_it for n in tree.nodes)
