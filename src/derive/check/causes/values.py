"""The value of an expression with something else in the place of a node, which is never put together for that.

Of a thousand slips that could be undone, hardly one makes a claim right, and to build an expression takes many times as
long as to evaluate it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from sympy import Add, Expr, Function, Mul

from derive.errors import DeriveError
from derive.evaluate.oracle import Env, Evaluator, rule_of
from derive.expr import Index, Sum_, Unknown

Inside = Callable[[Env], Any]
Worth = Callable[[Evaluator, Env, Inside], Any]


class Beside(Evaluator):
    """An evaluator that takes one object to have a given value."""

    def __init__(self, evaluator: Evaluator, node: Expr, given: Any) -> None:
        self.__dict__ |= evaluator.__dict__
        self.evaluator, self.node, self.given = evaluator, node, given

    def __call__(self, e: Expr, env: Env) -> Any:
        return self.given if e is self.node else self.evaluator(e, env)


def beside(e: Expr, k: int, worth: Worth | None) -> Worth | None:
    """The value of `e` where argument k is worth something else."""
    node: Any = e.args[k]
    plain = isinstance(e, (Add, Mul, Function, Unknown)) or (e.is_Pow and k == 0)  # an exponent is looked at, as it is
    if worth is None or not plain or sum(a is node for a in e.args) > 1:
        return None
    return lambda ev, env, inside: rule_of(type(e))(Beside(ev, node, worth(ev, env, inside)), e, env)


def summed(e: Expr, names: tuple[Index, ...], worth: Worth | None) -> Worth | None:
    """The value of a sum where its body is worth something else."""
    if worth is None or type(e) is not Sum_:
        return None
    return lambda ev, env, inside: sum(worth(ev, inner, inside) for inner in ev.over(names, env))


def value_with(worth: Worth | None, image: Expr, evaluator: Evaluator, at: Env) -> float | None:
    """The value with the image in place of the node; None where it is not had so easily."""
    if worth is None:
        return None
    try:
        value = worth(evaluator, dict(at), lambda env: evaluator(image, env))
    except (DeriveError, ArithmeticError, ValueError, LookupError, RecursionError):
        return None
    return value if math.isfinite(value) else None
