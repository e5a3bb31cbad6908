"""The functions of the field by a table, entry by entry, and their derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import sympy
from sympy import Expr, log
from sympy.functions.elementary.hyperbolic import acosh, asinh, atanh

from derive.documents.functions.inserted import derived, substituted
from derive.documents.functions.wholes import LINE_BY_LINE, SPECIAL, by_lines
from derive.documents.meaning.entries import entry
from derive.documents.meaning.powers import by_entry
from derive.documents.meaning.values import Value, entrywise, scalar
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable
from derive.expr import Tensor
from derive.expr.elementwise import UNARY
from derive.expr.functions import sigmoid

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


def _factorial(n: Expr) -> Expr:
    """n!, as the gamma function says it."""
    if n.is_number and not (n.is_Integer and 0 <= n <= MAX_FACTORIAL):
        raise Unreadable(0, f"{n}!", f"a whole number up to {MAX_FACTORIAL} before the !")
    return sympy.gamma(n + 1)


MAX_FACTORIAL = 200
FIELD: dict[str, Callable[[Expr], Expr]] = {
    **UNARY,
    "ln": log,
    "lg": lambda t: log(t) / log(10),
    "sgn": sympy.sign,
    "arsinh": asinh,
    "artanh": atanh,
    "arcosh": acosh,
    "arcsin": sympy.asin,
    "arccos": sympy.acos,
    "cot": lambda t: sympy.cos(t) / sympy.sin(t),
    "coth": lambda t: sympy.cosh(t) / sympy.sinh(t),
    "swish": UNARY["silu"],
    "heaviside": UNARY["step"],
    "inv": lambda t: 1 / t,
    "factorial": _factorial,
}
"""Scalar functions, entry by entry."""
GREEK_FUNCTIONS: dict[str, Callable[[Expr], Expr]] = {
    "sigma": sigmoid,
    "Phi": lambda t: (1 + sympy.erf(t / sympy.sqrt(2))) / 2,
}
"""Letters that are these functions where the note does not say otherwise."""


def field_function(node: s.Call, args: list[Value], c: Context) -> Value:
    name = node.function if node.function in SPECIAL or node.function in FIELD else node.function.lower()
    if not args:
        raise Unreadable(node.at, f"{node.function} without an argument", "an argument")
    if name in FIELD and len(args) == 1:
        by_entry(args[0], name, node.at, c)
        f = _with_base(FIELD[name], node) if name in ("log", "ln") else FIELD[name]
        value = differentiated(f, node.primes, args[0], c) if node.primes else entrywise(f, name, node.at, args[0])
        return entry(value, node.sub, node.at, c) if node.sub and name not in ("log", "ln") else value
    rule = SPECIAL.get(name)
    if rule is None:
        raise Unreadable(node.at, node.function, "a function that is known")
    if node.primes:
        raise Unreadable(node.at, f"the derivative of {name} as a prime", r"\partial, or a scalar function")
    value = by_lines(rule, name, args, node.at, c) if name in LINE_BY_LINE else rule(args, node.at)
    if node.sub:
        value = entry(value, node.sub, node.at, c)
    return value


def _with_base(f: Callable[[Expr], Expr], node: s.Call) -> Callable[[Expr], Expr]:
    """log_2, log_{10}."""
    base = "".join(t.text for t in node.sub)
    if not base or base == "e":
        return f
    if not base.isdigit() or not 2 <= int(base[:4]) <= 100:
        raise Unreadable(node.at, f"a logarithm to the base {base}", "a whole number as base")
    return lambda t: log(t) / log(int(base))


def differentiated(f: Callable[[Expr], Expr], order: int, arg: Value, c: Context) -> Value:
    """f'(z) for a function of the table."""
    t = Tensor("~argument")
    return substituted(scalar(derived(f(t()), t, order, c)), {t: arg})
