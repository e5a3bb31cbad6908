"""Rewritings that use a declared property of an input; each use is reported as an assumption."""

from __future__ import annotations

from sympy import Expr, S

from derive.expr import Elem, Sum_, rebuild, recontract, tensors
from derive.expr.nodes import contains

SUMS_TO_ONE = frozenset({"sum_to_one", "one_hot"})


def use_properties(e: Expr) -> tuple[Expr, tuple[str, ...]]:
    """`e` with sums of distributions replaced by 1 and entries of symmetric matrices in one order; and what was used.

    >>> from derive.expr import Index, Size, Tensor, sum_over
    >>> K = Size("K"); k = Index("k", K); y = Tensor("y", (K,), properties=("sum_to_one",))
    >>> use_properties(sum_over(y(k), k))
    (1, ('y sums to one',))
    """
    properties = frozenset().union(*(t.properties for t in tensors(e))) if tensors(e) else frozenset()
    used: dict[str, None] = {}
    if properties & SUMS_TO_ONE:
        e = _sums_to_one(e, used)
    if "symmetric" in properties:
        e = _symmetric(e, used)
    return e, tuple(used)


def _sums_to_one(e: Expr, used: dict[str, None]) -> Expr:
    def go(u: Expr) -> Expr:
        if not contains(u, Sum_):
            return u
        if isinstance(u, Sum_) and isinstance(u.body, Elem) and len(u.bound) == 1:
            tensor, indices = u.body.tensor, u.body.indices
            if tensor.properties & SUMS_TO_ONE and indices[-1] == u.bound[0] and indices.count(u.bound[0]) == 1:
                used.setdefault(f"{tensor.name} sums to one")
                return S.One
        return rebuild(u, go)

    return go(e)


def _symmetric(e: Expr, used: dict[str, None]) -> Expr:
    """Entries with the free index first, and then in the order of the names: A_ij x_j + A_ji x_j is 2 A_ij x_j."""

    def go(u: Expr) -> Expr:
        if isinstance(u, Elem) and "symmetric" in u.tensor.properties:
            i, j = u.indices
            if _rank(j) < _rank(i):
                used.setdefault(f"{u.tensor.name} is symmetric")
                return Elem(u.tensor, j, i)
        return rebuild(u, go)

    image = recontract(go(e))
    return image if image != e else e


def _rank(index: Expr) -> tuple[bool, str]:
    """Free indices before bound ones (opened binders use names that begin with a tilde)."""
    return str(index).startswith(("~", "#")), str(index)
