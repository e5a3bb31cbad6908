"""Recovery: the LaTeX of the field's expressions, and the proof that it means what it should."""

from __future__ import annotations

import numpy as np
import pytest

from derive.expr import Index, Tensor, fresh, sum_over
from derive.notation import Components, component_latex, latex, lower, recover
from derive.notation.forms import ALL, walk
from derive.notation.lower import RULES as LOWER
from derive.notation.numpy import RULES as NUMPY
from derive.notation.writer import RULES as WRITER
from derive.prove import prove
from notation.cases import CASES, A, D, N, X, d, i, j, n, n_, x
from notation.expected import MATRIX
from notation.numeric import CLOSE, World

PROVED = 30  # the prover owes no proof; that it finds this many keeps both sides honest


def test_every_case_has_its_latex():
    assert set(CASES) == set(MATRIX)


@pytest.mark.parametrize("name", CASES)
def test_latex(name):
    assert latex(recover(*CASES[name])) == MATRIX[name]


@pytest.mark.parametrize("name", CASES)
def test_no_sum_sign_and_no_fallback(name):
    form = recover(*CASES[name])
    assert not any(isinstance(f, Components) for f in walk(form))
    assert r"\sum" not in latex(form)


@pytest.mark.parametrize("name", CASES)
def test_lowering_gives_the_expression_back(name):
    e, out = CASES[name]
    parameters = tuple(sorted(free for free in e.atoms(Index) if not free.name.startswith("#") and free not in out))
    if parameters:
        pytest.skip("depends on a parameter")
    world = World(e, out)
    np.testing.assert_allclose(world.table(lower(recover(e, out), out), out), world.table(e, out), **CLOSE)


def test_most_cases_are_proved():
    quick = [name for name in CASES if len(name) < 24]
    proved = [name for name in quick if prove(lower(recover(*CASES[name]), CASES[name][1]), CASES[name][0]).proved]
    assert len(proved) >= PROVED, sorted(set(quick) - set(proved))


@pytest.mark.parametrize("table", [LOWER, NUMPY, WRITER], ids=["lower", "numpy", "writer"])
def test_every_form_has_a_rule(table):
    assert set(table) == set(ALL)


def test_output_does_not_depend_on_the_names_drawn_before():
    before = [(latex(recover(*c)), component_latex(c[0])) for c in CASES.values()]
    for _ in range(37):
        fresh(N)
    assert before == [(latex(recover(*c)), component_latex(c[0])) for c in CASES.values()]


def test_a_scalar_is_spread_over_the_free_indices():
    assert latex(recover(Tensor("c")(), (i,))) == r"c \mathbf{1}"
    assert latex(recover(x(i) * 0, (i,))) == "0"
    assert recover(x(i) * 0, (i,)).shape == (n_,)


def test_missing_axes_are_outer_products_with_ones():
    assert latex(recover(x(i), (i, j))) == r"x \mathbf{1}^\top"
    assert latex(recover(x(j), (i, j))) == r"\mathbf{1} x^\top"


def test_order_of_the_free_indices_transposes():
    e = sum_over(A(i, p := Index("p", n_)) * A(p, j), p)
    assert latex(recover(e, (j, i))) == r"A^\top A^\top"


def test_free_indices_outside_are_parameters():
    assert latex(recover(X(n, d), (n,))) == "X_{:,d}"
    assert latex(recover(X(0, d), (d,))) == r"X_{1,:}^\top"  # a row, as everywhere; the vector is its transpose


def test_rank_three_falls_back_to_components():
    k = Index("k", D)
    form = recover(Tensor("T", (N, D, D))(n, d, k), (n, d, k))
    assert isinstance(form, Components)
    assert latex(form) == "T_{ndk}"


def test_symmetric_matrices_lose_their_transpose():
    s = Tensor("S", (n_, n_), properties=("symmetric",))
    assert latex(recover(s(j, i), (i, j))) == "S"


def test_fourth_powers_of_a_matrix():
    assert latex(recover(sum_over(X(n, d) ** 4, n, d), ())) == r"\mathbf{1}^\top X^{\odot 4} \mathbf{1}"
