"""In which order terms and factors are written: as on a blackboard, in matrix and in component notation."""

from __future__ import annotations

import pytest
from sympy import sqrt

from derive.expr import Index, Size, Tensor
from derive.notation import component_text, recover, text
from derive.notation.collect import leading
from derive.notation.components import component_piece
from derive.notation.style import TEXT
from derive.notation.writer import write

beta, eta, mu, epsilon, theta = (Tensor(n)() for n in ("beta", "eta", "mu", "epsilon", "theta"))
g, m, v, s = (Tensor(n)() for n in "gmvs")
t = Tensor("t", (), None, ("integer", "positive"))()

ORDERS = [
    ((1 - beta) * g, "(1 - β) g"),
    (beta * m + (1 - beta) * g, "β m + (1 - β) g"),
    (beta * (1 - beta**t) * g + (1 - beta) * g, "β (1 - β^t) g + (1 - β) g"),
    (g + mu * v, "g + μ v"),
    (m / (sqrt(v) + epsilon), "m/(√v + ε)"),
    (theta - eta * g, "θ - η g"),
    (2 * g + 1, "2 g + 1"),
    (g * (1 - g), "g (1 - g)"),
    (1 - beta, "1 - β"),
]


@pytest.mark.parametrize(("e", "written"), ORDERS, ids=[w for _, w in ORDERS])
def test_constants_of_the_method(e, written):
    assert text(recover(e)) == written
    assert component_text(e) == written


UPDATES = [
    ("v", mu * v + g, "μ v + g"),
    ("s", s + g**2, "s + g²"),
    ("v", beta * v + (1 - beta) * g**2, "β v + (1 - β) g²"),
    ("theta", theta - eta * g, "θ - η g"),
]


@pytest.mark.parametrize(("name", "e", "written"), UPDATES, ids=[w for *_, w in UPDATES])
def test_what_is_updated_stands_first(name, e, written):
    assert write(leading(recover(e), Tensor(name)), TEXT).text == written
    assert component_piece(e, TEXT, updated=Tensor(name)).text == written


def test_a_penalty_still_comes_last():
    i = Index("i", Size("n"))
    x, lam = Tensor("x", (i.dim,)), Tensor("lambda", (), None, ("positive",))
    assert text(recover(lam() * x(i) + x(i) ** 2, (i,))) == "x^(⊙2) + λ x"
