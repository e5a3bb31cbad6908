"""Entries of tensors, and the Kronecker delta: the leaves that carry indices."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Expr, S

from derive.errors import ShapeError
from derive.expr.symbols import MEMO, Index, Printed, Tensor


def dim_of(position: Expr) -> Expr | None:
    """The dimension an index runs over; None for a fixed position (an Integer)."""
    return position.dim if isinstance(position, Index) else None


def _as_position(index: Any, dim: Expr, what: Tensor) -> Expr:
    if isinstance(index, Index):
        if index.dim != dim:
            raise ShapeError(f"{what}: index of size {dim} expected, {index} of size {index.dim} found")
        return index
    position = S(index) if isinstance(index, int) else index
    if not (position.is_Integer and position >= 0 and not (dim.is_Integer and position >= dim)):
        raise ShapeError(f"{what}: position {index} is not within 0 .. {dim} - 1")
    return position


@lru_cache(MEMO)
def _facts(cls: type, properties: frozenset[str]) -> Any:
    """What SymPy finds out about entries depends on their properties alone: they share one base of facts."""
    return cls.default_assumptions.copy()


class Elem(Printed, Expr):
    """The entry of a tensor at given indices (`Index` nodes, or Integers counted from 0)."""

    is_real = True
    is_commutative = True

    def __new__(cls, tensor: Tensor, *indices: Any) -> Elem:
        if len(indices) != len(tensor.dims):
            raise ShapeError(f"{tensor} has {len(tensor.dims)} indices, {len(indices)} given")
        return entry(cls, tensor, *[_as_position(i, d, tensor) for i, d in zip(indices, tensor.dims, strict=True)])

    @property
    def tensor(self) -> Tensor:
        return self.args[0]

    @property
    def indices(self) -> tuple[Expr, ...]:
        return self.args[1:]

    def _eval_is_positive(self) -> bool | None:
        return True if self.tensor.properties & {"positive", "unit_interval"} else None

    def _eval_is_nonnegative(self) -> bool | None:
        known = {"positive", "unit_interval", "nonnegative", "binary", "one_hot"}
        return True if self.tensor.properties & known else None

    def _eval_is_zero(self) -> bool | None:
        nonzero = {"positive", "unit_interval", "nonzero", "sign"}
        return False if self.tensor.properties & nonzero else None

    def _eval_is_integer(self) -> bool | None:
        return True if self.tensor.properties & {"binary", "one_hot", "sign", "integer"} else None

    def _sympystr(self, printer: Any) -> str:
        inner = ",".join(map(str, self.indices))
        return f"{self.tensor}[{inner}]" if inner else str(self.tensor)


@lru_cache(MEMO)
def entry(cls: type[Elem], tensor: Tensor, *positions: Expr) -> Elem:
    """The entry at positions that are known to fit.

    Equal entries are one object, like sizes, indices and tensors: they are compared all the time.
    """
    self = Expr.__new__(cls, tensor, *positions)
    self._assumptions = _facts(cls, tensor.properties)
    return self


class Delta(Expr):
    """Kronecker delta: 1 where the two indices agree, else 0."""

    is_integer = True
    is_nonnegative = True
    is_commutative = True

    def __new__(cls, i: Any, j: Any) -> Expr:
        i, j = (S(k) if isinstance(k, int) else k for k in (i, j))
        if i == j:
            return S.One
        if i.is_Integer and j.is_Integer:
            return S.Zero
        di, dj = dim_of(i), dim_of(j)
        if di is not None and dj is not None and di != dj:
            raise ShapeError(f"Kronecker delta between an index of size {di} and one of size {dj}")
        if i.compare(j) > 0:
            i, j = j, i
        return Expr.__new__(cls, i, j)

    def _eval_power(self, exponent: Expr) -> Expr | None:
        return self if exponent.is_positive else None

    def _sympystr(self, printer: Any) -> str:
        return f"delta({self.args[0]},{self.args[1]})"
