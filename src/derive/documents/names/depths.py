"""The names of values at the last layer: `\\delta^{(L)}` and `\\delta^{(L-1)}` are no values at any layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from derive.documents.names.symbols import Definition
from derive.documents.names.table import Table


def names_at(name: str, step: int, env: Mapping[str, int], table: Table) -> Iterator[str]:
    """What the note may call the value at this layer, as that of the last one, or so many before it."""
    for letter in sorted(table.depths & env.keys()):
        before = env[letter] - step
        if before >= 0:
            yield f"{name}^({letter}-{before})" if before else f"{name}^({letter})"


def told_there(name: str, table: Table) -> Iterator[Definition]:
    """The definitions of the name at the last layers."""
    starts = tuple(f"{name}^({letter}" for letter in table.depths)
    return (d for known, d in table.definitions.items() if starts and known.startswith(starts))
