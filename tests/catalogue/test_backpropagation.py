"""A layer that is like another is not derived again: what is moved to it is what it would have given."""

from __future__ import annotations

import pytest
from sympy import Add

from derive.calculus import adjoint
from derive.catalogue import build
from derive.catalogue.backpropagation import Backpropagation
from derive.catalogue.options import PageOptions
from derive.expr import Index, Size, Tensor, rename
from derive.notation.document.lines import in_blocks, matrix_form
from derive.notation.forms import Components, walk
from derive.notation.recover import recover

NETS = {
    "plain": {"layers": "12"},
    "other widths": {"sizes": "4,6,6,6,3", "activation": "relu,tanh,relu"},
    "every step": {"layers": "5", "steps": "full", "loss": "mse"},
    "maxout": {"layers": "5", "activation": "maxout"},
    "residual": {"layers": "5", "residual": True},
    "tied": {"layers": "11", "tied": True},
    "penalised": {"layers": "11", "l2": "lambda"},
    "any depth": {"layers": "L"},
}


@pytest.fixture(params=NETS.values(), ids=NETS)
def options(request):
    return PageOptions.parse(**request.param)


def test_a_moved_adjoint_is_the_one_that_is_derived(options, monkeypatch):
    derived_here = Backpropagation._of_one_layer
    seen = []

    def compared(self, u, indices, program, known):
        found = derived_here(self, u, indices, program, known)
        direct = adjoint(u, indices, program, self.output, known, self.net.adjoint_name(u))
        for stage in ("of", "name", "chain", "unfolded", "local", "inserted", "simplified", "value", "assumptions"):
            assert getattr(found, stage) == getattr(direct, stage)
        for mine, theirs in zip(found.paths, direct.paths, strict=True):
            letters = dict(zip(mine.at, theirs.at, strict=True))
            for part in ("through", "shown", "upstream", "rhs", "local", "folded"):
                assert rename(getattr(mine, part), letters) == getattr(theirs, part)
        seen.append(u)
        return found

    monkeypatch.setattr(Backpropagation, "_of_one_layer", compared)
    build("mlp", options)
    assert seen


def test_a_moved_form_is_the_one_that_is_recovered(options):
    for equation in map(in_blocks, build("mlp", options).equations()):
        for e in (equation.lhs, *(s.after for s in equation.steps)):
            direct = recover(e, equation.out)
            none = any(isinstance(f, Components) for f in walk(direct))
            assert matrix_form(e, equation.out) == (None if none else direct)


def test_the_layers_of_a_sum_stand_in_their_order():
    deltas = [Tensor("delta", (Size("n"),), m) for m in range(1, 13)]
    i = Index("i", Size("n"))
    form = recover(Add(*(d(i) for d in deltas)), (i,))
    assert [leaf.tensor.layer for leaf in form.terms] == list(range(1, 13))
