"""Where training starts: biases at zero, weights normal with the standard deviation of the row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np


@dataclass(frozen=True)
class Init:
    """deviation(fan_in, fan_out): that of the weights of a layer."""

    name: str
    deviation: Callable[[int, int], float]
    says: str


_ROWS = (
    Init("xavier", lambda i, o: sqrt(2 / (i + o)), "variance 2/(n_in + n_out), for tanh and sigmoid (Glorot 2010)"),
    Init("he", lambda i, o: sqrt(2 / i), "variance 2/n_in, for ReLU and its kin (He 2015)"),
    Init("lecun", lambda i, o: sqrt(1 / i), "variance 1/n_in (LeCun 1998)"),
    Init("normal", lambda i, o: 0.01, "standard deviation 0.01"),
    Init("zeros", lambda i, o: 0.0, "all zero: for one layer only, hidden units would stay alike"),
)

INITS = {row.name: row for row in _ROWS}
RECTIFIERS = ("relu", "leaky_relu", "elu", "swish", "gelu", "softplus", "maxout")


def default_init(hidden: tuple[str, ...], layers: int) -> str:
    """zeros for one layer, whose cost is convex; he for rectifiers, xavier otherwise."""
    if layers == 1:
        return "zeros"
    return "he" if hidden[0] in RECTIFIERS else "xavier"


def initial(init: Init, shapes: Mapping[str, tuple[int, ...]], seed: int) -> dict[str, np.ndarray]:
    """Parameters of these shapes: matrices are weights (fan_out, fan_in), vectors are biases."""
    rng = np.random.default_rng([seed, 1])
    return {name: _drawn(init, shape, rng) for name, shape in shapes.items()}


def _drawn(init: Init, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    if len(shape) == 1:
        return np.zeros(shape)
    fan_out, fan_in = shape
    return init.deviation(fan_in, fan_out) * rng.standard_normal(shape)
