"""Programs of one's own: which derivatives get a name, in which letters they are printed, and what is refused."""

from __future__ import annotations

import pytest
from sympy import exp, log, tanh

from derive.catalogue.custom import Custom
from derive.derivation.certify import certify
from derive.errors import OptionError
from derive.expr import Index, Let, LogSumExp, Program, Size, Tensor, sum_over
from derive.notation import recover, text

N, K = Size("N"), Size("K")
n, k, j = Index("n", N), Index("k", K), Index("j", K)
x, W, y = Tensor("x", (N,)), Tensor("W", (K, N)), Tensor("y", (K,), None, ("sum_to_one",))
z, p, a, q, C = Tensor("z", (K,)), Tensor("p", (K,)), Tensor("a", (K,)), Tensor("q", (K,)), Tensor("C")

SCORES = Let(z(k), sum_over(W(k, n) * x(n), n))


def softmax(of: Tensor, to: Tensor) -> Let:
    return Let(to(k), exp(of(k) - LogSumExp(of(j), j)))


def named(model: Custom) -> set[str]:
    return {t.name for t, found in model.adjoints.items() if found.name is not None}


def written(model: Custom, t: Tensor) -> str:
    found = model.adjoints[t]
    return text(recover(found.value, found.of.indices))


def test_a_name_is_left_out_where_the_next_line_is_as_short():
    cost = Let(C(), -sum_over(y(k) * log(p(k)), k))
    model = Custom(Program((SCORES, softmax(z, p), cost)), (W,))
    assert named(model) == {"z"}
    assert written(model, z) == "p - y"
    assert written(model, W) == "δ_z xᵀ"


def test_a_name_is_kept_where_what_it_stands_for_would_stand_twice():
    cost = Let(C(), sum_over(sum_over(W(k, n) * x(n), n) * p(k) * q(k), k))
    model = Custom(Program((SCORES, softmax(z, p), Let(q(k), tanh(p(k))), cost)), (W,))
    assert "p" in named(model)


def test_what_is_a_number_has_no_name():
    total = Let(C(), Tensor("R")() + sum_over(z(k) ** 2, k))
    model = Custom(Program((SCORES, Let(Tensor("R")(), sum_over(W(k, n) ** 2, k, n)), total)), (W,))
    assert named(model) == {"z"}
    assert written(model, W) == "δ_z xᵀ + 2 W"


def test_a_function_of_a_variable_of_another_shape_keeps_its_name():
    cost = Let(C(), sum_over(tanh(z(k)) ** 3, k))
    assert named(Custom(Program((SCORES, cost)), (W,))) == {"z"}


@pytest.mark.parametrize(("taken", "stem"), [("delta", "Delta_z"), ("delta_y", "Delta_z"), ("deltas", "delta_z")])
def test_names_of_the_model_are_not_taken(taken, stem):
    cost = Let(C(), sum_over(z(k) ** 2, k) * Tensor(taken)())
    assert Custom(Program((SCORES, cost)), (W,)).names[z].name == stem


def test_letters_are_no_names_of_tensors():
    v, w = Tensor("i", ()), Tensor("w", (Size("M"),))
    m = Index("m", Size("M"))
    model = Custom(Program((Let(C(), sum_over(w(m) ** 2, m) * v()),)), (w,))
    assert model.indices[w][0].name == "j"


def test_what_does_not_depend_on_the_variables_is_not_derived():
    other = Let(a(k), tanh(y(k)))
    cost = Let(C(), sum_over(z(k) * a(k), k))
    model = Custom(Program((SCORES, other, cost)), (W,))
    assert a not in model.adjoints
    assert certify(model.page()).certificate.established


def test_two_ways_are_not_written_as_partial_derivatives():
    """q depends on z directly and through p: no line shows dq/dz, which would mean two things."""
    both = Let(q(k), p(k) * z(k))
    cost = Let(C(), sum_over(q(k) ** 2, k))
    page = certify(Custom(Program((SCORES, softmax(z, p), both, cost)), (W,)).page(local=True))
    assert page.certificate.established
    shown = [str(s.after) for e in page.equations() for s in e.steps]
    assert not any("d(q[" in line and ")/d(z[" in line for line in shown)
    assert any("held fixed" in getattr(block, "text", "") for s in page.sections for block in s.blocks)


REFUSED = [
    (Program((SCORES,)), (W,), "z: a scalar is expected as the output of a model, an array of shape (K,) found"),
    (Program((Let(C(), sum_over(x(n), n)),)), (W,), "C does not depend on W"),
    (Program((Let(C(), sum_over(x(n), n)),)), (), "at least one variable"),
    (Program((Let(C(), sum_over(x(n), n)),)), (C,), "C is what is differentiated"),
]


@pytest.mark.parametrize(("program", "wrt", "said"), REFUSED, ids=[said for *_, said in REFUSED])
def test_refused(program, wrt, said):
    with pytest.raises(OptionError) as error:
        Custom(program, wrt)
    assert said in str(error.value)
