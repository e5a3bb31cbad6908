"""Dimensions as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import mul
from typing import Any

from derive.errors import ShapeError


def extent(dim: Any, sizes: Mapping[Any, int]) -> int:
    """A dimension as a number: sizes, and sums, products and powers of them."""
    if isinstance(dim, int) or dim.is_Integer:
        return int(dim)
    if dim in sizes:
        return sizes[dim]
    if dim.is_Add:
        return sum(extent(a, sizes) for a in dim.args)
    if dim.is_Mul:
        return reduce(mul, (extent(a, sizes) for a in dim.args))
    if dim.is_Pow:
        return extent(dim.args[0], sizes) ** extent(dim.args[1], sizes)
    raise ShapeError(f"no number is given for the size {dim}")
