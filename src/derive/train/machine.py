"""The generated code of a network, with its data on the backend where it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from derive.train.backends import Backend, backend
from derive.train.plan import Plan

Arrays = dict[str, Any]
STYLES = {"numpy": "fast"}  # gradients are used before the next ones are asked for, so they may share their arrays
USED = ("loss_and_gradients", "loss", "predict")


@dataclass(frozen=True)
class Machine:
    """Loss, gradients and predictions of a plan. `params` are arrays of the backend; losses come back as numbers."""

    compiled: Any
    backend: Backend
    l2: float

    @classmethod
    def of(cls, plan: Plan, backend_name: str, l2: float) -> Machine:
        from derive import codegen

        arrays = backend(backend_name)
        compiled = codegen.training(plan.page, backend=arrays.code, style=STYLES.get(backend_name, "plain"))
        functions = {name: arrays.jit(f) for name, f in compiled.functions.items() if name in USED}
        return cls(replace(compiled, functions=functions), arrays, l2)

    def loss_and_gradients(self, params: Arrays, X: Any, Y: Any) -> tuple[float, Mapping[str, Any]]:
        loss, gradients = self.compiled.loss_and_gradients(params, X, Y, **self._factors(self.l2))
        return float(loss), gradients

    def predict(self, params: Arrays, X: Any) -> np.ndarray:
        return self.backend.get(self.compiled.predict(params, X))

    def loss(self, params: Arrays, X: Any, Y: Any) -> float:
        """The mean loss of these samples, without the penalty: what is compared between models."""
        return float(self.compiled.loss(params, X, Y, **self._factors(0.0)))

    def _factors(self, l2: float) -> dict[str, float]:
        """The factor of the penalty under the name that the generated code has for it, if there is one."""
        return dict.fromkeys(self.compiled.factors, l2)
