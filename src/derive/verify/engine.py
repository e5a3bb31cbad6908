"""Autodiff engines behind one small interface: each differentiates the forward program by rules of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from derive.errors import OptionError

Pullback = Callable[[Any], tuple[Any, ...]]


@dataclass(frozen=True)
class Engine:
    """An engine: `xp` computes; `vjp(f, arguments)` gives the value of f and its pullback, and may be nested."""

    name: str
    xp: Any
    vjp: Callable[[Callable[..., Any], tuple[Any, ...]], tuple[Any, Pullback]]
    to_array: Callable[[Any], Any]  # to a NumPy array
    session: Callable[[], AbstractContextManager[Any]] = nullcontext  # entered around every use

    def gradient(self, f: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
        """The value of a scalar function and its gradient in each argument."""
        value, pullback = self.vjp(f, arguments)
        return value, pullback(self.xp.asarray(1.0))


MODULES = {name: f"derive.verify.{name}_engine" for name in ("autograd", "jax", "torch")}


def engine(name: str = "autograd") -> Engine:
    """The engine of this name: autograd, or jax and torch where they are installed."""
    if name not in MODULES:
        raise OptionError(f"unknown autodiff engine {name!r}; known are {', '.join(MODULES)}")
    try:
        return import_module(MODULES[name]).load()
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != name:
            raise
        wanted = "derivecheck" if name == "autograd" else f"derivecheck[{name}]"
        raise OptionError(f"the engine {name!r} is not installed; try: pip install '{wanted}'") from error
