"""From a form to the rule that writes it."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr

from derive.notation.forms import Form
from derive.notation.style import Piece, Style

Rule = Callable[..., Piece]
RULES: dict[type, Rule] = {}
"""One rule a form, from the modules of this room."""


def write(form: Form, style: Style) -> Piece:
    """The form in this style."""
    return RULES[type(form)](form, style)


def constant(e: Expr, style: Style) -> Piece:
    """A scalar without tensors."""
    from derive.notation.components import scalar_piece

    return scalar_piece(e, style)
