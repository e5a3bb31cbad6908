"""The atoms of tensor expressions: sizes, indices, tensors."""

from __future__ import annotations

from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any

from sympy import Expr, Integer, S
from sympy.core.expr import AtomicExpr

from derive.errors import ShapeError

if TYPE_CHECKING:
    from derive.expr.nodes import Elem

MEMO = 1 << 17  # entries a memo table keeps: bounded, since long runs build millions of expressions

PROPERTIES = frozenset(
    {
        "positive",
        "nonnegative",
        "binary",  # entries in {0, 1}
        "sign",  # entries in {-1, 1}
        "unit_interval",  # entries in (0, 1)
        "one_hot",  # rows (last index) are unit vectors
        "sum_to_one",  # rows (last index) sum to one
        "symmetric",
        "positive_definite",
        "orthogonal",
        "invertible",
        "integer",
        "nonzero",
    }
)
ENDS = frozenset(("closed_low", "closed_high"))
"""Whether 0, and 1 of an interval, are attained: equations go on to the ends, strict inequalities need not."""
RESTRICTED = PROPERTIES - {"positive", "nonnegative", "unit_interval", "invertible"}
"""Properties that leave no neighbourhood of a value to differentiate in: y^2 = y does not make 2 y = 1."""


def layer_name(layer: Expr) -> str:
    """A layer parameter: 2, l, l - 1. A number does not go through SymPy's printer."""
    return str(int(layer)) if isinstance(layer, Integer) else str(layer)


class Printed:
    """Prints itself: where much is sorted by name, the way through SymPy's printer is long."""

    __slots__ = ()

    def __str__(self) -> str:
        return self._sympystr(None)

    __repr__ = __str__


class Size(Printed, AtomicExpr):
    """A symbolic dimension such as N, or n_l when it belongs to layer `layer`."""

    __slots__ = ("layer", "name")
    is_integer = True
    is_positive = True
    is_commutative = True

    def __new__(cls, name: str, layer: Any = None) -> Size:
        return _size(name, None if layer is None else S(layer) if isinstance(layer, int) else layer)

    def _hashable_content(self) -> tuple[Any, ...]:
        return (self.name, S.Zero if self.layer is None else self.layer, self.layer is None)

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.name, self.layer)

    def _sympystr(self, printer: Any) -> str:
        return self.name if self.layer is None else f"{self.name}[{layer_name(self.layer)}]"


@lru_cache(MEMO)
def _size(name: str, layer: Expr | None) -> Size:
    self = AtomicExpr.__new__(Size)
    self.name, self.layer = name, layer
    return self


class Index(Printed, AtomicExpr):
    """A typed index: runs over 0 .. dim - 1. Bound ones are called `#height.position`."""

    __slots__ = ("dim", "name")
    is_integer = True
    is_nonnegative = True
    is_commutative = True

    def __new__(cls, name: str, dim: Expr | int) -> Index:
        return _index(name, Integer(dim) if isinstance(dim, int) else dim)

    def _hashable_content(self) -> tuple[Any, ...]:
        return (self.name, self.dim)

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.name, self.dim)

    def _sympystr(self, printer: Any) -> str:
        return self.name


@lru_cache(MEMO)
def _index(name: str, dim: Expr) -> Index:
    self = AtomicExpr.__new__(Index)
    self.name, self.dim = name, dim
    return self


_fresh = count()


def fresh(dim: Expr | int) -> Index:
    """An index that occurs nowhere else."""
    return Index(f"~{next(_fresh)}", dim)


class Tensor(Printed, AtomicExpr):
    """A named array of entries: name, dimensions, an optional layer parameter, and properties.

    `Tensor("W", (n, m), layer=2)` is W^(2). Properties are facts about the entries or the matrix;
    every proof lists those that it used.
    """

    __slots__ = ("dims", "layer", "name", "properties", "shown")
    is_commutative = True

    def __new__(cls, name: str, dims: Any = (), layer: Any = None, properties: Any = ()) -> Tensor:
        unknown = set(properties) - PROPERTIES - ENDS
        if unknown:
            raise ShapeError(
                f"tensor {name}: unknown property {sorted(unknown)[0]!r}; known are {', '.join(sorted(PROPERTIES))}"
            )
        return _tensor(
            name,
            tuple(Integer(d) if isinstance(d, int) else d for d in dims),
            Integer(layer) if isinstance(layer, int) else layer,
            frozenset(properties),
        )

    @property
    def rank(self) -> int:
        return len(self.dims)

    def __call__(self, *indices: Any) -> Elem:
        """The element at these indices: `W(i, j)`."""
        from derive.expr.nodes import Elem

        return Elem(self, *indices)

    def _hashable_content(self) -> tuple[Any, ...]:
        layer = S.Zero if self.layer is None else self.layer
        return (self.name, layer, self.layer is None, ",".join(sorted(self.properties)), *self.dims)

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.name, self.dims, self.layer, self.properties)

    def _sympystr(self, printer: Any) -> str:
        return self.shown


@lru_cache(MEMO)
def _tensor(name: str, dims: tuple[Expr, ...], layer: Expr | None, properties: frozenset[str]) -> Tensor:
    self = AtomicExpr.__new__(Tensor)
    self.name, self.dims, self.layer, self.properties = name, dims, layer, properties
    self.shown = name if layer is None else f"{name}^({layer_name(layer)})"
    return self
