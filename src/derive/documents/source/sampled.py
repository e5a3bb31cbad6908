"""Functions of one sample: `J^{(i)}(\\theta) = ...`, where x^{(i)} is declared, as J_i(theta)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derive.documents.source.rows import EQUALS, relations
from derive.documents.source.samples import lowered
from derive.documents.source.tokens import Token
from derive.documents.source.uses import Use, is_letter, uses


def sampled(formulas: Iterable[list[Token]]) -> frozenset[str]:
    """The functions that a note defines for each sample: their index is that of a declared x^{(i)}."""
    letters: set[str] = set()
    found: dict[str, set[str]] = {}
    for tokens in formulas:
        part = relations(tokens)
        signs = [str(r) for r in part.relations]
        if signs == ["\\in"]:
            letters |= {x.sup[1].text for x in uses(part.sides[0]) if _of_one(x)}
        head = next(uses(part.sides[0]), None)
        if signs and signs[0] in EQUALS and head is not None and head.first == 0 and _is_called(head, part.sides[0]):
            found.setdefault(head.name, set()).add(head.sup[1].text)
    return frozenset(name for name, own in found.items() if own <= letters)


def with_indices(tokens: list[Token], names: frozenset[str]) -> list[Token]:
    """The tokens with J_i(theta) for each J^{(i)}(theta)."""
    out: list[Token] = []
    n = 0
    for x in uses(tokens) if names else ():
        if x.at >= n and x.name in names and _is_called(x, tokens):
            out += [*tokens[n : x.scripts], *lowered(replace(x, sup=x.sup[1:2]), x.sup[1])]
            n = x.end
    return [*out, *tokens[n:]]


def _of_one(x: Use) -> bool:
    """Whether the superscript is a letter in brackets."""
    return len(x.sup) == 3 and x.sup[0].kind == "open" and x.sup[0].text == "(" and is_letter(x.sup[1])


def _is_called(x: Use, tokens: list[Token]) -> bool:
    following = tokens[x.end] if x.end < len(tokens) else None
    return _of_one(x) and not x.sub and following is not None and following.kind == "open" and following.text == "("
