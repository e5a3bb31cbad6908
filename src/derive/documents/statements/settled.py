"""What is settled of a table: the rank and the shape of what its names are defined as."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from derive.documents.meaning.context import Context
from derive.documents.meaning.values import is_unknown
from derive.documents.names.scripts import items
from derive.documents.names.symbols import Tokens
from derive.documents.names.table import Table
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unify
from derive.errors import DeriveError

T = TypeVar("T")
MAX_SIZES = 30  # that are found out, one after the other, while a value is read


def rank_of(tree: s.Node, table: Table) -> int | None:
    """The rank of a formula, where that is settled."""
    from derive.documents.meaning.lower import lower

    return _settled(lambda c: lower(tree, c).rank, table)


def value_rank(name: str, table: Table) -> int:
    """The rank of what the name is defined as; -1 where it is not defined as one array, or that is not settled."""
    d = table.definitions.get(name)
    if d is None or d.letters or d.letter or d.parameters:
        return -1
    rank = _settled(lambda c: c.tensor_of(name).rank, table)
    return -1 if rank is None else rank


def shape_agrees(name: str, dims: tuple[Tokens, ...], table: Table) -> bool:
    """Whether what the name is defined as, its index letters included, has these sizes."""
    found = _settled(lambda c: (tuple(map(c.dimension, dims)), c.tensor_of(name).dims), table)
    if found is None or len(found[0]) != len(found[1]):
        return False
    return all(a == b or is_unknown(b) for a, b in zip(*found, strict=True))


def _settled(found: Callable[[Context], T], table: Table) -> T | None:
    """What is read of a table, sizes being found out as they are met; None where it cannot be read."""
    kept = dict(table.solved)
    try:
        for _ in range(MAX_SIZES):
            try:
                return found(Context(table))
            except Unify as size:
                table.solved[size.unknown.name] = size.known
    except DeriveError:
        return None
    finally:
        table.solved = kept
    return None


def is_entry_of_function(tree: s.Node, table: Table) -> bool:
    """p_1(x), where the values of p are vectors."""
    from derive.documents.functions.defined import body_of

    f = tree.factors[0][1] if isinstance(tree, s.Juxtaposed) else None
    base = f.base if isinstance(f, s.Script) and not (f.sup or f.primes) and f.sub else None
    d = table.definitions.get(base.name) if isinstance(base, s.Name) else None
    if d is None or not d.parameters or d.letters or d.section != table.section:
        return False
    assert isinstance(f, s.Script)
    return _settled(lambda c: body_of(d.name, f.at, c).rank, table) == len(items(f.sub))
