"""Activations and losses given as formulas."""

from __future__ import annotations

import pytest
from sympy import Rational, log

from derive.expr import Elem, Index, Size, Tensor, Where, maximum, relu, sigmoid, softplus
from derive.formula import parse_scalar_function

i = Index("i", Size("N"))
u, y = Elem(Tensor("u", (Size("N"),)), i), Elem(Tensor("y", (Size("N"),)), i)

ACTIVATIONS = [
    ("z*sigmoid(z)", u * sigmoid(u)),
    ("t", u),
    ("max(0, x)", relu(u)),
    ("max(0.1*z, z)", maximum(u / 10, u)),
    ("np.log(1 + z**2)", log(1 + u**2)),
    ("where(s > 0, s, 0.01*s)", Where(u, u, u / 100)),
    ("softplus(z) - 1/2", softplus(u) - Rational(1, 2)),
]


@pytest.mark.parametrize(("text", "wanted"), ACTIVATIONS)
def test_activations(text: str, wanted: object) -> None:
    assert parse_scalar_function(text)(u) == wanted


def test_losses() -> None:
    loss = parse_scalar_function("(yhat-y)**4", ("yhat", "y"))
    assert loss.names == ("yhat", "y")
    assert loss(u, y) == (u - y) ** 4


def test_a_loss_may_leave_a_name_out() -> None:
    assert parse_scalar_function("yhat**2", ("yhat", "y"))(u, y) == u**2


def test_names_are_places_and_are_replaced_at_once() -> None:
    swap = parse_scalar_function("u - 2*y", ("u", "y"))
    a, b = Elem(Tensor("y")), Elem(Tensor("u"))
    assert swap(a, b) == a - 2 * b


def test_the_number_of_values_is_checked() -> None:
    with pytest.raises(TypeError, match="2 values given"):
        parse_scalar_function("z**2")(u, y)
