"""Products, traces, inverses, determinants and constant matrices."""

from __future__ import annotations

from typing import Any, NamedTuple

from sympy import Abs, Expr, Integer, S, log, sign

from derive.errors import ShapeError
from derive.expr import reductions
from derive.expr.arrays import TensorExpr, array, as_array, as_dim, axis_index, broadcast_shape, show
from derive.expr.build import sum_over
from derive.expr.nodes import Delta, Det, Index, Inverse, LogDet, rename


def matmul(a: Any, b: Any) -> TensorExpr:
    """NumPy's `@`: products of vectors, matrices and stacks of matrices.

    >>> from derive.expr.arrays import tensor
    >>> tensor("A", "n", "m") @ tensor("x", "m")
    Sum_[#1.0](x[#1.0]*A[i,#1.0]) over (i,)
    """
    a, b = as_array(a), as_array(b)
    if not a.indices or not b.indices:
        raise ShapeError(f"@: shapes {show(a.shape)} and {show(b.shape)}: a scalar has no matrix product; use *")
    rows = b if b.ndim > 1 else b[:, None]
    columns = a if a.ndim > 1 else a[None, :]
    if columns.shape[-1] != rows.shape[-2]:
        raise ShapeError(_inner_clash(a, b))
    broadcast_shape("@, leading axes", [columns.shape[:-2], rows.shape[:-2]])
    product = reductions.sum(columns[..., :, :, None] * rows[..., None, :, :], axis=-2)
    if b.ndim == 1:
        product = product[..., 0]
    return product[..., 0] if a.ndim == b.ndim == 1 else product[..., 0, :] if a.ndim == 1 else product


def _inner_clash(a: TensorExpr, b: TensorExpr) -> str:
    inner = b.shape[-2] if b.ndim > 1 else b.shape[0]
    message = f"@: shapes {show(a.shape)} and {show(b.shape)} do not fit: {a.shape[-1]} against {inner}"
    if a.ndim > 1 and a.shape[-2] == inner:
        return f"{message}; try the transpose of the left one, .T"
    if b.ndim > 1 and b.shape[-1] == a.shape[-1]:
        return f"{message}; try the transpose of the right one, .T"
    if a.shape == b.shape:
        return f"{message}; * multiplies entry by entry"
    return f"{message}; the last axis on the left must match the rows on the right"


def dot(a: Any, b: Any) -> TensorExpr:
    """NumPy's dot for arrays of up to two axes: the matrix product, or the product with a scalar."""
    a, b = as_array(a), as_array(b)
    if not a.indices or not b.indices:
        return a * b
    if a.ndim > 2 or b.ndim > 2:
        raise ShapeError(f"dot: shapes {show(a.shape)} and {show(b.shape)}: write @ for stacks of matrices")
    return matmul(a, b)


def inner(a: Any, b: Any) -> TensorExpr:
    """Products summed over the last axes: <a, b> for vectors, A B^T for matrices."""
    a, b = as_array(a), as_array(b)
    if not a.indices or not b.indices:
        return a * b
    if a.shape[-1] != b.shape[-1]:
        raise ShapeError(f"inner: the last axes of {show(a.shape)} and {show(b.shape)} differ in size")
    left = a[(..., *[None] * (b.ndim - 1), slice(None))]
    return reductions.sum(left * b, axis=-1)


def vdot(a: Any, b: Any) -> TensorExpr:
    """Sum of all products of entries at equal places, for arrays of equal shape."""
    a, b = as_array(a), as_array(b)
    if a.shape != b.shape:
        raise ShapeError(f"vdot: shapes {show(a.shape)} and {show(b.shape)} differ")
    return reductions.sum(a * b)


def outer(a: Any, b: Any) -> TensorExpr:
    """a b^T for two vectors."""
    a, b = as_array(a), as_array(b)
    if a.ndim != 1 or b.ndim != 1:
        raise ShapeError(f"outer: two vectors are expected; shapes {show(a.shape)} and {show(b.shape)} were given")
    return a[:, None] * b


def _square(what: str, x: Any, *, stacks: bool = True) -> tuple[TensorExpr, Index, Index]:
    x = as_array(x)
    if x.ndim < 2 or x.shape[-1] != x.shape[-2] or (x.ndim > 2 and not stacks):
        raise ShapeError(f"{what}: a square matrix is expected; an array of shape {show(x.shape)} was given")
    return x, x.indices[-2], x.indices[-1]


def trace(x: Any) -> TensorExpr:
    """Sum of the diagonal of a square matrix."""
    x, i, j = _square("trace", x, stacks=False)
    return TensorExpr(sum_over(rename(x.expr, {j: i}), i))


def diag(x: Any) -> TensorExpr:
    """The diagonal matrix of a vector; the diagonal of a square matrix."""
    x = as_array(x)
    if x.ndim == 1:
        i, j = x.indices[0], axis_index(1, x.shape[0])
        return array(x.expr * Delta(i, j), i, j) if i.dim != 1 else array(x.expr, i, j)
    return diagonal(x)


def diagonal(x: Any) -> TensorExpr:
    """The diagonal of a square matrix, as a vector."""
    x, i, j = _square("diag", x, stacks=False)
    return array(rename(x.expr, {j: i}), i)


def _open(x: TensorExpr, i: Index, j: Index) -> tuple[Expr, Index, Index]:
    """The body of a matrix with row and column names of its own."""
    a, b = Index("_row", i.dim), Index("_column", j.dim)
    return rename(x.expr, {i: a, j: b}), a, b


def inv(x: Any) -> TensorExpr:
    """Inverse of a square matrix, or of each matrix in a stack."""
    x, i, j = _square("inv", x)
    if i.dim == 1:
        return 1 / x
    body, a, b = _open(x, i, j)
    return array(Inverse(body, a, b, i, j), *x.indices)


def det(x: Any) -> TensorExpr:
    """Determinant of a square matrix, or of each matrix in a stack."""
    x, i, j = _square("det", x)
    return array(x.expr if i.dim == 1 else Det(*_open(x, i, j)), *x.indices[:-2])


def logdet(x: Any) -> TensorExpr:
    """log |det| of a square matrix, or of each matrix in a stack."""
    x, i, j = _square("logdet", x)
    return array(log(Abs(x.expr)) if i.dim == 1 else LogDet(*_open(x, i, j)), *x.indices[:-2])


class SlogDet(NamedTuple):
    """What NumPy's slogdet gives: the sign of the determinant, and log |det|."""

    sign: TensorExpr
    logabsdet: TensorExpr


def slogdet(x: Any) -> SlogDet:
    """Sign and logarithm of the absolute value of the determinant."""
    d = det(x)
    return SlogDet(array(sign(d.expr), *d.indices), logdet(x))


def transpose(x: Any, axes: tuple[int, ...] | None = None) -> TensorExpr:
    """The axes in reverse order, or in the order given."""
    x = as_array(x)
    order = tuple(reversed(range(x.ndim))) if axes is None else reductions.axes_of("transpose", x, axes)
    if len(order) != x.ndim:
        raise ShapeError(f"transpose: {len(order)} axes are given for an array of shape {show(x.shape)}")
    return array(x.expr, *(x.indices[a] for a in order))


def swapaxes(x: Any, axis1: int, axis2: int) -> TensorExpr:
    """Two axes exchanged."""
    x = as_array(x)
    a, b = (*reductions.axes_of("swapaxes", x, axis1), *reductions.axes_of("swapaxes", x, axis2))
    order = list(range(x.ndim))
    order[a], order[b] = b, a
    return transpose(x, tuple(order))


def eye(N: Any) -> TensorExpr:
    """The identity matrix.

    >>> eye("N")
    delta(i,j) over (i, j)
    """
    dim = as_dim(N)
    i, j = axis_index(0, dim), axis_index(1, dim)
    return array(S.One if dim == 1 else Delta(i, j), i, j)


def full(shape: Any, value: Any) -> TensorExpr:
    """An array of equal entries; `shape` is a size or a tuple of sizes."""
    dims = tuple(map(as_dim, shape)) if isinstance(shape, tuple) else (as_dim(shape),)
    value = as_array(value)
    if value.indices:
        raise ShapeError(f"full: a scalar is expected; an array of shape {show(value.shape)} was given")
    return array(value.expr, *(axis_index(k, d) for k, d in enumerate(dims)))


def ones(shape: Any) -> TensorExpr:
    """All ones."""
    return full(shape, Integer(1))


def zeros(shape: Any) -> TensorExpr:
    """All zeros."""
    return full(shape, Integer(0))


def ones_like(x: Any) -> TensorExpr:
    """All ones, in the shape of x."""
    return full(as_array(x).shape, Integer(1))


def zeros_like(x: Any) -> TensorExpr:
    """All zeros, in the shape of x."""
    return full(as_array(x).shape, Integer(0))
