"""Rewritings that use a declared property of an input; each use is reported as an assumption."""

from __future__ import annotations

from sympy import Expr, S

from derive.expr import Elem, Sum_, rebuild
from derive.expr.nodes import contains

SUMS_TO_ONE = frozenset({"sum_to_one", "one_hot"})


def use_properties(e: Expr) -> tuple[Expr, tuple[str, ...]]:
    """`e` with sums of distributions replaced by 1, and the assumptions that were used.

    >>> from derive.expr import Index, Size, Tensor, sum_over
    >>> K = Size("K"); k = Index("k", K); y = Tensor("y", (K,), properties=("sum_to_one",))
    >>> use_properties(sum_over(y(k), k))
    (1, ('y sums to one',))
    """
    used: dict[str, None] = {}

    def go(u: Expr) -> Expr:
        if not contains(u, Sum_):
            return u
        if isinstance(u, Sum_) and isinstance(u.body, Elem) and len(u.bound) == 1:
            tensor, indices = u.body.tensor, u.body.indices
            if tensor.properties & SUMS_TO_ONE and indices[-1] == u.bound[0] and indices.count(u.bound[0]) == 1:
                used.setdefault(f"{tensor.name} sums to one")
                return S.One
        return rebuild(u, go)

    return go(e), tuple(used)
