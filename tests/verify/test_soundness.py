"""Nothing false is established, nothing true is refuted; unknown is an answer."""

from __future__ import annotations

import pytest

from derive.formula import parse_formula, parse_where
from derive.prove import prove
from derive.verify.decide import decide
from verify.soundness import FALSE, TRUE, WHERE

SYMBOLS = parse_where(WHERE)
MAY_STAY_OPEN = {"logdet(M@M.T)", "logdet(outer(v,v))", "((-1)*a)**t", "abs(det(Q))", "abs(log(u[0]))"}


def both(claim):
    return [parse_formula(side, SYMBOLS).expr for side in claim]


@pytest.mark.parametrize("claim", FALSE, ids=" = ".join)
def test_false(claim):
    left, right = both(claim)
    assert not prove(left, right).proved
    verdict = decide(left, right)
    assert verdict.kind == "refuted" or (verdict.kind == "undecided" and claim[0] in MAY_STAY_OPEN)


@pytest.mark.parametrize("claim", TRUE, ids=" = ".join)
def test_true(claim):
    verdict = decide(*both(claim))
    assert verdict.established or (verdict.kind == "undecided" and claim[0] in MAY_STAY_OPEN)


def test_a_property_is_not_used_under_a_derivative_in_its_tensor():
    from derive.expr import Diff, Elem

    for where, f, g in (("y: n binary", "sum(y**2)", "sum(y)"), ("S: n,n symmetric", "sum(S*S.T)", "sum(S**2)")):
        symbols = parse_where(where)
        (x,) = symbols.values()
        wrt = Elem(x.expr.tensor, *x.indices)
        left, right = (Diff(parse_formula(side, symbols).expr, wrt) for side in (f, g))
        assert not prove(left, right).proved


def test_equal_functions_have_equal_derivatives():
    from derive.expr import Diff, Elem

    symbols = parse_where("X: N,D; w: D; y: N sign; lam: positive")
    wrt = Elem(symbols["w"].expr.tensor, *symbols["w"].indices)
    sides = "sum(log(1 + exp(-y*(X@w)))) + lam*sum(abs(w))", "sum(softplus(-y*(X@w))) + lam*sum(abs(w))"
    proof = prove(*(Diff(parse_formula(side, symbols).expr, wrt) for side in sides))
    assert proof.proved
