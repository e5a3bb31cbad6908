"""Tables of symbols and of counts: a cell is text, a symbol with the set that it lies in, a formula, or a set."""

from __future__ import annotations

from sympy import Expr, FiniteSet, Interval

from derive.expr import Tensor
from derive.notation.components import component_piece
from derive.notation.style import Style


def cell(value: object, style: Style) -> tuple[str, bool]:
    """The cell, and whether it is mathematics."""
    if isinstance(value, Tensor):
        dims = value.dims
        while dims and dims[-1] == 1:
            dims = dims[:-1]  # a column is a vector
        sizes = tuple(component_piece(d, style).text for d in dims)
        return style.member(style.symbol(value.name, value.layer).text, style.domain(value.properties), sizes), True
    if isinstance(value, Expr):
        return component_piece(value, style).text, True
    if isinstance(value, Interval):
        return _interval(value, style), True
    if isinstance(value, FiniteSet):
        inside = ", ".join(component_piece(x, style).text for x in value.args)
        return inside.join(style.sets), True
    return str(value), False


def _interval(value: Interval, style: Style) -> str:
    """[0, 1), with brackets that grow."""
    low, high = (component_piece(x, style) for x in (value.start, value.end))
    inside = style.commas((low, high))
    return style.bracket(inside, "(" if value.left_open else "[", ")" if value.right_open else "]").text
