"""Numbers in order: `0 < m = \\lambda_1 \\le \\dots \\le \\lambda_D = M`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from derive.documents.declarations.enumerations import Enumeration, enumeration
from derive.documents.names.table import Table
from derive.documents.source.rows import Part
from derive.documents.source.tokens import Token


@dataclass(frozen=True)
class InOrder:
    """A list whose members are in order, with their sign, and the chain without them: `0 < m \\le M`."""

    list: Enumeration
    properties: frozenset[str]
    ends: Part | None


def in_order(part: Part, table: Table) -> InOrder | None:
    """The list in a chain of inequalities; None where there is none."""
    sides = [tuple(side) for side in part.sides]
    at = next((n for n, x in enumerate(sides) if len(x) == 1 and x[0].is_("\\dots")), 0)
    found = enumeration(sides[at - 1 : at + 2], table) if 0 < at < len(sides) - 1 else None
    if found is None:
        return None
    zeros = [r for side, r in ((sides[0], part.relations[0]), (sides[-1], part.relations[-1])) if is_zero(side)]
    strict = any(str(r) in ("<", ">") for r in zeros)
    properties = frozenset(("positive" if strict else "nonnegative",) if zeros else ())
    outer = [n for n in range(len(sides)) if abs(n - at) > 1]
    signs = [min(part.relations[m:n], key=_looseness) for m, n in pairwise(outer)]
    chain = bool(signs) and all(str(r) != "=" for r in signs)
    return InOrder(found, properties, Part([part.sides[n] for n in outer], signs) if chain else None)


def is_zero(side: Sequence[Token]) -> bool:
    return len(side) == 1 and side[0].text == "0"


def list_of(name: str, table: Table) -> str:
    """lambda of lambda_D, where it is a list of numbers up to D."""
    base, _, last = name.rpartition("_")
    symbol = table.symbols.get(base)
    if symbol is None or not symbol.numbered or name in table.symbols:
        return ""
    return base if last.isdigit() or [t.text for t in symbol.dims[0]] == [last] else ""


def _looseness(relation: Token) -> int:
    """A strict sign says more than one that is not, and an equality says nothing of an order."""
    return 2 if str(relation) == "=" else int(str(relation) not in ("<", ">"))
