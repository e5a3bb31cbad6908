"""Conditions c > 0, as they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Add, Expr

from derive.expr import addends, tensors
from derive.notation.layout import related
from derive.notation.make import negative
from derive.notation.style import Piece

if TYPE_CHECKING:
    from derive.notation.components.writer import Writer


def condition(w: Writer, c: Expr, strict: bool = True) -> Piece:
    """c > 0 with the negative terms on the other side; not strict: c <= 0."""
    above, below = (">", "<") if strict else (w.style.at_most, w.style.at_least)
    left = Add(*(t for t in addends(c) if not negative(t)))
    right = Add(*(-t for t in addends(c) if negative(t)))
    a, b = w.write(left), w.write(right)
    a, relation, b = (b, below, a) if not tensors(left) and tensors(right) else (a, above, b)
    return related(a, relation, b)
