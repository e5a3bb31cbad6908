"""Corrections for claims about any layer: found at a concrete one, told for layer l; tensors of the next layer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sympy import Expr, Symbol

from derive.expr import Elem, Index, Size, Tensor, rebuild, rename, tensors

LABEL = re.compile(r"(\w+) = (\d+)$")


def generalised(e: Expr, label: str) -> Expr | None:
    """The expression at the layer that the label ends with, told for any layer; None if it mentions layers far away."""
    found = LABEL.search(label)
    numbered = [t.layer for t in tensors(e) if t.layer is not None]
    if not found or not numbered:
        return None
    name, number = found.group(1), int(found.group(2))
    if not all(n.is_Integer and abs(int(n) - number) <= 1 for n in numbered):
        return None
    return general(e, number, Symbol(name, integer=True, positive=True))


def general(e: Any, number: int, layer: Symbol) -> Any:
    """Tensors, sizes and indices of the layer with this number, and of its neighbours, in terms of the symbol."""
    if isinstance(e, (Tensor, Size)):
        shifted = None if e.layer is None else layer + (e.layer - number)
        if isinstance(e, Size):
            return Size(e.name, shifted)
        return Tensor(e.name, tuple(general(d, number, layer) for d in e.dims), shifted, e.properties)
    if isinstance(e, Index):
        return Index(e.name, general(e.dim, number, layer))
    return e.func(*(general(a, number, layer) for a in e.args)) if e.args else e


def resized(e: Expr, axis: Index, dim: Expr, known: Iterable[Tensor]) -> Iterator[tuple[Expr, Elem]]:
    """The expression with its axis of another size: every tensor there replaced by that of a neighbouring layer."""
    names = {(t.name, t.layer, t.dims): t for t in known}
    for shift in (-1, 1):
        other = Index(axis.name, dim)
        moved: list[Elem] = []

        def change(x: Expr, shift: int = shift, other: Index = other, moved: list[Elem] = moved) -> Expr:
            if not isinstance(x, Elem) or axis not in x.indices or x.tensor.layer is None:
                return rebuild(x, change)
            dims = tuple(dim if i == axis else d for i, d in zip(x.indices, x.tensor.dims, strict=True))
            sibling = names.get((x.tensor.name, x.tensor.layer + shift, dims))
            if sibling is None:
                return x
            moved.append(x)
            return sibling(*(other if i == axis else i for i in x.indices))

        image = change(e)
        if moved and image == rename(image, {axis: other}):
            yield image, moved[0]
