"""Indexing with positions, full slices, `None` and `...`, as in NumPy."""

from __future__ import annotations

import numbers
from typing import Any

from sympy import Expr, Integer

from derive.errors import ShapeError
from derive.expr.arrays import TensorExpr, array, show
from derive.expr.nodes import Index, rename

MAX_POSITION = 99  # on an axis whose size is a name: verification takes arrays that are as long


def take(x: TensorExpr, key: tuple[Any, ...]) -> TensorExpr:
    """x[key].

    >>> from derive.expr.arrays import tensor
    >>> tensor("X", "N", "D")[:, 0]
    X[i,0] over (i,)
    """
    names: dict[Index, Expr] = {}
    kept: list[Index] = []
    axes = iter(x.indices)
    for n, item in enumerate(_complete(x, key)):
        if item is None:
            kept.append(Index(f"_new{n}", 1))
        elif isinstance(item, slice):
            kept.append(next(axes))
        else:
            index = next(axes)
            names[index] = _position(item, index.dim)
    return array(rename(x.expr, names), *kept)


def _complete(x: TensorExpr, key: tuple[Any, ...]) -> list[Any]:
    """The key with `...` written out and the missing slices added, each item checked."""
    for item in key:
        _check(item)
    consumed = sum(item is not None and item is not Ellipsis for item in key)
    if consumed > x.ndim:
        raise ShapeError(f"indexing: {consumed} indices for an array of shape {show(x.shape)}")
    missing = [slice(None)] * (x.ndim - consumed)
    dots = [n for n, item in enumerate(key) if item is Ellipsis]
    if len(dots) > 1:
        raise ShapeError("indexing: `...` may stand once only")
    place = dots[0] if dots else len(key)
    return [*key[:place], *missing, *key[place + 1 :]]


def _check(item: Any) -> None:
    if item is None or item is Ellipsis or (isinstance(item, slice) and item == slice(None)):
        return
    if isinstance(item, slice):
        raise ShapeError("indexing: only the full slice `:` is known; ranges such as 1:3 are not")
    if isinstance(item, bool) or not isinstance(item, (numbers.Integral, Integer)):
        raise ShapeError(f"indexing: whole numbers, `:`, `...` and None are known; {item} was given")


def _position(item: Any, dim: Expr) -> Expr:
    position = int(item)
    if position < 0 and not dim.is_Integer:
        raise ShapeError(f"indexing: position {position} counts from the end, and the size {dim} is not a number")
    if position > MAX_POSITION and not dim.is_Integer:
        raise ShapeError(
            f"indexing: positions up to {MAX_POSITION} are known on an axis of size {dim}; {item} was given"
        )
    if position < 0:
        position += int(dim)
    if position < 0 or (dim.is_Integer and position >= dim):
        raise ShapeError(f"indexing: position {item} is outside an axis of size {dim}")
    return Integer(position)
