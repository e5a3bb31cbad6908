"""Sums, means, extremes and norms over axes, with NumPy's `axis` and `keepdims`; softmax and log-sum-exp."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from sympy import Abs, Expr, Mul, Pow, Rational, S, exp, log

from derive.errors import ShapeError
from derive.expr.arrays import Axis, TensorExpr, array, as_array, elementwise, show
from derive.expr.build import sum_over
from derive.expr.nodes import Index, LogSumExp, Max_, Prod_, free_indices

Reduce = Callable[[Expr, tuple[Index, ...]], Expr]


def axes_of(what: str, x: TensorExpr, axis: Axis) -> tuple[int, ...]:
    """The axes meant by NumPy's `axis` argument, counted from 0."""
    given = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(a + x.ndim if a < 0 else a for a in given)
    if any(a < 0 or a >= x.ndim for a in axes):
        raise ShapeError(f"{what}: axis {axis} does not exist in an array of shape {show(x.shape)}")
    if len(set(axes)) != len(axes):
        raise ShapeError(f"{what}: an axis is named twice in {axis}")
    return axes


def reduce(what: str, f: Reduce, x: Any, axis: Axis, keepdims: bool) -> TensorExpr:
    """Reduce the axes with `f(body, indices)`."""
    x = as_array(x)
    axes = axes_of(what, x, axis)
    value = f(x.expr, tuple(x.indices[a] for a in axes))
    kept = [Index(f"_unit{a}", 1) if a in axes else i for a, i in enumerate(x.indices) if keepdims or a not in axes]
    return array(value, *kept)


def _split(body: Expr, indices: tuple[Index, ...]) -> tuple[list[Index], Expr]:
    """The indices that occur in the body, and the number of entries that the others run over."""
    used = [i for i in indices if i in free_indices(body)]
    return used, Mul(*(i.dim for i in indices if i not in used))


def _sum(body: Expr, indices: tuple[Index, ...]) -> Expr:
    return sum_over(body, *indices)


def _mean(body: Expr, indices: tuple[Index, ...]) -> Expr:
    return sum_over(body, *indices) / Mul(*(i.dim for i in indices))


def _prod(body: Expr, indices: tuple[Index, ...]) -> Expr:
    used, times = _split(body, indices)
    return Pow(Prod_(body, *used), times)


def _max(body: Expr, indices: tuple[Index, ...]) -> Expr:
    return Max_(body, *_split(body, indices)[0])


def _min(body: Expr, indices: tuple[Index, ...]) -> Expr:
    return -_max(-body, indices)


def _logsumexp(body: Expr, indices: tuple[Index, ...]) -> Expr:
    used, times = _split(body, indices)
    return LogSumExp(body, *used) + log(times)


def _two_norm(body: Expr, indices: tuple[Index, ...]) -> Expr:
    return Pow(sum_over(body**2, *indices), Rational(1, 2))


def _one_norm(body: Expr, indices: tuple[Index, ...]) -> Expr:
    return sum_over(Abs(body), *indices)


def sum(x: Any, axis: Axis = None, keepdims: bool = False) -> TensorExpr:
    """Sum of the entries.

    >>> from derive.expr.arrays import tensor
    >>> sum(tensor("X", "N", "D"), axis=0)
    Sum_[#1.0](X[#1.0,i]) over (i,)
    """
    return reduce("sum", _sum, x, axis, keepdims)


def mean(x: Any, axis: Axis = None, keepdims: bool = False) -> TensorExpr:
    """Sum of the entries divided by their number."""
    return reduce("mean", _mean, x, axis, keepdims)


def prod(x: Any, axis: Axis = None, keepdims: bool = False) -> TensorExpr:
    """Product of the entries."""
    return reduce("prod", _prod, x, axis, keepdims)


def max(x: Any, axis: Axis = None, keepdims: bool = False) -> TensorExpr:
    """Largest entry."""
    return reduce("max", _max, x, axis, keepdims)


def min(x: Any, axis: Axis = None, keepdims: bool = False) -> TensorExpr:
    """Smallest entry: -max(-x)."""
    return reduce("min", _min, x, axis, keepdims)


def var(x: Any, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> TensorExpr:
    """Mean squared distance from the mean; `ddof` is subtracted from the number of entries."""
    x = as_array(x)
    count = Mul(*(x.shape[a] for a in axes_of("var", x, axis)))
    squares = sum((x - mean(x, axis, keepdims=True)) ** 2, axis, keepdims)
    return squares / as_array(count - ddof)


def std(x: Any, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> TensorExpr:
    """Square root of the variance."""
    return var(x, axis, ddof, keepdims) ** Rational(1, 2)


def logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> TensorExpr:
    """log(sum(exp(x))), over all entries without an axis, as in SciPy."""
    return reduce("logsumexp", _logsumexp, x, axis, keepdims)


def log_softmax(x: Any, axis: Axis = -1) -> TensorExpr:
    """x - logsumexp(x), along the last axis unless told otherwise."""
    x = as_array(x)
    return x - logsumexp(x, axis, keepdims=True)


def softmax(x: Any, axis: Axis = -1) -> TensorExpr:
    """exp(x) divided by its sum, along the last axis unless told otherwise."""
    return elementwise("softmax", exp, log_softmax(x, axis))


def norm(x: Any, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> TensorExpr:
    """Euclidean norm of a vector, Frobenius norm of a matrix; `ord=1` is the sum of |x| of a vector.

    Raises ShapeError for the spectral and the other norms of a matrix.
    """
    x = as_array(x)
    over = builtins.len(axes_of("norm", x, axis))
    if ord is None or (ord == 2 and over < 2):
        return reduce("norm", _two_norm, x, axis, keepdims)
    if ord == 1 and over < 2:
        return reduce("norm", _one_norm, x, axis, keepdims)
    raise ShapeError(
        f"norm: ord={ord} over {over} axes is not known; known are the 2-norm and the 1-norm of a vector, "
        "and the Frobenius norm of a matrix (leave ord out)"
    )


def size(x: Any) -> Expr:
    """The number of entries."""
    return Mul(*as_array(x).shape) if as_array(x).indices else S.One
