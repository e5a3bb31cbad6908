"""Axes of size one: W of shape (D, 1) is a matrix with one column, not a vector that is spread out."""

from __future__ import annotations

from sympy import Add, Expr, Function, Mul, Pow

from derive.expr import Elem, Index, Sum_, free_indices, rebuild, tensors
from derive.expr.nodes import factors


def along_units(e: Expr, out: tuple[Index, ...]) -> Expr:
    """`e` with the axes of size one in `out` running where a tensor has such an axis: X W - Y for X w - y.

    An index that takes the value 0 only may stand for this 0 anywhere.
    """
    for unit in out:
        if unit.dim == 1 and unit not in free_indices(e):
            e = _along(e, unit) or e
    return e


def _along(e: Expr, unit: Index) -> Expr | None:
    """`e` with `unit` at one place of each term; None where there is no such place."""
    if isinstance(e, Elem):
        return _entry(e, unit)
    if isinstance(e, Add):
        terms = [_along(t, unit) if tensors(t) else t for t in e.args]
        return None if None in terms else Add(*terms)
    if isinstance(e, Mul):
        return _in_product(e, unit)
    if isinstance(e, Sum_):
        image = rebuild(e, lambda body: _along(body, unit) or body)
        return image if unit in free_indices(image) else None
    if isinstance(e, Pow) and not free_indices(e.args[1]):
        base = _along(e.args[0], unit)
        return None if base is None else Pow(base, e.args[1])
    if isinstance(e, Function) and len(e.args) == 1:
        inner = _along(e.args[0], unit)
        return None if inner is None else e.func(inner)
    return None


def _in_product(e: Expr, unit: Index) -> Expr | None:
    """The index belongs to one factor, the most complicated one that takes it."""
    parts = list(factors(e))
    for n in sorted(range(len(parts)), key=lambda n: -parts[n].count_ops()):
        if not free_indices(parts[n]):
            continue
        image = _along(parts[n], unit)
        if image is not None:
            return Mul(*parts[:n], image, *parts[n + 1 :])
    return None


def _entry(e: Elem, unit: Index) -> Expr | None:
    for n, (place, dim) in enumerate(zip(e.indices, e.tensor.dims, strict=True)):
        if place == 0 and dim == 1:
            return Elem(e.tensor, *e.indices[:n], unit, *e.indices[n + 1 :])
    return None
