"""The array libraries that code is generated for: one row each.

Code is written in NumPy's vocabulary; a row says what of it the library calls differently.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from derive.errors import OptionError

Rewrite = Callable[[ast.Call], ast.expr]


@dataclass(frozen=True)
class Backend:
    """`functions` maps NumPy's names to others; `rewrites` are calls whose shape differs; `options` are keywords."""

    name: str
    alias: str
    module: str
    extra: str
    functions: Mapping[str, str] = field(default_factory=dict)
    methods: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    rewrites: Mapping[str, Rewrite] = field(default_factory=dict)
    new: tuple[str, ...] = ("dtype",)  # attributes that a new array takes over from an argument
    asarray: str = "asarray"
    as_numpy: str | None = None  # the function that brings an array back, where NumPy cannot fetch it by itself
    available: str | None = None  # the function that says whether there is a device; without one NumPy stands in

    @property
    def imported(self) -> str:
        return f"import {self.module} as {self.alias}" if self.module != self.alias else f"import {self.alias}"

    @property
    def package(self) -> str:
        return self.module.partition(".")[0]

    @property
    def installed(self) -> bool:
        return find_spec(self.package) is not None

    def load(self) -> ModuleType:
        """The library itself; OptionError says which extra to install."""
        if not self.installed:
            hint = f'Try: pip install "derivecheck[{self.extra}]"'
            raise OptionError(f"--backend {self.name}: {self.package} is not installed. {hint}")
        try:
            return import_module(self.module)
        except ImportError as error:
            raise OptionError(f"--backend {self.name}: {self.package} cannot be imported: {error}") from error

    def stand_in(self) -> ModuleType | None:
        """NumPy, for a library with its functions whose device is not there."""
        if self.available is None or (self.installed and getattr(self.load(), self.available)()):
            return None
        return import_module("numpy")

    def back(self, library: ModuleType, array: Any) -> Any:
        """A result as NumPy has it."""
        fetch = None if self.as_numpy is None else getattr(library, self.as_numpy, None)
        return array if fetch is None else fetch(array)


def _clamped(side: str, function: str) -> Rewrite:
    """maximum(z, 0) as clamp(z, min=0): torch compares tensors with tensors only."""

    def rewrite(call: ast.Call) -> ast.expr:
        first, second = call.args
        bounds = [a for a in (first, second) if isinstance(a, ast.Constant)]
        if not bounds:
            return _torch(function, [first, second])
        other = second if first is bounds[0] else first
        return _torch("clamp", [other], {side: bounds[0]})

    return rewrite


def _torch(name: str, args: list[ast.expr], options: Mapping[str, ast.expr] | None = None) -> ast.Call:
    keywords = [ast.keyword(k, v) for k, v in (options or {}).items()]
    return ast.Call(ast.Attribute(ast.Name("torch"), name), args, keywords)


def _products(call: ast.Call) -> ast.expr:
    """multiply.outer(a, b)."""
    return _torch("tensordot", call.args, {"dims": ast.Constant(0)})


def _block(call: ast.Call) -> ast.expr:
    """block([[a, b], [c, d]])."""
    (rows,) = call.args
    whole = [_torch("cat", [row], {"dim": ast.Constant(1)}) for row in rows.elts]
    return _torch("cat", [ast.List(whole)], {"dim": ast.Constant(0)})


TORCH = Backend(
    "torch",
    "torch",
    "torch",
    "torch",
    functions={"max": "amax", "min": "amin", "copy": "clone"},
    methods={"astype": "to", "transpose": "permute"},
    options={"axis": "dim", "keepdims": "keepdim"},
    rewrites={
        "maximum": _clamped("min", "maximum"),
        "minimum": _clamped("max", "minimum"),
        "multiply.outer": _products,
        "block": _block,
    },
    new=("dtype", "device"),
    asarray="as_tensor",
)

BACKENDS = {
    b.name: b
    for b in (
        Backend("numpy", "np", "numpy", ""),
        Backend("cupy", "cp", "cupy", "cupy", as_numpy="asnumpy", available="is_available"),
        Backend("jax", "jnp", "jax.numpy", "jax"),
        TORCH,
    )
}


def backend(name: str) -> Backend:
    """The row of that name."""
    if name in BACKENDS:
        return BACKENDS[name]
    close = get_close_matches(name, BACKENDS, n=1)
    guess = f" Did you mean {close[0]}?" if close else ""
    raise OptionError(f"--backend: expected one of {', '.join(BACKENDS)}; found {name[:60]!r}.{guess}")
