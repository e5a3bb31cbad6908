"""The meaning of an expression of sums, products and deltas by loops, and nothing else."""

from __future__ import annotations

from itertools import product
from math import prod

from sympy import Expr

from derive.expr import Delta, Elem, Index, Size, Sum_


def value(e: Expr, sizes: dict[str, int], at: dict[Index, int]) -> int:
    """Entries are whole numbers that depend on the name and the place."""
    if e.is_Integer:
        return int(e)
    if isinstance(e, Size):
        return sizes[e.name]
    if isinstance(e, Elem):
        places = tuple(at[i] if isinstance(i, Index) else int(i) for i in e.indices)
        return entry(e.tensor.name, places)
    if isinstance(e, Delta):
        first, second = (at[i] if isinstance(i, Index) else int(i) for i in e.args)
        return int(first == second)
    if isinstance(e, Sum_):
        ranges = [range(sizes[str(b.dim)]) for b in e.bound]
        return sum(value(e.body, sizes, at | dict(zip(e.bound, place, strict=True))) for place in product(*ranges))
    if e.is_Add:
        return sum(value(a, sizes, at) for a in e.args)
    if e.is_Mul:
        return prod(value(a, sizes, at) for a in e.args)
    if e.is_Pow:
        return value(e.args[0], sizes, at) ** int(e.args[1])
    raise AssertionError(f"no meaning is given to {type(e).__name__}")


def entry(name: str, places: tuple[int, ...]) -> int:
    out = sum(map(ord, name))
    for p in places:
        out = (out * 31 + 7 * p + 3) % 23
    return out - 11
