"""Domains that no property expresses: a bounded symbol is written with a parameter that runs freely."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from sympy import Expr, Mul, Pow, Rational, S

from derive.documents.declarations.bounds import ends
from derive.documents.meaning import spectra
from derive.documents.meaning.values import Value, scalar
from derive.documents.names.symbols import INTERCEPT, Symbol
from derive.documents.syntax import tree as s
from derive.expr import Delta, Elem, Index, Let, Program, Tensor, Where, fresh, rename, sum_over, unfold
from derive.expr.symbols import ENDS

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


class Bounds(Let):
    """What values an input may take, by a parameter: the input does not vary with what its bounds are made of."""


def restricted(tensor: Tensor, symbol: Symbol, c: Context) -> Bounds | None:
    """x = low + u with u > 0, x = low + (high - low) u with 0 < u < 1; x = u / |u| for a vector of norm one."""
    let = _written(tensor, symbol, c)
    return None if let is None else Bounds(let.target, let.rhs)


def bounded_by(x: Tensor, program: Program) -> frozenset[Tensor]:
    """The inputs whose bounds are made of x, directly or through other names."""
    return frozenset(
        let.tensor for let in program if isinstance(let, Bounds) and x in _tensors(unfold(let.rhs, program))
    )


def _written(tensor: Tensor, symbol: Symbol, c: Context) -> Let | None:
    from derive.documents.meaning.lower import lower

    if (extreme := spectra.written(tensor, c)) is not None:
        return extreme
    if symbol.unit and tensor.rank == 1:
        free = Tensor(f"{tensor.name}_free", tensor.dims)
        i, k = fresh(tensor.dims[0]), fresh(tensor.dims[0])
        norm = Pow(sum_over(free(k) ** 2, k), Rational(1, 2))
        return Let(Elem(tensor, i), free(i) / norm)
    if symbol.centred and tensor.rank:
        return _centred(tensor)
    if symbol.form == INTERCEPT and tensor.rank:
        return _intercept(tensor)
    if symbol.form and tensor.rank == 2:
        return FORMS[symbol.form](tensor)
    if symbol.spectrum is not None and tensor.rank == 2:
        return _with_spectrum(tensor, symbol.spectrum, c)
    if symbol.values:
        return _one_of(tensor, symbol.values)
    if symbol.low is None and symbol.high is None:
        return None
    indices = tuple(fresh(d) for d in tensor.dims)
    low, high = _with_sign(*(lower(b, c) if b is not None else None for b in (symbol.low, symbol.high)), tensor)
    if any(b is not None and (b.axes or tensor in _tensors(b.expr)) for b in (low, high)):
        return None
    both = low is not None and high is not None
    attained = tensor.properties & ENDS
    if symbol.low is None and "nonnegative" in tensor.properties:
        attained |= ends(closed_low=True, closed_high=False)
    if not both:  # of a number that may be anything on the other side, the end is where the parameter is zero
        attained = ends(closed_low=bool(attained), closed_high=False)
    free = Tensor(f"{tensor.name}_free", tensor.dims, None, ("unit_interval" if both else "positive", *attained))
    u = Elem(free, *indices)
    if low is not None and high is not None:
        value = low.expr + (high.expr - low.expr) * u
    else:
        value = low.expr + u if low is not None else high.expr - u  # type: ignore[union-attr]
    return Let(Elem(tensor, *indices), rename(value, {}))


def _intercept(tensor: Tensor) -> Let:
    """x_0 = 1, and the other entries are free."""
    indices = tuple(fresh(d) for d in tensor.dims)
    first = Delta(indices[-1], S.Zero)
    free = Tensor(f"{tensor.name}_free", tensor.dims, None, tensor.properties)
    return Let(Elem(tensor, *indices), first + (1 - first) * Elem(free, *indices))


def _one_of(tensor: Tensor, values: tuple[Fraction, ...]) -> Let:
    """c = sum of v times the product of b_k or 1 - b_k, each b zero or one: the numbers of a finite set, numbered."""
    known = tensor.properties
    kept = [x for x in values if (x > 0 or "positive" not in known) and (x or "nonzero" not in known)] or list(values)
    indices = tuple(fresh(d) for d in tensor.dims)
    count = (len(kept) - 1).bit_length()
    digits = [Elem(Tensor(f"{tensor.name}_digit{n}", tensor.dims, None, ("binary",)), *indices) for n in range(count)]
    value = S.Zero
    for n in range(2**count):
        v = kept[min(n, len(kept) - 1)]
        chosen = (b if n >> k & 1 else 1 - b for k, b in enumerate(digits))
        value += Rational(v.numerator, v.denominator) * Mul(*chosen)
    return Let(Elem(tensor, *indices), rename(value, {}))


def _centred(tensor: Tensor) -> Let:
    """x_n = u_n - mean(u): all arrays that sum to zero are of this form."""
    free = Tensor(f"{tensor.name}_free", tensor.dims)
    n, *rest = (fresh(d) for d in tensor.dims)
    other = fresh(tensor.dims[0])
    return Let(Elem(tensor, n, *rest), free(n, *rest) - sum_over(free(other, *rest), other) / tensor.dims[0])


def _symmetrized(tensor: Tensor) -> tuple[Tensor, Index, Index, Index]:
    """Two indices of a square matrix, a third one, and a free matrix of its size."""
    i, j, k = (fresh(tensor.dims[0]) for _ in range(3))
    return Tensor(f"{tensor.name}_free", tensor.dims), i, j, k


def _skew(tensor: Tensor) -> Let:
    """A = F - F^T."""
    free, i, j, _ = _symmetrized(tensor)
    return Let(Elem(tensor, i, j), free(i, j) - free(j, i))


def _semidefinite(tensor: Tensor) -> Let:
    """A = F F^T."""
    free, i, j, k = _symmetrized(tensor)
    return Let(Elem(tensor, i, j), sum_over(free(i, k) * free(j, k), k))


def _negative_definite(tensor: Tensor) -> Let:
    _, i, j, _ = _symmetrized(tensor)
    return Let(Elem(tensor, i, j), -Tensor(f"{tensor.name}_free", tensor.dims, None, DEFINITE)(i, j))


def _diagonal(tensor: Tensor) -> Let:
    """D = diag(d)."""
    _, i, j, _ = _symmetrized(tensor)
    return Let(Elem(tensor, i, j), Delta(i, j) * Tensor(f"{tensor.name}_free", tensor.dims[:1])(i))


def _projection(tensor: Tensor) -> Let:
    """P = Q diag(b) Q^T, Q orthogonal and the entries of b zero or one."""
    _, i, j, k = _symmetrized(tensor)
    basis = Tensor(f"{tensor.name}_basis", tensor.dims, None, ("orthogonal",))
    kept = Tensor(f"{tensor.name}_free", tensor.dims[:1], None, ("binary",))
    return Let(Elem(tensor, i, j), sum_over(basis(i, k) * kept(k) * basis(j, k), k))


def _orthonormal_rows(tensor: Tensor) -> Let:
    """U = Q^T, the columns of Q orthonormal."""
    i, j = (fresh(d) for d in tensor.dims)
    return Let(Elem(tensor, i, j), Tensor(f"{tensor.name}_free", tensor.dims[::-1], None, ("orthogonal",))(j, i))


def _one_hot_columns(tensor: Tensor) -> Let:
    return _turned(tensor, "one_hot")


def _stochastic_columns(tensor: Tensor) -> Let:
    return _turned(tensor, "sum_to_one")


def _turned(tensor: Tensor, by_row: str) -> Let:
    """A = F^T, with the same entries, and rows of F in place of columns of A."""
    i, j = (fresh(d) for d in tensor.dims)
    free = Tensor(f"{tensor.name}_free", tensor.dims[::-1], None, (*tensor.properties, by_row))
    return Let(Elem(tensor, i, j), free(j, i))


def _joint(tensor: Tensor) -> Let:
    """p = F / sum of F: all tables that sum to one are of this form."""
    free = Tensor(f"{tensor.name}_free", tensor.dims, None, tensor.properties)
    (i, j), (k, l) = (tuple(fresh(d) for d in tensor.dims) for _ in range(2))  # noqa: E741  (the letters of indices)
    return Let(Elem(tensor, i, j), free(i, j) / sum_over(free(k, l), k, l))


def _some_in_rows(tensor: Tensor) -> Let:
    """M = F + H - F H entry by entry, where F holds zeros and ones and each row of H is one-hot: all such M are so."""
    i, j = (fresh(d) for d in tensor.dims)
    return Let(Elem(tensor, i, j), _either(tensor, tensor.dims, i, j))


def _some_in_columns(tensor: Tensor) -> Let:
    i, j = (fresh(d) for d in tensor.dims)
    return Let(Elem(tensor, i, j), _either(tensor, tensor.dims[::-1], j, i))


def _either(tensor: Tensor, dims: tuple[Expr, ...], i: Index, j: Index) -> Expr:
    free = Tensor(f"{tensor.name}_free", dims, None, ("binary",))(i, j)
    one = Tensor(f"{tensor.name}_one", dims, None, ("binary", "one_hot"))(i, j)
    return free + one - free * one


DEFINITE = ("positive_definite", "symmetric")
FORMS = {
    "skew": _skew,
    "semidefinite": _semidefinite,
    "negative_definite": _negative_definite,
    "diagonal": _diagonal,
    "projection": _projection,
    "orthonormal_rows": _orthonormal_rows,
    "one_hot_columns": _one_hot_columns,
    "stochastic_columns": _stochastic_columns,
    "joint": _joint,
    "some_in_rows": _some_in_rows,
    "some_in_columns": _some_in_columns,
}


def _with_sign(low: Value | None, high: Value | None, tensor: Tensor) -> tuple[Value | None, Value | None]:
    """The bounds of a number that is known to be positive, or between 0 and 1, besides."""
    unit = "unit_interval" in tensor.properties
    if not unit and not tensor.properties & {"positive", "nonnegative"}:
        return low, high
    if any(b is not None and b.expr.is_number and b.expr.is_nonpositive for b in (low, high)):
        return low, high  # u > -1, where u was positive before: another case
    if low is None:
        low = scalar(S.Zero)
    elif not low.expr.is_nonnegative:
        low = Value(Where(low.expr, low.expr, S.Zero), low.axes)
    if high is None:
        return low, scalar(S.One) if unit else None
    if unit:
        high = Value(Where(1 - high.expr, high.expr, S.One), high.axes)
    if not high.expr.is_positive:  # no value where there is no such number
        high = Value(high.expr / Where(high.expr, S.One, S.Zero), high.axes)
    return low, high


def _with_spectrum(tensor: Tensor, bounds: tuple[s.Node, s.Node], c: Context) -> Let | None:
    """A = Q diag(low + (high - low) u) Q^T with Q orthogonal and 0 < u < 1: all eigenvalues between the bounds."""
    from derive.documents.meaning.lower import lower

    low, high = (lower(b, c) for b in bounds)
    if low.axes or high.axes or tensor in _tensors(low.expr) | _tensors(high.expr):
        return None
    free = Tensor(f"{tensor.name}_free", tensor.dims[:1], None, ("unit_interval",))
    return spectra.turned(tensor, lambda k: low.expr + (high.expr - low.expr) * free(k))


def _tensors(e: object) -> frozenset[Tensor]:
    from derive.expr import tensors

    return tensors(e)
