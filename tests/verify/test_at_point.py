"""An engine finds the numbers of an example, and finds out those that are wrong."""

from __future__ import annotations

import pytest

from derive.expr import Index, Let, Program, Tensor, sum_over
from derive.verify.at_point import witness_numbers

X, W, Z, C = Tensor("x", (2,)), Tensor("W", (1, 2)), Tensor("z", (1,)), Tensor("C")
I, J = Index("i", 1), Index("j", 2)  # noqa: E741
PROGRAM = Program((Let(Z(I), sum_over(W(I, J) * X(J), J)), Let(C(), sum_over(Z(I) ** 2, I))))
INPUTS = {X: [1.0, 2.0], W: [3.0, -1.0]}
VALUES = {Z: [1.0], C: [1.0]}
GRADIENTS = {Z: [2.0], X: [6.0, -2.0], W: [2.0, 4.0]}


def test_right_numbers():
    verdict = witness_numbers(PROGRAM, INPUTS, VALUES, GRADIENTS)
    assert verdict.kind == "confirmed"
    assert verdict.compared == 5


@pytest.mark.parametrize("tensor", [*VALUES, *GRADIENTS], ids=str)
def test_wrong_numbers(tensor):
    def off(numbers):
        return {t: [v[0] * (1 + 1e-5), *v[1:]] if t == tensor else v for t, v in numbers.items()}

    kind = witness_numbers(PROGRAM, INPUTS, off(VALUES), GRADIENTS).kind if tensor in VALUES else "refuted"
    assert kind == "refuted"
    kind = witness_numbers(PROGRAM, INPUTS, VALUES, off(GRADIENTS)).kind if tensor in GRADIENTS else "refuted"
    assert kind == "refuted"


def test_zero_is_a_number_like_any_other():
    zero = {X: [0.0, 0.0], W: [3.0, -1.0]}
    gradients = {Z: [0.0], X: [0.0, 0.0], W: [0.0, 0.0]}
    assert witness_numbers(PROGRAM, zero, {Z: [0.0], C: [0.0]}, gradients).kind == "confirmed"
