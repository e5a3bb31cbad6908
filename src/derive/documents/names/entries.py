"""Entries under another letter: h_ij, where the note has a matrix H."""

from __future__ import annotations

from derive.documents.names.bare import Named
from derive.documents.names.scripts import all_items, is_multiple, is_numeral, items, strip, word_of
from derive.documents.names.table import Table, Tokens
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable


def indices(base: str, sub: Tokens, table: Table) -> list[Tokens]:
    """The indices of a subscript: 2i is two of an entry of a matrix, and one of a vector."""
    symbol, d = table.symbols.get(base), table.definitions.get(base)
    vector = (symbol is not None and len(symbol.dims) == 1) or (d is not None and len(d.letters) == 1)
    return [strip(sub)] if vector and is_multiple(sub) else all_items(sub)


def is_numbered_entry(tokens: Tokens, table: Table) -> bool:
    """Whether x_1 or A_{12} is an entry of a declared array, and no name of its own."""
    try:
        tree = parse(tokens) if tokens else None
    except Unreadable:
        return False
    if not isinstance(tree, s.Script) or not isinstance(tree.base, s.Name) or tree.sup or tree.primes or not tree.sub:
        return False
    symbol, parts = table.symbols.get(tree.base.name), items(tree.sub)
    if symbol is None or symbol.lead or symbol.letter or symbol.numbered or not symbol.dims:
        return False
    named = table.known(f"{tree.base.name}_{word_of(tree.sub)}")
    return not named and len(parts) == len(symbol.dims) and all(map(is_numeral, parts))


def is_entry(named: Named, table: Table) -> bool:
    """Whether a name with indices is an entry of another: h_ii always, h_ij where the note defines a matrix H."""
    if len(set(named.lead)) < len(named.lead):
        return True
    upper = named.name.upper()
    if len(named.lead) != 2 or len(named.name) != 1 or named.name == upper or table.known(named.name):
        return False
    defined = table.definitions.get(upper)
    return defined is not None and not (defined.parameters or defined.letters or defined.letter)


def has_such_entries(named: Named, right: set[str], table: Table) -> bool:
    """Whether X_ij = x_ij says how the entries of a declared X are written."""
    symbol, small = table.symbols.get(named.name), named.name.lower()
    if symbol is None or len(symbol.dims) != 2 or len(named.lead) != 2 or small == named.name or table.known(small):
        return False
    return f"{small}_{''.join(named.lead)}" in right


def may_be_entry(named: Named, table: Table) -> bool:
    """The same on the first look, when nothing is defined yet: whether the capital letter occurs as a name."""
    upper = named.name.upper()
    capital = upper != named.name and upper in (table.plain | table.bold)
    return len(set(named.lead)) < len(named.lead) or (len(named.lead) == 2 and capital)
