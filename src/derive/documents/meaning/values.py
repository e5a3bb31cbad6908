"""Values: expressions over ordered axes, with explicit component indices left free; and the algebra of columns.

A column vector has one axis, its transpose has shape (1, n). Axes have canonical names by position, so that equal
values are equal expressions. Sizes that are not known yet are called `?...`; meeting a known size raises `Unify`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sympy import Add, Expr, Integer, Mul, S

from derive.documents.trouble import Clash, Unify
from derive.expr import Delta, Index, Size, Tensor, rename, sum_over
from derive.expr.checks import bounded_power, require_finite


@dataclass(frozen=True)
class Link:
    """That a value is a derivative: of which tensor (if it is a bare name), in which, and the first one's axes."""

    numerator: Tensor | None
    variable: Tensor
    leading: int


@dataclass(frozen=True)
class Value:
    """An expression over axes. Free indices that are no axes are explicit component indices."""

    expr: Expr
    axes: tuple[Index, ...] = ()
    link: Link | None = None

    @property
    def shape(self) -> tuple[Expr, ...]:
        return tuple(a.dim for a in self.axes)

    @property
    def rank(self) -> int:
        return len(self.axes)


def axis(k: int, dim: Expr) -> Index:
    return Index(f"@{k}", dim)


def make(expr: Expr, *indices: Index, link: Link | None = None) -> Value:
    """The value of `expr` over `indices`, in this order, with canonical axes; (n, 1) is a column, (1, 1) a scalar."""
    kept = list(indices)
    names: dict[Index, Expr] = {}
    while kept and kept[-1].dim == 1:
        names[kept.pop()] = S.Zero
    axes = tuple(axis(k, i.dim) for k, i in enumerate(kept))
    names |= {i: S.Zero if i.dim == 1 else a for i, a in zip(kept, axes, strict=True)}
    names = {i: a for i, a in names.items() if i != a}
    return Value(require_finite(rename(expr, names) if names else expr), axes, link)


def scalar(e: Expr) -> Value:
    return Value(require_finite(e))


def is_unknown(dim: Expr) -> bool:
    return isinstance(dim, Size) and dim.name.startswith("?")


def is_filled(value: Value) -> bool:
    """Whether it is one number, or an array of it whose shape nothing says: \\mathbf 0 is as long as its place asks."""
    return value.expr.is_number is True and (not value.axes or (value.rank == 1 and is_unknown(value.axes[0].dim)))


def same(a: Expr, b: Expr) -> bool:
    """Whether two sizes agree; `Unify` if that says what an unknown size is."""
    if a == b:
        return True
    if is_unknown(a):
        raise Unify(a, b)
    if is_unknown(b):
        raise Unify(b, a)
    return False


def show_shape(shape: Sequence[Expr]) -> str:
    if not shape:
        return "a scalar"
    inner = " x ".join(_show_size(d) for d in shape)
    return f"a vector of length {inner}" if len(shape) == 1 else f"{inner}"


def _show_size(d: Expr) -> str:
    return f"{d.name}_{d.layer}" if isinstance(d, Size) and d.layer is not None else str(d)


def moved(v: Value, offset: int) -> Value:
    """The value with its axes renamed out of the way."""
    names = {a: Index(f"@{k + offset}", a.dim) for k, a in enumerate(v.axes)}
    return Value(rename(v.expr, dict(names)), tuple(names.values()))


# -- entrywise ---------------------------------------------------------------------------------------------------
def entrywise(f: Callable[..., Expr], what: str, at: int, *values: Value) -> Value:
    """`f` entry by entry; scalars are the same everywhere, a vector beside a matrix stands in each row."""
    shape: tuple[Expr, ...] = ()
    for v in values:
        shape = _common(shape, v.shape, what, at)
    axes = tuple(axis(k, d) for k, d in enumerate(shape))
    exprs = [_onto(v, axes) for v in values]
    return Value(require_finite(f(*exprs)), axes)


def _common(a: tuple[Expr, ...], b: tuple[Expr, ...], what: str, at: int) -> tuple[Expr, ...]:
    if not a or not b:
        return a or b
    if len(a) == len(b) and all([same(x, y) for x, y in zip(a, b, strict=True)]):
        return a
    for big, low in ((a, b), (b, a)):
        if len(big) == 2 and low[0] == 1 and len(low) == 2 and same(big[1], low[1]):
            return big
        if len(big) == 2 and len(low) == 1 and big[0] != 1 and big[0] != low[0] and big[1] == low[0]:
            return big  # X W + b, with b added to each row
    raise Clash(f"{what}: {show_shape(a)} and {show_shape(b)} do not fit together", at)


def _onto(v: Value, axes: tuple[Index, ...]) -> Expr:
    if not v.axes:
        return v.expr
    target = axes[len(axes) - v.rank :]
    names = {a: t for a, t in zip(v.axes, target, strict=True) if a != t and a.dim != 1}
    return rename(v.expr, names) if names else v.expr


def add(terms: Sequence[tuple[int, Value]], at: int) -> Value:
    if len(terms) == 1 and terms[0][0] == 1:
        return terms[0][1]
    signs = [Integer(c) for c, _ in terms]
    return entrywise(
        lambda *e: Add(*(c * x for c, x in zip(signs, e, strict=True))), "the sum", at, *(v for _, v in terms)
    )


def hadamard(a: Value, b: Value, at: int) -> Value:
    return entrywise(Mul, "the entrywise product", at, a, b)


def divide(a: Value, b: Value, at: int) -> Value:
    if b.rank == 2 and a.rank == 2 and 1 not in b.shape:
        return entrywise(lambda x, y: x * bounded_power(y, S.NegativeOne), "the quotient", at, a, b)
    if b.rank and a.rank and a.rank != b.rank:
        raise Clash(f"the quotient: {show_shape(a.shape)} divided by {show_shape(b.shape)}", at)
    return entrywise(lambda x, y: x * bounded_power(y, S.NegativeOne), "the quotient", at, a, b)


# -- products ----------------------------------------------------------------------------------------------------
def multiply(a: Value, b: Value, at: int) -> Value:
    """The product by juxtaposition: of a scalar and anything, of matrices, of columns and rows."""
    if not a.axes or not b.axes:
        return entrywise(Mul, "the product", at, a, b)
    if a.rank > 2 or b.rank > 2:
        return contract(a, b, 1, at)
    left, right = _as_matrix(a), moved(_as_matrix(b), 2)
    if not same(left.axes[1].dim, right.axes[0].dim):
        raise Clash(_product_clash(a, b), at)
    if left.axes[1].dim == 1:
        return make(left.expr * right.expr, left.axes[0], right.axes[1])
    return _contracted(left, right, 1)


def contract(a: Value, b: Value, n: int, at: int) -> Value:
    """The last n axes of `a` summed against the first n of `b`."""
    b = moved(b, a.rank)
    for x, y in zip(a.axes[a.rank - n :], b.axes[:n], strict=True):
        if not same(x.dim, y.dim):
            raise Clash(_product_clash(a, b), at)
    return _contracted(a, b, n)


def _contracted(a: Value, b: Value, n: int) -> Value:
    names = dict(zip(b.axes[:n], a.axes[a.rank - n :], strict=True))
    body = a.expr * rename(b.expr, dict(names))
    return make(sum_over(body, *a.axes[a.rank - n :]), *a.axes[: a.rank - n], *b.axes[n:])


def _as_matrix(v: Value) -> Value:
    return Value(v.expr, (v.axes[0], axis(1, S.One))) if v.rank == 1 else v


def _product_clash(a: Value, b: Value) -> str:
    return f"the product: {show_shape(a.shape)} times {show_shape(b.shape)} do not fit together"


def dot(a: Value, b: Value, at: int) -> Value:
    """The inner product of two arrays of the same shape."""
    if a.shape != b.shape:
        _common(a.shape, b.shape, "the inner product", at)
    if len(a.shape) != len(b.shape):
        raise Clash(f"the inner product: {show_shape(a.shape)} and {show_shape(b.shape)}", at)
    product = hadamard(a, b, at)
    return Value(sum_over(product.expr, *product.axes)) if product.axes else product


def transpose(v: Value, at: int) -> Value:
    if v.rank == 0:
        return Value(v.expr)
    if v.rank == 1:
        return Value(rename(v.expr, {v.axes[0]: axis(1, v.axes[0].dim)}), (axis(0, S.One), axis(1, v.axes[0].dim)))
    if v.rank > 2:
        raise Clash(f"the transpose of an array with {v.rank} axes", at)
    return make(v.expr, v.axes[1], v.axes[0])


def square(v: Value, what: str, at: int) -> Value:
    if v.rank != 2 or not same(v.axes[0].dim, v.axes[1].dim):
        raise Clash(f"{what} of {show_shape(v.shape)}: a square matrix is needed", at)
    return v


def eye(dim: Expr) -> Value:
    i, j = axis(0, dim), axis(1, dim)
    return Value(Delta(i, j), (i, j))


def broadcast(v: Value, shape: tuple[Expr, ...]) -> Value:
    """A scalar as an array of that shape."""
    return Value(v.expr, tuple(axis(k, d) for k, d in enumerate(shape)))
