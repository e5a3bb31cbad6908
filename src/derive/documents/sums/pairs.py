r"""Sums over pairs of indices: \sum_{i \ne j}, \sum_{i < j}, \sum_{1 \le i < j \le n}, \sum_{i=1}^n \sum_{j=i+1}^n.

There is no order among the indices of an expression. So the half of a square is taken only of terms that are
symmetric in the two, where it is half of the whole; anything else needs numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sympy import Expr

from derive.documents.meaning.values import Value, is_unknown, make, moved, same
from derive.documents.names.mentions import free_letters
from derive.documents.names.scripts import letter_of, strip
from derive.documents.names.symbols import Tokens
from derive.documents.source.rows import relations
from derive.documents.syntax import tree as s
from derive.documents.trouble import Ordered, Unify, Unreadable
from derive.expr import Index, Size, rename, sum_over

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

ORDERS = ("<", ">", "\\le", "\\ge")


class Pair(NamedTuple):
    first: str
    second: str
    relation: str
    high: Tokens = ()
    body: s.Node | None = None  # where it is not that of the sign itself


def pair_of(node: s.Big, c: Context) -> Pair | None:
    """The two letters that the sign binds; None where it binds one of them only, or has no such condition."""
    if (nested := _nested(node, c)) is not None:
        return nested
    chain = relations(list(strip(node.sub)))
    signs = [str(r) for r in chain.relations]
    sides = [tuple(x) for x in chain.sides]
    high = strip(node.sup)
    if len(signs) == 3 and signs[0] in ("\\le", "<") and signs[2] == "\\le" and signs[1] in ("<", "\\le"):
        if len(sides[0]) != 1 or sides[0][0].text != ("1" if signs[0] == "\\le" else "0"):
            raise Unreadable(node.at, "this lower bound", "1 \\le i < j \\le n")
        sides, signs, high = sides[1:3], signs[1:2], sides[3]
    if len(signs) != 1 or signs[0] not in (*ORDERS, "\\ne"):
        return None
    first, second = (letter_of(x) for x in sides)
    if first is None or second is None or first == second:
        return None
    if signs[0] == "\\ne" and (_is_given(second, node, c) or second not in free_letters(node.body)):
        return None  # \sum_{j \ne i} u_j, for an i that is there already
    for letter in (first, second):
        if signs[0] != "\\ne" and _is_given(letter, node, c):
            raise Ordered(node.at, f"a sum up to the index {letter}", "bounds that are sizes or numbers")
    return Pair(first, second, signs[0], high)


def _nested(node: s.Big, c: Context) -> Pair | None:
    """A sum from i + 1, or from i, within one over i: to the same end, or the outer one to that less one."""
    inner = node.body
    if node.kind != "sum" or not isinstance(inner, s.Big) or inner.kind != "sum":
        return None
    outer_bound, bound = (relations(list(strip(sign.sub))) for sign in (node, inner))
    if [str(r) for r in (*outer_bound.relations, *bound.relations)] != ["=", "="]:
        return None
    (i, low), (j, start) = (tuple(tuple(x) for x in b.sides) for b in (outer_bound, bound))
    first, second = letter_of(i), letter_of(j)
    starts = {"+1": "<", "": "\\le"}
    if first is None or second is None or _text(low) != "1" or letter_of(start[:1]) != first:
        return None
    relation, high, end = starts.get(_text(start[1:])), strip(inner.sup), _text(strip(node.sup))
    ends = (_text(high), f"{_text(high)}-1") if relation == "<" else (_text(high),)
    if relation is None or end not in ends or any(_is_given(x, node, c) for x in (first, second)):
        return None
    return Pair(first, second, relation, high, inner.body)


def _text(tokens: Tokens) -> str:
    return "".join(t.text for t in tokens)


def _is_given(letter: str, node: s.Big, c: Context) -> bool:
    """Whether the letter is bound by a sum around this one, stands elsewhere in the statement, or is a label."""
    bound = letter in c.letters or letter in c.env or letter in c.table.labels
    return bound or any(letter in free_letters(t, node) for t in c.trees)


def over(pair: Pair, node: s.Big, c: Context) -> Value:
    """The sum over all pairs, less the diagonal; half of that where the pairs are ordered."""
    from derive.documents.meaning.lower import lower

    if node.kind != "sum":
        raise Unreadable(node.at, f"a {node.kind} over pairs of indices", "a sum")
    i, j = (Index(f"{x}${node.at}", _dimension(x, pair, node, c)) for x in pair[:2])
    with c.bound({pair.first: i, pair.second: j}):
        body = moved(lower(pair.body or node.body, c), 60)
    for x, y in ((i, j), (j, i)):
        if is_unknown(x.dim) and not is_unknown(y.dim):
            raise Unify(x.dim, y.dim)
    if is_unknown(i.dim) or not same(i.dim, j.dim):
        raise Unreadable(node.at, f"{pair.first} and {pair.second}, whose ranges differ or are not known", "one range")
    whole = sum_over(body.expr, i, j)
    diagonal = sum_over(rename(body.expr, {j: i}), i)
    if pair.relation == "\\ne":
        return make(whole - diagonal, *body.axes)
    if not _symmetric(body.expr, i, j, c):
        raise Ordered(node.at, "a sum over ordered pairs", f"terms that are symmetric in {pair.first}, {pair.second}")
    sign = 1 if pair.relation in ("\\le", "\\ge") else -1
    return make((whole + sign * diagonal) / 2, *body.axes)


def _dimension(letter: str, pair: Pair, node: s.Big, c: Context) -> Expr:
    return c.dimension(pair.high) if pair.high else c.resolved(Size(f"?{letter}${node.at}{c.suffix()}"))


def _symmetric(e: Expr, i: Index, j: Index, c: Context) -> bool:
    from derive.prove import prove

    return prove(e, rename(e, {i: j, j: i}), c.program(e)).proved
