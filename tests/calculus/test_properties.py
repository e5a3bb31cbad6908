"""Rewritings by declared properties do not depend on what was derived before them."""

from __future__ import annotations

from itertools import count

import pytest
from sympy import Add

from derive.calculus import differentiate, simplify, use_properties
from derive.expr import Index, Inverse, Size, Tensor, sum_over

D = Size("D")
d, e, a, b = (Index(name, D) for name in "deab")
x, m = Tensor("x", (D,)), Tensor("m", (D,))
S = Tensor("S", (D, D), None, ("symmetric", "positive_definite"))


def slope():
    """The derivative of (x - m)^T S^-1 (x - m), with the symmetry of S used."""
    distance = sum_over((x(a) - m(a)) * Inverse(S(d, e), d, e, a, b) * (x(b) - m(b)), a, b)
    return simplify(use_properties(simplify(differentiate(distance, x(d))))[0])


@pytest.mark.parametrize("before", range(1, 40))
def test_the_inverse_of_a_symmetric_matrix_has_one_orientation(before, monkeypatch):
    """Fresh names ~99 and ~100 stood in the order of their letters, so that two orientations were left in a sum."""
    monkeypatch.setattr("derive.expr.symbols._fresh", count(10**12 - before))
    found = slope()
    assert not isinstance(found, Add), found
    assert found == 2 * sum_over((x(e) - m(e)) * Inverse(S(a, b), a, b, d, e), e)
