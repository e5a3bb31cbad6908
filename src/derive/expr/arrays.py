"""`TensorExpr`: NumPy-like sugar over index expressions.

A `TensorExpr` is an expression with its free indices in order, and so with a shape. The index of axis k is
always called i, j, k, ... by its position, so equal inputs give equal expressions, and aligning two arrays is a
renaming of axes. An axis of size 1 has no index in the expression: its position is 0. That is broadcasting.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from sympy import Abs, Add, Expr, Integer, Mul, Rational, S

from derive.errors import DeriveError, ShapeError
from derive.expr.checks import bounded_power, require_finite
from derive.expr.functions import step
from derive.expr.nodes import Elem, Index, Size, Tensor, free_indices, rename

LETTERS = "ijklmpqrstuv"  # of the axes; n and o look like sizes and zeros


def axis_index(axis: int, dim: Expr) -> Index:
    """The index that a TensorExpr uses for its axis number `axis`."""
    return Index(LETTERS[axis] if axis < len(LETTERS) else f"i{axis}", dim)


def show(shape: Sequence[Expr]) -> str:
    """A shape as NumPy writes it: (), (N,), (N, D)."""
    inner = ", ".join(map(str, shape))
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


@dataclass(frozen=True)
class TensorExpr:
    """An expression and its ordered free indices. Build one with `tensor`, `scalar` or `array`.

    >>> X, w = tensor("X", "N", "D"), tensor("w", "D")
    >>> (X @ w).shape
    (N,)
    """

    expr: Expr
    indices: tuple[Index, ...] = ()

    _writers: ClassVar[dict[str, Callable[[TensorExpr], str]]] = {}  # filled by the layer above, see `register_writer`
    __array_ufunc__ = None  # a NumPy scalar on the left defers to us

    def __post_init__(self) -> None:
        stray = free_indices(self.expr) - set(self.indices)
        if stray or len(set(self.indices)) != len(self.indices):
            raise ShapeError(f"the free indices of {self.expr} must be among {self.indices}, each of them once")
        require_finite(self.expr)

    @property
    def shape(self) -> tuple[Expr, ...]:
        return tuple(i.dim for i in self.indices)

    @property
    def ndim(self) -> int:
        return len(self.indices)

    # -- arithmetic ---------------------------------------------------------------------------------------
    def __add__(self, other: Any) -> TensorExpr:
        return elementwise("+", Add, self, other)

    def __radd__(self, other: Any) -> TensorExpr:
        return elementwise("+", Add, other, self)

    def __sub__(self, other: Any) -> TensorExpr:
        return elementwise("-", _minus, self, other)

    def __rsub__(self, other: Any) -> TensorExpr:
        return elementwise("-", _minus, other, self)

    def __mul__(self, other: Any) -> TensorExpr:
        return elementwise("*", Mul, self, other)

    def __rmul__(self, other: Any) -> TensorExpr:
        return elementwise("*", Mul, other, self)

    def __truediv__(self, other: Any) -> TensorExpr:
        return elementwise("/", _over, self, other)

    def __rtruediv__(self, other: Any) -> TensorExpr:
        return elementwise("/", _over, other, self)

    def __pow__(self, other: Any) -> TensorExpr:
        return elementwise("**", bounded_power, self, other)

    def __rpow__(self, other: Any) -> TensorExpr:
        return elementwise("**", bounded_power, other, self)

    def __neg__(self) -> TensorExpr:
        return TensorExpr(-self.expr, self.indices)

    def __pos__(self) -> TensorExpr:
        return self

    def __abs__(self) -> TensorExpr:
        return elementwise("abs", Abs, self)

    def __matmul__(self, other: Any) -> TensorExpr:
        from derive.expr.linear import matmul

        return matmul(self, other)

    def __rmatmul__(self, other: Any) -> TensorExpr:
        from derive.expr.linear import matmul

        return matmul(other, self)

    # -- comparisons: 1 where true, 0 where false ----------------------------------------------------------
    def __gt__(self, other: Any) -> TensorExpr:
        return elementwise(">", _greater, self, other)

    def __lt__(self, other: Any) -> TensorExpr:
        return elementwise("<", _less, self, other)

    def __ge__(self, other: Any) -> TensorExpr:
        return elementwise(">=", lambda a, b: 1 - _less(a, b), self, other)

    def __le__(self, other: Any) -> TensorExpr:
        return elementwise("<=", lambda a, b: 1 - _greater(a, b), self, other)

    def __bool__(self) -> bool:
        raise ShapeError(
            "a tensor expression has no truth value: write a product of comparisons for `and` and for a chain, "
            "`where(a > b, x, y)` for `if`"
        )

    # -- axes ----------------------------------------------------------------------------------------------
    @property
    def T(self) -> TensorExpr:
        """The axes in reverse order."""
        return array(self.expr, *reversed(self.indices))

    @property
    def mT(self) -> TensorExpr:
        """The last two axes exchanged."""
        if self.ndim < 2:
            raise ShapeError(f".mT needs at least two axes; the shape is {show(self.shape)}")
        return array(self.expr, *self.indices[:-2], self.indices[-1], self.indices[-2])

    def __getitem__(self, key: Any) -> TensorExpr:
        from derive.expr.indexing import take

        return take(self, key if isinstance(key, tuple) else (key,))

    def __len__(self) -> int:
        if not self.indices or not self.shape[0].is_Integer:
            raise ShapeError(f"an array of shape {show(self.shape)} has no length in numbers; use its size symbol")
        return int(self.shape[0])

    def __iter__(self) -> Iterator[TensorExpr]:
        return (self[n] for n in range(len(self)))

    # -- methods, as in NumPy --------------------------------------------------------------------------------
    def sum(self, axis: Axis = None, keepdims: bool = False) -> TensorExpr:
        return _reductions().sum(self, axis, keepdims)

    def mean(self, axis: Axis = None, keepdims: bool = False) -> TensorExpr:
        return _reductions().mean(self, axis, keepdims)

    def max(self, axis: Axis = None, keepdims: bool = False) -> TensorExpr:
        return _reductions().max(self, axis, keepdims)

    def min(self, axis: Axis = None, keepdims: bool = False) -> TensorExpr:
        return _reductions().min(self, axis, keepdims)

    def dot(self, other: Any) -> TensorExpr:
        from derive.expr.linear import dot

        return dot(self, other)

    # -- writing: the layer above knows how --------------------------------------------------------------------
    def latex(self) -> str:
        """The expression in matrix notation, as LaTeX."""
        return self._write("latex")

    def component_latex(self) -> str:
        """The expression in index notation, as LaTeX."""
        return self._write("component_latex")

    def numpy(self) -> str:
        """A NumPy expression in the declared names."""
        return self._write("numpy")

    def _repr_latex_(self) -> str | None:
        return f"$\\displaystyle {self.latex()}$" if "latex" in self._writers else None

    def _write(self, kind: str) -> str:
        if kind not in self._writers:
            raise DeriveError(f"no writer for {kind} is installed: `import derive` installs them")
        return self._writers[kind](self)

    def __str__(self) -> str:
        return f"{self.expr}" if not self.indices else f"{self.expr} over {show(self.indices)}"

    __repr__ = __str__


Axis = int | tuple[int, ...] | None


def register_writer(kind: str, write: Callable[[TensorExpr], str]) -> None:
    """Install the writer behind `.latex()`, `.component_latex()` or `.numpy()`: this room knows no notation."""
    TensorExpr._writers[kind] = write


def _reductions() -> Any:
    from derive.expr import reductions

    return reductions


def _minus(a: Expr, b: Expr) -> Expr:
    return Add(a, -b)


def _over(a: Expr, b: Expr) -> Expr:
    return Mul(a, bounded_power(b, S.NegativeOne))


def _greater(a: Expr, b: Expr) -> Any:
    return step(a - b)


def _less(a: Expr, b: Expr) -> Any:
    return step(b - a)


# -- construction -------------------------------------------------------------------------------------------------
def array(expr: Expr, *indices: Index) -> TensorExpr:
    """The array of `expr` over `indices`, in this order; the axes get their canonical names.

    >>> N = Size("N"); n = Index("n", N)
    >>> array(Tensor("x", (N,))(n) ** 2, n)
    x[i]**2 over (i,)
    """
    if len(set(indices)) != len(indices):
        raise ShapeError(f"the axes of an array must be distinct indices, {indices} given")
    named = tuple(axis_index(k, i.dim) for k, i in enumerate(indices))
    places: dict[Index, Expr] = {i: S.Zero if i.dim == 1 else n for i, n in zip(indices, named, strict=True)}
    return TensorExpr(rename(expr, places), named)


def as_dim(size: Any) -> Expr:
    """A dimension from a positive int, a name or a Size."""
    if isinstance(size, str):
        return Size(size)
    if isinstance(size, TensorExpr) and not size.indices:
        size = size.expr
    dim = S(size) if isinstance(size, int) and not isinstance(size, bool) else size
    if not (isinstance(dim, Expr) and dim.is_integer and dim.is_positive and not free_indices(dim)):
        raise ShapeError(f"a size must be a positive integer or a name such as 'N'; {size} was given")
    return dim


def tensor(name: str, *dims: Any, layer: Any = None, properties: Sequence[str] = ()) -> TensorExpr:
    """A named array. Sizes are names, ints or `Size`s; without any it is a scalar.

    >>> tensor("X", "N", 3).shape
    (N, 3)
    """
    sizes = tuple(map(as_dim, dims))
    indices = tuple(Index(f"_{k}", d) for k, d in enumerate(sizes))
    return array(Tensor(name, sizes, layer, properties)(*indices), *indices)


def scalar(name: str, *, layer: Any = None, properties: Sequence[str] = ()) -> TensorExpr:
    """A named number."""
    return tensor(name, layer=layer, properties=properties)


def as_array(value: Any) -> TensorExpr:
    """A number, a size or a scalar expression as a TensorExpr. Decimals are taken at their word: 0.1 is 1/10."""
    if isinstance(value, TensorExpr):
        return value
    if isinstance(value, Expr):
        return TensorExpr(value)
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise ShapeError(f"a tensor expression or a number is expected; {value!r} was given")
    if isinstance(value, numbers.Integral):
        return TensorExpr(Integer(int(value)))
    if isinstance(value, Fraction):
        return TensorExpr(Rational(value.numerator, value.denominator))
    if not math.isfinite(value):
        raise ShapeError(f"a finite number is expected; {value!r} was given")
    return TensorExpr(Rational(repr(float(value))))


# -- broadcasting ---------------------------------------------------------------------------------------------------
def elementwise(what: str, f: Callable[..., Expr], *operands: Any) -> TensorExpr:
    """`f` entry by entry, after NumPy's broadcasting of the operands."""
    exprs, indices = align(what, [as_array(x) for x in operands])
    return TensorExpr(require_finite(f(*exprs)), indices)


def align(what: str, operands: Sequence[TensorExpr]) -> tuple[list[Expr], tuple[Index, ...]]:
    """The operands' expressions over the axes of their common shape, and those axes."""
    shape = broadcast_shape(what, [x.shape for x in operands])
    axes = tuple(axis_index(k, d) for k, d in enumerate(shape))
    return [_onto(x, axes) for x in operands], axes


def _onto(x: TensorExpr, axes: tuple[Index, ...]) -> Expr:
    target = axes[len(axes) - x.ndim :]
    return rename(x.expr, {i: t for i, t in zip(x.indices, target, strict=True) if i.dim != 1})


def broadcast_shape(what: str, shapes: Sequence[tuple[Expr, ...]]) -> tuple[Expr, ...]:
    """The common shape: aligned at the last axis, sizes equal or 1."""
    out: tuple[Expr, ...] = ()
    for shape in shapes:
        rank = max(len(out), len(shape))
        left, right = ((S.One,) * (rank - len(s)) + tuple(s) for s in (out, shape))
        if any(a != b and a != 1 and b != 1 for a, b in zip(left, right, strict=True)):
            raise ShapeError(_clash(what, out, shape))
        out = tuple(b if a == 1 else a for a, b in zip(left, right, strict=True))
    return out


def _clash(what: str, left: tuple[Expr, ...], right: tuple[Expr, ...]) -> str:
    message = f"{what}: shapes {show(left)} and {show(right)} do not fit together"
    if tuple(reversed(left)) == right and len(left) == 2:
        return f"{message}; transpose one of them with .T"
    if (len(left) == 2 and right == left[:1]) or (len(right) == 2 and left == right[:1]):
        return f"{message}; shapes are aligned at the last axis: write v[:, None] to repeat a vector along rows"
    return f"{message}; shapes are aligned at the last axis, and sizes must be equal or 1"


def require_tensor(x: TensorExpr, what: str) -> Elem:
    """The element behind a plain tensor, for those who need a name rather than an expression."""
    if not isinstance(x.expr, Elem):
        raise ShapeError(f"{what}: a declared tensor is expected; {x} was given")
    return x.expr
