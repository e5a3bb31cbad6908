"""JAX, in float64 for the time of a check only."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any, cast

from derive.verify.engine import Engine


@cache
def load() -> Engine:
    """The engine; imports JAX."""
    import numpy as np

    jax: Any = import_module("jax")
    jnp: Any = import_module("jax.numpy")
    erf = import_module("jax.scipy.special").erf
    switch: Any = getattr(jax, "enable_x64", None)  # newer releases; the experimental name before
    if not callable(switch):
        switch = import_module("jax.experimental").enable_x64

    names = {name: getattr(jnp, name) for name in dir(jnp) if not name.startswith("_")}
    xp = SimpleNamespace(**(names | {"erf": erf}))

    def vjp(f: Any, arguments: tuple[Any, ...]) -> tuple[Any, Any]:
        return jax.vjp(f, *(jnp.asarray(a) for a in arguments))

    return Engine("jax", xp, vjp, np.asarray, lambda: cast(AbstractContextManager[Any], switch(True)))
