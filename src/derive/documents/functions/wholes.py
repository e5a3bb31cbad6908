"""Functions of whole arrays and of several arguments: softmax, trace, diag, max, norms."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING

import sympy
from sympy import Abs, Expr, Pow, Rational, exp

from derive.documents.meaning.powers import opened
from derive.documents.meaning.values import (
    Value,
    add,
    axis,
    dot,
    entrywise,
    make,
    scalar,
    show_shape,
    square,
    transpose,
)
from derive.documents.names.scripts import word_of
from derive.documents.names.symbols import Tokens
from derive.documents.syntax import tree as s
from derive.documents.trouble import Clash, Unreadable
from derive.expr import Delta, Det, Index, LogSumExp, Max_, Prod_, Winner, free_indices, rename, sum_over
from derive.expr.functions import maximum, minimum, relu

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


def _softmax(args: list[Value], at: int) -> Value:
    (z,) = arity(args, 1, "softmax", at)
    if not z.axes:
        raise Clash("softmax of a scalar: a vector or the rows of a matrix are needed", at)
    return Value(exp(z.expr - _lse(z)), z.axes)


def _hardmax(args: list[Value], at: int) -> Value:
    """One at the largest entry of a vector, or of each row of a matrix, else zero; undefined at ties."""
    (z,) = arity(args, 1, "hardmax", at)
    if not z.axes:
        raise Clash("hardmax of a scalar: a vector or the rows of a matrix are needed", at)
    inner = axis(30, z.axes[-1].dim)
    return Value(Winner(rename(z.expr, {z.axes[-1]: inner}), inner, z.axes[-1]), z.axes)


def _lse(z: Value) -> Expr:
    last = z.axes[-1]
    inner = axis(30, last.dim)
    return LogSumExp(rename(z.expr, {last: inner}), inner)


def _log_softmax(args: list[Value], at: int) -> Value:
    (z,) = arity(args, 1, "log-softmax", at)
    if not z.axes:
        raise Clash("softmax of a scalar: a vector or the rows of a matrix are needed", at)
    return Value(z.expr - _lse(z), z.axes)


def _logsumexp(args: list[Value], at: int) -> Value:
    """Of a vector; of each row of a matrix, as softmax is."""
    (z,) = arity(args, 1, "log-sum-exp", at)
    return Value(_lse(z), z.axes[:-1]) if z.axes else z


def _diag(args: list[Value], at: int) -> Value:
    (x,) = arity(args, 1, "diag", at)
    if x.rank == 2 and 1 in x.shape:
        x = make(x.expr, *(a for a in x.axes if a.dim != 1))
    if x.rank == 1:
        i, j = axis(0, x.axes[0].dim), axis(1, x.axes[0].dim)
        return Value(x.expr * Delta(i, j), (i, j))
    if x.rank == 0:
        return _diag_of_entries(x, at)
    square(x, "diag", at)
    return make(rename(x.expr, {x.axes[1]: x.axes[0]}), x.axes[0])


def _diag_of_entries(x: Value, at: int) -> Value:
    """diag(p_n (1 - p_n)): the entries are written with their index."""
    free = [i for i in free_indices(x.expr) if not i.name.startswith(("#", "~"))]
    if len(free) != 1:
        raise Clash("diag of a scalar", at)
    (n,) = free
    i, j = axis(0, n.dim), axis(1, n.dim)
    return Value(rename(x.expr, {n: i}) * Delta(i, j), (i, j))


def _trace(args: list[Value], at: int) -> Value:
    (x,) = arity(args, 1, "tr", at)
    if x.rank == 0:
        return x
    square(x, "the trace", at)
    return scalar(sum_over(rename(x.expr, {x.axes[1]: x.axes[0]}), x.axes[0]))


def _det(args: list[Value], at: int) -> Value:
    (x,) = arity(args, 1, "det", at)
    if x.rank == 0:
        return x
    square(x, "the determinant", at)
    return scalar(Det(*opened(x)))


def _extreme(f: Callable[..., Expr], whole: Callable[[Value], Expr]) -> Callable[[list[Value], int], Value]:
    def rule(args: list[Value], at: int) -> Value:
        if len(args) == 1:
            return Value(whole(args[0])) if args[0].axes else args[0]
        return reduce(lambda a, b: entrywise(f, "max", at, a, b), args)

    return rule


def _maximum(a: Expr, b: Expr) -> Expr:
    if a == 0 or b == 0:
        return relu(b if a == 0 else a)
    return maximum(a, b)


def _largest(v: Value) -> Expr:
    return Max_(v.expr, *v.axes)


def _smallest(v: Value) -> Expr:
    return -Max_(-v.expr, *v.axes)


def _mean(args: list[Value], at: int) -> Value:
    (x,) = arity(args, 1, "mean", at)
    _is_sample(x, "mean", at)
    return scalar(sum_over(x.expr, *x.axes) / sympy.Mul(*x.shape))


def _total(args: list[Value], at: int) -> Value:
    (x,) = arity(args, 1, "sum", at)
    return scalar(sum_over(x.expr, *x.axes))


def _product(args: list[Value], at: int) -> Value:
    (x,) = arity(args, 1, "prod", at)
    return scalar(Prod_(x.expr, *x.axes)) if x.axes else x


def _by_row(args: list[Value], what: str, f: Callable[[Expr, Index], Expr], at: int) -> Value:
    (x,) = arity(args, 1, what, at)
    if x.rank != 2:
        raise Clash(f"{what} of {show_shape(x.shape)}: a matrix is needed", at)
    inner = axis(30, x.axes[1].dim)
    return Value(f(rename(x.expr, {x.axes[1]: inner}), inner), x.axes[:1])


def _variance(args: list[Value], at: int) -> Value:
    (x,) = arity(args, 1, "var", at)
    _is_sample(x, "variance", at)
    mean = _mean([x], at).expr
    return scalar(sum_over((x.expr - mean) ** 2, *x.axes) / sympy.Mul(*x.shape))


def _is_sample(x: Value, what: str, at: int) -> None:
    """Of numbers that the note has in an array; of one number, it is that of a random variable."""
    if not x.rank:
        raise Unreadable(at, f"the {what} of a number", f"an array, whose entries have a {what}")


def arity(args: list[Value], n: int, what: str, at: int) -> list[Value]:
    if len(args) != n:
        raise Unreadable(at, f"{what} of {len(args)} arguments", f"{n}")
    return args


def _whole_inverse(args: list[Value], at: int) -> Value:
    from derive.documents.meaning.powers import inverse

    return inverse(arity(args, 1, "inv", at)[0], at)


SPECIAL: dict[str, Callable[[list[Value], int], Value]] = {
    "softmax": _softmax,
    "hardmax": _hardmax,
    "logsoftmax": _log_softmax,
    "logsumexp": _logsumexp,
    "lse": _logsumexp,
    "diag": _diag,
    "diagonal": _diag,
    "tr": _trace,
    "trace": _trace,
    "det": _det,
    "max": _extreme(_maximum, _largest),
    "min": _extreme(lambda a, b: minimum(a, b), _smallest),
    "mean": _mean,
    "var": _variance,
    "sum": _total,
    "prod": _product,
    "rowmax": lambda args, at: _by_row(args, "rowmax", lambda e, j: Max_(e, j), at),
    "rowprod": lambda args, at: _by_row(args, "rowprod", lambda e, j: Prod_(e, j), at),
    "inv": _whole_inverse,
}
"""Functions of whole arrays, and of several arguments."""


LINE_BY_LINE = frozenset(("softmax", "hardmax", "logsoftmax", "logsumexp", "lse"))


def by_lines(rule: Callable[[list[Value], int], Value], name: str, args: list[Value], at: int, c: Context) -> Value:
    """A softmax and its like: of the rows of a matrix, unless the note says that it is of the columns."""
    if len(args) != 1 or args[0].rank != 2 or 1 in args[0].shape or c.table.softmax_of == "rows":
        return rule(args, at)
    if c.table.softmax_of != "columns":
        raise Unreadable(at, f"{name} of a matrix", "words: that it is of each row, or of each column")
    value = rule([transpose(args[0], at)], at)
    return transpose(value, at) if value.rank == 2 else value


REDUCTIONS: dict[str, Callable[..., Expr]] = {"logsumexp": LogSumExp, "lse": LogSumExp, "max": Max_, "prod": Prod_}


def of_all_entries(node: s.Call) -> s.Node | None:
    """A in logsumexp(vec(A)): the order of the entries does not matter."""
    if node.function.lower() not in REDUCTIONS or len(node.args) != 1 or node.sub or node.sup or node.primes:
        return None
    inner = node.args[0]
    if isinstance(inner, s.Call) and inner.function == "vec" and len(inner.args) == 1 and inner.bracketed:
        return None if inner.sub or inner.sup or inner.primes else inner.args[0]
    return None


# -- norms -------------------------------------------------------------------------------------------------------
def absolute(v: Value, at: int, each: bool = False) -> Value:
    """|x| entry by entry; of a square matrix its determinant, unless the note says that it is `each` entry's."""
    known = not any(str(d).startswith("?") for d in v.shape)
    oblong = known and v.rank == 2 and v.shape[0] != v.shape[1]
    if v.rank == 2 and 1 not in v.shape and not (each or oblong):
        return _det([v], at)
    return entrywise(Abs, "the absolute value", at, v)


def norm(node: s.Bracket, sub: Tokens, c: Context) -> Value:
    """The 2-norm, or as the subscript says: 1, 2, F, infinity."""
    from derive.documents.meaning.lower import lower

    if len(node.items) != 1:
        raise Unreadable(node.at, f"a norm of {len(node.items)} items", "one vector or matrix")
    if (parts := _stacked(node.items[0])) and word_of(sub) in ("star", "2"):
        squares = [dot(v, v, node.at) for v in (lower(p, c) for p in parts)]
        return entrywise(lambda e: Pow(e, Rational(1, 2)), "the norm", node.at, add([(1, v) for v in squares], node.at))
    x = lower(node.items[0], c)
    which = "".join(map(str, sub)).replace("{", "").replace("}", "")
    e = x.expr
    if which in ("", "2", "F", "\\mathrmF"):
        if which == "2" and x.rank == 2 and 1 not in x.shape:
            raise Unreadable(node.at, "the spectral norm of a matrix", "the Frobenius norm, or a vector")
        return scalar(Pow(sum_over(e**2, *x.axes), Rational(1, 2)) if x.axes else Abs(e))
    if which == "1" and x.rank < 2:
        return scalar(sum_over(Abs(e), *x.axes))
    if which == "\\infty" and x.rank < 2:
        return scalar(Max_(Abs(e), *x.axes) if x.axes else Abs(e))
    return weighted_norm(x, sub, node.at, c)


def _stacked(node: s.Node) -> tuple[s.Node, ...]:
    """The parts of (u, v), one below the other."""
    return node.items if isinstance(node, s.Bracket) and node.kind == "(" and len(node.items) > 1 else ()


def weighted_norm(x: Value, sub: Tokens, at: int, c: Context) -> Value:
    """|x|_A is the root of x^T A x."""
    from derive.documents.meaning.lower import lower
    from derive.documents.meaning.values import dot, multiply

    weight = lower(c.tree(sub, at), c)
    if x.rank != 1 or weight.rank != 2:
        raise Unreadable(at, f"a norm with the subscript {word_of(sub)}", r"1, 2, F, \infty or a matrix")
    return entrywise(lambda e: Pow(e, Rational(1, 2)), "the norm", at, dot(x, multiply(weight, x, at), at))
