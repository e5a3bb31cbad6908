"""Names that are given behind a value: `\\partial L/\\partial y_k = y_k - t_k =: e_k` claims, and then defines e_k."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derive.documents.source.rows import Piece, relations
from derive.documents.source.tokens import Token


def with_signs(tokens: list[Token]) -> list[Token]:
    """`=:` as one sign."""
    out: list[Token] = []
    for t in tokens:
        last = out[-1] if out else None
        if last is not None and last.is_("=") and t.is_(":") and last.end == t.start:
            out[-1] = Token("cmd", "eqcolon", last.start, t.end)
        else:
            out.append(replace(t, text="eqcolon") if t.is_("\\eqqcolon") else t)
    return out


def defined_first(pieces: Iterable[Piece]) -> list[Piece]:
    """Of `A = B =: c` the pieces `A = B` and `c := B`."""
    out: list[Piece] = []
    for piece in pieces:
        at = next((n for n, t in enumerate(piece.tokens) if t.is_("\\eqcolon")), 0)
        before, name = piece.tokens[:at], piece.tokens[at + 1 :]
        if not before or not name or any(t.is_("\\eqcolon") for t in name):
            out.append(piece)
            continue
        sign, claimed = piece.tokens[at], relations(before)
        if claimed.relations:
            out.append(replace(piece, tokens=before, closed_by=","))
        value = claimed.sides[-1]
        out.append(replace(piece, tokens=[*name, replace(sign, text="coloneq"), *value], words=""))
    return out
