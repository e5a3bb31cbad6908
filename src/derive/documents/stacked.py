"""Rows and columns of a matrix by their own letter: "X with rows x_n^T"."""

from __future__ import annotations

from derive.documents import prose
from derive.documents import syntax as s
from derive.documents.names import items, letter_of, superscript
from derive.documents.parser import parse
from derive.documents.source import Segment
from derive.documents.table import Definition, Table
from derive.documents.tokens import Token
from derive.documents.trouble import Unreadable


def link(tokens: list[Token], segment: Segment, table: Table) -> None:
    """Enter x_n as row n of X, where the words before it speak of rows and X is declared with two sizes."""
    words = prose.sentence_before(segment.before)[-60:] + " " + prose.sentence_after(segment.after)[:40]
    by_row, by_column = bool(prose.ROWS.search(words)), bool(prose.COLUMNS.search(words))
    if by_row == by_column:
        return
    try:
        tree = parse(tokens)
    except Unreadable:
        return
    if (
        not isinstance(tree, s.Script)
        or not isinstance(tree.base, s.Name)
        or not tree.sub
        or superscript(tree.sup).acts
    ):
        return
    name, parts = tree.base.name, items(tree.sub)
    letter = letter_of(parts[0]) if len(parts) == 1 else None
    of = name[0].upper() + name[1:]
    symbol = table.symbols.get(of)
    if letter is None or symbol is None or len(symbol.dims) != 2 or table.known(name) or of == name:
        return
    at = tree.sub[0]
    colon, comma = Token("sym", ":", at.start, at.end), Token("sym", ",", at.start, at.end)
    sub = (at, comma, colon) if by_row else (colon, comma, at)
    sup = (Token("cmd", "top", at.start, at.end),) if by_row else ()
    table.define(Definition(name, s.Script(tree.at, s.Name(tree.at, of), sub, sup), tree.at, letters=(letter,)))
