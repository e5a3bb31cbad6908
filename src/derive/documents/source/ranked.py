"""`x_{(1)} \\le x_{(2)}` beside `x_1, x_2`: an index in brackets is another one, of sorted values or left-out data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derive.documents.source.tokens import Token
from derive.documents.source.uses import Use, uses


def ranked(formulas: Iterable[list[Token]]) -> frozenset[str]:
    """x of `x_{(i)}` beside x_j; W_{(1)}, or b_{(i)} beside b and b_\\lambda, is a name."""
    within: set[str] = set()
    other: set[str] = set()
    for tokens in formulas:
        for x in uses(tokens):
            if is_in_brackets(x):
                within.add(x.name)
            elif x.sub and (x.sub[0].kind == "num" or len(x.sub[0].text) == 1):
                other.add(x.name)
    return frozenset(within & other)


def unread(tokens: list[Token], names: frozenset[str]) -> list[Token]:
    """The tokens with what cannot be read in the place of these names."""
    out = list(tokens)
    for x in uses(tokens) if names else ():
        if x.name in names and is_in_brackets(x):
            out[x.at] = replace(tokens[x.at], kind="sym", text=f"{x.name} with its index in brackets")
    return out


def is_in_brackets(x: Use) -> bool:
    """Whether the subscript is one pair of round brackets around something."""
    if len(x.sub) < 3 or x.sub[0].kind != "open" or x.sub[0].text != "(" or x.sub[-1].kind != "close":
        return False
    depth = 0
    for n, t in enumerate(x.sub):
        depth += (t.kind == "open") - (t.kind == "close")
        if depth == 0:
            return n == len(x.sub) - 1
    return False
