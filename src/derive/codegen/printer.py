"""A SymPy printer that prints tensor expressions, also for `sympy.lambdify`:

lambdify(names, expr, modules=[helper_functions(), "numpy"], printer=TensorPrinter)
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from sympy import Expr
from sympy.core.basic import Basic
from sympy.printing.numpy import NumPyPrinter

from derive.codegen.backends import BACKENDS, Backend
from derive.codegen.dialect import translate
from derive.codegen.layout import expression
from derive.codegen.writer import Writer
from derive.errors import DeriveError
from derive.expr import Index, Size, Tensor, free_indices, tensors
from derive.notation import Form, recover
from derive.notation.code import Code, Sizes, name_of
from derive.notation.forms import Components, Leaf, walk


class KnownSizes(Sizes):
    """Sizes that can be read off the arguments; no others have a value."""

    def size(self, dim: Size) -> Code:
        if dim not in self.known:
            raise DeriveError(f"the size {dim} is the length of no axis of an argument, so the code cannot know it")
        return super().size(dim)


class TensorPrinter(NumPyPrinter):
    """Prints index expressions as array code; what has no tensors in it is left to SymPy.

    Settings: `out`, the ordered free indices (by name where they are not given); `backend`; `declared`, the tensors off
    which sizes are read (those that occur, by default); `like`, an argument whose type new arrays take.
    `used` collects the helper functions that the code calls.
    """

    def __init__(
        self,
        settings: dict[str, Any] | None = None,
        *,
        out: tuple[Index, ...] | None = None,
        backend: Backend = BACKENDS["numpy"],
        declared: tuple[Tensor, ...] = (),
        like: str | None = None,
    ) -> None:
        super().__init__(settings)
        self.out, self.backend, self.declared, self.like = out, backend, declared, like
        self.sizes = KnownSizes(declared) if declared else None
        self.used: set[str] = set()

    def _print(self, expr: Any, **options: Any) -> str:
        if isinstance(expr, Tensor):
            return name_of(expr)
        if isinstance(expr, Expr) and tensors(expr):
            return self.array(expr)
        return super()._print(expr, **options)

    def array(self, e: Expr) -> str:
        out = self.out if self.out is not None else tuple(sorted(free_indices(e), key=lambda i: i.name))
        spelled_out = replace(self.backend, alias=self.backend.module)  # what lambdify has in its namespace
        return expression(self.tree(recover(e, out), spelled_out))

    def tree(self, form: Form, backend: Backend | None = None) -> ast.expr:
        """The syntax tree of a form."""
        writer = Writer(self.sizes or KnownSizes(tensors_of(form)))
        tree, used = translate(writer.exact(form).text, backend or self.backend, self.like)
        self.used |= used
        return tree.body[0].value

    def doprint(self, expr: Any) -> str:
        return self._print(expr) if isinstance(expr, Basic) and tensors(expr) else super().doprint(expr)


def helper_functions(backend: Backend = BACKENDS["numpy"]) -> dict[str, Any]:
    """The functions that printed code may call, by name."""
    from derive.codegen.execute import load
    from derive.codegen.helpers import HELPERS
    from derive.codegen.module import helper_sources

    source = "\n".join(["import math", backend.imported, *helper_sources(set(HELPERS), backend)[0]])
    return {name: f for name, f in load(source, backend, backend.stand_in()).items() if name in HELPERS}


def tensors_of(form: Form) -> list[Tensor]:
    """The tensors that a form mentions."""
    found: list[Tensor] = []
    for f in walk(form):
        if isinstance(f, Leaf):
            found.append(f.tensor)
        elif isinstance(f, Components):
            found += sorted(tensors(f.expr), key=str)
    return found
