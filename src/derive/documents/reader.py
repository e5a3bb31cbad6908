"""Reading a note: formulas in document order, each to declarations, definitions and claims."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from derive.documents import hints, prose
from derive.documents.clean import clean
from derive.documents.extract import extract
from derive.documents.macros import expand
from derive.documents.model import Diagnostic, Note, Place, Side
from derive.documents.parser import parse
from derive.documents.rows import Piece, relations, split
from derive.documents.source import Document, Places, Segment, decode, notebook_cells
from derive.documents.statements import Reader
from derive.documents.table import Table
from derive.documents.tokens import Token, tokenize
from derive.documents.trouble import Unreadable
from derive.errors import FormulaError

MAX_STATEMENTS = 20_000


@dataclass
class Formula:
    """A formula of the note, taken apart; `problem` where it could not be."""

    segment: Segment
    pieces: list[Piece] = field(default_factory=list)
    problem: Unreadable | None = None


def read_file(path: str | Path) -> Note:
    """The note in a file: .md, .tex, .ipynb, anything else as Markdown. Raises OSError where it cannot be opened."""
    text, problems = decode(Path(path).read_bytes())
    note = read(text, str(path))
    found = tuple(Diagnostic(Place(1, 1), p) for p in problems)
    return replace(note, diagnostics=(*found, *note.diagnostics))


def read(text: str, path: str = "note.md") -> Note:
    """The statements of a note. `path` tells the format by its ending.

    >>> note = read("Let $x \\\\in \\\\mathbb{R}^D$ and $f = x^\\\\top x$. Then $\\\\nabla_x f = 2x$.")
    >>> [s.kind for s in note.statements]
    ['declaration', 'definition', 'claim']
    """
    document = _document(text, path)
    formulas = [_formula(document, segment) for segment in document.segments[:MAX_STATEMENTS]]
    reader = Reader(document, _first_look(document, formulas))
    for formula in formulas:
        reader.formula(formula.segment, formula.pieces, formula.problem)
    return Note(path, tuple(reader.statements), tuple(document.diagnostics), reader.summary())


def read_expression(latex: str, where: str = "") -> Side:
    """One expression in LaTeX, its names declared as with `--where`. Raises FormulaError where it cannot be read.

    >>> read_expression(r"x^\\top A x", "x: n; A: n,n").shape
    ()
    """
    lines = "".join(f"% derive: {line}\n" for line in where.split("\n") if line.strip())
    note = read(f"{lines}\\[ {{{latex}}} = {{{latex}}} \\]", "expression.tex")
    found = next(iter(note.claims), None)
    if found is None or found.sides is None:
        raise FormulaError(found.problem if found else "no expression was found", latex)
    return found.sides[0]


def _document(text: str, path: str) -> Document:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    ending = Path(path).suffix.lower()
    if ending != ".ipynb":
        tex = ending in (".tex", ".ltx", ".latex")
        return extract(text if tex else _unquoted(text), tex=tex)
    cells, problem = notebook_cells(text)
    lines: list[int] = []
    for source, first in cells:
        lines += [first + k for k in range(source.count("\n") + 1)] + [first]
    document = extract(_unquoted("".join(f"{source}\n\n" for source, _ in cells)), tex=False)
    document.places = _CellPlaces(document.text, lines)
    if problem:
        document.diagnostics.append(Diagnostic(Place(1, 1), problem))
    return document


class _CellPlaces(Places):
    """Lines of cells put together, as lines of the notebook's file."""

    def __init__(self, text: str, lines: list[int]) -> None:
        super().__init__(text)
        self.lines = lines

    def at(self, offset: int) -> Place:
        place = super().at(offset)
        return Place(self.lines[min(place.line, len(self.lines)) - 1] if self.lines else place.line, place.column)


def _unquoted(text: str) -> str:
    """Block quotes without their marks, offsets kept."""
    return (
        re.sub(
            r"^[ \t]*>[ \t>]*(?=\S*\$|[^\n]*[$\\]|[^\n]*$)", lambda m: " " * len(m.group()), text, flags=re.MULTILINE
        )
        if re.search(r"^[ \t]*>", text, re.MULTILINE)
        else text
    )


def _formula(document: Document, segment: Segment) -> Formula:
    try:
        tokens = clean(expand(tokenize(document.text, segment.start, segment.end), document.macros))
        return Formula(segment, split(tokens))
    except Unreadable as error:
        return Formula(segment, problem=error)


def _first_look(document: Document, formulas: list[Formula]) -> Table:
    """The table with which the note is read: what its notation suggests, and what is declared anywhere in it."""
    table = _hinted(formulas)
    if split_names := table.bold & table.plain_bare:
        for f in formulas:
            for piece in f.pieces:
                piece.tokens = _bold_apart(piece.tokens, split_names)
        ranks = {f"{n}_vec": 2 if n[0].isupper() else 1 for n in split_names}
        table = _hinted(formulas)
        table.ranks |= ranks
    if prose.OTHER_LAYOUT.search(document.text):
        table.layout = None
    scout = Reader(Document(document.text, places=document.places, remarks=document.remarks), table, scouting=True)
    for _ in range(2):
        for f in formulas:
            scout.formula(f.segment, f.pieces, f.problem)
        hints.settle(table)
    table.definitions.clear()
    table.solved.clear()
    table.symbols.clear()
    table.broken.clear()
    return table


def _hinted(formulas: list[Formula]) -> Table:
    table = Table()
    parts = [relations(p.tokens) for f in formulas for p in f.pieces]
    hints.look([tree for part in parts for side in part.sides if (tree := _try(side)) is not None], table)
    return table


def _bold_apart(tokens: list[Token], names: set[str]) -> list[Token]:
    """Bold letters that also occur in plain: \\mathbf h is the vector h_vec beside the number h."""
    out: list[Token] = []
    n = 0
    while n < len(tokens):
        t = tokens[n]
        braced = n + 3 < len(tokens) and tokens[n + 1].is_("{") and tokens[n + 3].is_("}")
        letter = tokens[n + 2] if braced else tokens[n + 1] if n + 1 < len(tokens) else None
        if t.is_("\\mathbf") and letter is not None and letter.kind in ("letter", "cmd") and letter.text in names:
            end = tokens[n + 3].end if braced else letter.end
            out.append(Token("letter", f"{letter.text}_vec", t.start, max(end, t.end), t.spaced))
            n += 4 if braced else 2
        else:
            out.append(t)
            n += 1
    return out


def _try(side: list[Token]) -> object | None:
    try:
        return parse(side) if side else None
    except (Unreadable, RecursionError):
        return None


__all__ = ["read", "read_expression", "read_file"]
