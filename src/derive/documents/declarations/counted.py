"""`i, j = 1, \\dots, n`: index letters in a list before one range, which is the range of each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.documents.declarations.between import NEAR
from derive.documents.names.scripts import INDEX_LETTERS, letter_of, listed
from derive.documents.source.rows import Piece, relations
from derive.documents.source.tokens import Token


def each_counted(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with the range for each of the letters; lists are put together before."""
    out: list[Piece] = []
    for piece in pieces:
        letters, range_ = _counted(piece)
        while letters and out and _leads(out[-1], piece):
            before = out.pop()
            letters = [before.tokens, *letters]
            piece = replace(piece, words=before.words, row=before.row, first=before.first)
        words = [piece.words, *([""] * len(letters))]  # for is said once
        out += [replace(piece, tokens=[*x, *range_], words=w) for x, w in zip(letters, words, strict=False)] or [piece]
    return out


def _counted(piece: Piece) -> tuple[list[list[Token]], list[Token]]:
    """The letters i, j and `= 1, \\dots, n`; empty where it is no such range."""
    part = relations(piece.tokens)
    dots = len(part.sides) == 2 and any(t.is_("\\dots") for t in part.sides[1])
    names = listed(tuple(part.sides[0])) if dots and str(part.relations[0]) == "=" else []
    counts = bool(names) and part.sides[1][0].kind == "num" and len(part.sides[1]) > 2 and part.sides[1][1].is_(",")
    if not counts or any(letter_of(x) not in INDEX_LETTERS for x in names):
        return [], []
    return [list(x) for x in names], [part.relations[0], *part.sides[1]]


def _leads(before: Piece, piece: Piece) -> bool:
    """Whether a letter by itself stands close before the range."""
    near = piece.tokens[0].start - before.tokens[-1].end < NEAR
    single = len(before.tokens) == 1 and letter_of(tuple(before.tokens)) in INDEX_LETTERS
    return single and near and before.closed_by == "," and not piece.words
