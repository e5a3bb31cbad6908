"""What is written into a gate: one row for each operation."""

from __future__ import annotations

from sympy import Expr

from derive.graph.model import Symbol
from derive.notation import component_latex, component_text
from derive.notation.style import raised
from derive.notation.vocabulary import FUNCTIONS

OPERATIONS = {
    "+": Symbol("+", "+", "add"),
    "-": Symbol("−", "-", "subtract"),
    "*": Symbol("×", r"\times", "mul"),
    "/": Symbol("÷", r"\div", "divide"),
    "**": Symbol("^", r"\wedge", "power"),
    "@": Symbol("@", r"@", "matmul"),
    "T": Symbol("T", r"\top", "transpose"),
    "mT": Symbol("T", r"\top", "transpose"),
    "transpose": Symbol("T", r"\top", "transpose"),
    "maximum": Symbol("max", r"\max", "max"),
    "minimum": Symbol("min", r"\min", "min"),
    "relu": Symbol("ReLU", r"\mathrm{ReLU}", "relu"),
}
NEGATIVE = Symbol("×(−1)", r"\times (-1)", "negate")

#: A number beside one operand is part of the gate: (text, LaTeX), where {} is the number.
RIGHT = {"+": ("+{}", "+{}"), "-": ("−{}", "-{}"), "*": ("×{}", r"\times {}"), "/": ("÷{}", r"\div {}"),
         "**": ("x^{}", "x^{{{}}}")}  # fmt: skip
LEFT = {"+": ("+{}", "+{}"), "-": ("{}−x", "{}-x"), "*": ("×{}", r"\times {}"), "/": ("{}/x", "{}/x"),
        "**": ("{}^x", "{}^x")}  # fmt: skip


def operation(name: str) -> Symbol:
    """The symbol of an operator, function, method or attribute."""
    name = name.rpartition(".")[2] or name
    if name in OPERATIONS:
        return OPERATIONS[name]
    if name in FUNCTIONS:
        latex, text, _ = FUNCTIONS[name]
        return Symbol(text, latex, name)
    return Symbol(name, r"\mathrm{" + name.replace("_", r"\_") + "}", name)


def bounded(name: str, constant: Expr) -> Symbol:
    """The symbol of a maximum or minimum with a constant."""
    plain = operation(name)
    text, latex = component_text(constant), component_latex(constant)
    return Symbol(f"{plain.text}({text}, x)", rf"{plain.latex}({latex}, x)", plain.word)


def with_constant(op: str, constant: Expr, *, right: bool) -> Symbol:
    """The symbol of an operator with a constant on one side: ×2, +1, 1/x."""
    text, latex = (RIGHT if right else LEFT)[op]
    shown, typeset = component_text(constant), component_latex(constant)
    if op == "**" and right and constant.is_Integer:
        return Symbol(f"x{raised(shown)}", f"x^{{{typeset}}}", f"power {shown}")
    if constant.is_negative or constant.is_Add or (constant.is_Rational and not constant.is_Integer):
        shown, typeset = f"({shown})", f"({typeset})"
    return Symbol(text.format(shown), latex.format(typeset), OPERATIONS[op].word)
