"""Derivatives: the rule table, reverse and forward mode, folding and simplification."""

from derive.calculus.derivative import differentiate, expand_once, rule_for
from derive.calculus.forward import tangents, total_derivative
from derive.calculus.layers import along_layers
from derive.calculus.properties import use_properties
from derive.calculus.recognise import recognise
from derive.calculus.reverse import Adjoint, Path, adjoint, adjoints
from derive.calculus.rules import RULES, Rule
from derive.calculus.simplify import simplify
from derive.expr.fold import fold

__all__ = [
    "RULES", "Adjoint", "Path", "Rule", "adjoint", "adjoints", "along_layers", "differentiate", "expand_once", "fold",
    "recognise", "rule_for", "simplify", "tangents", "total_derivative", "use_properties",
]  # fmt: skip
