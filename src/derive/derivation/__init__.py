"""Derivations: what is derived, step by step, and what is known about each step."""

from derive.derivation.gradients import adjoint_equation, definition, local_equation, rules_used
from derive.derivation.model import (
    Block,
    Certificate,
    Code,
    Context,
    Derivation,
    Equation,
    Prose,
    SecondDerivative,
    Section,
    Step,
    Table,
    Witnessed,
    Worked,
)

__all__ = [
    "Block", "Certificate", "Code", "Context", "Derivation", "Equation", "Prose", "SecondDerivative", "Section",
    "Step", "Table", "Witnessed", "Worked", "adjoint_equation", "definition", "local_equation", "rules_used",
]  # fmt: skip
