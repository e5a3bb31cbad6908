r"""Derivatives in a name for a function of one input: of L(\Sigma, \Lambda) in \Lambda = \Sigma^{-1}.

Both say the same, so \Sigma varies with \Lambda: \partial L/\partial\Lambda has a part through \Sigma = \Lambda^{-1}.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sympy import Add, Expr, Mul, Pow, S, exp, log

from derive.calculus import differentiate
from derive.documents.meaning.domains import Bounds
from derive.expr import Elem, Index, Inverse, Let, Tensor, free_indices, fresh, rename, sum_over, tensors

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

Slope = Callable[[Elem], Expr]  # of an expression, in an entry of an array
POSITIVE = frozenset(("positive", "positive_definite"))


def through_input(x: Elem, c: Context, slope: Slope) -> Expr:
    """The part of a derivative in x that goes through the input which x is a function of; 0 where x is none."""
    let, d = c.lets.get(x.tensor), c.table.definitions.get(x.tensor.name)
    if let is None or isinstance(let, Bounds) or d is None or d.given:
        return S.Zero
    if isinstance(let.rhs, Inverse):
        return _through_matrix(let, x, c, slope)
    inputs = tensors(let.rhs)
    if len(inputs) != 1:
        return S.Zero
    (u,) = inputs
    found = sorted(_entries(let.rhs), key=str)
    if not _is_input(u, c) or len(found) != 1 or free_indices(let.rhs) != set(found[0].indices):
        return S.Zero
    at = found[0].indices
    plain = all(isinstance(i, Index) for i in at) and len(set(at)) == len(at)
    if not plain or set(at) != set(let.target.indices) or isinstance(let.rhs, Elem):
        return S.Zero
    if not can_be_undone(let.rhs, found[0], positive=bool(u.properties & POSITIVE)):
        return S.Zero
    there = dict(zip(let.target.indices, x.indices, strict=True))
    own = differentiate(let.rhs, found[0])
    return slope(rename(found[0], there)) / rename(own, there)


def _through_matrix(let: Let, x: Elem, c: Context, slope: Slope) -> Expr:
    """d Sigma_ab / d Lambda_ij = - Sigma_ai Sigma_jb."""
    body, row, column, *at = let.rhs.args
    if tuple(at) != tuple(let.target.indices) or not isinstance(body, Elem) or body.indices != (row, column):
        return S.Zero
    u = body.tensor
    if not _is_input(u, c):
        return S.Zero
    a, b = (fresh(d) for d in u.dims)
    i, j = x.indices
    return sum_over(-slope(Elem(u, a, b)) * Elem(u, a, i) * Elem(u, j, b), a, b)


def _is_input(u: Tensor, c: Context) -> bool:
    return u not in c.lets or isinstance(c.lets[u], Bounds)


def _entries(e: Expr) -> set[Elem]:
    return {e} if isinstance(e, Elem) else set().union(*map(_entries, (x for x in e.args if isinstance(x, Expr))))


def can_be_undone(e: Expr, u: Elem, *, positive: bool) -> bool:
    """Whether e is a power, an exponential, a logarithm or a multiple of u, or several of them one upon the other."""
    if e == u:
        return True
    if isinstance(e, (exp, log)):
        return can_be_undone(e.args[0], u, positive=positive)
    if isinstance(e, (Add, Mul)):
        varying = [x for x in e.args if not x.is_number]
        return len(varying) == 1 and can_be_undone(varying[0], u, positive=positive)
    if isinstance(e, Pow):
        base, power = e.args
        one_to_one = base == u and positive and power.is_number
        return power != 0 and (one_to_one or (_is_odd(power) and can_be_undone(base, u, positive=positive)))
    return False


def _is_odd(power: Expr) -> bool:
    """Whether x^n takes each value once, wherever it has one: also a root."""
    return bool(power.is_integer and power.is_odd) or bool((1 / power).is_integer)
