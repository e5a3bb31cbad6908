"""Arguments of a function that are its own parameters: N(x; m, s) beside x_1, ..., x_N and m_k."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeGuard

from sympy import Expr

from derive.documents.meaning.values import Value
from derive.documents.names.mentions import exponent, mentioned
from derive.documents.names.scripts import base_of, superscript
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Unreadable
from derive.expr import Tensor, tensors

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context
    from derive.documents.names.symbols import Definition


def own_arguments(trees: tuple[s.Node, ...], c: Context) -> dict[str, Value]:
    """What x, m and s stand for in a statement about N(x; m, s), where the note otherwise has x_n, m_k and s_k only.

    Each is what the function takes: one member of the family, and not the array of all of them.
    """
    called = [d for tree in trees for d in _applied(tree, c)]
    mine = {p: d for d in called for p in d.parameters if p in mentioned(d.rhs)}  # not: J(\\theta) of all \\theta_k
    names = {p for p, d in mine.items() if _has_members(p, c) and not _is_array(p, d.rhs, c)}
    names |= {p for tree in trees for p in _varied(tree, c)}
    found = [p for p in sorted(names) if not is_indexed(p, trees)]
    c.members |= dict.fromkeys(p for p in found if p not in c.table.symbols)
    return {p: _member(p, c) for p in found}


def refuse_both(names: dict[str, Value], exprs: list[Expr], at: int) -> None:
    """Raise Unreadable where a statement speaks of one member and, through definitions, of the array of all, too."""
    for name, value in names.items():
        found = {t for e in exprs for t in tensors(e) if t.name == name}
        if found - tensors(value.expr):
            raise Unreadable(at, f"{name} as one of several, and as all of them", "another letter for one of them")


def _applied(tree: s.Node, c: Context) -> Iterator[Definition]:
    """The definitions of functions that are applied to their own parameters; N(x; m, s I) to all that are names."""
    for f, bracket in _pairs(tree):
        d = c.table.definitions.get(f.name) if isinstance(f, s.Name) else None
        if d is None or not d.parameters or not isinstance(bracket, s.Bracket):
            continue
        names = [_named(x) for x in bracket.items]
        own = len(names) == len(d.parameters) and all(x in ("", p) for x, p in zip(names, d.parameters, strict=True))
        if names and (set(names) <= set(d.parameters) or (own and any(names))):
            yield d


def _varied(tree: s.Node, c: Context) -> Iterator[str]:
    """a of d\\sigma/da, where the note has sigma(a) = ... of a number, and a_n = ... for each n."""
    for node in walk(tree):
        d = c.table.definitions.get(node.body.name) if isinstance(node, s.Derivative) and _is_name(node.body) else None
        of = c.table.definitions.get(d.parameters[0]) if d is not None and len(d.parameters) == 1 else None
        if d is None or of is None or not of.letters or _is_array(of.name, d.rhs, c):
            continue
        if all(isinstance(v.of, s.Name) and v.of.name == of.name for v in node.variables):
            yield of.name


def _is_name(node: s.Node | None) -> TypeGuard[s.Name]:
    return isinstance(node, s.Name)


def _named(node: s.Node) -> str:
    """x and x'."""
    if isinstance(node, s.Script) and isinstance(node.base, s.Name) and node.primes and not (node.sub or node.sup):
        return node.base.name + "prime" * node.primes
    return node.name if isinstance(node, s.Name) else ""


def _pairs(tree: s.Node) -> Iterator[tuple[s.Node, s.Node]]:
    """What stands before brackets: N (x; m, s), and the same behind a function word."""
    for node in walk(tree):
        if isinstance(node, s.Juxtaposed):
            yield from ((f, b) for (_, f), (op, b) in zip(node.factors, node.factors[1:], strict=False) if not op)
        elif isinstance(node, s.Call) and node.trailing is not None and node.args:
            yield node.args[-1], node.trailing


def _has_members(name: str, c: Context) -> bool:
    """Whether the name stands for several: x_1, ..., x_N, or s_k for each k, or m_k, which is not declared."""
    symbol = c.table.symbols.get(name)
    if name in c.table.definitions or name in c.bindings:
        return False
    if symbol is None:
        return (
            not c.whole_arrays
            and name in c.table.indexed
            and c.table.ranks.get(name, 0) > 0
            and name not in c.table.sizes
        )
    return symbol.numbered or bool(symbol.lead)


def _is_array(name: str, tree: s.Node, c: Context) -> bool:
    """Whether what a function does with its parameter says that it is an array: x_i, x^T, \\|x\\|.

    One of x_1, ..., x_N in R^d may have a transpose and a norm.
    """
    symbol = c.table.symbols.get(name)
    if symbol is not None and symbol.numbered and len(symbol.dims) > 1:
        return is_indexed(name, (tree,))
    nodes = list(walk(tree))
    rows = [base_of(n) for n in nodes if isinstance(n, s.Script) and n.sup and superscript(n.sup).transposed]
    normed = [x for n in nodes if isinstance(n, s.Bracket) and n.kind == "||" for x in walk(n)]
    return is_indexed(name, (tree,)) or any(isinstance(x, s.Name) and x.name == name for x in (*rows, *normed))


def is_indexed(name: str, trees: tuple[s.Node, ...]) -> bool:
    """Whether the name carries an index somewhere, in exponents too."""
    trees = (*trees, *(exponent(n) for tree in trees for n in walk(tree) if isinstance(n, s.Script) and n.sup))
    nodes = [n for tree in trees for n in walk(tree) if isinstance(n, s.Script) and n.sub]
    return any((base := base_of(n)) is not None and base.name == name for n in nodes)


def _member(name: str, c: Context) -> Value:
    symbol = c.table.symbols.get(name)
    dims = () if symbol is None else symbol.dims[1:] if symbol.numbered else symbol.dims
    properties = symbol.properties if symbol is not None else frozenset[str]()
    return c.whole(Tensor(name, tuple(c.dimension(d) for d in dims), None, properties))
