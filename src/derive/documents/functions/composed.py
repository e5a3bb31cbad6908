"""Functions put one behind the other: q \\circ \\Phi, (f \\circ g)(x), and p := q \\circ \\Phi."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.documents.meaning.values import Value, scalar
from derive.documents.names.symbols import Definition
from derive.documents.names.table import Table
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable
from derive.expr import Tensor

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


def functions(node: s.Node, table: Table) -> tuple[s.Name, ...]:
    """q and Phi of q \\circ \\Phi, with brackets around it or not; a function by itself; () for anything else.

    Raises Unreadable where the note says that \\circ is something else.
    """
    if isinstance(node, s.Bracket) and node.kind in "({" and len(node.items) == 1:
        node = node.items[0]
    if isinstance(node, s.Name):
        return (node,) if is_function(node.name, table) else ()
    if not isinstance(node, s.Hadamard) or any(op != "circ" for op, _ in node.factors[1:]):
        return ()
    names = tuple(f for _, f in node.factors if isinstance(f, s.Name))
    found = [f for f in names if is_function(f.name, table)]
    if not len(names) == len(node.factors) == len(found):
        return ()
    if "\\circ" in table.operators:
        raise Unreadable(node.at, "functions with \\circ between them, which composes nothing here", "their values")
    return names


def is_function(name: str, table: Table) -> bool:
    """Whether the note declares or defines the name as a function."""
    d = table.definitions.get(name)
    return (d is not None and bool(d.parameters) and not d.letters) or (d is None and name in table.functions)


def is_composition(node: s.Node, table: Table) -> bool:
    return len(functions(node, table)) > 1


def applied(names: tuple[s.Name, ...], arguments: tuple[s.Node, ...], at: int, table: Table) -> s.Node:
    """q(\\Phi(r, t)); of a q of several numbers, these are the entries."""
    tree: s.Node | None = None
    for f in reversed(names):
        inside = arguments if tree is None else (tree,)
        d = table.definitions.get(f.name)
        if tree is not None and d is not None and len(d.parameters) > 1:
            whole = s.Bracket(at, "(", (tree,))
            places = (Token("num", str(k + 1), at, at) for k in range(len(d.parameters)))
            inside = tuple(s.Script(at, whole, (place,)) for place in places)
        tree = s.Juxtaposed(at, (("", f), ("", s.Bracket(at, "(", inside))))
    assert tree is not None
    return tree


def value(node: s.Node, bracket: s.Bracket, c: Context) -> Value | None:
    """(q \\circ \\Phi)(r, t) and (f \\circ g)'(x); None where nothing is composed."""
    from derive.documents.functions.inserted import derived, substituted
    from derive.documents.meaning.lower import lower

    primes = node.primes if isinstance(node, s.Script) and not (node.sub or node.sup) else 0
    body = node.base if isinstance(node, s.Script) and primes else node
    if not isinstance(body, s.Bracket) or not is_composition(body, c.table):
        return None
    names = functions(body, c.table)
    if not primes:
        return lower(applied(names, bracket.items, node.at, c.table), c)
    if len(bracket.items) != 1:
        raise Unreadable(node.at, "a prime on a function of several", "a function of one number before the prime")
    t, argument = Tensor("~composed"), lower(bracket.items[0], c)
    with c.bind({"~composed": scalar(t())}):
        inner = lower(applied(names, (s.Name(node.at, "~composed"),), node.at, c.table), c)
    if inner.axes:
        raise Unreadable(node.at, "a prime on a function of several", "a function of one number before the prime")
    return substituted(scalar(derived(inner.expr, t, primes, c)), {t: argument})


def defined(found: Definition, table: Table) -> Definition:
    """p := q \\circ \\Phi as p(r, t) = q(\\Phi(r, t)). Raises Unreadable where nobody says what \\Phi takes."""
    names = functions(found.rhs, table) if isinstance(found.rhs, (s.Hadamard, s.Bracket)) else ()
    if len(names) < 2 or found.parameters or found.letters or found.letter:
        return found
    inner = table.definitions.get(names[-1].name)
    if inner is None:
        raise Unreadable(found.place, f"{found.name}, which is composed of functions", "a definition of each of them")
    arguments = tuple(s.Name(found.place, p) for p in inner.parameters)
    return Definition(
        found.name, applied(names, arguments, found.place, table), found.place, parameters=inner.parameters
    )
