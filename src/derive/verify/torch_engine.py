"""PyTorch behind NumPy's names, in float64."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from derive.verify.engine import Engine

POINTWISE = (
    "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "abs", "sign", "erf",
    "logaddexp",
)  # fmt: skip


@cache
def load() -> Engine:
    """The engine; imports PyTorch (2.0 or newer, for `torch.func`)."""
    torch: Any = import_module("torch")

    def number(x: Any) -> Any:
        return x if isinstance(x, torch.Tensor) else torch.as_tensor(x, dtype=torch.float64)

    def pointwise(name: str) -> Any:
        function = getattr(torch, name)
        return lambda *xs: function(*map(number, xs))

    def where(test: Any, a: Any, b: Any) -> Any:
        return torch.where(torch.as_tensor(test), number(a), number(b))

    def transpose(x: Any, axes: tuple[int, ...]) -> Any:
        return x.permute(axes)

    def total(x: Any, axis: Any = None) -> Any:
        return x.sum() if axis is None else x.sum(dim=axis)

    def largest(x: Any, axis: Any, keepdims: bool = False) -> Any:
        return x.amax(dim=axis, keepdim=keepdims)

    xp = SimpleNamespace(
        **{name: pointwise(name) for name in POINTWISE},
        asarray=number,
        where=where,
        transpose=transpose,
        sum=total,
        max=largest,
        prod=lambda x, axis: x.prod(dim=axis),
        reshape=lambda x, shape: x.reshape(shape),
        einsum=torch.einsum,
        stack=torch.stack,
        eye=lambda n: torch.eye(n, dtype=torch.float64),
        zeros=lambda shape: torch.zeros(shape, dtype=torch.float64),
        linalg=torch.linalg,
    )

    def vjp(f: Any, arguments: tuple[Any, ...]) -> tuple[Any, Any]:
        return torch.func.vjp(f, *map(number, arguments))

    return Engine("torch", xp, vjp, lambda x: x.detach().cpu().numpy())
