"""Names of the generated code: Python identifiers, each meaning one thing."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterable, Mapping

from sympy import Expr

from derive.codegen.helpers import HELPERS
from derive.errors import OptionError
from derive.expr import Index, Let, Tensor, fresh, substitute
from derive.notation.code import name_of

MAIN = "loss_and_gradients"
FUNCTIONS = (MAIN, "forward", "predict", "loss", "value", "gradient", "jacobian", "hessian")
MODULES = ("np", "cp", "jnp", "jax", "torch", "math", "numpy", "cupy")
RESERVED = frozenset((*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *MODULES, *FUNCTIONS, *HELPERS))


def unique(name: str, taken: Iterable[str]) -> str:
    """The name, with underscores behind it until it is free."""
    taken = frozenset(taken)
    while name in taken:
        name += "_"
    return name


def function_name(name: str, others: Iterable[str]) -> str:
    """A name for a function, if it is one and means nothing else in the module."""
    if not (name.isidentifier() and name.isascii()) or len(name) > 60:
        raise OptionError(f"--function: expected a name of Python; found {name[:60]!r}. Try: --function step")
    if name in (RESERVED - {MAIN}) | set(others):
        raise OptionError(f"--function: {name!r} means something else in the code. Try: --function step")
    return name


class Names:
    """Tensors under the names that they have in the code; `renamed` says which are to be called differently."""

    def __init__(
        self,
        tensors: Iterable[Tensor],
        renamed: Mapping[Tensor, Tensor] | None = None,
        reserved: Iterable[str] = (),
    ) -> None:
        self.meant: dict[Tensor, Tensor] = {}
        taken = {*RESERVED, *reserved}
        for t in dict.fromkeys(tensors):
            wanted = (renamed or {}).get(t, t)
            name = unique(name_of(wanted), taken)
            taken.add(name)
            self.meant[t] = wanted if name == name_of(wanted) else Tensor(name, wanted.dims, None, wanted.properties)

    def __getitem__(self, t: Tensor) -> Tensor:
        return self.meant[t]

    def all(self, tensors: Iterable[Tensor]) -> tuple[Tensor, ...]:
        return tuple(self.meant[t] for t in tensors)

    def expr(self, e: Expr) -> Expr:
        """The expression in the names of the code."""
        changed = {}
        for t, new in self.meant.items():
            if new != t:
                at = tuple(fresh(d) for d in t.dims)
                changed[t] = Let(t(*at), new(*at))
        return substitute(e, changed) if changed else e

    def result(self, t: Tensor, e: Expr, out: tuple[Index, ...]) -> tuple[Tensor, Expr, tuple[Index, ...]]:
        return self.meant[t], self.expr(e), out
