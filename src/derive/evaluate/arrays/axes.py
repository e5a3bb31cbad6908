"""Arrays whose axes are named by indices: aligned, contracted and picked from, whatever the order they came in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import mul
from typing import Any, NamedTuple

from derive.evaluate.extent import extent
from derive.expr.nodes import Index, fresh

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Labelled(NamedTuple):
    """An array and the index that each axis runs over, in the order of `Axes.rank`."""

    array: Any
    axes: tuple[Index, ...]


class Axes:
    """One order of all indices, that in which they are met, and the operations that keep to it."""

    def __init__(self, sizes: Mapping[Any, int], xp: Any) -> None:
        self.sizes, self.xp = sizes, xp
        self._rank: dict[Index, int] = {}

    def size(self, index: Index) -> int:
        return extent(index.dim, self.sizes)

    def rank(self, index: Index) -> int:
        return self._rank.setdefault(index, len(self._rank))

    def sorted(self, axes: Any) -> tuple[Index, ...]:
        return tuple(sorted(axes, key=self.rank))

    def label(self, array: Any, axes: tuple[Index, ...]) -> Labelled:
        """Transpose to the common order of axes."""
        order = self.sorted(axes)
        if order != axes:
            array = self.xp.transpose(array, tuple(axes.index(i) for i in order))
        return Labelled(array, order)

    def aligned(self, value: Labelled, axes: tuple[Index, ...]) -> Any:
        """The array with an axis of length one for each index that it lacks."""
        if value.axes == axes or not value.axes:
            return value.array
        shape = tuple(self.size(i) if i in value.axes else 1 for i in axes)
        return self.xp.reshape(value.array, shape)

    def pointwise(self, f: Callable[..., Any], *values: Labelled) -> Labelled:
        """A function of numbers, entry by entry."""
        axes = self.sorted({i for v in values for i in v.axes})
        return Labelled(f(*(self.aligned(v, axes) for v in values)), axes)

    def spread(self, value: Labelled, axes: tuple[Index, ...]) -> Any:
        """The array repeated over the indices that it lacks, its axes in the common order."""
        axes = self.sorted(axes)
        if value.axes == axes:
            return value.array
        missing = tuple(self.size(i) if i not in value.axes else 1 for i in axes)
        return self.aligned(value, axes) + self.xp.zeros(missing)

    def laid_out(self, value: Labelled, out: tuple[Index, ...]) -> Any:
        """The array with these axes, in this order."""
        axes, full = self.sorted(out), self.spread(value, out)
        order = tuple(axes.index(i) for i in out)
        return full if order == tuple(range(len(out))) else self.xp.transpose(full, order)

    def eye(self, i: Index, j: Index) -> Labelled:
        return self.label(self.xp.eye(self.size(i)), (i, j))

    def unit(self, i: Index, place: int) -> Labelled:
        return Labelled(self.xp.eye(self.size(i))[place], (i,))

    def contract(self, parts: list[Labelled], keep: tuple[Index, ...]) -> Labelled:
        """The product of the parts, summed over every axis that is not kept."""
        parts = [p for p in parts if p.axes] or parts
        scalars = [p.array for p in parts if not p.axes]
        keep = self.sorted(keep)
        if scalars:
            return Labelled(reduce(mul, scalars), ())
        if len(parts) == 1:
            (only,) = parts
            gone = tuple(n for n, i in enumerate(only.axes) if i not in keep)
            return Labelled(self.xp.sum(only.array, axis=gone) if gone else only.array, keep)
        names = {i: LETTERS[n] for n, i in enumerate(dict.fromkeys(i for p in parts for i in p.axes))}
        spec = ",".join("".join(names[i] for i in p.axes) for p in parts)
        return Labelled(self.xp.einsum(f"{spec}->{''.join(names[i] for i in keep)}", *(p.array for p in parts)), keep)

    def picked(self, array: Any, labels: tuple[Any, ...]) -> Labelled:
        """An array whose axes are labelled by positions: an Integer picks, an index met twice is a diagonal."""
        if any(not isinstance(label, Index) for label in labels):
            where = tuple(slice(None) if isinstance(label, Index) else int(label) for label in labels)
            array, labels = array[where], tuple(label for label in labels if isinstance(label, Index))
        axes: list[Index] = []
        diagonals: list[Labelled] = []
        for label in labels:
            axis = fresh(label.dim) if label in axes else label
            if axis is not label:
                diagonals.append(self.eye(label, axis))
            axes.append(axis)
        value = self.label(array, tuple(axes))
        return self.contract([value, *diagonals], tuple(dict.fromkeys(labels))) if diagonals else value
