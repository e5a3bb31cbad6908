"""`derive`: derives, proves, cross-checks and typesets the mathematics of learning models.

The names below are loaded from `derive.api` when they are first used: `import derive` alone is free.
"""

from typing import Any

__version__ = "0.1.0.dev0"

_API = (
    "TensorExpr",
    "compile",
    "expression",
    "grad",
    "hessian",
    "jacobian",
    "prove",
    "scalar",
    "tensor",
)

__all__ = ["__version__", *_API]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _API:
        raise AttributeError(f"module 'derive' has no attribute {name!r}; it offers {', '.join(_API)}")
    import importlib

    api = importlib.import_module("derive.api")
    importlib.import_module("derive.prove")  # or the room would take the place of the function when it is first used
    globals()["prove"] = api.prove
    globals()[name] = getattr(api, name)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted([*globals(), *_API])
