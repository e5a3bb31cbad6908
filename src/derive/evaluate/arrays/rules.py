"""What each node is as an array: a row for each class."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache, reduce
from operator import add, mul
from typing import TYPE_CHECKING, Any

import sympy
from sympy import Expr

from derive.errors import ShapeError
from derive.evaluate import standin
from derive.evaluate.arrays.axes import Labelled
from derive.evaluate.extent import extent
from derive.evaluate.refusals import Undecidable
from derive.expr import functions as fn
from derive.expr import nodes
from derive.expr.layers import LayerSum, at_layers
from derive.expr.nodes import Index, Size, Tensor

if TYPE_CHECKING:
    from derive.evaluate.arrays.evaluator import Arrays

Rule = Callable[["Arrays", Any], Labelled]


def _number(ar: Arrays, e: Any) -> Labelled:
    return Labelled(float(e), ())


def _size(ar: Arrays, e: Any) -> Labelled:
    return Labelled(float(extent(e, ar.sizes)), ())


def _index(ar: Arrays, e: Index) -> Labelled:
    return Labelled(ar.xp.asarray([float(k) for k in range(ar.size(e))]), (e,))


def _elem(ar: Arrays, e: nodes.Elem) -> Labelled:
    if e.tensor not in ar.env:
        raise ShapeError(f"no value is given for the tensor {e.tensor}")
    return ar.picked(ar.env[e.tensor], e.indices)


def _delta(ar: Arrays, e: Any) -> Labelled:
    i, j = e.args
    if isinstance(i, Index) and isinstance(j, Index):
        return ar.eye(i, j)
    return ar.unit(i, int(j)) if isinstance(i, Index) else ar.unit(j, int(i))


def _add(ar: Arrays, e: Any) -> Labelled:
    return ar.pointwise(lambda *xs: reduce(add, xs), *map(ar, e.args))


def _mul(ar: Arrays, e: Any) -> Labelled:
    return ar.pointwise(lambda *xs: reduce(mul, xs), *map(ar, e.args))


def _pow(ar: Arrays, e: Any) -> Labelled:
    base, exponent = e.args
    if exponent.is_Rational:
        power = int(exponent) if exponent.is_Integer else float(exponent)
        return ar.pointwise(lambda x: 1 / x if power == -1 else x**power, ar(base))
    return ar.pointwise(lambda x, y: x**y, ar(base), ar(exponent))


def _function(name: str) -> Rule:
    def rule(ar: Arrays, e: Any) -> Labelled:
        function = getattr(ar.xp, name)
        return ar.pointwise(function, *map(ar, e.args))

    return rule


def _gamma(ar: Arrays, e: Any) -> Labelled:
    return ar.pointwise(ar.xp.vectorize(math.gamma, otypes=[float]), ar(e.args[0]))


def _erf(ar: Arrays, e: Any) -> Labelled:
    known = getattr(ar.xp, "erf", None)  # NumPy itself has none
    return ar.pointwise(known or ar.xp.vectorize(math.erf, otypes=[float]), ar(e.args[0]))


def _sigmoid(ar: Arrays, e: Any) -> Labelled:
    return ar.pointwise(lambda t: 0.5 + 0.5 * ar.xp.tanh(0.5 * t), ar(e.args[0]))


def _softplus(ar: Arrays, e: Any) -> Labelled:
    return ar.pointwise(lambda t: ar.xp.logaddexp(t, 0.0 * t), ar(e.args[0]))


def _relu(ar: Arrays, e: Any) -> Labelled:
    return ar.pointwise(lambda t: ar.xp.where(t > 0, t, 0.0 * t), ar(e.args[0]))


def _step(ar: Arrays, e: Any) -> Labelled:
    return ar.pointwise(lambda t: ar.xp.where(t > 0, 1.0, 0.0), ar(e.args[0]))


def _where(ar: Arrays, e: Any) -> Labelled:
    return ar.pointwise(lambda c, a, b: ar.xp.where(c > 0, a, b), *map(ar, e.args))


def _unknown(ar: Arrays, e: fn.Unknown) -> Labelled:
    own = ar.env.get(e.name)
    xp = ar.xp
    if own is not None:
        return ar.pointwise(lambda t: own(e.order, t, xp), ar(e.argument))
    return ar.pointwise(lambda t: standin.derivative(e.name, e.order, t, _as_float, xp.sin, xp.cos), ar(e.argument))


def _as_float(q: Fraction) -> float:
    return float(q)


def _sum(ar: Arrays, e: nodes.Sum_) -> Labelled:
    """Sums are linear: addend by addend, each one product contracted over the bound indices it has."""
    return ar.pointwise(lambda *xs: reduce(add, xs), *(_sum_of(ar, t, e.bound) for t in nodes.addends(e.body)))


def _sum_of(ar: Arrays, term: Expr, bound: tuple[Index, ...]) -> Labelled:
    parts = [ar(f) for f in nodes.factors(term)]
    axes = dict.fromkeys(i for p in parts for i in p.axes)
    summed = ar.contract([p for p in parts if p.axes], tuple(i for i in axes if i not in bound)) if axes else None
    repeated = math.prod(ar.size(i) for i in bound if i not in axes)
    scale = reduce(mul, [p.array for p in parts if not p.axes], float(repeated))
    if summed is None:
        return Labelled(scale, ())
    return summed if isinstance(scale, float) and scale == 1.0 else Labelled(summed.array * scale, summed.axes)


def _reduced(ar: Arrays, e: nodes.Binder, reduce_axes: Callable[[Any, tuple[int, ...]], Any]) -> Labelled:
    """Reduce over the axes of the bound indices."""
    value = ar(e.body)
    axes = ar.sorted({*value.axes, *e.bound})
    full = ar.spread(value, axes)
    gone = tuple(n for n, i in enumerate(axes) if i in e.bound)
    return Labelled(reduce_axes(full, gone), tuple(i for i in axes if i not in e.bound))


def _prod(ar: Arrays, e: nodes.Prod_) -> Labelled:
    def product(array: Any, axes: tuple[int, ...]) -> Any:
        for axis in sorted(axes, reverse=True):
            array = ar.xp.prod(array, axis=axis)
        return array

    return _reduced(ar, e, product)


def _logsumexp(ar: Arrays, e: nodes.LogSumExp) -> Labelled:
    xp = ar.xp

    def stable(array: Any, axes: tuple[int, ...]) -> Any:
        top = xp.max(array, axis=axes, keepdims=True)
        return xp.sum(top, axis=axes) + xp.log(xp.sum(xp.exp(array - top), axis=axes))

    return _reduced(ar, e, stable)


def _max(ar: Arrays, e: nodes.Max_) -> Labelled:
    return _reduced(ar, e, lambda array, axes: ar.xp.max(array, axis=axes))


def _winner(ar: Arrays, e: nodes.Winner) -> Labelled:
    value = ar(e.body)
    (bound,) = e.bound
    axes = ar.sorted({*value.axes, bound})
    full = ar.spread(value, axes)
    top = ar.xp.max(full, axis=axes.index(bound), keepdims=True)
    return ar.picked(ar.xp.where(full >= top, 1.0, 0.0), tuple(e.slots[0] if i == bound else i for i in axes))


def _matrix(ar: Arrays, e: nodes.Binder) -> tuple[Any, tuple[Index, ...]]:
    """The body as a stack of matrices: other indices first, then the two bound ones."""
    value = ar(e.body)
    others = tuple(i for i in value.axes if i not in e.bound)
    return ar.laid_out(value, others + e.bound), others


def _inverse(ar: Arrays, e: nodes.Inverse) -> Labelled:
    matrix, others = _matrix(ar, e)
    return ar.picked(ar.xp.linalg.inv(matrix), others + e.slots)


def _det(ar: Arrays, e: nodes.Det) -> Labelled:
    matrix, others = _matrix(ar, e)
    return Labelled(ar.xp.linalg.det(matrix), others)


def _logdet(ar: Arrays, e: nodes.LogDet) -> Labelled:
    matrix, others = _matrix(ar, e)
    return Labelled(ar.xp.linalg.slogdet(matrix)[1], others)


def _layer_sum(ar: Arrays, e: Any) -> Labelled:
    body, symbol, lo, hi = e.args
    layers = range(extent(lo, ar.sizes), extent(hi, ar.sizes) + 1)
    terms = [ar(at_layers(body, {symbol: sympy.Integer(m)})) for m in layers]
    return ar.pointwise(lambda *xs: reduce(add, xs, 0.0), *terms)


def _diff(ar: Arrays, e: nodes.Diff) -> Labelled:
    raise Undecidable(f"a derivative that is not carried out has no array: {e}")


def _tensor(ar: Arrays, e: Tensor) -> Labelled:
    raise ShapeError(f"the tensor {e} stands without indices, where numbers are expected")


def _limit(ar: Arrays, e: Expr) -> Any:
    raise Undecidable("a limit is no value at a place: verify.limits decides about it")


RULES: dict[type, Rule] = {
    sympy.Rational: _number,
    sympy.Float: _number,
    sympy.core.numbers.NumberSymbol: _number,
    sympy.Symbol: _size,
    Size: _size,
    Index: _index,
    Tensor: _tensor,
    nodes.Elem: _elem,
    nodes.Delta: _delta,
    sympy.Add: _add,
    sympy.Mul: _mul,
    sympy.Pow: _pow,
    sympy.Abs: _function("abs"),
    sympy.erf: _erf,
    sympy.gamma: _gamma,
    fn.sigmoid: _sigmoid,
    fn.softplus: _softplus,
    fn.relu: _relu,
    fn.step: _step,
    fn.Where: _where,
    fn.maximum: lambda ar, e: ar.pointwise(lambda a, b: ar.xp.where(a > b, a, b), *map(ar, e.args)),
    fn.minimum: lambda ar, e: ar.pointwise(lambda a, b: ar.xp.where(a < b, a, b), *map(ar, e.args)),
    fn.Unknown: _unknown,
    nodes.Sum_: _sum,
    nodes.Prod_: _prod,
    nodes.LogSumExp: _logsumexp,
    nodes.Max_: _max,
    nodes.Winner: _winner,
    nodes.Inverse: _inverse,
    nodes.Det: _det,
    nodes.LogDet: _logdet,
    LayerSum: _layer_sum,
    nodes.Diff: _diff,
    nodes.Limit: _limit,
} | {
    getattr(sympy, name): _function(numpy_name)
    for name, numpy_name in {
        "exp": "exp", "log": "log", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh", "cosh": "cosh",
        "tanh": "tanh", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "sign": "sign",
    }.items()
}  # fmt: skip


@lru_cache(256)
def rule_of(kind: type) -> Rule:
    """How nodes of this class are evaluated."""
    for base in kind.__mro__:
        if base in RULES:
            return RULES[base]
    raise Undecidable(f"no rule evaluates {kind.__name__} over arrays")
