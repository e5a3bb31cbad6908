"""Expectations of polynomials in the entries of a random array, the entries being independent and alike.

A product of entries is the sum, over all partitions of its factors, of the cumulants of the blocks: the joint cumulant
of entries is that of one entry where all of them are the same, and else zero. So E[m_i m_j] = c_1^2 + c_2 delta_ij.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sympy import Add, Expr, Integer, Mul, Pow

from derive.expr import Delta, Elem, Index, Sum_, Tensor, open_binder, sum_over, tensors

MAX_DEGREE = 4
MAX_TERMS = 300


class Term(NamedTuple):
    """A factor without entries of the array, the positions of the entries, and the indices that are summed over."""

    factor: Expr
    at: tuple[tuple[Expr, ...], ...] = ()
    bound: tuple[Index, ...] = ()


def expectation(e: Expr, x: Tensor, cumulant: Callable[[int], Expr], *, independent: bool) -> Expr | None:
    """The expectation over the entries of x; None where e is no polynomial in them of a degree up to four.

    Entries that are not known to be `independent` must not stand in one product, unless they are the same.

    >>> from derive.expr import Size; n = Size("n"); i, j = Index("i", n), Index("j", n); m = Tensor("m", (n,))
    >>> expectation(m(i) * m(j), m, lambda k: Integer(k), independent=True)
    2*delta(i,j) + 1
    >>> expectation(m(i) * m(j), m, lambda k: Integer(k), independent=False)
    """
    terms = _terms(e, x)
    if terms is None or any(len(t.at) > MAX_DEGREE for t in terms):
        return None
    if not independent and any(len(set(t.at)) > 1 for t in terms):
        return None
    return Add(*(_mean(t, cumulant) for t in terms))


def _mean(term: Term, cumulant: Callable[[int], Expr]) -> Expr:
    found = []
    for blocks in _partitions(term.at):
        same = [Delta(a, b) for block in blocks for at in block[1:] for a, b in zip(block[0], at, strict=True)]
        found.append(sum_over(Mul(term.factor, *(cumulant(len(block)) for block in blocks), *same), *term.bound))
    return Add(*found)


def _partitions(items: tuple[tuple[Expr, ...], ...]) -> Iterator[list[list[tuple[Expr, ...]]]]:
    """All ways to divide the items into blocks."""
    if not items:
        yield []
        return
    first, rest = items[0], items[1:]
    for blocks in _partitions(rest):
        yield [[first], *blocks]
        for n, block in enumerate(blocks):
            yield [*blocks[:n], [first, *block], *blocks[n + 1 :]]


def _terms(e: Expr, x: Tensor) -> list[Term] | None:
    """The terms of a polynomial in the entries of x."""
    if x not in tensors(e):
        return [Term(e)]
    if isinstance(e, Elem):
        return [Term(Integer(1), (tuple(e.indices),))]
    if isinstance(e, Add):
        parts = [_terms(a, x) for a in e.args]
        found = [t for part in parts if part is not None for t in part]
        return found if None not in parts and len(found) <= MAX_TERMS else None
    if isinstance(e, Mul):
        return _product(list(e.args), x)
    if isinstance(e, Pow) and e.exp.is_Integer and 0 < e.exp <= MAX_DEGREE:
        return _product([e.base] * int(e.exp), x)
    if isinstance(e, Sum_):
        body, names = open_binder(e)
        inner = _terms(body, x)
        return None if inner is None else [Term(t.factor, t.at, (*t.bound, *names)) for t in inner]
    return None


def _product(factors: list[Expr], x: Tensor) -> list[Term] | None:
    """The terms of a product; each factor is opened by itself, so that no two of its sums share an index."""
    out = [Term(Integer(1))]
    for f in factors:
        terms = _terms(f, x)
        if terms is None or len(terms) * len(out) > MAX_TERMS:
            return None
        out = [Term(a.factor * b.factor, (*a.at, *b.at), (*a.bound, *b.bound)) for a in out for b in terms]
    return out
