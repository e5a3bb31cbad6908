"""Verdicts on claims: proof or ball arithmetic for equalities, an independent autodiff engine for derivatives.

NumPy, flint and the engines are imported by the calls that need them.
"""

from derive.verify.decide import decide
from derive.verify.verdict import Verdict
from derive.verify.witness import witness_gradients, witness_hessian, witness_jacobian

__all__ = ["Verdict", "decide", "witness_gradients", "witness_hessian", "witness_jacobian"]
