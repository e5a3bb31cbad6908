"""One of several beside a name of its own: samples `x^{(i)} \\in \\mathbb R^n` beside any `x \\in \\mathbb R^n`.

And a total beside its terms: `L = \\sum_t L^{(t)}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from derive.documents.source.rows import EQUALS, relations
from derive.documents.source.tokens import Token
from derive.documents.source.uses import Use, added_up, each, is_letter, only, uses


def several(formulas: Iterable[list[Token]]) -> frozenset[str]:
    """The names declared with an index in brackets that stand for something else without it.

    So does a name that is declared in the same set by itself, the argument of a function that a formula defines, the
    mean of its members, and, declared or not, a name that a formula gives as a sum over all of its members.
    """
    of: dict[str, set[str]] = {}
    alone: dict[str, set[str]] = {}
    arguments: set[str] = set()
    sums: set[str] = set()
    for tokens in formulas:
        part = relations(tokens)
        signs = [str(r) for r in part.relations]
        x = only(part.sides[0])
        if signs == ["\\in"] and x is not None and not x.sub and x.plain and " " not in x.name:
            known = of if _member(x) else alone if not x.sup else {}
            known.setdefault(x.name, set()).add(" ".join(t.text for t in part.sides[1]))
        elif signs and signs[0] in EQUALS:
            behind = {u.name for side in part.sides[1:] for u in uses(side) if _member(u)}
            arguments |= set(_arguments(part.sides[0])) - behind
            if x is not None and not (x.sub or x.sup) and x.name in behind and not any(t.is_("\\dots") for t in tokens):
                arguments.add(x.name)  # p = \frac1m \sum_i p^{(i)}
                sums |= {x.name} & {
                    u.name
                    for side in part.sides[1:]
                    for letter, u in added_up(side)
                    if _member(u) and u.sup[1].text == letter
                }
    vectors = {name for name, sets in of.items() if all(" ^ " in s and "\\times" not in s for s in sets)}
    told = {n for n in of if of[n] & alone.get(n, set()) or (n in arguments & vectors and n not in alone)}
    return frozenset(told | sums)


def told_from_members(tokens: list[Token], names: frozenset[str]) -> list[Token]:
    """`x^{(i)}` as `x_each^{(i)}`, for the names of `several`."""
    return each(tokens, names, lambda x: _member(x) or _next(x))


def _member(x: Use) -> bool:
    """Whether the superscript is an index in brackets, a transpose behind it left aside."""
    return len(x.sup) > 2 and x.sup[0].kind == "open" and x.sup[0].text == "(" and x.sup[2].kind == "close"


def _next(x: Use) -> bool:
    """Whether the superscript is (l - 1) or (l + 1)."""
    shifted = len(x.sup) == 5 and x.sup[0].text == "(" and x.sup[4].kind == "close" and is_letter(x.sup[1])
    return shifted and x.sup[2].is_("+", "-") and x.sup[3].kind == "num"


def _arguments(head: Sequence[Token]) -> Iterator[str]:
    """x of h(x) and of h_\\theta(x)."""
    f = next(uses(head), None)
    if f is None or f.first or f.sup or not f.plain or f.end >= len(head) or head[f.end].kind != "open":
        return
    inside = head[f.end + 1 : -1]
    for before, t in pairwise([head[f.end], *inside]):
        if is_letter(t) and (before.kind == "open" or before.is_(",", ";")):
            yield t.text
