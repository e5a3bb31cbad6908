"""Derivatives by Leibniz at a point: the brackets of \\frac{df}{dt}(0) and \\frac{\\partial L}{\\partial w}(w_0)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.documents.derivatives import points
from derive.documents.functions.defined import value_of
from derive.documents.meaning.values import Value
from derive.documents.names.scripts import base_of
from derive.documents.names.symbols import Definition
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


def slope_at(node: s.Derivative, bracket: s.Bracket, c: Context) -> Value | None:
    """The derivative at the place in brackets; None where these may be a factor, as in \\frac{df}{dt}(1 - f)."""
    from derive.documents.meaning.lower import lower

    variable = _variable(node)
    if (own := _entry(node, bracket, c)) is not None:
        return own
    if not isinstance(node.body, s.Name) or variable is None or bracket.kind != "(":
        if _is_function(node, c) and bracket.kind == "(" and all(map(_is_place, bracket.items)):
            raise Unreadable(
                bracket.at, "a derivative at a place", "a function of one variable, and a derivative in it"
            )
        return None
    if not all(map(_is_place, bracket.items)):
        return None
    d = c.table.definitions.get(node.body.name)
    of = d.parameters if d is not None and d.parameters else (variable,)
    if all(isinstance(x, s.Name) and x.name == p for x, p in zip(bracket.items, of, strict=False)):
        return lower(node, c)  # at its own parameters
    if d is None or len(of) != 1 or len(bracket.items) != 1 or of[0] != variable:
        raise Unreadable(bracket.at, "a derivative at a place", "a function of one variable, and a derivative in it")
    named = base_of(bracket.items[0])
    if not d.parameters and named is not None and named.name != variable:
        raise Unreadable(bracket.at, f"{named.name}, a place or a direction", f"a place that {variable} may have")
    return _there(d, node, lower(bracket.items[0], c), c)


def _entry(node: s.Derivative, bracket: s.Bracket, c: Context) -> Value | None:
    """\\frac{\\partial F_i}{\\partial x_j}(a), where F takes x: the derivative of F_i(x), at a."""
    from derive.documents.meaning.lower import lower

    base = base_of(node.body) if isinstance(node.body, (s.Name, s.Script)) else None
    d = c.table.definitions.get(base.name) if base is not None else None
    if d is None or not d.parameters or node.kind == "nabla" or not node.variables:
        return None
    names = d.parameters
    entries = [base_of(v.of) for v in node.variables if isinstance(v.of, s.Script) and v.of.sub]
    if len(names) != 1 or len(bracket.items) != 1 or bracket.kind != "(" or len(entries) != len(node.variables):
        return None
    if (
        any(x is None or x.name != names[0] for x in entries)
        or points.unsuitable(names[0], c)
        or names[0] in c.bindings
    ):
        return None
    assert node.body is not None
    own = s.Bracket(bracket.at, "(", (s.Name(bracket.at, names[0]),))
    body = s.Juxtaposed(node.at, (("", node.body), ("", own)))
    value = lower(s.Derivative(node.at, body, node.variables, node.kind, node.order), c)
    return points.at(value, c.tensor_of(names[0], None, node.at), lower(bracket.items[0], c), node.at, c)


def _there(d: Definition, node: s.Derivative, place: Value, c: Context) -> Value:
    from derive.documents.meaning.lower import lower

    (variable,) = d.parameters or (_variable(node) or "",)
    if d.parameters and points.is_of_number(variable, place, c):
        return value_of(d, node.order, [place], node.at, c)
    if points.unsuitable(variable, c) or variable in c.bindings:
        raise Unreadable(node.at, f"a derivative in {variable} at a place", "one in an input")
    with c.unbound(variable):
        return points.at(lower(node, c), c.tensor_of(variable, None, node.at), place, node.at, c)


def _variable(node: s.Derivative) -> str | None:
    """The one name that a derivative is taken in."""
    names = {v.of.name if isinstance(v.of, s.Name) and not v.transposed else "" for v in node.variables}
    return names.pop() or None if len(names) == 1 else None


def _is_function(node: s.Derivative, c: Context) -> bool:
    """Whether what is differentiated, in an entry of what it takes, is a function of the note."""
    base = base_of(node.body) if isinstance(node.body, (s.Name, s.Script)) else None
    d = c.table.definitions.get(base.name) if base is not None else None
    of = [base_of(v.of) for v in node.variables]
    return d is not None and bool(d.parameters) and all(x is not None and x.name in d.parameters for x in of)


def _is_place(item: s.Node) -> bool:
    """A number or a name by itself."""
    signed = item.terms[0][1] if isinstance(item, s.Sum) and len(item.terms) == 1 else item
    return isinstance(signed, (s.Num, s.Name)) or (isinstance(item, s.Script) and isinstance(item.base, s.Name))
