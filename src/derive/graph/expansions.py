"""Named functions in elementary gates: one row each, as a formula in the language of formulas.

`--gates elementary` reads these in place of the name. That both sides are equal is proved whenever a row is used.
"""

from __future__ import annotations

from typing import NamedTuple


class Expansion(NamedTuple):
    """A function as a formula of its parameters."""

    parameters: tuple[str, ...]
    formula: str


EXPANSIONS = {
    "sigmoid": Expansion(("t",), "1/(1 + exp(-t))"),
    "tanh": Expansion(("t",), "(exp(t) - exp(-t))/(exp(t) + exp(-t))"),
    "softplus": Expansion(("t",), "log(1 + exp(t))"),
    "silu": Expansion(("t",), "t*sigmoid(t)"),
    "gelu": Expansion(("t",), "t*(1 + erf(t/sqrt(2)))/2"),
    "logsigmoid": Expansion(("t",), "-log(1 + exp(-t))"),
    "logit": Expansion(("t",), "log(t/(1 - t))"),
    "log1p": Expansion(("t",), "log(1 + t)"),
    "expm1": Expansion(("t",), "exp(t) - 1"),
    "square": Expansion(("t",), "t**2"),
    "reciprocal": Expansion(("t",), "1/t"),
    "negative": Expansion(("t",), "-t"),
    "cosh": Expansion(("t",), "(exp(t) + exp(-t))/2"),
    "sinh": Expansion(("t",), "(exp(t) - exp(-t))/2"),
    "tan": Expansion(("t",), "sin(t)/cos(t)"),
    "relu": Expansion(("t",), "maximum(0, t)"),
    "logaddexp": Expansion(("a", "b"), "log(exp(a) + exp(b))"),
    "softmax": Expansion(("x",), "exp(x)/sum(exp(x), axis=-1, keepdims=True)"),
    "log_softmax": Expansion(("x",), "x - logsumexp(x, axis=-1, keepdims=True)"),
    "norm": Expansion(("x",), "sqrt(sum(x**2))"),
}
