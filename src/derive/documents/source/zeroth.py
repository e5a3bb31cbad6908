"""`Let $h = h^{(0)} \\in \\mathbb R^n$ be the input`: the name without a layer is that of the layer 0."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derive.documents.source.rows import relations
from derive.documents.source.tokens import Token
from derive.documents.source.uses import Use, is_letter, only, uses

ZERO = ["open", "num", "close"]


def zeroth(formulas: Iterable[list[Token]]) -> frozenset[str]:
    """h of h = h^{(0)}, where nothing else says what h is."""
    found: set[str] = set()
    told: set[str] = set()
    for tokens in formulas:
        part = relations(tokens)
        heads = [only(side) for side in part.sides]
        if len(heads) > 1 and str(part.relations[0]) == "=" and (name := _same(heads[0], heads[1])):
            found.add(name)
        elif part.relations and (x := heads[0]) is not None and (_is_bare(x) or _is_zero(x)):
            told.add(x.name)
    return frozenset(found - told)


def as_zeroth(tokens: list[Token], names: frozenset[str]) -> list[Token]:
    """h^{(0)} in place of h; and `h = h^{(0)} \\in A` without the h."""
    if not names:
        return tokens
    part = relations(tokens)
    heads = [only(side) for side in part.sides[:2]]
    if len(heads) == 2 and str(part.relations[0]) == "=" and _same(heads[0], heads[1]) in names:
        tokens = tokens[len(part.sides[0]) + 1 :]
    out = list(tokens)
    for x in reversed([x for x in uses(tokens) if x.name in names]):
        t = tokens[x.at]
        raised = bool(x.sup) and (x.sup[0].kind in ("open", "num") or is_letter(x.sup[0]))
        if raised and not (x.sup[0].kind == "num" or x.sup[0].text == "T"):
            continue  # at another layer
        if not x.plain or x.first < x.at or (x.sup and x.sub):
            out[x.at] = replace(t, kind="sym", text=f"{t.text} at 0")
            continue
        zero = [_sym(t, "^"), _sym(t, "{"), replace(t, kind="open", text="("), replace(t, kind="num", text="0")]
        zero += [replace(t, kind="close", text="("), _sym(t, "}")]
        value = [t, *zero]
        if x.sup:
            value = [replace(t, kind="open", text="("), *value, replace(t, kind="close", text="(")]
        out[x.at : x.scripts] = value
    return out


def _sym(at: Token, text: str) -> Token:
    return replace(at, kind="sym", text=text)


def _is_bare(x: Use) -> bool:
    return x.plain and not x.sub and not x.sup


def _is_zero(x: Use) -> bool:
    return x.plain and not x.sub and [t.kind for t in x.sup] == ZERO and x.sup[1].text == "0"


def _same(x: Use | None, y: Use | None) -> str:
    """The name of h = h^{(0)}."""
    return x.name if x is not None and y is not None and _is_bare(x) and _is_zero(y) and x.name == y.name else ""
