"""Rewritings that are shown as steps besides derivatives: logarithms of products, and solving for a symbol."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, Mul, Pow, S, collect, exp, expand_mul, fraction, log, together
from sympy.core.symbol import Symbol

from derive.errors import DeriveError
from derive.expr import Prod_, Sum_, open_binder, rebuild
from derive.expr.nodes import contains


def log_steps(e: Expr) -> Iterator[tuple[Expr, str, str]]:
    """Logarithms pulled inwards, one rule at a time: (expression, rule, reason).

    Valid where the factors are positive, which is where the left side is meant.
    """
    for name, reason, rewrite in LOG_RULES:
        after = _everywhere(e, rewrite)
        if after != e:
            yield after, name, reason
            e = after


def _everywhere(e: Expr, rewrite) -> Expr:
    def go(u: Expr) -> Expr:
        if not contains(u, log):
            return u
        image = rewrite(u) if isinstance(u, log) else None
        return rebuild(u, go) if image is None else go(image) if image != u else u

    return go(e)


def _log_prod(u: log) -> Expr | None:
    t = u.args[0]
    if not isinstance(t, Prod_):
        return None
    body, names = open_binder(t)
    return Sum_(log(body), *names)


def _log_mul(u: log) -> Expr | None:
    t = u.args[0]
    return sum((log(f) for f in t.args), S.Zero) if isinstance(t, Mul) else None


def _log_pow(u: log) -> Expr | None:
    t = u.args[0]
    return t.args[1] * log(t.args[0]) if isinstance(t, Pow) else None


LOG_RULES = (
    ("log_prod", "log of a product", _log_prod),
    ("log_mul", "log of a product", _log_mul),
    ("log_pow", "log of a power", _log_pow),
)


def isolate(left: Expr, right: Expr, unknown: Expr) -> Iterator[tuple[Expr, Expr, str, str]]:
    """Solve `left = right` for `unknown`, one operation on both sides at a time: (left, right, rule, reason).

    Knows the logarithm and fractions that are linear in the unknown above and below.
    """
    u = Symbol("u", positive=True)
    left = _swap(left, unknown, u)
    if isinstance(left, log):
        left, right = left.args[0], exp(right)
        yield _swap(left, u, unknown), right, "exp_both", "exponential of both sides"
    above, below = fraction(together(left))
    if below != 1:
        left, right = above, right * below
        yield _swap(left, u, unknown), _swap(right, u, unknown), "multiply_both", "multiply by the denominator"
        gathered = expand_mul(left - right)
        slope = collect(gathered, u).coeff(u, 1)
        rest = -collect(gathered, u).coeff(u, 0)
        yield (
            _swap(u * slope, u, unknown),
            _swap(rest, u, unknown),
            "collect_unknown",
            "collect the unknown on one side",
        )
        left, right = u, rest / slope
        yield unknown, _swap(right, u, unknown), "divide_both", "divide"
    if left != u:
        raise DeriveError(f"do not know how to solve for {unknown}")
    reduced = _divide_through(right)
    if reduced != right:
        yield unknown, reduced, "divide_through", "divide above and below by the numerator"


def _divide_through(e: Expr) -> Expr:
    """a / b written as 1 / (b / a), where that leaves the unknown once."""
    above, below = fraction(e)
    return e if above == 1 else 1 / expand_mul(below / above)


def _swap(e: Expr, old: Expr, new: Expr) -> Expr:
    if e == old:
        return new
    return rebuild(e, lambda a: _swap(a, old, new))
