"""Rows with dots, `x_1^\\top`, `\\vdots`, `x_N^\\top`, one below the other in a matrix X: x_n is row n of X.

So are columns side by side. It says the same as the words "the rows of X are the x_n^T".
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.documents.names.bare import bare_name
from derive.documents.names.scripts import letter_of, strip, superscript
from derive.documents.names.symbols import DIMENSION, Symbol, Tokens
from derive.documents.names.table import Table
from derive.documents.sentences import stacked
from derive.documents.source.rows import Part
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.dotted import listed
from derive.documents.syntax.parser import parse


@dataclass(frozen=True)
class Spread:
    """The members `name` of a matrix, up to the last one: its rows, or else its columns."""

    name: str
    last: Tokens
    by_row: bool


def spread_out(part: Part, table: Table) -> bool:
    """Whether the equation says of a matrix what its rows or its columns are called. They are entered then.

    It does where the members are declared for each index, or as a list, and are not defined otherwise.
    """
    named = bare_name(tuple(part.sides[0]), table) if len(part.relations) == 1 else None
    if named is None or named.lead or named.letter or named.name in table.definitions:
        return False
    found = _spread(parse(part.sides[1]))
    symbol = table.symbols.get(found.name) if found is not None else None
    if found is None or symbol is None or found.name in table.definitions or symbol.letter:
        return False
    dims = _dims(symbol, found, table)
    if dims is None or letter_of(found.last) in table.steps | table.depths:
        return False
    of = table.symbols.get(named.name)
    if of is None:
        for size in (t for dim in dims if (t := letter_of(dim)) is not None and not table.known(t)):
            table.sizes.setdefault(size, DIMENSION)
        table.declare(Symbol(named.name, dims))
    elif [_text(d) for d in of.dims] != [_text(d) for d in dims] or of.lead or of.letter:
        return False
    letter = Token("letter", symbol.lead[0] if symbol.lead else "i", part.sides[1][0].start, part.sides[1][0].end)
    stacked.enter(found.name, letter, found.by_row, table, of=named.name)
    return found.name in table.definitions


def _dims(symbol: Symbol, found: Spread, table: Table) -> tuple[Tokens, ...] | None:
    """The sizes of the matrix of all members; None where these are not as many vectors as it has of them."""
    if len(symbol.lead) == 1 and len(symbol.dims) == 1:
        within, known = symbol.dims[0], table.ranges.get(symbol.lead[0])
        if known is not None and (known.low != 1 or known.strict or _text(known.high) != _text(found.last)):
            return None
    elif symbol.numbered and len(symbol.dims) == 2 and _text(symbol.dims[0]) == _text(found.last):
        within = symbol.dims[1]
    else:
        return None
    return (found.last, within) if found.by_row else (within, found.last)


def _text(tokens: Tokens) -> str:
    return "".join(t.text for t in strip(tokens))


def _spread(tree: s.Node) -> Spread | None:
    transposed = isinstance(tree, s.Script) and superscript(tree.sup).transposed and not tree.sub
    tree = tree.base if isinstance(tree, s.Script) and transposed else tree
    if not isinstance(tree, s.Matrix):
        return None
    below = all(len(row) == 1 for row in tree.rows)
    items = tuple(row[0] for row in tree.rows) if below else tree.rows[0] if len(tree.rows) == 1 else ()
    found = listed(items)
    member = _member(found[1].term, found[0]) if found is not None else None
    if found is None or member is None or found[1].first != 1:
        return None
    name, as_row = member
    if as_row != below:
        return None  # columns one below the other are one long column
    return Spread(name, found[1].last, below != transposed)


def _member(term: s.Node, letter: str) -> tuple[str, bool] | None:
    """The name of x_i, x^{(i)}, (x^{(i)})^T and x_i^T, and whether it is transposed."""
    as_row = False
    if isinstance(term, s.Script) and isinstance(term.base, s.Bracket) and len(term.base.items) == 1:
        if term.sub or term.primes or not superscript(term.sup).transposed:
            return None
        as_row, term = True, term.base.items[0]
    if not isinstance(term, s.Script) or not isinstance(term.base, s.Name) or term.primes:
        return None
    sup = superscript(term.sup)
    index = strip(term.sub or sup.layer)
    if sup.acts or sup.name or (term.sub and sup.layer) or letter_of(index) != letter or (as_row and sup.transposed):
        return None
    return term.base.name, as_row or sup.transposed


__all__ = ["spread_out"]
