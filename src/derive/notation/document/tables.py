"""Tables of symbols and of counts: a cell is text, a symbol with the set that it lies in, or a formula."""

from __future__ import annotations

from sympy import Expr

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
    return str(value), False
