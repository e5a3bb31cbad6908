"""Values put into bodies: arrays for scalars, a derivative in the only variable, functions by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy
from sympy import Expr, Pow, exp, log

from derive.documents.meaning.values import Value, axis
from derive.expr import Elem, Sum_, Tensor, open_binder, rebuild, sum_over, tensors
from derive.expr.functions import sigmoid, softplus

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


def derived(e: Expr, t: Tensor, order: int, c: Context) -> Expr:
    from derive.documents.derivatives.derivatives import total

    c.differential = True
    for _ in range(order):
        e = total(e, t(), c)
    return e


def by_name(e: Expr) -> Expr:
    """1/(1 + e^-t) and log(1 + e^t) as a whole by name: derivatives then keep the name."""
    inner = e.args[0] if isinstance(e, (Pow, log)) and e.args else None
    if (
        not isinstance(inner, sympy.Add)
        or len(inner.args) != 2
        or inner.args[0] != 1
        or not isinstance(inner.args[1], exp)
    ):
        return e
    t = inner.args[1].args[0]
    if isinstance(e, log):
        return softplus(t)
    return sigmoid(-t) if e.args[1] == -1 else e


def substituted(body: Value, values: dict[Tensor, Value]) -> Value:
    """A scalar body with scalars replaced by arrays: entry by entry."""
    from derive.documents.meaning.values import _common, _onto

    shape: tuple[Expr, ...] = ()
    for v in values.values():
        shape = _common(shape, v.shape, "the arguments", 0)
    axes = tuple(axis(k, d) for k, d in enumerate(shape))
    return Value(replaced(body.expr, {t: _onto(v, axes) for t, v in values.items()}), axes)


def replaced(e: Expr, values: dict[Tensor, Expr]) -> Expr:
    """Scalars (tensors without indices) replaced by expressions, under binders as well."""

    def go(u: Expr) -> Expr:
        if tensors(u).isdisjoint(values):
            return u
        if isinstance(u, Elem):
            return values[u.tensor]
        if isinstance(u, Sum_):
            body, names = open_binder(u)
            return sum_over(go(body), *names)
        return rebuild(u, go)

    return go(e)
