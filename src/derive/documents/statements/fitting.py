"""Undeclared capitals that must be matrices: with x and h of different length, no numbers fit in a = W x + U h."""

from __future__ import annotations

import re
from collections.abc import Callable

from derive.documents.names.hints import walk
from derive.documents.names.mentions import mentioned
from derive.documents.names.scripts import superscript, word_of
from derive.documents.names.table import Table
from derive.documents.syntax import tree as s

SAID = re.compile(r"\bmatri(?:x|ces)\b|\bweights\b", re.IGNORECASE)


def capitals(tree: s.Node, table: Table) -> list[str]:
    """Capital names without declaration, definition or known rank that stand before another factor."""
    found: dict[str, None] = {}
    for u in walk(tree):
        if isinstance(u, s.Juxtaposed):
            for (_, factor), (op, _) in zip(u.factors, u.factors[1:], strict=False):
                name = _name(factor)
                if name and not op and name[0].isupper() and not table.known(name) and name not in table.sizes:
                    found.setdefault(name)
    return [name for name in found if table.ranks.get(name, 0) < 2]


def _name(node: s.Node) -> str:
    """W, W_f and W_f^T, as names without their transposes."""
    if isinstance(node, s.Script) and isinstance(node.base, s.Name) and not node.primes:
        worded = not node.sub or any(t.kind in ("word", "text") for t in node.sub)
        sup = superscript(node.sup)
        if not worded or sup.acts or sup.layer or sup.name:
            return ""
        return f"{node.base.name}_{word_of(node.sub)}" if node.sub else node.base.name
    return node.name if isinstance(node, s.Name) else ""


def fits(names: list[str], rhs: s.Node, table: Table, problem: Callable[[], object]) -> bool:
    """Whether the right side has no problem with these names as matrices; if it has, they are what they were."""
    before, solved = dict(table.ranks), dict(table.solved)
    table.ranks |= dict.fromkeys(names, 2)
    table.touch()
    if problem() is None:
        table.fitted |= {name for name in mentioned(rhs, table) if not table.known(name)}
        return True
    table.ranks, table.solved = before, solved
    table.touch()
    return False
