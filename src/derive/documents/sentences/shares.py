"""Positive numbers of which the sum is given, as in `\\rho_1 + \\rho_2 = 1`: the last is what the others leave."""

from __future__ import annotations

from dataclasses import dataclass

from derive.documents.names.scripts import word_of
from derive.documents.names.table import Symbol, Table
from derive.documents.sentences.conditions import Condition
from derive.documents.sentences.passage import Given
from derive.documents.source.rows import Part
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse

SIGNS = frozenset(("positive", "nonnegative", "unit_interval"))


@dataclass(frozen=True)
class Shares:
    """Names that have a sum: the last one is given by the others, which lie below what is left."""

    text: str
    names: tuple[str, ...]
    last: Given
    bounds: tuple[Condition, ...]


def shares(part: Part, text: str, table: Table) -> Shares | None:
    """What `a + b = 1` says of two numbers or more that have a sign and no definition; None of anything else."""
    if [str(r) for r in part.relations] != ["="]:
        return None
    summed, total = parse(part.sides[0]), parse(part.sides[1])
    if not isinstance(summed, s.Sum) or not isinstance(total, s.Num) or not float(total.text) > 0:
        return None
    names = [_share(x, table) if sign == 1 else None for sign, x in summed.terms]
    found = tuple(n for n in names if n is not None)
    if len(found) != len(names) or len(set(found)) < len(found):
        return None
    *others, _ = (term for _, term in summed.terms)
    bounds: list[Condition] = []
    left: s.Node = total
    for name, term in zip(found, others, strict=False):
        bounds.append(Condition(text, Symbol(name, low=s.Num(total.at, "0"), high=left)))
        left = s.Sum(total.at, ((1, left), (-1, term)))
    return Shares(text, found, Given(found[-1], left, text, 0), tuple(bounds))


def _share(node: s.Node, table: Table) -> str | None:
    """The name of a number that is declared with a sign, and no more than that."""
    name = node.name if isinstance(node, s.Name) else None
    if isinstance(node, s.Script) and isinstance(node.base, s.Name) and node.sub and not node.sup and not node.primes:
        name = f"{node.base.name}_{word_of(node.sub)}"
    symbol = table.symbols.get(name or "")
    if symbol is None or symbol.dims or symbol.lead or symbol.letter or symbol.low or symbol.high:
        return None
    return name if symbol.properties & SIGNS and name not in table.definitions else None
