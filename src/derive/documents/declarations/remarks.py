"""`<!-- derive: ... -->` and `% derive: ...`: declarations in plain form, the layout of Jacobians, `entrywise`."""

from __future__ import annotations

import re

from derive.documents.names.symbols import DIMENSION, Symbol
from derive.documents.names.table import Table
from derive.documents.source.document import Document
from derive.documents.source.tokens import Token, tokenize
from derive.errors import FormulaError
from derive.formula.declarations import Declarations
from derive.notation.vocabulary import split_name

LAYOUT = re.compile(r"\s*layout\s*[:=]\s*(\w+)\s*")
ENTRYWISE = re.compile(r"\s*entrywise\s*")
DEPTH = re.compile(r"\s*(?:function|functions)\s*[:=]\s*([\w, ]+)\s*")


def apply_remarks(document: Document, table: Table, *, quiet: bool) -> None:
    """Enter the comments of a note; what cannot be read becomes a diagnostic."""
    for remark in document.remarks:
        for m in re.finditer(r"[^;\n]+", remark.text):
            _entry(document, table, m.group(), remark.start + m.start(), quiet)


def _entry(document: Document, table: Table, text: str, at: int, quiet: bool) -> None:
    if found := LAYOUT.fullmatch(text):
        if found.group(1) in ("numerator", "denominator"):
            table.layout = found.group(1)
        elif not quiet:
            document.trouble(at, f"layout: numerator or denominator is expected, {found.group(1)} found")
        return
    if ENTRYWISE.fullmatch(text):
        table.entrywise = True
        return
    if found := DEPTH.fullmatch(text):
        for name in found.group(1).replace(",", " ").split():
            table.functions.setdefault(name, 1)
        return
    try:
        for declared in Declarations(text).entry(text, 0):
            dims = tuple(_tokens(d.text) for d in declared.dims)
            table.declare(Symbol(key(declared.name.text), dims, properties=declared.properties))
            for d in declared.dims:
                if not d.text.isdigit():
                    table.sizes.setdefault(d.text, DIMENSION)
    except FormulaError as error:
        if not quiet:
            document.trouble(at, f"this declaration is not understood: {error.message}")


def key(name: str) -> str:
    """How the reader calls what is declared in plain letters: W1 is W_1, lam is lambda, y_hat is yhat."""
    parts = split_name(name)
    return f"{parts.base}{parts.accent}" + (f"_{parts.subscript}" if parts.subscript else "")


def _tokens(word: str) -> tuple[Token, ...]:
    letters = tokenize(word, 0, len(word))
    if len(letters) > 1 and all(t.kind == "letter" for t in letters):
        return (Token("letter", word, 0, len(word)),)
    return tuple(letters)
