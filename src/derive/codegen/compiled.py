"""Generated code that is ready to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Arrays = Mapping[str, Any]


@dataclass(frozen=True)
class Compiled:
    """A model as functions of a backend.

    parameters: names in order, each with its shape in names of sizes. factors: names of scalars such as that of the
    penalty, which every function of the loss takes as keywords. functions: what the module defines, by name; they are
    pure and take positional arguments (parameters, X, Y, factors), so that `jax.jit` and `torch.compile` can have them.
    Those of style fast are not pure: gradients are arrays that the next call overwrites, and `step` changes parameters.
    """

    source: str
    backend: str
    parameters: tuple[tuple[str, tuple[str, ...]], ...]
    factors: tuple[str, ...]
    inputs: tuple[str, tuple[str, ...]]
    target: tuple[str, tuple[str, ...]]
    functions: Mapping[str, Any]

    def loss_and_gradients(self, params: Arrays, X: Any, Y: Any, **factors: Any) -> tuple[Any, dict[str, Any]]:
        """The loss, and the gradient in each parameter under the name of the parameter."""
        value, gradients = self.functions["loss_and_gradients"](*self._arguments(params), X, Y, *self._given(factors))
        return value, {name: g for (name, _), g in zip(self.parameters, gradients, strict=True)}

    def loss(self, params: Arrays, X: Any, Y: Any, **factors: Any) -> Any:
        return self.functions["loss"](*self._arguments(params), X, Y, *self._given(factors))

    def hessian(self, params: Arrays, X: Any, Y: Any, **factors: Any) -> Any:
        """(P, P): of a module of second derivatives."""
        return self.functions["hessian"](*self._arguments(params), X, Y, *self._given(factors))

    def predict(self, params: Arrays, X: Any) -> Any:
        """Probabilities or values, one row a sample."""
        return self.functions["predict"](*self._arguments(params), X)

    def _arguments(self, params: Arrays) -> list[Any]:
        return [params[name] for name, _ in self.parameters]

    def _given(self, factors: Mapping[str, Any]) -> list[Any]:
        if set(factors) != set(self.factors):
            raise TypeError(f"expected the factors {list(self.factors)}, found {sorted(factors)}")
        return [factors[name] for name in self.factors]


@dataclass(frozen=True)
class Function:
    """A formula as a function of arrays, positional in the order of `arguments`, or by name."""

    source: str
    backend: str
    arguments: tuple[str, ...]
    function: Any

    def __call__(self, *args: Any, **named: Any) -> Any:
        return self.function(*args, **named)

    def __repr__(self) -> str:
        return f"<function of {', '.join(self.arguments) or 'nothing'} for {self.backend}; .source is its code>"
