"""HIPS autograd: NumPy with a tape, float64, derivatives of any order."""

from __future__ import annotations

import math
import warnings
from functools import cache
from types import SimpleNamespace
from typing import Any

from derive.verify.engine import Engine


@cache
def load() -> Engine:
    """The engine; imports NumPy and autograd."""
    import autograd.numpy
    import numpy as np
    from autograd.core import make_vjp
    from autograd.extend import defvjp, primitive

    anp: Any = autograd.numpy
    erf = primitive(np.vectorize(math.erf, otypes=[float]))
    defvjp(erf, lambda ans, t: lambda g: g * (2 / math.sqrt(math.pi)) * anp.exp(-(t**2)))

    def vjp(f: Any, arguments: tuple[Any, ...]) -> tuple[Any, Any]:
        with warnings.catch_warnings():  # a derivative that is zero everywhere is an answer, no mishap
            warnings.filterwarnings("ignore", message="Output seems independent of input")
            made: Any = make_vjp(lambda parts: f(*parts), arguments)
        pullback, value = made
        return value, pullback

    # autograd has no rule for asarray, and needs none: nothing that carries a derivative is converted
    names = {name: getattr(anp, name) for name in dir(anp) if not name.startswith("_")}
    xp = SimpleNamespace(**(names | {"erf": erf, "asarray": np.asarray}))
    return Engine("autograd", xp, vjp, np.asarray)
