"""A safe reader of NumPy-like formulas and of declarations: nothing in them is ever executed as Python."""

from derive.formula.declarations import parse_where
from derive.formula.meaning import parse_formula
from derive.formula.scalar import ScalarFunction, parse_scalar_function

__all__ = ["ScalarFunction", "parse_formula", "parse_scalar_function", "parse_where"]
