"""Functions of one name for arrays of several ranks: H(p) of probabilities p_k, and H(w) of a table w_{ab}.

The indices that a parameter carries tell what a definition takes. A second definition, with another number of them,
leaves the first one as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.documents.meaning.values import Value
from derive.documents.names.scripts import items
from derive.documents.names.symbols import Definition
from derive.documents.names.table import Table
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Unreadable

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


def name_beside(before: Definition, parameters: list[str | None], rhs: s.Node) -> str:
    """The name of a definition for arrays of another rank, beside the one that the note has; empty if it is no such."""
    if len(before.parameters) != 1 or len(parameters) != 1 or before.letters or before.parameters[0] == parameters[0]:
        return ""
    ranks = _indices(before.parameters[0], before.rhs), _indices(parameters[0] or "", rhs)
    return _named(before.name, ranks[1]) if all(ranks) and ranks[0] != ranks[1] else ""


def for_rank(d: Definition, args: list[Value], table: Table) -> Definition:
    """The definition for an array of this rank, where there are several."""
    return table.definitions.get(_named(d.name, args[0].rank), d) if len(args) == 1 else d


def refuse_other_rank(d: Definition, args: list[Value], at: int, c: Context) -> None:
    """Raise Unreadable where a function of p_1, ..., p_K takes a table: a note may mean all its entries, or a row each.

    A parameter that the note declares as a table may carry the index of its rows alone.
    """
    for parameter, argument in zip(d.parameters, args, strict=False):
        indices, symbol = _indices(parameter, d.rhs), c.table.symbols.get(parameter)
        declared = 0 if symbol is None or symbol.letter else len(symbol.dims) + len(symbol.lead)
        if indices and argument.rank > max(indices, declared):
            found = f"{d.name.partition('/')[0]} of an array with {argument.rank} indices"
            raise Unreadable(at, found, "a definition for such arrays")


def refuse_bare(d: Definition, at: int, table: Table) -> None:
    """Raise Unreadable where a function has no argument that tells which of several definitions is meant."""
    if any(name.startswith(f"{d.name}//") for name in table.definitions):
        raise Unreadable(at, f"{d.name}, which is defined for arrays of several ranks", "its argument")


def _named(name: str, rank: int) -> str:
    return f"{name}//{rank}"


def _indices(name: str, tree: s.Node) -> int:
    """How many indices the name carries wherever it stands; 0 if it stands without any, or not always with as many."""
    nodes = list(walk(tree))
    scripted = [n for n in nodes if isinstance(n, s.Script) and isinstance(n.base, s.Name) and n.base.name == name]
    bare = sum(isinstance(n, s.Name) and n.name == name for n in nodes) - len(scripted)
    counts = {len(items(n.sub)) if n.sub else 0 for n in scripted}
    return counts.pop() if len(counts) == 1 and not bare else 0
