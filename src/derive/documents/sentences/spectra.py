"""Eigenvalues in words: `let $\\mu$ be the smallest and $L$ the largest eigenvalue of $A$`.

What such words say for certain is written out (`meaning/spectra.py`); of the others nothing is refuted for want of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from derive.documents.declarations.bounds import ORDER as ORDERS
from derive.documents.names.bare import bare_name
from derive.documents.names.scripts import listed
from derive.documents.names.symbols import Extreme, Spectra, Tokens
from derive.documents.names.table import Table
from derive.documents.source.document import Segment
from derive.documents.source.gradients import name_end
from derive.documents.source.rows import Piece, relations
from derive.documents.source.tokens import Token

SPEAKS = re.compile(r"eigenvalue|singular value|spectr(?:um|al)|eigenwert|singulärwert|고유값|특이값", re.IGNORECASE)
ABOUT = re.compile(
    r"eigenvalue|singular value|eigenwert|singulärwert|고유값|특이값|\b(?:smallest|largest|least|greatest|lowest"
    r"|highest|min\w*|max\w*|extrem\w*|bound\w*|between|interval|spectr\w+|kleinste\w*|größte\w*|zwischen)\b",
    re.IGNORECASE,
)
COMPARED = re.compile(
    r"\b(?:(?:non-?)?(?:positiv|negativ|zero)|between|in the interval|distinct|real parts?|modul|at (?:least|most)"
    r"|below|above|exceed|inside|within|(?:less|greater|smaller|larger) than|größer|kleiner|verschieden)",
    re.IGNORECASE,
)
"""What words may say of all eigenvalues."""
CASE = re.compile(r"\b(?:if|when|whenever|unless|falls|wenn)\b", re.IGNORECASE)
JOINED = re.compile(
    r"[\s(),]*(?:(?:and|or|to|is|are|by|denoted|called|resp\.?|respectively|und|bis|ist|sind)[\s(),]*)*", re.IGNORECASE
)
END = re.compile(r"(?<!resp)[.;](?=\s|$)|\n\s*\n")
WORDS = re.compile(r"resp\.|[^\W\d_]+|[^\w\s]", re.IGNORECASE)
KINDS = {
    "m": "smallest least minimal minimum lowest kleinste kleinster kleinsten minimale minimaler",
    "M": "largest greatest maximal maximum biggest highest größte größter größten maximale maximaler",
    "E": "eigenvalue eigenvalues eigenwert eigenwerte eigenwerts",
    "-": "the its be is are and let write we denote denotes denoted by for with one also respectively resp. here has"
    " have where whose of matrix that suppose assume call der die das und sei seien ist mit bezeichne für von dessen"
    " , ( )",
}
KIND = {word: kind for kind, words in KINDS.items() for word in words.split()}
SAFE = frozenset(("", "symmetric", "definite", "then", "so", "it", "symmetrisch"))
"""What may stand around such words without saying more of the eigenvalue."""
OF = frozenset(("of", "von", "dessen"))
Sentence = list[tuple[str, Sequence[Piece]]]
ORDER = re.compile(r"(?:n[mM])+|(?:[mM]n)+|nnmM|nnMm|mMnn|Mmnn")


@dataclass(frozen=True)
class Mark:
    """A word, by its kind, or a formula: `n` the names of numbers, `o` a matrix, `?` anything else."""

    kind: str
    text: str = ""


def spectra(formulas: Sequence[tuple[Segment, Sequence[Piece]]], table: Table) -> Spectra:
    """What the sentences of the note say of eigenvalues; the formulas in their order."""
    found = Spectra(applied={x for _, pieces in formulas for p in pieces for x in _applied(p.tokens, table)})
    subject = Mark("?")
    for heading, sentence in _sentences(formulas):
        marks = [_marks(pieces, table) for _, pieces in sentence[:-1]]
        around = [words for words, _ in sentence]
        if SPEAKS.search(" ".join(around)):
            spoken_of = _spoken_of(marks, around)
            found.names |= spoken_of
            matrices = {m.text for own in marks for m in own if m.kind == "o"} or {subject.text}
            said = " ".join(around)
            found.bounded |= matrices if COMPARED.search(said) and not CASE.search(said) else set()
            for run, of in _runs(marks, around, subject):
                for name, extreme in _told(run, of, heading).items():
                    again = found.extremes.get(name, extreme) != extreme
                    found.extremes[name] = Extreme("", False) if again else extreme
        subject = next((m for own in reversed(marks) for m in own if m.kind in "o?"), subject)
    found.extremes = {name: x for name, x in found.extremes.items() if x.matrix}
    return found


def _sentences(formulas: Sequence[tuple[Segment, Sequence[Piece]]]) -> Iterator[tuple[int, Sentence]]:
    """The words before each formula of a sentence, with the formula; at last, the words behind them."""
    sentence: Sentence = []
    heading = 0
    for segment, pieces in formulas:
        *earlier, words = END.split(segment.before)
        if sentence and (earlier or segment.heading != heading):
            yield heading, [*sentence, (earlier[0] if earlier else "", ())]
            sentence = []
        sentence.append((words, pieces))
        heading = segment.heading
        if (end := END.search(segment.after)) is not None:
            yield heading, [*sentence, (segment.after[: end.start()], ())]
            sentence = []
    if sentence:
        yield heading, [*sentence, ("", ())]


def _applied(tokens: Sequence[Token], table: Table) -> Iterator[str]:
    """A of `\\lambda_{\\min}(A)`."""
    for n, t in enumerate(tokens):
        if not t.is_("\\lambda") or (end := name_end(tokens, n)) is None or end == n + 1:
            continue
        closing = next((k for k in range(end, len(tokens)) if tokens[k].kind == "close"), end)
        named = bare_name(tuple(tokens[end + 1 : closing]), table)
        if named is not None and tokens[end].kind == "open":
            yield named.name


def _marks(pieces: Sequence[Piece], table: Table) -> list[Mark]:
    """The names of numbers in `\\mu > 0`, `0 < \\mu \\le L`, `\\mu, L`, `[\\mu, L]`; or a matrix."""
    out: list[Mark] = []
    for piece in pieces:
        part = relations(piece.tokens)
        if [str(r) for r in part.relations] == ["\\in"]:
            out += [m for one in listed(tuple(part.sides[0])) for m in _mark(one, table) if m.kind != "n"]
            continue
        if any(str(r) not in ORDERS for r in part.relations):
            return [Mark("?")]
        for side in part.sides:
            tokens = tuple(side)
            if tokens and tokens[0].kind == "open" and tokens[-1].kind == "close":
                tokens = tokens[1:-1]
            for one in listed(tokens):
                out += _mark(one, table)
    return out


def _mark(tokens: Tokens, table: Table) -> list[Mark]:
    if len(tokens) == 1 and tokens[0].kind == "num":
        return []
    named = bare_name(tokens, table)
    if named is None or named.letter:
        return [Mark("?")]
    symbol = table.symbols.get(named.name)
    rank = len(symbol.dims) if symbol is not None else table.ranks.get(named.name, 0)
    return [Mark("o" if rank == 2 else "v" if rank or named.lead else "n", named.name)]


def _spoken_of(marks: list[list[Mark]], around: list[str]) -> set[str]:
    """The numbers beside which the words are about eigenvalues; also those that are joined to such a number."""
    spoken = [bool(ABOUT.search(before) or ABOUT.search(after)) for before, after in pairwise(around)]
    for n in (*range(1, len(marks)), *range(len(marks) - 1, 0, -1)):
        if JOINED.fullmatch(around[n]):
            spoken[n] = spoken[n - 1] = spoken[n] or spoken[n - 1]
    return {m.text for told, own in zip(spoken, marks, strict=True) if told for m in own if m.kind == "n"}


def _runs(marks: list[list[Mark]], around: list[str], subject: Mark) -> Iterator[tuple[list[Mark], str]]:
    """Stretches of a sentence without any word that could say more of an eigenvalue than which one it is.

    Each with the matrix that was spoken of before it, where that is sure: `its smallest eigenvalue`.
    """
    line: list[Mark] = []
    for n, words in enumerate(around):
        line += [Mark(KIND.get(w.lower(), "w"), w.lower()) for w in WORDS.findall(words)]
        own = marks[n] if n < len(marks) else []
        line += [m for m in own if m.kind != "n" or m not in line]  # L >= mu behind mu speaks of L
    run: list[Mark] = []
    before = Mark("-")
    for mark in (*line, Mark("w")):
        if mark.kind not in "w?v":
            run.append(mark)
            continue
        tail = [m.text for m in run[_last(run) + 1 :]]
        harmless = all(m.kind != "w" or m.text in SAFE for m in (before, mark)) or tail[-1:] == ["we"]
        if harmless and not (mark.kind == "?" and OF.intersection(tail)):
            yield run, subject.text if subject.kind == "o" else ""
        subject = next((m for m in reversed([*run, mark]) if m.kind in "o?"), subject)
        run, before = [], mark


def _last(run: list[Mark]) -> int:
    """The place of the last mark that is no word between them; -1 without any."""
    return max((n for n, m in enumerate(run) if m.kind != "-"), default=-1)


def _told(run: list[Mark], subject: str, section: int) -> dict[str, Extreme]:
    """Which number is which eigenvalue: `n m n M` for the smallest and the largest one of one matrix."""
    kinds = "".join(m.kind for m in run if m.kind in "nmM")
    matrices = {m.text for m in run if m.kind == "o"} or {subject}
    if not any(m.kind == "E" for m in run) or not ORDER.fullmatch(kinds) or len(matrices) != 1:
        return {}
    numbers = [m.text for m in run if m.kind == "n"]
    largest = [kind == "M" for kind in kinds if kind != "n"]
    if len(set(numbers)) < len(numbers) or len(set(largest)) < len(largest):
        return {}
    return {name: Extreme(*matrices, high, section) for name, high in zip(numbers, largest, strict=True)}
