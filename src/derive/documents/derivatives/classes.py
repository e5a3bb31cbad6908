r"""Slopes in the entry at a class: `\frac{\partial L_i}{\partial s_{i,y_i}}`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.documents.meaning.classes import is_label, of_class
from derive.documents.meaning.values import Value
from derive.documents.names.scripts import items
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


def at_class(node: s.Derivative, c: Context) -> Value | None:
    """The entry at this class of the slopes in all classes; None where the variable is another one."""
    from derive.documents.derivatives.derivatives import derivative

    of = node.variables[0].of if len(node.variables) == 1 else None
    if not isinstance(of, s.Script) or not isinstance(of.base, s.Name) or not of.sub or of.sup or of.primes:
        return None
    parts = items(of.sub)
    places = [k for k, part in enumerate(parts) if is_label(part, c)]
    if len(places) != 1:
        return None
    (k,) = places
    at = parts[k][0].start
    comma, every = (Token("sym", x, at, at) for x in ",:")
    sub = tuple(t for n, part in enumerate(parts) for t in (*([comma] if n else []), *([every] if n == k else part)))
    found = derivative(replace(node, variables=(replace(node.variables[0], of=replace(of, sub=sub)),)), c)
    if found.rank != 2 or found.axes[0].dim != 1:  # the slopes in a row stand in a row
        raise Unreadable(node.at, "a derivative of an array in the entry at a class", "that of a number")
    return Value(of_class(found.expr, parts[k], found.axes[1], at, c))
