"""Array libraries: how an array gets there and back. Each is imported when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from derive.errors import OptionError
from derive.train.options import BACKENDS
from derive.train.samples import Samples


@dataclass(frozen=True)
class Backend:
    """Where code runs. xp: the array namespace; put and get: from and to NumPy; jit: what makes a pure function run.

    code: the name of the generated code; samples: inputs and targets as that code takes them.
    """

    name: str
    xp: Any
    put: Callable[[np.ndarray], Any]
    get: Callable[[Any], np.ndarray]
    jit: Callable[[Any], Any]
    code: str
    samples: Callable[[Any, Any], Samples]


def backend(name: str) -> Backend:
    """The backend of that name; OptionError for one that there is not, is not installed, or finds no GPU."""
    if name == "dask":
        return _dask()
    from derive.codegen.backends import backend as known

    if name not in BACKENDS:
        raise OptionError(f"--backend: expected one of {', '.join(BACKENDS)}; found {name[:60]!r}")
    xp: Any = known(name).load()
    put, get, jit = MAKERS[name](xp)
    return Backend(name, xp, put, get, jit, name, lambda X, Y: Samples(put(X), put(Y)))


def _dask() -> Backend:
    """NumPy's code on data in chunks; parameters are NumPy arrays."""
    if find_spec("dask") is None:
        raise OptionError('--backend dask: dask is not installed. Try: pip install "derivecheck[dask]"')
    from derive.train.chunks import ChunkedSamples, gathered

    return Backend("dask", np, np.asarray, np.asarray, gathered, "numpy", ChunkedSamples.of)


Three = tuple[Callable[[np.ndarray], Any], Callable[[Any], np.ndarray], Callable[[Any], Any]]  # put, get, jit


def _as_is(function: Any) -> Any:
    return function


def _cupy(cupy: Any) -> Three:
    try:
        cupy.zeros(1)
    except Exception as error:  # no driver, no device: CuPy has an exception of its own for each
        raise OptionError(f"--backend cupy: no GPU can be used ({str(error)[:120]}). Try: --backend numpy") from None
    return cupy.asarray, cupy.asnumpy, _as_is


def _jax(jnp: Any) -> Three:
    import jax  # pyright: ignore[reportMissingImports]

    jax.config.update("jax_enable_x64", True)
    return jnp.asarray, np.asarray, jax.jit


def _torch(torch: Any) -> Three:
    return lambda a: torch.from_numpy(np.array(a)), lambda a: a.numpy(), _as_is


MAKERS: dict[str, Callable[[Any], Three]] = {
    "numpy": lambda _: (np.asarray, np.asarray, _as_is),
    "cupy": _cupy,
    "jax": _jax,
    "torch": _torch,
}
