"""Derivatives in a variance: `\\partial\\ell / \\partial\\sigma^2` is the slope in sigma, over 2 sigma."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.documents.functions.squares import DEVIATIONS, root
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


def is_square(node: s.Node) -> bool:
    """Whether it is sigma^2 or (sigma^2)."""
    return root(node) is not None


def in_squares(node: s.Derivative, c: Context) -> s.Node:
    """The derivatives one after the other, the last first, those in a square by the chain rule."""
    from derive.documents.meaning.lower import lower

    assert node.body is not None
    out: s.Node = node.body
    for v in reversed(node.variables):
        base = root(v.of)
        if base is None:
            out = s.Derivative(node.at, out, (v,), node.kind)
            continue
        if not _is_variance(base, c) or lower(base, c).axes:
            raise Unreadable(v.at, "a derivative of order one in a square", "a variance, as in f(\\mu, \\sigma^2)")
        slope = s.Derivative(node.at, out, (s.Variable(v.at, base),), node.kind)
        twice = s.Juxtaposed(v.at, (("", s.Num(v.at, "2")), ("", base)))
        out = s.Juxtaposed(node.at, (("", s.Fraction(v.at, s.Num(v.at, "1"), twice)), ("", slope)))
    return out


def _is_variance(node: s.Node, c: Context) -> bool:
    """Whether the square of a name is a thing of its own: of a sigma, or of what a function takes squared."""
    base = node.base if isinstance(node, s.Script) else node
    squares = {p for d in c.table.definitions.values() for p, _ in d.squares}
    return isinstance(base, s.Name) and base.name in squares | DEVIATIONS
