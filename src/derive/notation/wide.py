"""Factors that join three indices or more, opened up into sums of products of narrower ones."""

from __future__ import annotations

from itertools import product as tuples

from sympy import Add, Expr, Mul, Pow, exp

from derive.expr import Index, Sum_, addends, free_indices, open_binder
from derive.expr.nodes import base_and_exponent
from derive.notation import recognise

Opened = list[tuple[list[Expr], list[Index]]]


def opened_factor(wide: Expr) -> Opened | None:
    """A wide factor as a sum of products under binders; None if it cannot be opened."""
    if isinstance(wide, Sum_):
        body, names = open_binder(wide)
        return [(list(recognise.normalised(body)), list(names))]
    if isinstance(wide, Add):
        return [(list(recognise.normalised(t)), []) for t in wide.args]
    if isinstance(wide, Mul):
        return [(list(recognise.normalised(wide)), [])]
    base, power_ = base_and_exponent(wide)
    if power_.is_Integer and 1 < power_ <= 3 and isinstance(base, (Add, Sum_)):
        return _expanded_power(base, int(power_))
    if isinstance(base, Mul) and power_.is_Integer:
        return [([Pow(f, power_) for f in base.args], [])]
    if isinstance(wide, exp) and isinstance(wide.args[0], Add):
        return [(_exp_groups(wide), [])] if len(_exp_groups(wide)) > 1 else None
    return None


def _expanded_power(base: Expr, n: int) -> Opened:
    def once() -> Opened:
        return [
            (list(recognise.normalised(body)), list(names))
            for body, names in (open_binder(t) if isinstance(t, Sum_) else (t, ()) for t in addends(base))
        ]

    return [
        ([f for inner, _ in choice for f in inner], [i for _, names in choice for i in names])
        for choice in tuples(*(once() for _ in range(n)))
    ]


def _exp_groups(e: exp) -> list[Expr]:
    groups: dict[frozenset[Index], list[Expr]] = {}
    for t in addends(e.args[0]):
        groups.setdefault(free_indices(t), []).append(t)
    return [exp(Add(*g)) for g in groups.values()]
