"""Notation: index expressions in matrix notation, and both as LaTeX, plain text and NumPy."""

from derive.notation.components import component_latex, component_text
from derive.notation.forms import Components, Form
from derive.notation.latex import latex
from derive.notation.lower import lower
from derive.notation.numpy import numpy
from derive.notation.recover import recover
from derive.notation.text import text

__all__ = ["Components", "Form", "component_latex", "component_text", "latex", "lower", "numpy", "recover", "text"]
