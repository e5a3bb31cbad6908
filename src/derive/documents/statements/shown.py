"""The layout that a note shows by its own Jacobians, where it declares none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.documents.model import Statement


def with_shown_layout(statements: Sequence[Statement]) -> list[Statement]:
    """The statements, with rows for the outputs where at least as many Jacobians are written so as the other way.

    A Jacobian shows how it is laid out where it is no square: its shape is that of the right side, or of its transpose.
    """
    seen = [_turned(x) for x in statements]
    if not 0 < seen.count(False) >= seen.count(True):
        return list(statements)
    jacobian = [x.derivative_kind != "gradient" for x in statements]  # that of a number may be a row beside them
    return [replace(x, layout=x.layout or "numerator") if n else x for x, n in zip(statements, jacobian, strict=True)]


def _turned(statement: Statement) -> bool | None:
    """Whether a Jacobian is written with a row for each input; None where it does not show."""
    if statement.layout is not None or statement.derivative_kind != "jacobian":
        return None
    sides = statement.instances[0].sides if statement.instances else statement.sides
    if sides is None:
        return None
    left, right = (side.shape for side in sides)
    if len(left) != 2 or left[0] == left[1] or right not in (left, left[::-1]):
        return None
    return right != left
