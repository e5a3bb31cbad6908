"""JAX, in float64 for the time of a check only."""

from __future__ import annotations

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

    switch = getattr(jax, "enable_x64", None)  # newer releases; the experimental name before
    if not callable(switch):
        from jax.experimental import enable_x64 as switch

    names = {name: getattr(jnp, name) for name in dir(jnp) if not name.startswith("_")}
    xp = SimpleNamespace(**(names | {"erf": erf}))

    def vjp(f: Any, arguments: tuple[Any, ...]) -> tuple[Any, Any]:
        return jax.vjp(f, *(jnp.asarray(a) for a in arguments))

    return Engine("jax", xp, vjp, np.asarray, lambda: switch(True))
