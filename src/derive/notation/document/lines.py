"""From an equation to the lines that are printed, in matrix or component notation, whatever the output format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sympy import Expr

from derive.derivation import Equation, Step
from derive.expr import Index


class Line(NamedTuple):
    """One line of a chain: empty left side after the first."""

    left: str
    relation: str
    right: str
    reason: str


@dataclass(frozen=True)
class Style:
    """How formulas are written: in matrix notation (None where there is none) and in components."""

    matrix: Callable[[Expr, tuple[Index, ...]], str | None]
    component: Callable[[Expr, tuple[Index, ...]], str]


def chains(equation: Equation, style: Style, notation: str, steps: str) -> Iterator[tuple[Line, ...]]:
    """The chain in each notation asked for; components stand in where matrix notation has no form for it."""
    shown = equation.shown(steps)
    if notation in ("matrix", "both"):
        matrix = _chain(equation, shown, style.matrix)
        if matrix is not None:
            yield matrix
        elif notation == "matrix":
            yield _chain(equation, shown, style.component) or ()
    if notation in ("component", "both"):
        yield _chain(equation, shown, style.component) or ()


def _chain(equation: Equation, shown: tuple[Step, ...], write: Callable) -> tuple[Line, ...] | None:
    """The lines; a step without a form is left out, a chain whose result has none is None."""
    left = write(equation.lhs, equation.out)
    written = [(step, write(step.after, equation.out)) for step in shown]
    if left is None or written[-1][1] is None:
        return None
    lines: list[Line] = []
    for step, right in written:
        if right is None or (lines and right == lines[-1].right):
            continue
        lines.append(Line("" if lines else left, equation.relation, right, step.reason))
    return tuple(lines)
