"""Values of tensors: a number, or a tuple of the values along the first axis."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def entries(value: Any) -> list[Any]:
    """All numbers, row by row.

    >>> entries(((1, 2), (3, 4)))
    [1, 2, 3, 4]
    """
    return [x for part in value for x in entries(part)] if isinstance(value, tuple) else [value]


def entry(value: Any, places: Iterable[int]) -> Any:
    """The number at these places, or the value along the axes that are left."""
    for k in places:
        value = value[k]
    return value


def magnitudes(value: Any) -> Any:
    """The same value with the absolute value of each entry."""
    return tuple(map(magnitudes, value)) if isinstance(value, tuple) else abs(value)
