"""Other letters for the input and the output of a function: in formulas, tables and words, and still proved."""

from __future__ import annotations

import pytest
from sympy import tanh

from derive.analysis import slope_bound
from derive.analysis.letters import lettered
from derive.derivation import Derivation, Equation, Prose, Section, Table
from derive.derivation.certify import certify
from derive.expr import Tensor, sigmoid, tensors

T, H = Tensor("t"), Tensor("h")


@pytest.mark.parametrize("function", [sigmoid, tanh, lambda z: z * sigmoid(z)])
def test_the_proof_of_a_bound_in_other_letters(function):
    blocks = tuple(lettered(b, T, H) for b in slope_bound(function).proof)
    equations = [b for b in blocks if isinstance(b, Equation)]
    assert equations
    for e in equations:
        for side in (e.lhs, *(s.after for s in e.steps)):
            assert {t.name for t in tensors(side)} <= {"t", "h", "u"}
    page = certify(Derivation("page", "page", (Section("", blocks),)))
    assert page.certificate is not None and page.certificate.established and page.certificate.proved


def test_words_between_dollars_alone():
    assert lettered(Prose("a slope at $z = 0$, where $a$ is"), T, H) == Prose("a slope at $t = 0$, where $h$ is")
    table = lettered(Table(("$z$", "a value"), (("$z_1$", T()),)), T, H)
    assert table == Table(("$t$", "a value"), (("$z_1$", T()),))
