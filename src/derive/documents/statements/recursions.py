"""What a recursion is a recursion of: its rank is the one with which its right side has that rank again."""

from __future__ import annotations

from derive.documents.meaning.context import Context
from derive.documents.meaning.lower import lower
from derive.documents.names.mentions import mentioned
from derive.documents.names.table import Definition, Table
from derive.documents.statements.instances import environments
from derive.documents.trouble import Clash, Settle, Unify, Unreadable
from derive.errors import DeriveError


def rank_of(d: Definition, table: Table) -> int | None:
    """The rank of the family that `d` defines, where it refers to itself; None where that is not settled."""
    if d.name not in mentioned(d.rhs) or d.name in table.symbols:
        return None
    env = environments([d.rhs], table)[0]
    kept = dict(table.definitions), dict(table.ranks), dict(table.solved)
    try:
        for name in [n for n in table.definitions if n == d.name or n.startswith((f"{d.name}_", f"{d.name}^("))]:
            table.definitions.pop(name)
        for rank in (0, 1, 2):
            table.ranks[d.name] = rank
            if _rank(d, table, {**env, d.letter: max(env.get(d.letter, 1), 2)}) == rank:
                return rank
    finally:
        table.definitions, table.ranks, table.solved = kept
    return None


def _rank(d: Definition, table: Table, env: dict[str, int]) -> int | None:
    for _ in range(30):
        c = Context(table, env)
        c.scope = f"r{d.place}"
        try:
            return lower(d.rhs, c).rank
        except Settle:
            return None
        except Unify as found:
            table.solved[found.unknown.name] = found.known  # type: ignore[attr-defined]
        except (Clash, Unreadable, DeriveError):
            return None
    return None
