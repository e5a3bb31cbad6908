"""Activations and losses as textbooks write them, in hundreds of digits: the oracle of the accuracy tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np

DIGITS = 520  # exp(-1000) is 1e-434, and 1 - p must keep digits beside it
TYPES = (np.float64, np.float32)


def sigmoid(z: Any) -> Any:
    return 1 / (1 + mp.exp(-z))


def _slope_of_swish(z: Any) -> Any:
    return sigmoid(z) + z * sigmoid(z) * (1 - sigmoid(z))


def _slope_of_gelu(z: Any) -> Any:
    return mp.erfc(-z / mp.sqrt(2)) / 2 + z * mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi)


Function = Callable[[Any], Any]

#: name -> function, derivative, and where the derivative is zero between two terms that cancel
ACTIVATIONS: dict[str, tuple[Function, Function, float | None]] = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z)), None),
    "tanh": (mp.tanh, lambda z: 1 - mp.tanh(z) ** 2, None),
    "relu": (lambda z: max(z, 0), lambda z: mp.mpf(z > 0), None),
    "leaky_relu": (lambda z: z if z > 0 else z / 100, lambda z: mp.mpf(1) if z > 0 else mp.mpf(1) / 100, None),
    "elu": (lambda z: z if z > 0 else mp.expm1(z), lambda z: mp.mpf(1) if z > 0 else mp.exp(z), None),
    "softplus": (lambda z: mp.log(1 + mp.exp(z)), sigmoid, None),
    "swish": (lambda z: z * sigmoid(z), _slope_of_swish, -1.2784645),
    "gelu": (lambda z: z * mp.erfc(-z / mp.sqrt(2)) / 2, _slope_of_gelu, -0.7517916),
    "identity": (lambda z: z, lambda z: mp.mpf(1), None),
}

#: name -> loss and its derivative in the prediction
LOSSES: dict[str, tuple[Callable[[Any, int], Any], Callable[[Any, int], Any]]] = {
    "bce": (lambda p, y: -mp.log(p if y else 1 - p), lambda p, y: (p - y) / (p * (1 - p))),
    "mse": (lambda p, y: (p - y) ** 2 / 2, lambda p, y: p - y),
    "sse": (lambda p, y: (p - y) ** 2, lambda p, y: 2 * (p - y)),
    "mse_mean": (lambda p, y: (p - y) ** 2, lambda p, y: 2 * (p - y)),
    "mae": (lambda p, y: abs(p - y), lambda p, y: mp.sign(p - y)),
    "norm": (lambda p, y: abs(p - y), lambda p, y: mp.sign(p - y)),
    "huber": (
        lambda p, y: (p - y) ** 2 / 2 if abs(p - y) <= 1 else abs(p - y) - mp.mpf(1) / 2,
        lambda p, y: max(-1, min(1, p - y)),
    ),
    "hinge": (lambda p, y: max(0, 1 - y * p), lambda p, y: -y * mp.mpf(y * p < 1)),
}


def points(dtype: Any, seed: int = 0) -> np.ndarray:
    """Logits of every size up to 1000."""
    rng = np.random.default_rng(seed)
    corners = [-1000, 1000, 0, -1e-3, 1e-8, 30, -30, 88, -88, 100, -100, 745, -745]
    return np.concatenate([rng.uniform(-s, s, 30) for s in (1000, 40, 3)] + [corners]).astype(dtype)


def units(got: Any, true: Any, magnified: float = 1.0) -> float:
    """The error in units of eps, relative to the true value; below the normal numbers, to the smallest one.

    magnified: by how much a rounding of a factor below the normal numbers can show in the result.
    """
    got = np.asarray(got)
    limits = np.finfo(got.dtype)
    error = abs(mp.mpf(float(got)) - true)
    if error <= 4 * magnified * mp.mpf(float(limits.smallest_subnormal)):
        return 0.0
    return float(error / abs(true) / float(limits.eps)) if true else float("inf")
