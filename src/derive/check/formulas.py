"""One claim in NumPy-like notation, with the declarations of its names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.check.examine import examine
from derive.check.result import Finding
from derive.check.run.worker import late
from derive.documents.model import Place, Side, Statement
from derive.errors import FormulaError
from derive.evaluate.clock import TooLong, alarm
from derive.formula import parse_formula, parse_where

if TYPE_CHECKING:
    from derive.expr.arrays import TensorExpr


def prove_formulas(lhs: str, rhs: str, where: str = "", relation: str = "=", *, seconds: float = 10.0) -> Finding:
    """The finding for `lhs relation rhs`; raises FormulaError where a formula cannot be read.

    >>> prove_formulas("(A @ B).T", "B.T @ A.T", "A: n,m; B: m,k").verdict
    'proved'
    """
    declared = parse_where(where)
    sides = (_read("left", lhs, declared), _read("right", rhs, declared))
    statement = Statement("claim", Place(1, 1), lhs, relation, rhs, sides=sides, layout="numerator")
    try:
        with alarm(seconds + 2):
            return examine(statement, seconds=seconds)
    except TooLong:
        return late(Finding(1, 1, lhs, relation, rhs, "undecided"), seconds)


def _read(which: str, text: str, declared: dict[str, TensorExpr]) -> Side:
    try:
        return side(parse_formula(text, declared))
    except FormulaError as error:
        raise FormulaError(f"the {which} side: {error.message}", error.source, error.offset, hint=error.hint) from error


def side(t: TensorExpr) -> Side:
    return Side(t.expr, t.indices, t.shape)
