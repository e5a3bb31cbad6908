"""For which layers an equation holds: 1 <= l < L."""

from __future__ import annotations

from derive.derivation import Equation

LATEX_RELATIONS = {"<=": r"\le", "<": "<"}
TEXT_RELATIONS = {"<=": "≤", "<": "<"}


def layers(equation: Equation, relations: dict[str, str]) -> str:
    """The range, or nothing where the equation holds as it stands."""
    if not equation.where:
        return ""
    low, symbol, high, relation = equation.where
    return f"{low} {relations['<=']} {symbol} {relations[relation]} {high}"
