"""Verdicts on claims: proof or ball arithmetic for equalities, an independent autodiff engine for derivatives."""

from derive.verify.verdict import Verdict

__all__ = ["Verdict"]
