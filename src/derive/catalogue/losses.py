"""Losses: each row states the loss of one sample in the prediction and the target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sympy import Abs, Expr, Rational, log

from derive.expr import maximum


@dataclass(frozen=True)
class Loss:
    """`per_output(yhat, y)` is summed over the outputs; `output` is the activation that goes with it by default."""

    name: str
    per_output: Callable[[Expr, Expr], Expr]
    output: str = "identity"
    target: tuple[str, ...] = ()  # properties of y
    title: str = ""
    norm: bool = False  # a sum of squares, which matrix notation writes best


_ROWS = (
    Loss(
        "bce",
        lambda p, y: -(y * log(p) + (1 - y) * log(1 - p)),
        output="sigmoid",
        title="binary cross-entropy",
    ),
    Loss("ce", lambda p, y: -y * log(p), output="softmax", target=("sum_to_one",), title="categorical cross-entropy"),
    Loss("mse", lambda p, y: Rational(1, 2) * (p - y) ** 2, title="squared error", norm=True),
    Loss("mae", lambda p, y: Abs(p - y), title="absolute error"),
    Loss("hinge", lambda p, y: maximum(0, 1 - y * p), target=("sign",), title="hinge loss"),
)

LOSSES = {row.name: row for row in _ROWS}
