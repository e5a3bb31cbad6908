"""Pages, options, and random data for them: what the tests of generated code go through."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.losses import LOSSES
from derive.catalogue.options import PageOptions
from derive.codegen import BACKENDS, Compiled, plan_of
from derive.codegen.backends import Backend
from derive.codegen.plan import Plan

HIDDEN = [name for name, a in ACTIVATIONS.items() if a.function is not None]
FORMULAS = ["z*sigmoid(2*z)", "where(z > 0, z, 1.67*(exp(z) - 1))", "log(1 + z**2)", "exp(-z**2)", "erf(z)", "abs(z)"]

#: (page, options): every activation, loss, output and page, in both forms.
MODELS: list[tuple[str, dict[str, Any]]] = [
    *(("mlp", {"layers": "3", "activation": a, "loss": "mse", "l2": "lambda"}) for a in (*HIDDEN, *FORMULAS)),
    *(("mlp", {"loss": loss, "form": form}) for loss in (*LOSSES, "(yhat-y)**4") for form in (None, "sample")),
    *(
        ("mlp", {"layers": "1", "output_activation": out, "loss": loss})
        for out in ("tanh", "sigmoid", "softmax", "gelu")
        for loss in ("mse", "mae", "log(cosh(yhat-y))")
    ),
    ("mlp", {"layers": "1"}),
    ("mlp", {"layers": "4", "activation": "tanh,relu,elu", "l2": "W1"}),
    *(
        (page, {"form": form, "l2": l2})
        for page in ("logistic", "softmax", "linear", "svm", "neuron")
        for form in (None, "sample")
        for l2 in (None, "mu")
    ),
    ("neuron", {"activation": "gelu", "loss": "hinge"}),
    *(
        ("mlp", {"layers": "3", "loss": "mse", **kind})
        for kind in (
            {"activation": "maxout", "pieces": "3", "l2": "mu"},
            {"activation": "tanh", "residual": True},
            {"activation": "tanh", "residual": True, "tied": True, "l2": "mu"},
            {"activation": "softplus", "bias": False, "reduction": "sum"},
        )
    ),
]
NAMES = [f"{page} {' '.join(f'{k}={v}' for k, v in options.items() if v)}".strip() for page, options in MODELS]

every_model = pytest.mark.parametrize(("page", "options"), MODELS, ids=NAMES)


def parsed(options: dict[str, Any]) -> PageOptions:
    return PageOptions.parse(**options)


def planned(page: str, options: dict[str, Any]) -> Plan:
    """The plan of a page, derived once for all tests."""
    return _planned(page, tuple(options.items()))


@cache
def _planned(page: str, options: tuple[tuple[str, Any], ...]) -> Plan:
    return plan_of(parsed(dict(options)), page)


def usable(name: str) -> Backend:
    """The backend, or a skip that says why; CuPy code runs on NumPy where there is no GPU."""
    row = BACKENDS[name]
    if not row.installed and row.available is None:
        pytest.skip(f"{row.package} is not installed")
    return row


every_backend = pytest.mark.parametrize("name", list(BACKENDS))


def data(model: Compiled, sizes: dict[str, int], seed: int = 0, dtype: Any = float) -> tuple[dict[str, Any], Any, Any]:
    """Parameters, inputs and targets; targets are 0 or 1."""
    rng = np.random.default_rng(seed)

    def shape(names: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(sizes[s] for s in names)

    params = {name: rng.normal(size=shape(s)).astype(dtype) for name, s in model.parameters}
    X = rng.normal(size=shape(model.inputs[1])).astype(dtype)
    return params, X, rng.integers(0, 2, size=shape(model.target[1])).astype(dtype)
