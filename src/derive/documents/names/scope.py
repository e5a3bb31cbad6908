"""When a letter gets another meaning: what was defined with the old one goes out of use."""

from __future__ import annotations

from dataclasses import fields

from derive.documents.names.mentions import reachable_from
from derive.documents.names.table import Table
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s


def retire(name: str, table: Table) -> None:
    """The definitions that speak of the name are dropped: they meant another thing."""
    gone = [
        d
        for d in table.definitions.values()
        if d.name != name and name not in d.parameters and name in reachable_from(d.rhs, table)
    ]
    for d in gone:
        del table.definitions[d.name]
        table.retired[d.name] = name
        table.broken.add(d.name)
    table.touch()


def retire_renewed(table: Table) -> None:
    """After declarations: the names that now have another shape than before."""
    for name in table.renewed:
        retire(name, table)
    table.renewed.clear()


def same(a: object, b: object) -> bool:
    """Whether two trees are the same formula, wherever they stand."""
    if isinstance(a, Token) and isinstance(b, Token):
        return a.text == b.text
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, s.Node) and type(a) is type(b):
        return all(same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a) if f.name != "at")
    return a == b
