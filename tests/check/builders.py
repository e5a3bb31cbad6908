"""Statements made by hand from NumPy-like formulas: the checker is tested apart from the reader."""

from __future__ import annotations

from typing import Any

from derive.check.formulas import side
from derive.documents.model import Place, Statement
from derive.formula import parse_formula, parse_where

WHERE = (
    "X: N,D; p: N; y: N; w: D; A: n,n; B: n,n; x: n; u: n; v: n; lam: positive; q: n; W: n,n; M: m,n; g: m;"
    "s: scalar; t: scalar; a: unit_interval; c: positive; S: n,n symmetric"
)


def claim(lhs: str, rhs: str, relation: str = "=", where: str = WHERE, **fields: Any) -> Statement:
    """A claim about the names of `where`."""
    declared = parse_where(where)
    sides = (side(parse_formula(lhs, declared)), side(parse_formula(rhs, declared)))
    return Statement("claim", Place(1, 1), lhs, relation, rhs, sides=sides, **fields)


def gradient(lhs: str, rhs: str, **fields: Any) -> Statement:
    """A claim whose left side is a derivative."""
    return claim(lhs, rhs, derivative_kind=fields.pop("derivative_kind", "gradient"), **fields)
