"""What follows from the declared ranges: which letters are layers and steps, and which are sizes."""

from __future__ import annotations

from derive.documents.names.scripts import letter_of, shift_letter, size_before
from derive.documents.names.symbols import DIMENSION
from derive.documents.names.table import Table
from derive.documents.syntax.tree import Name, walk


def settle(table: Table) -> None:
    """What follows from the declared ranges: the last layer is no size, a range of a step is one of numbers."""
    for letter in list(table.steps):
        for found in filter(None, (table.ranges.get(letter), table.ranges.get(f"{letter}!"))):
            high = letter_of(found.high) or shift_letter(found.high)  # up to L, or to L - 1
            if high and (high.isupper() or _only_ends(high, table)):
                table.depths.add(high)
    # x_{n-1} of n entries is the last but one, and no step
    table.steps -= {x for x, why in table.sizes.items() if why == DIMENSION and not table.ranges.keys() & {x, f"{x}!"}}
    for name in table.steps | table.depths:
        table.sizes.pop(name, None)
    for name in _parts_of_sizes(table):
        table.sizes.setdefault(name, "a size is made of it")
        table.symbols.pop(name, None)
    for letter, found in table.ranges.items():
        high = letter_of(found.high)
        if high and letter not in table.steps:
            table.sizes.setdefault(high, f"it bounds {letter}")
        elif not found.low and letter not in table.steps:
            for size in size_before(found.high):
                table.sizes.setdefault(size, f"it bounds {letter}")


def _only_ends(letter: str, table: Table) -> bool:
    """Whether the tau of `t = 1, \\dots, \\tau` is the last step and nothing else: no size of an array, and no index.

    The lists x_1, \\dots, x_\\tau have a member for each step.
    """
    sizes = {t.text for x in table.symbols.values() for dim in x.dims[int(x.numbered) :] for t in dim}
    return letter not in sizes | table.indices | table.steps | table.definitions.keys()


def _parts_of_sizes(table: Table) -> set[str]:
    """s and p of n = s(p - 1) + m: whole numbers, as all that a size is made of."""
    found: set[str] = set()
    for name, rhs in table.made_of:
        parts = {n.name for n in walk(rhs) if isinstance(n, Name)} - {name}
        symbols = [table.symbols[x] for x in parts if x in table.symbols]
        real = any(x.dims or x.lead or x.alone for x in symbols) or any(len(x) > 1 for x in parts)
        if (name in table.sizes or name in found) and not real:
            found |= parts
    return found
