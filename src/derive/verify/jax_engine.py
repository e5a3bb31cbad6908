"""JAX, in float64 for the time of a check only."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from types import SimpleNamespace
from typing import Any

from derive.verify.engine import Engine


@cache
def load() -> Engine:
    """The engine; imports JAX."""
    import jax
    import jax.numpy as jnp
    import numpy as np
    from jax.scipy.special import erf

    switch: Any = getattr(jax, "enable_x64", None)  # newer releases; the experimental name before
    if not callable(switch):
        from jax import experimental

        switch = experimental.enable_x64

    names = {name: getattr(jnp, name) for name in dir(jnp) if not name.startswith("_")}
    xp = SimpleNamespace(**(names | {"erf": erf}))

    def vjp(f: Any, arguments: tuple[Any, ...]) -> tuple[Any, Any]:
        return jax.vjp(f, *(jnp.asarray(a) for a in arguments))

    def float64() -> AbstractContextManager[Any]:
        return switch(True)

    return Engine("jax", xp, vjp, np.asarray, float64)
