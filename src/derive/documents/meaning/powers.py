"""Superscripts that act on a value: powers, transposes, inverses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import S, exp

from derive.documents.meaning.values import (
    Value,
    entrywise,
    eye,
    make,
    moved,
    multiply,
    scalar,
    show_shape,
    square,
    transpose,
)
from derive.documents.names.scripts import Superscript
from derive.documents.trouble import Clash, Unreadable
from derive.expr import Delta, Elem, Inverse, Let, Tensor, rename, unfold
from derive.expr.checks import MAX_BITS, bits, bounded_power

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

MAX_MATRIX_POWER = 12


def raised(value: Value, sup: Superscript, at: int, c: Context) -> Value:
    """The value with what its superscript asks for."""
    from derive.documents.meaning.lower import lower

    if sup.inverse:
        value = inverse(value, at)
    if sup.transposed:
        return transpose(value, at)
    if not sup.acts:
        return value
    exponent = lower(c.tree(sup.acts, at), c)
    if (found := _of_a_diagonal(value, exponent, sup, c)) is not None:
        return found
    return power(_named(value, exponent, c), exponent, at, entry_by_entry=sup.entrywise)


def _named(base: Value, exponent: Value, c: Context) -> Value:
    """0.99995 of 0.99995^{1000} under a name: its digits would fill pages, and what it is about is known in balls."""
    a, n = base.expr, exponent.expr
    if base.axes or exponent.axes or not (a.is_Rational and a.is_positive and n.is_Integer):
        return base
    if not MAX_BITS < abs(n) * bits(a) <= LONGEST:
        return base
    number = Tensor(str(float(a)), (), properties=("positive",))
    c.lets[number] = Let(Elem(number), a)
    return scalar(Elem(number))


LONGEST = 200_000  # bits of a power that is still worked out in balls


def _of_a_diagonal(base: Value, exponent: Value, sup: Superscript, c: Context) -> Value | None:
    """S^{1/2} of S = diag(s): the powers of its entries."""
    q = exponent.expr
    if base.rank != 2 or 1 in base.shape or sup.entrywise or exponent.axes or not q.is_Rational or q.is_Integer:
        return None
    i, j = base.axes
    whole = unfold(base.expr, c.program(base.expr))
    entry = rename(whole, {j: i})
    if i.dim != j.dim or whole.coeff(Delta(i, j)) == 0 or whole != whole.coeff(Delta(i, j)) * Delta(i, j):
        return None
    return Value(bounded_power(entry, q) * Delta(i, j), base.axes)


def power(base: Value, exponent: Value, at: int, *, entry_by_entry: bool = False) -> Value:
    """Powers: of a square matrix by products, of anything else entry by entry."""
    if exponent.rank > 1 or (exponent.rank and base.rank > 1):
        raise Clash(f"an exponent of shape {show_shape(exponent.shape)}", at)
    q = exponent.expr
    if base.rank == 2 and not entry_by_entry and 1 not in base.shape:
        if not q.is_Integer:
            raise Unreadable(at, "a power of a matrix that is no whole number", "a whole number, T or -1")
        return matrix_power(base, int(q), at)
    return entrywise(bounded_power, "the power", at, base, exponent)


def matrix_power(base: Value, n: int, at: int) -> Value:
    square(base, f"the power {n}", at)
    if abs(n) > MAX_MATRIX_POWER:
        raise Unreadable(at, f"the power {n} of a matrix", f"a power up to {MAX_MATRIX_POWER}")
    if n == 0:
        return eye(base.axes[0].dim)
    factor = inverse(base, at) if n < 0 else base
    out = factor
    for _ in range(abs(n) - 1):
        out = multiply(out, factor, at)
    return out


def inverse(value: Value, at: int) -> Value:
    if value.rank == 0:
        return entrywise(lambda x: bounded_power(x, S.NegativeOne), "the inverse", at, value)
    if value.rank == 1:
        return entrywise(lambda x: bounded_power(x, S.NegativeOne), "the inverse", at, value)
    square(value, "the inverse", at)
    body, row, column = opened(value)
    i, j = value.axes
    return make(Inverse(body, row, column, i, j), i, j)


def opened(value: Value) -> tuple:
    """The body of a matrix over indices of its own."""
    v = moved(value, 40)
    return (v.expr, *v.axes)


SERIES = frozenset(("exp", "log", "ln", "lg", "sqrt", "sin", "cos", "sinh", "cosh"))


def by_entry(v: Value, name: str, at: int, c: Context) -> None:
    """Refuse the exponential, the logarithm or the root of a square matrix: entry by entry, or as a series?"""
    if name not in SERIES or v.rank != 2 or v.axes[0].dim != v.axes[1].dim or v.axes[0].dim == 1 or c.table.entrywise:
        return
    raise Unreadable(at, f"{name} of a square matrix", "words that say whether functions act entry by entry")


def exponential(v: Value, at: int, c: Context) -> Value:
    """e^v, entry by entry."""
    by_entry(v, "exp", at, c)
    return entrywise(lambda x: exp(x), "the exponential", 0, v)
