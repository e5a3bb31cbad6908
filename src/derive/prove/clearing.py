"""Clearing denominators: a difference that a product of nonzero denominators annuls is zero."""

from __future__ import annotations

from sympy import Expr

from derive.prove.atoms import vanishes
from derive.prove.ledger import tick
from derive.prove.polynomial import Number, Poly
from derive.prove.positivity import positive_atom
from derive.prove.powers import raised_terms

ROUNDS = 8


def vanishes_when_cleared(p: Poly) -> bool:
    """Whether p is zero after multiplication by every denominator in it.

    Where an indicator [c = 0] is about, only provably positive denominators are cleared: [c = 0] c = 0 says
    nothing of [c = 0] if c is the denominator.
    """
    for _ in range(ROUNDS):
        if not p:
            return True
        low = _denominators(p)
        if any(isinstance(a, vanishes) for m in p for a, _ in m):
            low = {a: e for a, e in low.items() if positive_atom(a)}
        if not low:
            return False
        for a, e in low.items():
            tick(len(p))
            p = raised_terms(p, a, -e)
    return False


def _denominators(p: Poly) -> dict[Expr, Number]:
    low: dict[Expr, Number] = {}
    for m in p:
        for a, e in m:
            if e < 0:
                low[a] = min(low.get(a, 0), e)
    return low
