r"""Expectations over random entries: `\mathbb E[\ell]`, where words say that m_i = 1 with probability q, and else 0.

They are taken of polynomials in the entries of m, with everything else held fixed, whatever is defined by m put in.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sympy import Expr

from derive.calculus.moments import expectation
from derive.documents.derivatives.points import unfolded
from derive.documents.meaning.values import Value, scalar
from derive.documents.names.scripts import letter_of
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable
from derive.expr import Tensor, free_indices, tensors, unfold

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


def is_over_chance(node: s.Big, c: Context) -> bool:
    """Whether an expectation is over random entries: it has no index, or their name for one."""
    if node.kind != "E" or not c.table.chances or node.sup:
        return False
    return not node.sub or (letter_of(node.sub) or "") in c.table.chances


def mean(node: s.Big, c: Context) -> Value | None:
    """The expectation; None where nothing in it is known to be random."""
    from derive.documents.meaning.lower import lower

    return expected(lower(node.body, c), node.at, c)


def variance(x: Value, at: int, c: Context) -> Value | None:
    """The variance of a random number, or of each number x_i; None where nothing in it is known to be random."""
    first = expected(x, at, c)
    if first is None:
        return None
    if x.axes:
        raise Unreadable(at, "the variance of a random array", "that of a number, as of x_i")
    second = expected(scalar(x.expr**2), at, c)
    assert second is not None
    return scalar(second.expr - first.expr**2)


def expected(value: Value, at: int, c: Context) -> Value | None:
    inputs = tensors(unfold(value.expr, c.program(value.expr)))
    random = [t for t in inputs if t.name in c.table.chances and not _is_another(t.name, c)]
    if not random:
        return None
    if len(random) > 1:
        raise Unreadable(at, "an expectation over several random arrays", "one that is random")
    (x,) = random
    if doubtful := sorted({t.name for t in inputs} & (c.table.vague.keys() | c.table.random)):
        raise Unreadable(at, f"an expectation of {doubtful[0]}, which may be random", "what is held fixed")
    chance = c.table.chances[x.name]
    p, *values = (_number(tree, x, at, c) for tree in (chance.probability, *chance.values))
    cumulant = partial(_cumulant, p, *values)
    found = expectation(unfolded(value.expr, x, c), x, cumulant, independent=chance.independent)
    if found is None:
        raise Unreadable(at, "this expectation", f"that of a polynomial in the entries of {x.name}")
    return Value(found, value.axes)


def _is_another(name: str, c: Context) -> bool:
    """Whether a later section declares the name anew."""
    symbol = c.table.symbols.get(name)
    return symbol is not None and symbol.section > c.table.chances[name].section


def _number(tree: s.Node, x: Tensor, at: int, c: Context) -> Expr:
    from derive.documents.meaning.lower import lower

    value = lower(tree, c)
    if value.axes or free_indices(value.expr) or x in tensors(value.expr):
        raise Unreadable(at, f"what is said of the entries of {x.name}", "the same numbers for all of them")
    return value.expr


def _cumulant(p: Expr, value: Expr, otherwise: Expr, order: int) -> Expr:
    """The cumulants of a number that is a value with probability p, and else another one."""
    spread, range_ = p * (1 - p), value - otherwise
    of_one = {1: p, 2: spread, 3: spread * (1 - 2 * p), 4: spread * (1 - 6 * spread)}[order]
    return range_**order * of_one + (otherwise if order == 1 else 0)
