"""Undeclared capitals that must be matrices: with x and h of different length, no numbers fit in a = W x + U h."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from derive.documents.names.mentions import mentioned
from derive.documents.names.scripts import letter_of, superscript, word_of
from derive.documents.names.table import Table
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Clash, Unreadable

if TYPE_CHECKING:
    from derive.documents.statements.pair import Reading

SAID = re.compile(r"\bmatri(?:x|ces)\b|\bweights\b", re.IGNORECASE)


def capitals(tree: s.Node, table: Table) -> list[str]:
    """Capital names without declaration, definition or known rank that stand before another factor."""
    found: dict[str, None] = {}
    for u in walk(tree):
        if isinstance(u, s.Juxtaposed):
            for (_, factor), (op, _) in zip(u.factors, u.factors[1:], strict=False):
                name = _name(factor, table)
                if name and not op and name[0].isupper() and not table.known(name) and name not in table.sizes:
                    found.setdefault(name)
    return [name for name in found if table.ranks.get(name, 0) < 2]


def _name(node: s.Node, table: Table) -> str:
    """W, W_f and W_f^T, as names without their transposes."""
    if isinstance(node, s.Script) and isinstance(node.base, s.Name) and not node.primes:
        worded = not node.sub or any(t.kind in ("word", "text") for t in node.sub) or letter_of(node.sub) in table.gates
        sup = superscript(node.sup)
        if not worded or sup.acts or sup.layer or sup.name:
            return ""
        return f"{node.base.name}_{word_of(node.sub)}" if node.sub else node.base.name
    return node.name if isinstance(node, s.Name) else ""


def loose(trees: tuple[s.Node, ...], table: Table) -> list[str]:
    """Two capitals or more of which nothing is known, in a product: A B is B A for numbers, and not for matrices."""
    if not any(capitals(tree, table) for tree in trees):
        return []
    names = dict.fromkeys(n for tree in trees for u in walk(tree) if (n := _name(u, table)))
    found = [n for n in names if n[0].isupper() and not table.known(n) and n not in table.sizes]
    found = [n for n in found if not table.ranks.get(n, 0) and n not in table.functions]
    return sorted(found) if len(found) > 1 else []


def otherwise(names: list[str], trees: tuple[s.Node, s.Node], table: Table) -> Reading | None:
    """The claim with these names as matrices, where it can be read so; the table stays as it was."""
    from derive.documents.statements.sides import read_pair

    ranks, solved, firm = dict(table.ranks), dict(table.solved), set(table.firm)
    table.ranks |= dict.fromkeys(names, 2)
    table.touch()
    try:
        found = read_pair(*trees, table)
        return None if found.clash or found.sides is None else found
    except (Unreadable, Clash):
        return None
    finally:
        table.ranks, table.solved, table.firm = ranks, solved, firm
        table.touch()


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
