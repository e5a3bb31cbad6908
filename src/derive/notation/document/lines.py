"""From an equation to the lines that are printed, in matrix or component notation, whatever the output format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from sympy import Expr

from derive.derivation import Block, Equation, Step
from derive.expr import Elem, Index, Tensor, grounded, moved, tensors
from derive.expr.nodes import MEMO
from derive.notation.blocks import block_axes
from derive.notation.collect import ascending, leading
from derive.notation.components import component_piece
from derive.notation.forms import Components, Form, walk
from derive.notation.numerals import with_numbers
from derive.notation.recover import recover
from derive.notation.style import LATEX, Style
from derive.notation.writer import write

Out = tuple[Index, ...]
Numbers = Mapping[Tensor, Any] | None
Written = Callable[..., str | None]
"""Writes an expression over its indices, with these numbers in it; None where there is no such notation."""


def grouped(blocks: tuple[Block, ...]) -> Iterator[list[Equation] | Block]:
    """The blocks of a section in order, with neighbouring equations together: they are aligned with one another."""
    for equations, run in groupby(blocks, lambda block: isinstance(block, Equation)):
        if equations:
            yield list(run)
        else:
            yield from run


class Line(NamedTuple):
    """One line of a chain; the left side is empty after the first."""

    left: str
    relation: str
    right: str
    reason: str


def matrix_form(e: Expr, out: Out) -> Form | None:
    """The expression in matrix notation, or None where there is none.

    It is found with layers counted from zero, once for all layers of that shape, and moved up.
    """
    shape, lowest = grounded(e, *out)
    form = _form(*shape)
    return form if form is None or lowest == 0 else moved(form, lowest)


@lru_cache(MEMO)
def _form(e: Expr, *out: Index) -> Form | None:
    form = recover(e, out)
    return None if any(isinstance(f, Components) for f in walk(form)) else form


def in_matrices(style: Style, updated: Tensor | None = None, around: Tensor | None = None) -> Written:
    """The writer of matrix notation; in a sum what has the tensor that is updated stands first, or degrees ascend."""

    def written(e: Expr, out: Out, numbers: Numbers = None) -> str | None:
        form = matrix_form(e, out)
        if form is not None and updated is not None:
            form = leading(form, updated)
        if form is not None and around is not None:
            form = ascending(form, around)
        return None if form is None else write(form, with_numbers(style, numbers)).text

    return written


def in_blocks(equation: Equation) -> Equation:
    """The equation over two of its axes, where it has more than two and a block of it is a matrix."""
    if len(equation.out) <= 2 or matrix_form(equation.result, equation.out) is not None:
        return equation
    axes = block_axes(equation.result, equation.out)
    return equation if axes is None else replace(equation, out=axes)


def in_components(
    style: Style, literal: bool = False, taken: frozenset[str] = frozenset(), updated: Tensor | None = None
) -> Written:
    def written(e: Expr, out: Out, numbers: Numbers = None) -> str:
        style_of = with_numbers(style, numbers)
        return component_piece(e, style_of, literal=literal, taken=taken, updated=updated).text

    return written


def names_around(equation: Equation) -> frozenset[str]:
    """What the names that are in force are called: no index has their letters."""
    program = equation.context.program if equation.context is not None else ()
    return frozenset(t.name for let in program for t in (let.tensor, *tensors(let.rhs)))


def chains(equation: Equation, style: Style, notation: str, steps: str) -> Iterator[tuple[Line, ...]]:
    """The chain in each notation asked for; components stand in where the result has no matrix notation."""
    shown = equation.shown(steps)
    if equation.out and any(s.numbers for s in shown):
        notation = "matrix"  # an array of numbers has no entry to write
    if notation == "both" and not equation.out and all(map(_of_numbers, (equation.lhs, *(s.after for s in shown)))):
        notation = "component"  # which is the same for numbers
    plain = equation.in_components or equation.literal
    wanted = notation in ("matrix", "both") and not equation.literal and (notation == "both" or not plain)
    lhs = equation.lhs
    updated = lhs.tensor if equation.relation == "<-" and isinstance(lhs, Elem) else None
    over = equation if plain else in_blocks(equation)
    matrix = _chain(over, shown, in_matrices(style, updated, equation.around)) if wanted else None
    if matrix is not None:
        yield matrix
    if notation != "matrix" or matrix is None:
        written = in_components(style, equation.literal, names_around(equation), updated)
        plainly = _chain(equation, shown, written) or ()
        if plainly != matrix:  # numbers look the same in both
            yield plainly


def _of_numbers(e: Expr) -> bool:
    """Whether there is no array in an expression."""
    return not any(t.rank for t in tensors(e))


def _reason(step: Step, before: list[Line]) -> str:
    """Said once: not for a definition, and not twice in a row."""
    reason = step.reason
    for assumption in step.assumptions:
        reason = reason.replace(assumption, in_symbols(assumption))
    if step.rule == "definition" or (before and before[-1].reason == reason):
        return ""
    return reason


def in_symbols(assumption: str) -> str:
    """An assumption, which begins with the name that it is about, with that name as formulas have it.

    >>> in_symbols("Sigma_1 symmetric")
    '$\\\\Sigma_1$ symmetric'
    """
    name, _, rest = assumption.partition(" ")
    base, _, layer = name.partition("^")
    mark = f"^{{{layer}}}" if layer else ""
    return f"${LATEX.symbol(base).text}{mark}$ {rest}".strip()


def _chain(equation: Equation, shown: tuple[Step, ...], written: Written) -> tuple[Line, ...] | None:
    """The lines. A step without a form is left out; a chain whose ends have none is None."""
    left, last = written(equation.lhs, equation.out), written(shown[-1].after, equation.out, shown[-1].numbers)
    if left is None or last is None:
        return None
    lines: list[Line] = []
    for step in shown:
        right = last if step is shown[-1] else written(step.after, equation.out, step.numbers)
        if right is not None and not (lines and right == lines[-1].right) and right != left:
            relation = equation.relation if step.relation == "=" else step.relation
            lines.append(Line("" if lines else left, relation, right, _reason(step, lines)))
    return tuple(lines)
