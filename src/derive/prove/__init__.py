"""Proofs of equality: a polynomial normal form in which equal expressions become equal, as far as it goes."""

from derive.prove.ledger import Exhausted, Undefined
from derive.prove.prover import Proof, as_expr, normal_form, prove

__all__ = ["Exhausted", "Proof", "Undefined", "as_expr", "normal_form", "prove"]
