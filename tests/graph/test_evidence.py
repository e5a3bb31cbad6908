"""What an engine compares where a branch never wins: each gate by itself, so that nothing is passed over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from derive.derivation import Derivation
from derive.derivation.certify import certify
from derive.graph.backward import backward
from derive.graph.build import graph_of
from derive.graph.draw import drawing
from derive.graph.evidence import silent, witnessed

SILENT = [
    ("minimum(2 + x, x)*y", {"s0"}),
    ("maximum(relu(x), -1)", set()),
    ("minimum(-1, square(abs(x)))", {"x", "s0", "s1"}),
    ("x*y", set()),
    ("where(x > y, x, y)", set()),
]


@pytest.mark.parametrize(("formula", "names"), SILENT)
def test_silent(formula, names):
    assert {t.name for t in silent(backward(graph_of(formula)))} == names


@pytest.mark.parametrize("formula", [formula for formula, names in SILENT if names])
def test_gates_are_confirmed_one_by_one(formula):
    found = drawing(formula)
    certificate = certify(found.page).certificate
    assert certificate is not None
    assert certificate.failures == ()
    assert certificate.compared >= len(found.back.graph.gates)
    assert "compared one by one" in found.checked()


@pytest.mark.parametrize("formula", ["minimum(2 + x, x)*y", "minimum(-1, square(abs(x)))"])
def test_a_wrong_local_gradient_is_refuted(formula):
    back = backward(graph_of(formula))
    rows = witnessed(back, silent(back))
    gates = [w for w in rows if w.what.startswith("the gate")]
    assert len(gates) == len(back.graph.gates)
    for w in gates:
        wrong = {t: (2 * e, out) for t, (e, out) in w.results.items()}
        page = Derivation("graph", "", (), (replace(w, results=wrong),))
        certificate = certify(page).certificate
        assert certificate is not None
        assert any("refuted" in f for f in certificate.failures), w.what
