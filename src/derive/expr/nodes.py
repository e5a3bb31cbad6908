"""The closed set of nodes: SymPy scalars with typed free indices and explicit binders.

A tensor expression *is* a scalar expression whose free `Index` symbols say what it is a tensor of:
`Elem(W, i, j) * Elem(x, j)` is the matrix of summands W_ij x_j, and summing over j binds j.
Hadamard products, diagonals and broadcasting are therefore no special cases.

Names of the classes differ from SymPy's (`Sum_`, `Prod_`), since its printers dispatch by class name.
Constructors validate and canonicalise names; they never simplify. Simplifying builders are in `build`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Add, Expr, Mul, Pow, S

from derive.expr.binding import Binder, free_indices, height, open_binder, rebuild, rename
from derive.expr.entries import Delta, Elem, dim_of
from derive.expr.symbols import MEMO, PROPERTIES, Index, Size, Tensor, fresh

__all__ = [
    "MEMO", "PROPERTIES", "Binder", "Delta", "Det", "Diff", "Elem", "Index", "Inverse", "Limit", "LogDet",
    "LogSumExp", "Max_", "Prod_", "Size", "Sum_", "Tensor", "Winner", "addends", "base_and_exponent", "contains",
    "dim_of", "factors", "free_indices", "fresh", "height", "open_binder", "rebuild", "rename", "tensors",
]  # fmt: skip


class Sum_(Binder):
    """Sum of the body over the bound indices."""

    def _eval_is_positive(self) -> bool | None:
        return True if self.body.is_positive else None

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self.body.is_nonnegative else None


class Prod_(Binder):
    """Product of the body over the bound indices."""

    def _eval_is_positive(self) -> bool | None:
        return True if self.body.is_positive else None


class LogSumExp(Binder):
    """log of the sum of exp(body) over the bound indices."""


class Max_(Binder):
    """Largest value of the body over the bound indices."""


class Winner(Binder):
    """1 where the bound index at slot is the (unique) place of the body's maximum, else 0.

    args: (body, bound, slot). Derivatives of a maximum flow through it; undefined at ties.
    """

    n_bound = 1
    is_integer = True
    is_nonnegative = True


class Inverse(Binder):
    """Entry (i, j) of the inverse of the matrix body[a, b]: args (body, a, b, i, j)."""

    n_bound = 2
    ordered = True


class Det(Binder):
    """Determinant of the matrix body[a, b]: args (body, a, b)."""

    n_bound = 2
    ordered = True


class LogDet(Binder):
    """log |det| of the matrix body[a, b] (slogdet's second value): args (body, a, b)."""

    n_bound = 2
    ordered = True


class Diff(Expr):
    """The derivative of an expression in an element, not yet carried out: args (body, elem).

    `Diff(z_n, w_d)` prints as a partial derivative. `calculus.differentiate` carries it out.
    """

    is_real = True
    is_commutative = True

    @property
    def body(self) -> Expr:
        return self.args[0]

    @property
    def wrt(self) -> Elem:
        return self.args[1]

    def _sympystr(self, printer: Any) -> str:
        return f"d({printer._print(self.body)})/d({printer._print(self.wrt)})"


class Limit(Expr):
    """The limit of an expression as a number goes to infinity or minus infinity, not yet taken: (body, elem, point)."""

    is_real = True
    is_commutative = True

    @property
    def body(self) -> Expr:
        return self.args[0]

    @property
    def variable(self) -> Elem:
        return self.args[1]

    @property
    def point(self) -> Expr:
        return self.args[2]

    def _sympystr(self, printer: Any) -> str:
        return f"lim[{printer._print(self.variable)} -> {self.point}]({printer._print(self.body)})"


@lru_cache(MEMO)
def tensors(e: Expr) -> frozenset[Tensor]:
    """The tensors that occur."""
    if isinstance(e, Tensor):
        return frozenset((e,))
    return frozenset().union(*map(tensors, e.args))


@lru_cache(MEMO)
def contains(e: Expr, kind: type) -> bool:
    """Whether a node of this class occurs."""
    return isinstance(e, kind) or any(contains(a, kind) for a in e.args)


def addends(e: Expr) -> tuple[Expr, ...]:
    return e.args if isinstance(e, Add) else (e,)


def factors(e: Expr) -> tuple[Expr, ...]:
    return e.args if isinstance(e, Mul) else (e,)


def base_and_exponent(e: Expr) -> tuple[Expr, Expr]:
    return (e.args[0], e.args[1]) if isinstance(e, Pow) else (e, S.One)
