"""`derive`: derives, proves, cross-checks and typesets the mathematics of learning models.

The names below are loaded from `derive.api` when they are first used: `import derive` alone is free.
"""

import sys
from types import ModuleType
from typing import Any

__version__ = "0.1.0.dev0"

_API = (
    "Model",
    "TensorExpr",
    "assert_equal",
    "assert_gradient",
    "assert_gradients",
    "check",
    "compile",
    "expression",
    "grad",
    "graph",
    "hessian",
    "jacobian",
    "lecture",
    "page",
    "prove",
    "scalar",
    "tensor",
)

_ELSEWHERE = {
    "Model": "derive.models",
    "assert_equal": "derive.check.handwritten.functions",
    "assert_gradient": "derive.check.handwritten.functions",
    "assert_gradients": "derive.check.handwritten.functions",
    "check": "derive.check.checked",
    "lecture": "derive.models",
    "page": "derive.models",
    "graph": "derive.graph.draw",
}
"""Where those are that `derive.api` does not offer itself: it stands below what they need."""

__all__ = ["__version__", *_API]  # pyright: ignore[reportUnsupportedDunderAll]


class _Package(ModuleType):
    """A room may have the name of a function of the API (`prove`): importing it does not take the function's place."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _API and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name not in _API:
        raise AttributeError(f"module 'derive' has no attribute {name!r}; it offers {', '.join(_API)}")
    import importlib

    value = getattr(importlib.import_module(_ELSEWHERE.get(name, "derive.api")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_API])
