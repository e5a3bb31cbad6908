"""The one variable z of the functions that are examined here, and what is done with expressions in it."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, S, sympify

from derive.expr import Tensor, tensors

Z = Tensor("z")
"""The variable as a tensor without axes."""


def z() -> Expr:
    """The variable as a number."""
    return Z()


def replaced(e: Expr, old: Expr, new: Expr) -> Expr:
    """`e` with `new` for each `old`; formulas of numbers have no binders, so each node is built anew."""
    if e == old:
        return new
    return e.func(*(replaced(a, old, new) for a in e.args)) if e.args and old_in(e, old) else e


def old_in(e: Expr, old: Expr) -> bool:
    return e == old or any(old_in(a, old) for a in e.args)


def at(e: Expr, place: Expr | int) -> Expr:
    """`e` where z is `place`: by substitution, with what SymPy evaluates by itself."""
    return replaced(e, z(), S(place))


def constant(e: Expr) -> bool:
    """Whether z does not occur in the expression."""
    return Z not in tensors(e)


def of_z(function: Callable[[Expr], Expr]) -> Expr:
    """The function as an expression in z."""
    return sympify(function(z()), strict=True)
