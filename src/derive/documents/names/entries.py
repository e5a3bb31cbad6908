"""Entries under another letter: h_ij, where the note has a matrix H."""

from __future__ import annotations

from derive.documents.names.bare import Named
from derive.documents.names.scripts import (
    INDEX_LETTERS,
    all_items,
    is_multiple,
    is_numeral,
    items,
    letter_of,
    strip,
    word_of,
)
from derive.documents.names.symbols import Tokens
from derive.documents.names.table import Table
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable


def indices(base: str, sub: Tokens, table: Table) -> list[Tokens]:
    """The indices of a subscript: 2i is two of an entry of a matrix, and one of a vector."""
    symbol, d = table.symbols.get(base), table.definitions.get(base)
    vector = (symbol is not None and len(symbol.dims) == 1) or (d is not None and len(d.letters) == 1)
    return [strip(sub)] if vector and is_multiple(sub) else all_items(sub)


def is_last(base: str, parts: list[Tokens], table: Table) -> bool:
    """Whether x_N is the last entry of x in R^N, or of x_1, ..., x_N: a size at the end of its own axis."""
    symbol, d = table.symbols.get(base), table.definitions.get(base)
    ends = [table.ranges[x].high if x in table.ranges else () for x in d.letters] if d is not None else []
    ends = list(symbol.dims) if symbol is not None and symbol.dims and not symbol.lead else ends
    if table.is_family(base) or len(ends) != len(parts):
        return False
    letters = [letter_of(p) for p in parts]
    last = [
        x in table.sizes and x not in INDEX_LETTERS and x == letter_of(end)
        for x, end in zip(letters, ends, strict=True)
    ]
    others = all(x is None or x not in table.symbols or at_end for x, at_end in zip(letters, last, strict=True))
    return any(last) and others


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


def array_of_given(tokens: Tokens, table: Table) -> str | None:
    """X, where X_{n1} = 1 says what a column of a declared X is; None where this is a name of its own."""
    tree = parse(tokens)
    if not isinstance(tree, s.Script) or not isinstance(tree.base, s.Name) or tree.sup or tree.primes or not tree.sub:
        return None
    symbol, parts = table.symbols.get(tree.base.name), items(tree.sub)
    if symbol is None or symbol.lead or symbol.letter or symbol.numbered or not 1 < len(parts) == len(symbol.dims):
        return None
    own = f"{tree.base.name}_{word_of(tree.sub)}" in table.symbols or tree.base.name in table.definitions
    return tree.base.name if any(map(is_numeral, parts)) and not own else None


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
