"""What may not become an entry of a tensor: values that are not real numbers, and numbers without bound.

SymPy answers 1/0 with `zoo`, log(0) with `zoo` and sqrt(-1) with `I`, and it computes 10**10**10 in full.
Expressions that users write pass through here once per operation; both functions are memoised, so that a
formula costs one visit per node.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sympy import Abs, Add, Expr, I, Mul, Pow, S, cos, cosh, erf, exp, log, sign, sin, sinh, tan, tanh
from sympy.functions.elementary.trigonometric import atan

from derive.errors import UndefinedError
from derive.expr.functions import Where, maximum, minimum, relu, sigmoid, softplus, step
from derive.expr.nodes import MEMO, Binder

MAX_BITS = 10_000  # of an exact number; a power that would be longer is refused before it is computed


def _sigmoid(t: float) -> float:
    return 1 / (1 + math.exp(-t)) if t > 0 else math.exp(t) / (1 + math.exp(t))


FLOATS: dict[type, Callable[..., Any]] = {
    Add: lambda *terms: math.fsum(terms),
    Mul: lambda *parts: math.prod(parts),
    Pow: math.pow,
    Abs: abs,
    Where: lambda c, a, b: a if c > 0 else b,
    atan: math.atan,
    cos: math.cos,
    cosh: math.cosh,
    erf: math.erf,
    exp: math.exp,
    log: math.log,
    maximum: max,
    minimum: min,
    relu: lambda t: max(0.0, t),
    sigmoid: _sigmoid,
    sign: lambda t: (t > 0) - (t < 0),
    sin: math.sin,
    sinh: math.sinh,
    softplus: lambda t: max(0.0, t) + math.log1p(math.exp(-abs(t))),
    step: lambda t: float(t > 0),
    tan: math.tan,
    tanh: math.tanh,
}


def require_finite(e: Expr) -> Expr:
    """`e` itself, if every constant in it is a real number of reasonable size.

    Raises UndefinedError otherwise: 1/0, log(0), sqrt(-1), exp(1000).
    """
    _constant(e)
    return e


@lru_cache(MEMO)
def _constant(e: Expr) -> float | None:
    """The value of a constant expression, None for one that depends on tensors or sizes."""
    if e in (S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity):
        raise UndefinedError("the value is not a finite number: a division by zero, or the logarithm of zero")
    if e is I:
        raise UndefinedError("the value is not a real number: a root or logarithm of a negative number")
    if not e.args:
        return _float(e) if e.is_number else None
    values = [_constant(a) for a in e.args]
    rule = FLOATS.get(type(e))
    if rule is None or None in values:
        return None
    try:
        value = float(rule(*values))
    except (OverflowError, ZeroDivisionError):
        value = math.inf
    except ValueError:
        raise UndefinedError("the value is not a real number: a root or logarithm of a negative number") from None
    if not math.isfinite(value):
        raise UndefinedError("a constant is too large for a floating point number")
    return value


def _float(e: Expr) -> float:
    if bits(e) > MAX_BITS:
        raise UndefinedError(f"an exact number has more than {MAX_BITS} bits")
    value = float(e)
    if not math.isfinite(value):
        raise UndefinedError("a constant is too large for a floating point number")
    return value


@lru_cache(MEMO)
def bits(e: Expr) -> int:
    """The length of the longest exact number in an expression, in bits."""
    if e.is_Rational:
        return max(abs(e.p).bit_length(), e.q.bit_length())
    return max(map(bits, e.args), default=1)


@lru_cache(MEMO)
def weight(e: Expr) -> int:
    """What an expression costs to work with: its nodes, written out, and the cube of the names of each binder."""
    own = 25 * len(e.bound) ** 3 if isinstance(e, Binder) else 1
    return own + sum(map(weight, e.args))


def bounded_power(base: Expr, exponent: Expr) -> Expr:
    """base ** exponent, unless that would compute an enormous exact number.

    >>> from sympy import Integer
    >>> bounded_power(Integer(2), Integer(10))
    1024
    """
    if exponent.is_Rational and abs(exponent) * max(bits(base), 1) > MAX_BITS:
        raise UndefinedError(f"the power is too large: exponents times digits may not exceed {MAX_BITS} bits")
    return Pow(base, exponent)
