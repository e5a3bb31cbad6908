"""Tables of symbols and of counts: a cell is text, a symbol, a shape or a formula."""

from __future__ import annotations

from sympy import Expr

from derive.expr import Tensor
from derive.notation.components import component_piece
from derive.notation.style import Style


def cell(value: object, style: Style, times: str) -> tuple[str, bool]:
    """The cell, and whether it is mathematics."""
    if isinstance(value, Tensor):
        return style.symbol(value.name, value.layer).text, True
    if isinstance(value, tuple):
        return f" {times} ".join(component_piece(d, style).text for d in value) or "scalar", bool(value)
    if isinstance(value, Expr):
        return component_piece(value, style).text, True
    return str(value), False
