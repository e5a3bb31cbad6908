"""The layer parameter: names such as W^(l) at another layer, and sums over layers."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any

from sympy import Add, Basic, Expr, Integer, S, Symbol

from derive.expr.nodes import MEMO, Elem, Index, Size, Tensor, tensors

LAYER = Symbol("l", integer=True, positive=True)
DEPTH = Symbol("L", integer=True, positive=True)


class LayerSum(Expr):
    """Sum of `body` over the layers lo <= symbol <= hi; args (body, symbol, lo, hi).

    The sizes in the body may depend on the layer, which is why this is no `Sum_`.
    """

    is_real = True
    is_commutative = True

    def __new__(cls, body: Expr, symbol: Symbol, lo: Any, hi: Any) -> LayerSum:
        return Expr.__new__(cls, body, symbol, S(lo), S(hi))

    def written_out(self) -> Expr:
        """The sum of its terms where the bounds are numbers, else itself."""
        body, symbol, lo, hi = self.args
        if not (lo.is_Integer and hi.is_Integer):
            return self
        layers = range(int(lo), int(hi) + 1)
        return Add(*(at_layers(body, {symbol: Integer(m)}) for m in layers))

    def _sympystr(self, printer: Any) -> str:
        body, symbol, lo, hi = self.args
        return f"LayerSum[{symbol}={lo}..{hi}]({printer._print(body)})"


def at_layers(e: Expr, values: dict[Symbol, Expr]) -> Expr:
    """`e` with layer symbols replaced, in tensors and sizes.

    >>> n = Size("n", LAYER)
    >>> at_layers(n, {LAYER: Integer(3)})
    n[3]
    """
    return _at(e, tuple(sorted(values.items(), key=lambda kv: kv[0].name)))


@lru_cache(MEMO)
def _at(e: Expr, values: tuple[tuple[Symbol, Expr], ...]) -> Any:
    if isinstance(e, Tensor):
        layer = None if e.layer is None else _layer(e.layer, values)
        return Tensor(e.name, tuple(_at(d, values) for d in e.dims), layer, e.properties)
    if isinstance(e, Size):
        return Size(e.name, None if e.layer is None else _layer(e.layer, values))
    if isinstance(e, Index):
        return Index(e.name, _at(e.dim, values))
    if isinstance(e, Symbol):
        return _layer(e, values)
    if isinstance(e, LayerSum):
        body, symbol, lo, hi = e.args
        inner = tuple((s, v) for s, v in values if s != symbol)
        return LayerSum(_at(body, inner), symbol, _layer(lo, values), _layer(hi, values)).written_out()
    if not e.args:
        return e
    if isinstance(e, Elem):
        return Elem(_at(e.tensor, values), *(_at(i, values) for i in e.indices))
    return e.func(*(_at(a, values) for a in e.args))


def _layer(layer: Expr, values: tuple[tuple[Symbol, Expr], ...]) -> Expr:
    return layer.subs(dict(values))  # a layer is a plain SymPy expression in l and L


@lru_cache(MEMO)
def shifted(e: Expr, by: int) -> Any:
    """`e` with every numbered layer moved by `by`: equal shapes of different layers become equal expressions."""
    if isinstance(e, Tensor):
        dims = tuple(shifted(d, by) for d in e.dims)
        return Tensor(e.name, dims, _shift(e.layer, by), e.properties)
    if isinstance(e, Size):
        return Size(e.name, _shift(e.layer, by))
    if isinstance(e, Index):
        return Index(e.name, shifted(e.dim, by))
    if not e.args:
        return e
    return e.func(*(shifted(a, by) for a in e.args))


def _shift(layer: Expr | None, by: int) -> Expr | None:
    return layer if layer is None or not layer.is_Integer else layer + by


def moved(value: Any, by: int) -> Any:
    """A record made of expressions, tuples and other records, with every numbered layer moved by `by`.

    What was derived or written down at one layer holds at every layer like it.
    """
    if isinstance(value, Basic):
        return shifted(value, by)
    if isinstance(value, tuple):
        return tuple(moved(part, by) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(*(moved(getattr(value, field.name), by) for field in fields(value)))
    return value


def lowest_layer(*expressions: Expr) -> int:
    """The lowest number of a layer that occurs; 0 where there is none."""
    numbered = (t.layer for e in expressions for t in tensors(e))
    return min((int(n) for n in numbered if n is not None and n.is_Integer), default=0)


@lru_cache(MEMO)
def grounded(*parts: Expr) -> tuple[tuple[Any, ...], int]:
    """Expressions with the lowest layer in them counted as zero, and what it was: the like of other layers is equal."""
    lowest = lowest_layer(*parts)
    return tuple(shifted(part, -lowest) for part in parts), lowest


def alike(*formulas: tuple[Expr, ...]) -> tuple[Any, ...]:
    """What formulas say together, whatever layers they are about: equal for those that differ in the layer alone."""
    grounds = [grounded(*formula) for formula in formulas]
    first = next((lowest for _, lowest in grounds), 0)
    return tuple((parts, lowest - first) for parts, lowest in grounds)


def generic(e: Expr, layer: int) -> Any:
    """`e` with the layer number `layer` read as the symbol l, and its neighbours as l + 1, l - 1, ...

    >>> generic(Size("n", 3), 4)
    n[l - 1]
    """
    if isinstance(e, Size):
        return e if e.layer is None else Size(e.name, LAYER + (e.layer - layer))
    return e.func(*(generic(a, layer) for a in e.args)) if e.args else e
