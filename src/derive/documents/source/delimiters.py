"""Invisible delimiters: `\\left. .. \\right|` evaluates, `\\left\\{ \\begin{array}` is cases, others size brackets."""

from __future__ import annotations

from dataclasses import replace

from derive.documents.source.tokens import Token

ARRAYS = frozenset(("array", "matrix", "aligned", "alignedat"))


def settled(tokens: list[Token]) -> list[Token]:
    """The tokens with invisible delimiters kept only where they mean something."""
    out: list[Token | None] = list(tokens)
    stack: list[int] = []
    for n, t in enumerate(tokens):
        if t.kind in ("open", "nullopen"):
            stack.append(n)
        elif t.kind in ("close", "nullclose") and stack:
            _pair(tokens, out, stack.pop(), n)
    for n in stack:
        if tokens[n].kind == "nullopen":
            out[n] = None
    return [t for t in out if t is not None and t.kind != "nullclose"]


def _pair(tokens: list[Token], out: list[Token | None], a: int, b: int) -> None:
    left, right = tokens[a], tokens[b]
    if left.kind == "nullopen" and not (right.kind == "close" and right.text == "|"):
        out[a] = None
    if left.kind == "open" and right.kind == "nullclose" and left.text == "{":
        first, last = tokens[a + 1], tokens[b - 1]
        if first.kind == "begin" and last.kind == "end" and first.text in ARRAYS:
            out[a] = None
            if not _has_relation_before_mark(tokens[a + 2 : b - 1]):
                out[a + 1], out[b - 1] = replace(first, text="cases"), replace(last, text="cases")


def _has_relation_before_mark(tokens: list[Token]) -> bool:
    """Whether the first row begins with an equation: a system of equations rather than cases."""
    for t in tokens:
        if t.is_("&", "\\\\"):
            return False
        if str(t) in ("=", "\\coloneq"):
            return True
    return False
