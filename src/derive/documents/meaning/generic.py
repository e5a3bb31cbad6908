"""One more of a list: x, where the note has x_1, ..., x_N in R^d, and `f(x) = w^T x + b` for any such input.

All of them as one array would be X. Where that does not fit, and one of them does, the bare name is one more of them,
and stays so as long as nothing else is declared.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Protocol, TypeVar

from derive.documents.names.mentions import bare_names, reachable_from
from derive.documents.names.symbols import Symbol
from derive.documents.names.table import Table
from derive.documents.source.uses import one_more
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable


class Fits(Protocol):
    """What tells whether the shapes fit."""

    @property
    def clash(self) -> str: ...


T = TypeVar("T", bound=Fits)


def listed(trees: tuple[s.Node, ...], table: Table) -> tuple[str, ...]:
    """The lists whose names stand without an index, in the trees or in definitions behind them; one is of vectors."""
    behind = set().union(*(reachable_from(t, table) for t in trees)) & table.definitions.keys()
    within = (*trees, *(table.definitions[x].rhs for x in sorted(behind)))
    found = [n for n in bare_names(within) if _lists(n, table)]
    return tuple(found) if any(table.symbols[x].dims[table.symbols[x].numbered :] for x in found) else ()


def is_indexed(name: str, trees: tuple[s.Node, ...]) -> bool:
    """Whether the name stands with an index as well: perhaps it is an entry of one of them."""
    scripts = (n for tree in trees for n in tree.nodes if isinstance(n, s.Script) and n.sub)
    return any(isinstance(n.base, s.Name) and n.base.name == name for n in scripts)


def _lists(name: str, table: Table) -> bool:
    x = table.symbols.get(name)
    if x is None or x.letter or x.row or name in table.single or len(x.lead) > 1:
        return False
    d = table.definitions.get(name)
    if d is not None and (d.letter or d.parameters or not d.letters):
        return False
    return bool(x.lead) != x.numbered


def read_singly(names: tuple[str, ...], table: Table, read: Callable[[], T]) -> T | None:
    """What is read with each of these names as one more of its list, and from here on; None where that fails."""
    before = dict(table.symbols), set(table.single), dict(table.solved)
    for name in names:
        table.symbols[one_more(name)] = _member(table.symbols[name])
    table.single |= {*names}
    table.touch()
    found = None
    with suppress(Unreadable):
        found = read()
    if found is None or found.clash:
        table.symbols, table.single, table.solved = before
        table.touch()
        return None
    return found


def _member(several: Symbol) -> Symbol:
    return replace(several, name=one_more(several.name), lead=(), numbered=False, dims=several.dims[several.numbered :])
