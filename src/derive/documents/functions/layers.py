"""Functions told at a layer: `D(z^{(l)}) = \\operatorname{diag}(\\sigma'(z^{(l)}))` says what D is at any vector."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from derive.documents.names.scope import same
from derive.documents.names.scripts import superscript
from derive.documents.names.table import Table
from derive.documents.source.uses import one_more
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk

Arguments = tuple[s.Node, ...]


def at_any_layer(name: str, arguments: Arguments, rhs: s.Node, table: Table) -> tuple[Arguments, s.Node]:
    """The argument and the value of a new function, with another name for z^{(l)} or z, of which there are several.

    Where the value speaks of another z, too, they stay as they are.
    """
    z = arguments[0] if len(arguments) == 1 else None
    diagonal = isinstance(rhs, s.Call) and rhs.function == "diag"
    base = z.base if isinstance(z, s.Script) else z
    if z is None or not isinstance(base, s.Name) or table.known(name) or not _is_of_several(z, table, diagonal):
        return arguments, rhs
    scripts = [n for n in walk(rhs) if isinstance(n, s.Script) and (superscript(n.sup).layer or n.sub)]
    if not all(same(n, z) for n in scripts):
        return arguments, rhs
    argument = s.Name(z.at, one_more(base.name))
    table.ranks.setdefault(argument.name, 1 if diagonal else table.ranks.get(base.name, 0))
    return (argument,), mapped(
        rhs, lambda n: replace(argument, at=n.at) if same(n, z) else _raised(n, z, argument.name)
    )


def _raised(node: s.Node, z: s.Node, name: str) -> s.Node:
    """e^{-z} with another name for z: exponents are tokens."""
    if not isinstance(z, s.Name) or not isinstance(node, s.Script) or not any(t.text == z.name for t in node.sup):
        return node
    sup = tuple(replace(t, kind="letter", text=name) if t.text == z.name else t for t in node.sup)
    return replace(node, base=mapped(node.base, lambda n: replace(z, name=name) if same(n, z) else n), sup=sup)


def _is_of_several(z: s.Node, table: Table, diagonal: bool) -> bool:
    """z^{(l)}, of which a diagonal matrix is made; or z, where the note has a z at each layer and none besides."""
    if isinstance(z, s.Name):
        return table.is_family(z.name) and z.name in table.layered and not table.stands_alone(z.name)
    return isinstance(z, s.Script) and diagonal and not (z.sub or z.primes) and bool(superscript(z.sup).layer)


def mapped(tree: Any, f: Callable[[s.Node], s.Node]) -> Any:
    """The tree with f of each of its nodes; what f changes is not looked into."""
    if isinstance(tree, tuple):
        return tuple(mapped(x, f) for x in tree)
    if not isinstance(tree, s.Node) or (new := f(tree)) is not tree:
        return tree if not isinstance(tree, s.Node) else new
    return replace(tree, **{x.name: mapped(getattr(tree, x.name), f) for x in fields(tree) if x.name != "at"})
