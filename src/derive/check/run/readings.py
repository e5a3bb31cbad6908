"""How a claim was understood, in matrix notation; entry by entry, the statement says it itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.documents.source.uses import as_noted
from derive.documents.statements.claims import SIGNS
from derive.errors import DeriveError

if TYPE_CHECKING:
    from derive.documents.model import Side, Statement

FAULTS = (DeriveError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError)


def in_matrices(statement: Statement) -> str:
    """Both sides in matrix notation; empty where one of them has none.

    >>> from derive.documents import read
    >>> note = read(r"$A \\in \\mathbb R^{n \\times n}$, $x \\in \\mathbb R^n$: $\\sum_j A_{ij} x_j = (A x)_i$")
    >>> in_matrices(note.claims[0])
    'A x = A x'
    """
    if statement.sides is None:
        return ""
    try:
        sides = [_written(side) for side in statement.sides]
    except FAULTS:  # a reading is a courtesy
        return ""
    return as_noted(f" {SIGNS.get(statement.relation, '=')} ".join(sides)) if all(sides) else ""


def _written(side: Side) -> str:
    from derive.notation import recover, text
    from derive.notation.forms import Components, walk

    form = recover(side.expr, side.indices)
    return "" if any(isinstance(f, Components) for f in walk(form)) else text(form)
