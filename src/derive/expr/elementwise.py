"""Functions that act on each entry, and `where`, `clip`, `maximum`, `minimum`, which broadcast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy
from sympy import Abs, Add, Expr, Pow, Rational
from sympy.functions.elementary.trigonometric import atan

from derive.expr import functions as field
from derive.expr.arrays import TensorExpr, elementwise

Scalar = Callable[..., Any]  # scalar expressions in, a scalar expression out

HALF = Rational(1, 2)


def _log2(t: Expr) -> Expr:
    return sympy.log(t) / sympy.log(2)


def _log10(t: Expr) -> Expr:
    return sympy.log(t) / sympy.log(10)


def _sqrt(t: Expr) -> Expr:
    return Pow(t, HALF)


def _maximum(a: Expr, b: Expr) -> Any:
    """max(0, t) is relu(t), on whichever side the zero stands."""
    if a == 0 or b == 0:
        return field.relu(b if a == 0 else a)
    return field.maximum(a, b)


def _logaddexp(a: Expr, b: Expr) -> Expr:
    return sympy.log(sympy.exp(a) + sympy.exp(b))


def _equal(a: Expr, b: Expr) -> Expr:
    return Add(1, -_step(a - b), -_step(b - a))


def _step(t: Expr) -> Any:
    return field.step(t)


def _logsigmoid(t: Expr) -> Expr:
    inner: Any = field.softplus(-t)
    return -inner


def _gelu(t: Expr) -> Expr:
    return t * (1 + sympy.erf(t / sympy.sqrt(2))) / 2


UNARY: dict[str, Scalar] = {
    "abs": Abs,
    "arctan": atan,
    "cos": sympy.cos,
    "cosh": sympy.cosh,
    "erf": sympy.erf,
    "exp": sympy.exp,
    "expm1": lambda t: sympy.exp(t) - 1,
    "gelu": _gelu,
    "log": sympy.log,
    "log10": _log10,
    "log1p": lambda t: sympy.log(1 + t),
    "log2": _log2,
    "logit": lambda t: sympy.log(t / (1 - t)),
    "logsigmoid": _logsigmoid,
    "negative": lambda t: -t,
    "reciprocal": lambda t: 1 / t,
    "relu": field.relu,
    "sigmoid": field.sigmoid,
    "sign": sympy.sign,
    "silu": lambda t: t * field.sigmoid(t),
    "sin": sympy.sin,
    "sinh": sympy.sinh,
    "softplus": field.softplus,
    "sqrt": _sqrt,
    "square": lambda t: Pow(t, 2),
    "step": field.step,
    "tan": sympy.tan,
    "tanh": sympy.tanh,
}

BINARY: dict[str, Scalar] = {
    "equal": _equal,
    "logaddexp": _logaddexp,
    "maximum": _maximum,
    "minimum": field.minimum,
    "not_equal": lambda a, b: 1 - _equal(a, b),
}


def _lift(name: str, f: Scalar, arity: int) -> Callable[..., TensorExpr]:
    def unary(x: Any) -> TensorExpr:
        return elementwise(name, f, x)

    def binary(a: Any, b: Any) -> TensorExpr:
        return elementwise(name, f, a, b)

    lifted = unary if arity == 1 else binary
    lifted.__name__ = lifted.__qualname__ = name
    lifted.__doc__ = f"{name}, entry by entry{'' if arity == 1 else ', with broadcasting'}."
    return lifted


ELEMENTWISE: dict[str, Callable[..., TensorExpr]] = {
    **{name: _lift(name, f, 1) for name, f in UNARY.items()},
    **{name: _lift(name, f, 2) for name, f in BINARY.items()},
}


def where(condition: Any, x: Any, y: Any) -> TensorExpr:
    """x where the condition holds (is not 0), else y.

    >>> from derive.expr.arrays import tensor
    >>> t = tensor("t", "N")
    >>> where(t > 0, t, 0)
    Where(t[i], t[i], 0) over (i,)
    """
    return elementwise("where", _where, condition, x, y)


def _where(c: Expr, a: Expr, b: Expr) -> Any:
    """In the core a condition holds where it is positive, so a comparison hands over its difference."""
    if isinstance(c, field.step):
        return field.Where(c.args[0], a, b)
    if isinstance(1 - c, field.step):
        return field.Where((1 - c).args[0], b, a)
    return field.Where(c if c.is_nonnegative else Abs(c), a, b)


def clip(x: Any, a_min: Any, a_max: Any) -> TensorExpr:
    """x, but at least a_min and at most a_max."""
    return ELEMENTWISE["minimum"](ELEMENTWISE["maximum"](x, a_min), a_max)
