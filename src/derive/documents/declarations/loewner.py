"""The order of symmetric matrices: S \\succ 0, M \\succeq 0, \\mu I \\preceq A \\preceq L I, A \\succeq B."""

from __future__ import annotations

from derive.documents.names.bare import bare_name
from derive.documents.names.mentions import mentioned
from derive.documents.names.scripts import listed
from derive.documents.names.symbols import Tokens, is_zero
from derive.documents.names.table import Table
from derive.documents.source.rows import Part
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable

DESCENDING = frozenset(("\\succ", "\\succeq"))
ASCENDING = frozenset(("\\prec", "\\preceq"))


def declare(part: Part, text: str, table: Table, *, concluded: bool) -> None:
    """What lies above zero is definite; of what is compared with another matrix nothing is refuted for want of it.

    `concluded`: the words draw it as a conclusion, so that it may be wrong.
    """
    sides, words = [tuple(x) for x in part.sides], [str(r) for r in part.relations]
    if words[0] in ASCENDING:
        sides, words = sides[::-1], words[::-1]
    if is_zero(_tree(sides[-1])) and ({*words} <= DESCENDING or {*words} <= ASCENDING):
        strict = False
        sides = sides[:-1]
        for side, word in zip(reversed(sides), reversed(words), strict=True):
            strict = strict or word in ("\\succ", "\\prec")
            if strict or not concluded:
                _definite(side, strict, text, table)
    if len(sides) == 3 and not concluded and _is_between(sides[1], sides[2], sides[0], table):
        return
    if len(sides) > 1:
        _not_understood(sides, text, table)


def _definite(side: Tokens, strict: bool, text: str, table: Table) -> None:
    for one in listed(side):
        named = bare_name(one, table)
        symbol = table.symbols.get(named.name) if named is not None else None
        if named is None or (symbol is not None and not strict and "positive_definite" in symbol.properties):
            continue
        if symbol is not None and len(symbol.dims) == 1:  # of a vector, it is said of each entry
            table.vague[named.name] = text
        elif strict or named.name not in table.definitions:
            known = table.add_properties(named.name, "positive_definite" if strict else "semidefinite", "symmetric")
            table.vague |= {} if known else {named.name: text}


def _is_between(side: Tokens, low: Tokens, high: Tokens, table: Table) -> bool:
    """\\mu I \\preceq A \\preceq L I: all eigenvalues of a symmetric A are in [\\mu, L]."""
    named = bare_name(side, table)
    symbol = table.symbols.get(named.name) if named is not None else None
    below, above = _multiple(low), _multiple(high)
    if symbol is None or "symmetric" not in symbol.properties or symbol.name in table.definitions:
        return False
    if below is None or above is None:
        return False
    symbol.spectrum = (below, above)
    table.spectra.names |= mentioned(symbol.spectrum)
    table.touch()
    return True


def _multiple(tokens: Tokens) -> s.Node | None:
    """\\mu of \\mu I."""
    place = next((n for n, t in enumerate(tokens) if t.text == "I"), 0)
    sized = all(t.is_("_", "{", "}") or t.kind == "letter" for t in tokens[place:])
    return _tree(tokens[:place]) if place and sized else None


def _not_understood(sides: list[Tokens], text: str, table: Table) -> None:
    """A \\succeq B: the inputs among them are vague, numbers beside the identity bound eigenvalues."""
    for side in sides:
        if (number := _multiple(side)) is not None:
            table.spectra.names |= mentioned(number) - table.definitions.keys()
        named = bare_name(side, table)
        if named is not None and named.name in table.symbols and named.name not in table.definitions:
            table.vague.setdefault(named.name, text)


def _tree(tokens: Tokens) -> s.Node | None:
    try:
        return parse(tokens)
    except Unreadable:
        return None
