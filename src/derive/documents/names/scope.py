"""When a letter gets another meaning: what was defined with the old one goes out of use."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise

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


def set_aside(name: str, table: Table) -> bool:
    """`For $a \\in \\mathbb R$`, behind a_j = ...: the a_j stay, where nothing speaks of all of them as a."""
    d, symbol = table.definitions.get(name), table.symbols.get(name)
    if d is None or not d.letters or d.parameters or (symbol is not None and (symbol.letter or symbol.dims)):
        return False
    nodes = [n for x in table.definitions.values() for n in x.rhs.nodes]
    apart = {id(n.base) for n in nodes if isinstance(n, s.Script) and n.sub}
    products = [n.factors for n in nodes if isinstance(n, s.Juxtaposed) and name == "pi"]
    apart |= {id(b) for x in products for (_, a), (_, b) in pairwise(x) if isinstance(a, s.Num)}  # 2 pi is a number
    if any(isinstance(n, s.Name) and n.name == name and id(n) not in apart for n in nodes):
        return False
    table.definitions[f"{name}_each"] = replace(d, name=f"{name}_each")
    del table.definitions[name]
    table.symbols.pop(name, None)
    table.touch()
    return True


def release(name: str, table: Table) -> None:
    """A letter of an earlier section has its usual meaning again: pi is the number, and a pi_i remains what it was."""
    d, symbol = table.definitions.get(name), table.symbols.get(name)
    if table.section in [x.section for x in (d, symbol) if x is not None] or set_aside(name, table):
        return
    table.forget(name)
    table.symbols.pop(name, None)
    retire(name, table)
    if (d is not None and d.letters) or (symbol is not None and (symbol.lead or symbol.dims)):
        table.vague[name] = f"{name} is what an earlier section said"


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
