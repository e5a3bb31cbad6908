"""Numbers of which the sum is given: of `\\rho_1 + \\rho_2 = 1`, both positive, the last is what the others leave.

And of an array without signs, as in `\\sum_k c_k = n`, the entries are any numbers with their mean moved.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.documents.names.mentions import mentioned
from derive.documents.names.scripts import letter_of, strip, word_of
from derive.documents.names.symbols import Symbol
from derive.documents.names.table import Table
from derive.documents.sentences.conditions import Condition
from derive.documents.sentences.passage import Given
from derive.documents.source.rows import Part, relations
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse

SIGNS = frozenset(("positive", "nonnegative", "unit_interval"))


@dataclass(frozen=True)
class Shares:
    """Names that have a sum: the last one is given by the others, which lie below what is left."""

    text: str
    names: tuple[str, ...]
    last: Given | None
    bounds: tuple[Condition, ...]


def shares(part: Part, text: str, table: Table) -> Shares | None:
    """What `a + b = 1` says of two numbers or more that have a sign and no definition; None of anything else."""
    if [str(r) for r in part.relations] != ["="]:
        return None
    summed, total = parse(part.sides[0]), parse(part.sides[1])
    if isinstance(summed, s.Big):
        name = _all_of(summed, table)
        if name is None or name in mentioned(total):
            return None
        return Shares(text, (name,), None, (Condition(text, table.symbols[name], total=total),))
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


def _all_of(node: s.Big, table: Table) -> str | None:
    """c of \\sum_k c_k, a vector of which nothing else is known."""
    letter = letter_of(tuple(relations(list(strip(node.sub))).sides[0])) if node.kind == "sum" else None
    term = node.body
    if letter is None or not isinstance(term, s.Script) or not isinstance(term.base, s.Name) or term.sup or term.primes:
        return None
    symbol = table.symbols.get(term.base.name)
    if letter_of(term.sub) != letter or symbol is None or len(symbol.dims) != 1 or symbol.lead or symbol.letter:
        return None
    said = symbol.properties or symbol.low or symbol.high or symbol.unit
    return None if said or symbol.name in table.definitions else symbol.name


def _share(node: s.Node, table: Table) -> str | None:
    """The name of a number that is declared with a sign, and no more than that."""
    name = node.name if isinstance(node, s.Name) else None
    if isinstance(node, s.Script) and isinstance(node.base, s.Name) and node.sub and not node.sup and not node.primes:
        name = f"{node.base.name}_{word_of(node.sub)}"
    symbol = table.symbols.get(name or "")
    if symbol is None or symbol.dims or symbol.lead or symbol.letter or symbol.low or symbol.high:
        return None
    return name if symbol.properties & SIGNS and name not in table.definitions else None
