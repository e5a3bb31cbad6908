"""Rows and columns by a letter of their own: "X with rows x_n^T"; unit vectors: "e_i is the i-th unit vector"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.documents.declarations.enumerations import enumeration, scripted_name
from derive.documents.names.scripts import items, letter_of, strip, superscript
from derive.documents.names.table import Definition, Table, Tokens
from derive.documents.sentences import prose
from derive.documents.source.document import Document, Segment
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s

ENTRIES = re.compile(
    r"[\s~]*(?:(?:have|has|having|with) (?:the )?(?:entries|components|elements)|collects?|contains?|holds?)\b"
)

OF = re.compile(
    r"\s+of\s+(?:the\s+(?:\w+\s+)?(?:matrix|array)\s+)?\$\s*(?:\\(?:math|bold|bm|bf)\w*\s*\{?)?\s*\\?(?P<name>[A-Za-z]+)"
)


TRANSPOSED = re.compile(
    r"[\s$(\\]*(?:\\\w+\s*\{)?\s*[A-Za-z]\}?\s*\^\s*(?:T\b|\\top\b|\\intercal\b|\{\s*(?:T|\\top|\\intercal)\s*\})"
)


def is_transposed(tokens: Sequence[Token]) -> bool:
    """Whether the tokens are a transpose, X^T."""
    return len(_untransposed(tuple(tokens))) < len(tokens)


def link(tokens: list[Token], said: str, after: str, table: Table, of: str = "") -> None:
    """Enter x_n as row n of X, where the words around it speak of rows and X is declared with two sizes.

    `said` is the prose of the sentence so far. x may be declared by itself: as a vector for each n, or as a list.
    `of`: the name of the matrix, where the words give one.
    """
    by_row = _by_row(said, after)
    found = _member(tokens)
    if by_row is not None and found is not None:
        name, letter, transposed = found
        _enter(name, letter, by_row, table, upright=not transposed and name not in table.symbols, of=of)


def matrix_in(after: str) -> str:
    """The matrix in ` of $A$` behind the words about a row; empty where they name none."""
    named = OF.match(after)
    return named["name"] if named else ""


def link_all(names: Sequence[Tokens], said: str, after: str, table: Table) -> None:
    """Enter x_1^T, ..., x_N^T as the rows of X, where the words around the list say that it is in the rows."""
    by_row = _by_row(said, after)
    found = enumeration([_untransposed(n) for n in names], table)
    if by_row is not None and found is not None and found.last and found.first and names[0]:
        at = names[0][0]
        _enter(found.name, Token("letter", "i", at.start, at.end), by_row, table)


def columns(names: Sequence[Tokens], said: str, table: Table) -> None:
    """`A has columns $a_1, \\dots, a_n \\in \\mathbb R^m$`: where they have the size of its columns, or rows."""
    found = enumeration([_untransposed(n) for n in names], table)
    symbol = table.symbols.get(found.name) if found is not None else None
    of = table.symbols.get(found.name[0].upper() + found.name[1:]) if found is not None else None
    by_row = _by_row(said, "")
    if by_row is None or symbol is None or of is None or of.awaited:
        return
    if _texts(symbol.dims) == _texts(of.dims if by_row else of.dims[::-1]):
        link_all(names, said, "", table)


def stack(tokens: list[Token], said: str, after: str, table: Table) -> None:
    """Enter x_1, ..., x_N as the rows, or columns, of X, where the words around the declaration of X stack them so."""
    name = tokens[0].text if len(tokens) == 1 else ""
    symbol, of = table.symbols.get(name.lower()), table.symbols.get(name)
    if symbol is None or of is None or symbol is of:
        return
    if len(symbol.lead) == 1 and len(symbol.dims) == 1 and len(of.dims) == 2 and (rows := prose.MAKE_UP.search(said)):
        fits = _texts(symbol.dims) == _texts(of.dims[1:] if rows["row"] else of.dims[:1])
        if fits and name.lower() not in table.definitions:  # k_i, where the keys are the rows of K
            letter = Token("letter", symbol.lead[0], tokens[0].start, tokens[0].end)
            _enter(name.lower(), letter, bool(rows["row"]), table)
        return
    stacked = prose.STACKED.search(said[-90:]) or prose.STACKED_AFTER.match(after)
    if stacked is None or not (symbol.numbered or symbol.lead):
        return
    by_row = not any(x for x in stacked.groupdict().values())
    at = tokens[0]
    if symbol.numbered and _texts(symbol.dims) == _texts(of.dims if by_row else of.dims[::-1]):
        _enter(name.lower(), Token("letter", "i", at.start, at.end), by_row, table)
    elif (
        len(symbol.lead) == 1
        and len(of.dims) == 2
        and _texts(symbol.dims) == _texts(of.dims[1:] if by_row else of.dims[:1])
    ):
        _enter(name.lower(), Token("letter", symbol.lead[0], at.start, at.end), by_row, table)


def _texts(dims: Sequence[Tokens]) -> list[list[str]]:
    return [[t.text for t in d] for d in dims]


def _untransposed(tokens: Tokens) -> Tokens:
    """x_1 of x_1^T."""
    n = next((k for k, t in enumerate(tokens) if t.is_("^")), len(tokens))
    return tokens[:n] if tokens[n + 1 :] and superscript(strip(tokens[n + 1 :])).transposed else tokens


def _enter(name: str, letter: Token, by_row: bool, table: Table, *, upright: bool = False, of: str = "") -> None:
    of = of or name[0].upper() + name[1:]
    symbol = table.symbols.get(of)
    if symbol is None or len(symbol.dims) != 2 or of == name or not _open(name, letter.text, table):
        return
    colon, comma = (Token("sym", x, letter.start, letter.end) for x in ":,")
    sub = (letter, comma, colon) if by_row else (colon, comma, letter)
    sup = (Token("cmd", "top", letter.start, letter.end),) if by_row else ()
    rhs = s.Script(letter.start, s.Name(letter.start, of), sub, sup)
    if (listed := table.symbols.get(name)) is not None and listed.centred and by_row:
        table.symbols[of].centred = True
    table.define(Definition(name, rhs, letter.start, letters=(letter.text,), upright=upright and by_row))


def _by_row(said: str, after: str) -> bool | None:
    """Whether the words speak of rows, or of columns: the nearest one before, else the first one behind."""
    before = list(prose.ROWS_OR_COLUMNS.finditer(prose.AS_COLUMN.sub(" ", said)[-90:]))
    nearest = before[-1] if before else prose.ROWS_OR_COLUMNS.search(after[:40])
    return bool(prose.ROWS.search(nearest.group())) if nearest else None


def _member(tokens: list[Token]) -> tuple[str, Token, bool] | None:
    """The name and the index letter of x_n, x_n^T or x^{(n)}, and whether it is transposed."""
    found = scripted_name(tokens)
    if found is None:
        return None
    name, tree = found
    sup = superscript(tree.sup)
    if sup.acts or sup.name or (tree.sub and sup.layer):
        return None
    index = strip(tree.sub or sup.layer)
    return (name, index[0], sup.transposed) if letter_of(index) else None


def _open(name: str, letter: str, table: Table) -> bool:
    """Whether the name has no meaning but that of a vector for each letter."""
    if not table.known(name):
        return True
    symbol = table.symbols.get(name)
    free = name not in table.definitions and name not in table.functions and symbol is not None and not symbol.letter
    return free and symbol is not None and (symbol.lead, len(symbol.dims)) in (((letter,), 1), ((), 2))


def unit_vectors(tokens: list[Token], before: str, after: str, table: Table) -> None:
    """Enter e, where the words say that e_i is a unit vector: the index tells which one.

    `after` is the text behind the formula, with the formulas in it: "is the $i$-th unit vector".
    """
    one_hot = bool(prose.ONE_HOT_AFTER.match(after))
    if not (one_hot or prose.UNIT_AFTER.match(after) or prose.UNIT_BEFORE.search(prose.sentence_before(before)[-40:])):
        return
    found = scripted_name(tokens)
    if found is None or found[1].sup:
        return
    name, parts = found[0], items(found[1].sub)
    numbered = len(parts) == 1 and len(parts[0]) == 1 and parts[0][0].kind == "num"
    letter = letter_of(parts[0]) if len(parts) == 1 else None
    if letter is not None and re.search(rf"\$\s*{re.escape(letter)}\s*\$\s*-?\s*th\b", after):
        for known in (table.symbols, *table.future.values()):
            known.pop(f"{name}_{letter}", None)  # the $a$-th unit vector: a is an index
        table.indices.add(letter)
        table.touch()
    symbol = table.symbols.get(name)
    just_declared = symbol is not None and bool(symbol.lead) and len(symbol.dims) == 1
    if len(parts) != 1 or not (numbered or letter_of(parts[0])) or (table.known(name) and not just_declared):
        return
    if one_hot and name != "e":
        return  # y_n is one-hot, and no unit vector that n tells
    if just_declared and name not in table.definitions:
        for known in (table.symbols, *table.future.values()):
            known.pop(name, None)
        table.touch()
    table.units.add(name)


def has_entries(name: str, segment: Segment, document: Document) -> bool:
    """Whether the words behind a formula say that the array has entries by its own name: the $y_i$, known before."""
    if not ENTRIES.match(segment.after):
        return False
    sentence = prose.sentence_after(document.text[segment.end : segment.end + 120])
    return re.search(rf"(?<![A-Za-z]){re.escape(name)}_", sentence) is not None
