"""Shared weights: the sum over the layers is what reverse mode finds in a program that is written out."""

from __future__ import annotations

import pytest
from sympy import Integer

from derive.calculus import adjoint, along_layers, differentiate
from derive.errors import NotDifferentiable
from derive.expr import DEPTH, LAYER, Index, LayerSum, Let, Program, Size, Tensor, at_layers, sigmoid, sum_over

d = Size("d")
i, j, k = (Index(name, d) for name in "ijk")
W, C = Tensor("W", (d, d)), Tensor("C")()


def a(layer):
    return Tensor("a", (d,), layer)


def delta(layer):
    return Tensor("delta", (d,), layer)


def let(layer):
    return Let(Tensor("z", (d,), layer)(i), sum_over(W(i, j) * a(layer - 1)(j), j))


def test_the_sum_over_layers_is_that_of_the_program():
    of_layer = adjoint(W, (i, j), Program((let(LAYER),)), C, {let(LAYER).tensor: delta(LAYER)(i)})
    shared = along_layers(of_layer, 1, DEPTH)
    lets = tuple(let(Integer(m)) for m in (1, 2, 3))
    known = {v.tensor: delta(v.tensor.layer)(i) for v in lets}
    assert at_layers(shared.value, {DEPTH: Integer(3)}) == adjoint(W, (i, j), Program(lets), C, known).value


def test_what_comes_besides_is_added_once():
    penalty = Program((Let(C, sum_over(W(i, j) ** 2, i, j)),))
    of_layer = adjoint(W, (i, j), Program((let(LAYER),)), C, {let(LAYER).tensor: delta(LAYER)(i)})
    shared = along_layers(of_layer, 1, DEPTH, adjoint(W, (i, j), penalty, C, {}))
    assert shared.value == LayerSum(delta(LAYER)(i) * a(LAYER - 1)(j), LAYER, 1, DEPTH) + 2 * W(i, j)


def test_a_layer_above_the_sum_has_no_term_in_it():
    norm = LayerSum(sum_over(a(LAYER)(i) ** 2, i), LAYER, 1, DEPTH - 1)
    assert differentiate(norm, a(DEPTH)(i)) == 0
    assert differentiate(norm + sigmoid(a(DEPTH)(i)), a(DEPTH)(i)) != 0
    for inside in (DEPTH - 1, Integer(2)):
        with pytest.raises(NotDifferentiable):
            differentiate(norm, a(inside)(i))
