"""Totals: where a note has `L = \\sum_n L_n`, L_n is a term of L, and no entry of an array L.

Nor is a_n one of a where a list `a_1, \\dots, a_N` has the mean `a = \\frac1N \\sum_n a_n`, or the largest number a.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from derive.documents.source.rows import EQUALS, Part, relations
from derive.documents.source.tokens import Token
from derive.documents.source.uses import Use, added_up, called, each, is_letter, is_transpose, only, uses

OVER_ALL = ("\\sum", "\\max", "\\min", "\\prod")


def totals(formulas: Iterable[list[Token]]) -> frozenset[str]:
    """The names that are the sum of their own terms, unless the note takes them for arrays somewhere."""
    found: dict[str, list[Use]] = defaultdict(list)
    sums: set[str] = set()
    arrays: set[str] = set()
    heads: set[str] = set()
    for tokens in formulas:
        part = relations(tokens)
        signs = {str(r) for r in part.relations}
        for x in uses(tokens):
            found[x.name].append(x)
            if x.first and tokens[x.first - 1].kind in ("bar", "bars") and not x.sub:
                arrays.add(x.name)  # |x|
        if "\\in" in signs and any(t.is_("^") for t in part.sides[-1]):
            heads |= {x.name for x in uses(part.sides[0]) if len(x.sub) == 1 and is_letter(x.sub[0])}  # g_n \\in R^D
        if "\\in" in signs:
            arrays |= {x.name for x in uses(part.sides[0]) if not x.sub and any(t.is_("^") for t in part.sides[-1])}
        head = called(part.sides[0])
        if head is None or not signs & EQUALS:
            continue
        terms = [x for side in part.sides[1:] for letter, x in added_up(side) if _is(x, letter) and x.name == head.name]
        if head.end < len(part.sides[0]):  # p(x) = \sum_k \pi_k p_k(x)
            terms += [x for side in part.sides[1:] for x in uses(side) if x.name == head.name and _is_summed(x, side)]
        if terms and not (head.sub or head.sup):
            sums.add(head.name)
        elif head.sub:
            heads.add(head.name)
        elif head.name not in sums and head.end == len(part.sides[0]):  # J(theta) is a number, whatever it is besides
            arrays.add(head.name)  # defined as something else; what follows the sum of its terms is a claim
    return frozenset(n for n in sums & heads - arrays if all(_fits(x) for x in found[n]))


def summaries(formulas: Iterable[Sequence[list[Token]]]) -> frozenset[str]:
    """The names that are first heard of in `a_1, \\dots, a_N`, and without an index as a number made of all of these.

    `formulas`: the pieces of each.
    """
    lists: set[str] = set()
    made: set[str] = set()
    others: set[str] = set()
    arrays: set[str] = set()  # in some section
    for pieces in formulas:
        lists |= _listed(pieces) - others
        for part in map(relations, pieces):
            head = only(part.sides[0])
            if head is not None and len(head.sub) == 1 and is_letter(head.sub[0]) and _declares(part):
                lists |= {head.name} - others
            told = head is not None and not (head.sub or head.sup) and head.name in lists
            if head is not None and told and len(part.relations) == 1 and str(part.relations[0]) in EQUALS:
                of = [x for x in uses(part.sides[1]) if x.name == head.name]
                if of and all(_is_summed(x, part.sides[1]) for x in of):
                    made |= {head.name} - others
                    continue
            others |= {x.name for side in part.sides for x in uses(side) if not x.sub} - made
            if any(t.is_("^") for t in part.sides[-1]) and [str(r) for r in part.relations] == ["\\in"]:
                arrays |= {x.name for x in uses(part.sides[0]) if not x.sub}
    return frozenset(made - arrays - {"e"})  # e_1, ..., e_n are unit vectors


def _declares(part: Part) -> bool:
    """`w_i`, `w_i \\ge 0`, `w_i \\in \\mathbb R`."""
    return not part.relations or str(part.relations[0]) in ("\\in", ">", "\\ge", "\\geq")


def _listed(pieces: Sequence[list[Token]]) -> set[str]:
    """a of a_1, \\dots, a_n, which may lie somewhere."""
    dots = [n for n, tokens in enumerate(pieces[1:-1], 1) if len(tokens) == 1 and tokens[0].is_("\\dots")]
    ends = ((only(pieces[n - 1]), next(uses(pieces[n + 1]), None)) for n in dots)
    return {x.name for x, y in ends if x and y and x.name == y.name and x.sub and y.sub and not (x.sup or y.sup)}


def told_apart(tokens: list[Token], names: frozenset[str]) -> list[Token]:
    """L_n with a name of its own."""
    return each(tokens, names, lambda x: bool(x.sub))


def _is_summed(x: Use, side: list[Token]) -> bool:
    """Whether the one letter below it is that of a sum."""
    under = (
        side[n + 2 + side[n + 2].is_("{")]
        for n in range(len(side) - 4)
        if side[n].is_(*OVER_ALL) and side[n + 1].is_("_")
    )
    return len(x.sub) == 1 and not x.sup and is_letter(x.sub[0]) and any(t.text == x.sub[0].text for t in under)


def _is(x: Use, letter: str) -> bool:
    return len(x.sub) == 1 and x.sub[0].text == letter and not x.sup


def _fits(x: Use) -> bool:
    single = len(x.sub) <= 1 and all(is_letter(t) or t.kind == "num" for t in x.sub)
    return x.plain and single and not any(is_transpose(t) for t in x.sup)
