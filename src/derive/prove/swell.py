"""How long sums, products and powers get when they are multiplied out, told before it is done."""

from __future__ import annotations

from functools import reduce
from math import comb

from sympy import Expr

from derive.expr import Sum_, Where, maximum, minimum

SWOLLEN = 500  # terms: to multiply out more takes seconds, and little is seen on them


def swells(e: Expr) -> bool:
    """Whether there are so many terms that it is not worth while.

    >>> from derive.expr import Tensor
    >>> x, y = Tensor("x")(), Tensor("y")()
    >>> swells((x + y) ** 20), swells((x + y) ** 1000)
    (False, True)
    """
    return _terms(e) > SWOLLEN


def _terms(e: Expr) -> int:
    """The number of terms, before those that are alike are collected; beyond SWOLLEN it is not counted on."""
    return min(_counted(e), SWOLLEN + 1)


def _counted(e: Expr) -> int:
    if e.is_Add:
        return sum(map(_terms, e.args))
    if e.is_Mul:
        return reduce(lambda m, n: min(m * n, SWOLLEN + 1), map(_terms, e.args))
    if e.is_Pow and e.args[1].is_Integer and e.args[1].is_positive:
        n, k = _terms(e.args[0]), min(int(e.args[1]), SWOLLEN)
        return comb(n + k - 1, k) if n > 1 else 1
    if isinstance(e, (Where, maximum, minimum)):  # one case, and by steps how far another is from it
        return reduce(lambda m, n: m + 2 * n, map(_terms, e.args[isinstance(e, Where) :]))
    return _terms(e.body) if isinstance(e, Sum_) else 1
