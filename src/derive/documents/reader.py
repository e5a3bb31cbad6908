"""Reading a note: formulas in document order, each to declarations, definitions and claims."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from derive.documents.model import Diagnostic, Note, Place, Side
from derive.documents.names import counting, hints, ranges, terms
from derive.documents.names.symbols import Symbol
from derive.documents.names.table import Table
from derive.documents.reading.again import Rereading
from derive.documents.reading.formulas import Reader
from derive.documents.reading.order import reading_order
from derive.documents.sentences import prose
from derive.documents.sentences.circle import is_circle
from derive.documents.sentences.counted import iterates, whole_numbers
from derive.documents.sentences.draws import drawn
from derive.documents.sentences.identities import identities, zero_matrices
from derive.documents.sentences.layout import keeps_shapes, layout_of, transposes_matrices
from derive.documents.sentences.operators import spoken_of
from derive.documents.sentences.softmax import softmax_of
from derive.documents.sentences.spectra import spectra
from derive.documents.source.abbreviations import abbreviations, perhaps
from derive.documents.source.angles import angles
from derive.documents.source.clean import clean
from derive.documents.source.commas import joined
from derive.documents.source.document import Document, Segment, decode
from derive.documents.source.fixed import fixed
from derive.documents.source.flowing import Section, flowing
from derive.documents.source.given import given
from derive.documents.source.gradients import gradients
from derive.documents.source.incases import in_cases
from derive.documents.source.labels import labels
from derive.documents.source.layers import layers
from derive.documents.source.levels import one_layer
from derive.documents.source.macros import expand
from derive.documents.source.marks import Marks, upright_indices
from derive.documents.source.masks import mask
from derive.documents.source.named import named_gradients, subscripted
from derive.documents.source.naming import defined_first, with_signs
from derive.documents.source.offsets import offsets
from derive.documents.source.opened import opened
from derive.documents.source.partials import partials
from derive.documents.source.primed import primed
from derive.documents.source.ranked import ranked
from derive.documents.source.rows import Piece, relations, split
from derive.documents.source.sampled import sampled
from derive.documents.source.samples import samples
from derive.documents.source.several import several
from derive.documents.source.spans import span
from derive.documents.source.steps import lowered, single_steps, undeclared, with_previous
from derive.documents.source.tokens import Token, tokenize
from derive.documents.source.totals import summaries, totals
from derive.documents.source.upright import upright
from derive.documents.source.widths import widths
from derive.documents.source.worded import own_words
from derive.documents.source.zeroth import zeroth
from derive.documents.statements.shown import with_shown_layout
from derive.documents.syntax.parser import parse
from derive.documents.syntax.tree import Name, Node, walk
from derive.documents.syntax.words import WORDS
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


def read(text: str, path: str = "note.md", *, one_step: bool = False) -> Note:
    """The statements of a note. `path` tells the format by its ending.

    `one_step`: where nothing runs over the step t of h_t and h_{t-1}, the note is read as one step, from a given
    h_{t-1}, and not as a recursion.

    >>> note = read("Let $x \\\\in \\\\mathbb{R}^D$ and $f = x^\\\\top x$. Then $\\\\nabla_x f = 2x$.")
    >>> [s.kind for s in note.statements]
    ['declaration', 'definition', 'claim']
    """
    document = opened(text, path)
    formulas = [_formula(document, segment) for segment in document.segments[:MAX_STATEMENTS]]
    _put_spans_together(formulas)
    _put_cases_together(formulas)
    _put_masks_in_formulas(formulas)
    if one_step:
        _as_one_step(formulas)
    table, marks, formulas = _first_look(document, formulas, one_step)
    edited = Rereading(
        document,
        [(f.segment, f.pieces, f.problem) for f in formulas],
        lambda other, segment: _taken_apart(other, segment, marks),
    )
    reader = Reader(document, table)
    for formula in formulas:
        edited.read(reader, (formula.segment, formula.pieces, formula.problem))

    def written(n: int) -> tuple[int, Place]:
        """Where a statement stands: by its formula, since all cells of a notebook may be on one line of the file."""
        return formulas[bisect_right(edited.ends, n)].segment.start, reader.statements[n].place

    order = sorted(range(len(reader.statements)), key=written)
    return Note(
        path,
        tuple(with_shown_layout([reader.statements[n] for n in order])),
        tuple(document.diagnostics),
        reader.summary(),
        lambda number, statement, rhs: edited(order[number], statement, rhs),
    )


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
    if found.instances:
        raise FormulaError("expected a formula for any size; found one that needs numbers for its sizes", latex)
    return found.sides[0]


def _formula(document: Document, segment: Segment) -> Formula:
    try:
        tokens = expand(tokenize(document.text, segment.start, segment.end), document.macros)
        cleaned = clean(joined(upright(tokens, document.text), document.text))
        return Formula(segment, defined_first(split(with_signs(cleaned))))
    except Unreadable as error:
        return Formula(segment, problem=error)


def _taken_apart(document: Document, segment: Segment, marks: Marks) -> tuple[list[Piece], Unreadable | None]:
    f = _formula(document, segment)
    _mark([f], marks)
    return f.pieces, f.problem


def _mark(formulas: list[Formula], marks: Marks) -> None:
    for f in formulas:
        for piece in f.pieces:
            piece.tokens = marks.applied(piece.tokens)


def _put_spans_together(formulas: list[Formula]) -> None:
    """One formula for a range that is told in two."""
    for n in range(len(formulas) - 2, -1, -1):
        f, following = formulas[n : n + 2]
        if (whole := span((f.segment, f.pieces), (following.segment, following.pieces))) is not None:
            formulas[n : n + 2] = [Formula(*whole)]


def _put_cases_together(formulas: list[Formula]) -> None:
    """One formula for a definition that is told case by case."""
    for n in range(len(formulas) - 3, -1, -1):
        if len(three := formulas[n : n + 3]) < 3:
            continue
        earlier = (p.tokens for f in formulas[:n] for p in f.pieces)
        if (whole := in_cases([(f.segment, f.pieces) for f in three], earlier)) is not None:
            formulas[n : n + 3] = [Formula(*whole)]


def _put_masks_in_formulas(formulas: list[Formula]) -> None:
    """A definition for a mask that is told in words."""
    for n in range(len(formulas) - 1):
        near = formulas[n : n + 4]
        if (found := mask([(f.segment, f.pieces) for f in near])) is not None:
            at, tokens = found
            near[at].pieces = [replace(near[at].pieces[0], tokens=tokens)]


def _as_one_step(formulas: list[Formula]) -> None:
    """Steps below their names, and what is said of h_t said of h_{t-1}, too."""
    for piece in (p for f in formulas for p in f.pieces):
        piece.tokens = lowered(piece.tokens)
    said = [p.tokens for f in formulas for p in f.pieces]
    steps = single_steps(said, presumed=True)
    wanted = undeclared(said, steps)
    for f in formulas:
        f.pieces = with_previous(f.pieces, steps, wanted)


def _first_look(document: Document, formulas: list[Formula], one_step: bool) -> tuple[Table, Marks, list[Formula]]:
    """The table with which the note is read: what its notation suggests, and what is declared anywhere in it.

    And what its letters are marked as, which the formulas then are; and the formulas in the order of reading.
    """
    marks = _conventions(document, formulas, one_step)
    tokens = [piece.tokens for f in formulas for piece in f.pieces]  # as they are written
    _mark(formulas, marks)
    table, trees = _hinted(formulas)
    if split_names := (table.bold & table.plain_bare) - _declared_only(trees, table):
        marks = replace(marks, bold=frozenset(split_names))
        _mark(formulas, Marks(bold=marks.bold))  # the others are in place, and would be put in twice
        ranks = {f"{n}_vec": 2 if n[0].isupper() else 1 for n in split_names}
        table, trees = _hinted(formulas)
        table.ranks |= ranks
    table.given = given([piece.tokens for f in formulas for piece in f.pieces])
    if marks.samples is not None:
        table.indices |= marks.samples.letters
    for token in (t for f in reversed(formulas) for p in f.pieces for t in reversed(p.tokens)):
        table.first[token.text] = token.start
    written = [(f.segment, f.pieces) for f in formulas]
    formulas = [formulas[n] for n in reading_order(written)]
    table.whole, table.iterates = whole_numbers(document.text), iterates(document.text)
    table.each_absolute = bool(prose.EACH_ABSOLUTE.search(document.text))
    table.softmax_of = softmax_of(document.text)
    table.entrywise = bool(prose.ENTRYWISE.search(document.text))
    table.drawn = drawn(document.text)
    table.operators = spoken_of(document.text)
    table.identities = identities(document.text, tokens, table)
    table.circle = is_circle(tokens, document.text)
    if (layout := layout_of(document.text)) is not None and table.layout is None:
        table.layout = layout if layout != "unknown" else None
    table.transposes_matrices = transposes_matrices(document.text)
    table.keeps_shapes = keeps_shapes(document.text)
    seen = Document(document.text, places=document.places, remarks=document.remarks, slow=document.slow)
    scout = Reader(seen, table, scouting=True)
    for _ in range(2):
        for f in formulas:
            scout.formula(f.segment, f.pieces, f.problem)
        ranges.settle(table)
    doubts = zero_matrices(document.text) | terms.look(trees, document.text, table)
    products = perhaps(piece.tokens for f in formulas for piece in f.pieces)
    doubts |= {x: why for x, why in products.items() if x not in table.symbols}
    for ahead in table.future.values():  # `n >= 2 levels`, and then i = 1, ..., n
        for name in [n for n, x in ahead.items() if n in table.sizes and not (x.dims or x.lead or x.letter)]:
            del ahead[name]
        for name in [n for n in ahead if _runs_by_now(n, ahead, table)]:
            del ahead[name]
    for letter in [x for x in table.steps - table.symbols.keys() if x in table.ranges and table.ranges[x].is_numeral]:
        del table.ranges[letter]  # for t = 1, 2, 3, as one claim has it
    counting.look(trees, table)
    doubts |= {x: f"the indices of {x} begin at 0, or run from 1" for x in table.intercepts}
    table.spectra = spectra(written, table)
    table.definitions.clear()
    table.ranged.clear()
    table.solved.clear()
    table.symbols.clear()
    table.broken.clear()
    table.vague = doubts
    return table, marks, formulas


def _conventions(document: Document, formulas: list[Formula], one_step: bool) -> Marks:
    """What the notation of a note turns out to be. One layer, labels and the layer 0 are told apart at once.

    The other looks find names, and no scripts, where these have been.
    """
    flows = flowing(_sections(formulas))
    _mark(formulas, Marks(flowing=flows))
    levels = one_layer([[p.tokens for p in f.pieces] for f in formulas])
    _mark(formulas, Marks(levels=levels))
    names = labels([([p.tokens for p in f.pieces], f.segment.before) for f in formulas], document.text)
    _mark(formulas, Marks(labels=names))
    outset = zeroth(piece.tokens for f in formulas for piece in f.pieces)
    _mark(formulas, Marks(zeroth=outset))
    each = sampled(piece.tokens for f in formulas for piece in f.pieces)
    _mark(formulas, Marks(sampled=each))
    tokens = [piece.tokens for f in formulas for piece in f.pieces]
    said = [([p.tokens for p in f.pieces], f.segment.before) for f in formulas]
    around = [([p.tokens for p in f.pieces], f"{f.segment.before[-120:]} {f.segment.after[:80]}") for f in formulas]
    steps = single_steps(tokens, presumed=one_step)
    of_layers = layers(tokens)
    short = gradients(said)
    named = named_gradients([pieces for pieces, _ in said], short)
    return Marks(
        indices=upright_indices(tokens),
        steps=steps,
        layers=of_layers,
        gradients=short,
        named=named,
        below=subscripted([pieces for pieces, _ in said], named, short),
        partials=partials(said),
        primed=primed(said),
        samples=samples(around, of_layers),
        several=several(tokens),
        abbreviations=abbreviations(tokens),
        fixed=fixed(tokens, [_sentence(document.text, f.segment) for f in formulas for _ in f.pieces]),
        widths=widths([pieces for pieces, _ in said]),
        totals=totals(tokens) | summaries(pieces for pieces, _ in said),
        angles=angles([(p, _sentence(document.text, f.segment)) for f, (p, _) in zip(formulas, said, strict=True)]),
        offsets=offsets([pieces for pieces, _ in said]),
        levels=levels,
        labels=names,
        zeroth=outset,
        sampled=each,
        flowing=flows,
        ranked=ranked(tokens),
        words=own_words([pieces for pieces, _ in said], WORDS),
    )


def _sections(formulas: list[Formula]) -> list[Section]:
    found: list[Section] = []
    for _, group in groupby(formulas, lambda f: f.segment.heading):
        own = list(group)
        pieces = tuple(p.tokens for f in own for p in f.pieces)
        found.append(Section(own[0].segment.start, own[-1].segment.end, pieces))
    return found


def _sentence(text: str, segment: Segment) -> str:
    """The sentence around a formula, or what is near of it."""
    end = r"[.;]\s|\n\s*\n"
    before, after = text[max(0, segment.start - 250) : segment.start], text[segment.end : segment.end + 80]
    return f"{re.split(end, before)[-1]} {re.split(end, after)[0]}"


def _runs_by_now(name: str, ahead: dict[str, Symbol], table: Table) -> bool:
    """z_r, which was read before r = 1, \\dots, R: it is no name of its own."""
    base, _, letter = name.rpartition("_")
    return letter in table.ranges and base in ahead and ahead[base].lead == (letter,)


def _declared_only(trees: list[Node], table: Table) -> set[str]:
    """V, which is declared in plain letters and used in bold ones only: one name, whatever its letters."""
    inside = {
        n.name for tree in trees if not isinstance(tree, Name) for n in walk(tree) if isinstance(n, Name) and not n.bold
    }
    alone = {tree.name for tree in trees if isinstance(tree, Name) and tree.bold}
    return table.plain_bare - inside - alone - table.sizes.keys()


def _hinted(formulas: list[Formula]) -> tuple[Table, list[Node]]:
    table = Table()
    parts = [relations(p.tokens) for f in formulas for p in f.pieces]
    trees = [[_try(side) for side in part.sides] for part in parts]
    equations = [sides for part, sides in zip(parts, trees, strict=True) if part.relations and sides[0] is not None]
    found = [tree for sides in trees for tree in sides if tree is not None]
    hints.look(found, table, equations)
    return table, found


def _try(side: list[Token]) -> Node | None:
    try:
        return parse(side) if side else None
    except (Unreadable, RecursionError):
        return None


__all__ = ["read", "read_expression", "read_file"]
