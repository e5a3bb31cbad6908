"""Entries under another letter: h_ij, where the note has a matrix H."""

from __future__ import annotations

from derive.documents.names.bare import Named
from derive.documents.names.table import Table


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
