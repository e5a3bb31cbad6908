"""Expressions at sizes that are numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Integer

from derive.expr.nodes import Elem, Index, Size, Tensor


def at_sizes(e: Any, sizes: Mapping[Size, int]) -> Any:
    """`e` (an expression, a tensor, an index) with numbers in place of sizes.

    >>> n = Size("n"); i = Index("i", n)
    >>> at_sizes(Tensor("x", (n,)), {n: 3}).dims
    (3,)
    """
    if isinstance(e, Size):
        return Integer(sizes[e]) if e in sizes else e
    if isinstance(e, Index):
        return Index(e.name, at_sizes(e.dim, sizes))
    if isinstance(e, Tensor):
        return Tensor(e.name, tuple(at_sizes(d, sizes) for d in e.dims), e.layer, e.properties)
    if isinstance(e, Elem):
        return Elem(at_sizes(e.tensor, sizes), *(at_sizes(i, sizes) for i in e.indices))
    return e.func(*(at_sizes(a, sizes) for a in e.args)) if e.args else e
