"""What each node is worth, by its definition: a row for each class."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache, reduce
from operator import mul
from typing import TYPE_CHECKING, Any

import sympy
from sympy import Expr

from derive.errors import ShapeError
from derive.evaluate import standin
from derive.evaluate.determinant import determinant, inverse
from derive.evaluate.oracle import comparisons, derivatives
from derive.evaluate.refusals import OutsideDomain, Undecidable
from derive.evaluate.rings import EXACT
from derive.expr import functions as fn
from derive.expr import nodes
from derive.expr.layers import LayerSum, at_layers
from derive.expr.nodes import Index, Size, Tensor, free_indices

if TYPE_CHECKING:
    from derive.evaluate.oracle.evaluator import Env, Evaluator, Rule

SMOOTH = ("exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "erf", "gamma", "sigmoid",
          "softplus")  # fmt: skip


def _number(ev: Evaluator, e: Any, env: Env) -> Any:
    return ev.ring.number(Fraction(int(e.p), int(e.q)))


def _float(ev: Evaluator, e: Any, env: Env) -> Any:
    return ev.ring.number(Fraction(str(e)))  # 0.1 is read as 1/10


def _size(ev: Evaluator, e: Size, env: Env) -> Any:
    return ev.ring.number(Fraction(ev.extent(e)))


def _index(ev: Evaluator, e: Index, env: Env) -> Any:
    return ev.ring.number(Fraction(env[e]))


def _symbol(ev: Evaluator, e: Any, env: Env) -> Any:
    if e not in ev.sizes:
        raise ShapeError(f"no value is given for the symbol {e}")
    return ev.ring.number(Fraction(ev.sizes[e]))


def _not_real(ev: Evaluator, e: Any, env: Env) -> Any:
    raise OutsideDomain(f"{e} is not a real number")


def _tensor(ev: Evaluator, e: Tensor, env: Env) -> Any:
    raise ShapeError(f"the tensor {e} stands without indices, where a number is expected")


def _elem(ev: Evaluator, e: nodes.Elem, env: Env) -> Any:
    return ev.entry(e.tensor, ev.places(e.indices, env))


def _delta(ev: Evaluator, e: Any, env: Env) -> Any:
    i, j = ev.places(e.args, env)
    return ev.ring.number(Fraction(int(i == j)))


def _add(ev: Evaluator, e: Any, env: Env) -> Any:
    first, *rest = (ev(a, env) for a in e.args)
    return sum(rest, first)


def _mul(ev: Evaluator, e: Any, env: Env) -> Any:
    return reduce(mul, (ev(a, env) for a in e.args))


def _pow(ev: Evaluator, e: Any, env: Env) -> Any:
    base, exponent = e.args
    if exponent.is_Rational and not exponent.is_Integer:
        return ev.ring.rational_power(ev(base, env), int(exponent.p), int(exponent.q))
    if exponent.is_integer:
        return ev.ring.power(ev(base, env), _whole(ev, exponent, env))
    x, power = ev(base, env), ev(exponent, env)
    if ev.ring.sign(x) == 0:
        ev.ring.require(power, (1,), "zero to a power that is not positive")
        return ev.ring.number(Fraction(0))
    return ev.ring.apply("exp", power * ev.ring.log(x))


def _whole(ev: Evaluator, exponent: Any, env: Env) -> int:
    """An integer exponent as an int."""
    if exponent.is_Integer:
        return int(exponent)
    value = EXACT.result(ev.exactly(exponent, env))
    if value.denominator != 1:
        raise OutsideDomain(f"the exponent {exponent} is {value}, an integer is expected")
    return int(value)


def _smooth(name: str) -> Rule:
    return lambda ev, e, env: ev.ring.apply(name, ev(e.args[0], env))


def _log(ev: Evaluator, e: Any, env: Env) -> Any:
    return ev.ring.log(ev(e.args[0], env))


def _unknown(ev: Evaluator, e: fn.Unknown, env: Env) -> Any:
    t, ring = ev(e.argument, env), ev.ring
    own = ev.values.get(e.name)
    if own is not None:
        return own(e.order, t, ring)
    return standin.derivative(
        e.name, e.order, t, ring.number, lambda x: ring.apply("sin", x), lambda x: ring.apply("cos", x)
    )


def _sum(ev: Evaluator, e: nodes.Sum_, env: Env) -> Any:
    return sum((ev(e.body, inner) for inner in ev.over(e.bound, env)), ev.ring.number(Fraction(0)))


def _prod(ev: Evaluator, e: nodes.Prod_, env: Env) -> Any:
    return reduce(mul, (ev(e.body, inner) for inner in ev.over(e.bound, env)), ev.ring.number(Fraction(1)))


def _logsumexp(ev: Evaluator, e: nodes.LogSumExp, env: Env) -> Any:
    return ev.ring.logsumexp([ev(e.body, inner) for inner in ev.over(e.bound, env)])


def _matrix(ev: Evaluator, e: nodes.Binder, env: Env) -> list[list[Any]]:
    a, b = e.bound
    return [[ev(e.body, {**env, a: i, b: j}) for j in range(ev.extent(b.dim))] for i in range(ev.extent(a.dim))]


def _inverse(ev: Evaluator, e: nodes.Inverse, env: Env) -> Any:
    i, j = ev.places(e.slots, env)
    free = free_indices(e.body)
    key = ("inverse", e.body, e.bound, frozenset((k, place) for k, place in env.items() if k in free))
    return ev.once(key, lambda: inverse(_matrix(ev, e, env), ev.ring))[i][j]


def _det(ev: Evaluator, e: nodes.Det, env: Env) -> Any:
    return determinant(_matrix(ev, e, env), ev.ring)


def _logdet(ev: Evaluator, e: nodes.LogDet, env: Env) -> Any:
    value = determinant(_matrix(ev, e, env), ev.ring)
    sign = ev.ring.require(value, (-1, 1), "logarithm of the determinant of a singular matrix")
    return ev.ring.apply("log", value if sign > 0 else -value)


def _layer_sum(ev: Evaluator, e: Any, env: Env) -> Any:
    body, symbol, lo, hi = e.args
    layers = range(ev.extent(lo), ev.extent(hi) + 1)
    terms = (ev(at_layers(body, {symbol: sympy.Integer(m)}), env) for m in layers)
    return sum(terms, ev.ring.number(Fraction(0)))


def _limit(ev: Evaluator, e: Expr, env: Env) -> Any:
    raise Undecidable("a limit is no value at a place: verify.limits decides about it")


RULES: dict[type, Rule] = {
    sympy.Rational: _number,
    sympy.Float: _float,
    sympy.core.numbers.Pi: lambda ev, e, env: ev.ring.constant("pi"),
    sympy.core.numbers.Exp1: lambda ev, e, env: ev.ring.constant("e"),
    sympy.core.numbers.Infinity: _not_real,
    sympy.core.numbers.NegativeInfinity: _not_real,
    sympy.core.numbers.ComplexInfinity: _not_real,
    sympy.core.numbers.NaN: _not_real,
    sympy.core.numbers.ImaginaryUnit: _not_real,
    sympy.Symbol: _symbol,
    Size: _size,
    Index: _index,
    Tensor: _tensor,
    nodes.Elem: _elem,
    nodes.Delta: _delta,
    sympy.Add: _add,
    sympy.Mul: _mul,
    sympy.Pow: _pow,
    sympy.log: _log,
    fn.Unknown: _unknown,
    nodes.Sum_: _sum,
    nodes.Prod_: _prod,
    nodes.LogSumExp: _logsumexp,
    nodes.Inverse: _inverse,
    nodes.Det: _det,
    nodes.LogDet: _logdet,
    LayerSum: _layer_sum,
    nodes.Limit: _limit,
    **{getattr(fn, name, None) or getattr(sympy, name): _smooth(name) for name in SMOOTH},
    **comparisons.RULES,
    **derivatives.RULES,
}


@lru_cache(256)
def rule_of(kind: type) -> Rule:
    """How nodes of this class are evaluated."""
    for base in kind.__mro__:
        if base in RULES:
            return RULES[base]
    raise Undecidable(f"the oracle has no rule for {kind.__name__}")
