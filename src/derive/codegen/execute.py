"""The one place where generated source is executed, with nothing in reach but the array library and `math`."""

from __future__ import annotations

import builtins
import linecache
import math
from importlib import import_module
from types import ModuleType
from typing import Any

from derive.codegen.backends import Backend

BUILTINS = (
    "__build_class__",
    "staticmethod",
    "range",
    "enumerate",
    "tuple",
    "len",
    "slice",
    "min",
    "max",
    "ValueError",
    "NotImplementedError",
)  # what operations and workspaces are written with


def load(source: str, backend: Backend, numpy_instead: ModuleType | None = None) -> dict[str, Any]:
    """The names that a generated module defines.

    `numpy_instead` stands in for the library: that is how CuPy code runs where there is no GPU.
    """
    library = numpy_instead or backend.load()
    allowed = {backend.module: library, "math": math}
    if numpy_instead is None:
        allowed[backend.package] = import_module(backend.package)

    def importer(name: str, _globals=None, _locals=None, fromlist=(), level=0) -> ModuleType:
        if name not in allowed or level:
            raise ImportError(f"generated code imports {name!r}")
        if name == backend.module and numpy_instead is None:  # `import jax.numpy as jnp` asks for jax, and walks
            return import_module(backend.package)
        return allowed[name]

    filename = f"<derive code {backend.name} {abs(hash(source)):x}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    within = {name: getattr(builtins, name) for name in BUILTINS}
    namespace: dict[str, Any] = {"__name__": "derived", "__builtins__": {**within, "__import__": importer}}
    exec(compile(source, filename, "exec"), namespace)  # the source is ours, from validated names
    return namespace
