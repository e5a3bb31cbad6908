"""In which order terms and factors of component notation are written."""

from __future__ import annotations

from collections import Counter

from sympy import Add, Expr, Function, Mul, Pow, S, exp

from derive.expr import Diff, Elem, Index, Inverse, free_indices
from derive.expr.nodes import Binder
from derive.notation.vocabulary import GREEK, split_name


def chained(factors: list[Expr]) -> list[Expr]:
    """Matrices and vectors in the order of a matrix product, X_nd w_d; derivatives in that of the chain rule."""
    factors = linked(factors)
    entries = [g for g in factors if isinstance(g, (Elem, Inverse)) and _places(g)]
    others = [g for g in factors if g not in entries]
    if len(entries) < 2 or all(len(_places(g)) == 1 for g in entries) or any(_places(g) for g in others):
        return factors
    counts = Counter(i for g in entries for i in set(_places(g)))
    vectors = [g for g in entries if len(_places(g)) == 1]
    ends = [g for g in entries if counts[_places(g)[0]] == 1]
    loose = [g for g in entries if any(counts[i] == 1 for i in _places(g))]
    start = (ends or loose or (vectors if len(vectors) > 1 else []) or entries)[0]
    return others + _path(start, entries)


def linked(factors: list[Expr]) -> list[Expr]:
    """Derivatives in the order of the chain rule, dC/dy dy/dz dz/dx, at the places that derivatives have."""
    rest = [g for g in factors if isinstance(g, Diff)]
    if len(rest) < 2:
        return factors
    inner = {g.wrt for g in rest}
    order: list[Diff] = []
    while rest:
        below = order[-1].wrt if order else None
        following = next((g for g in rest if g.body == below), None)
        first = next((g for g in rest if g.body not in inner), rest[0])
        order.append(following or first)
        rest.remove(order[-1])
    places = iter(order)
    return [next(places) if isinstance(g, Diff) else g for g in factors]


def _places(g: Expr) -> tuple[Expr, ...]:
    slots = g.indices if isinstance(g, Elem) else g.slots if isinstance(g, Inverse) else tuple(free_indices(g))
    return tuple(i for i in slots if isinstance(i, Index))


def _path(start: Expr, entries: list[Expr]) -> list[Expr]:
    rest = [g for g in entries if g is not start]
    out = [start]
    while rest:
        last = _places(out[-1])
        nearest = min(rest, key=lambda g: min((last[::-1].index(i) for i in _places(g) if i in last), default=9))
        rest.remove(nearest)
        out.append(nearest)
    return out


def has_factor(e: Expr, kind: type) -> bool:
    return isinstance(e, kind) or (isinstance(e, Mul) and any(isinstance(a, kind) for a in e.args))


def transcendental(e: Expr) -> bool:
    return any(isinstance(a, (Function, Binder, exp)) for a in (e.args if isinstance(e, (Mul, Pow)) else (e,)))


def degree(e: Expr) -> int:
    degree = 0
    for g in e.args if isinstance(e, Mul) else (e,):
        q = g.args[1] if isinstance(g, Pow) else S.One
        degree += int(q) if q.is_Integer else 1
    return degree


def is_coefficient(e: Expr) -> bool:
    """Whether a scalar is made of numbers and Greek letters alone: a constant of the method, beta or 1 - beta^t."""
    if isinstance(e, Elem):
        return not e.indices and split_name(e.tensor.name).base in GREEK
    if isinstance(e, Pow):
        return is_coefficient(e.args[0])
    return e.is_number or (isinstance(e, (Add, Mul)) and all(map(is_coefficient, e.args)))


def coefficient_order(e: Expr) -> tuple[bool, int]:
    """A constant of the method last, sqrt(v) + epsilon; else a term without a coefficient first, then a short one."""
    sizes = [1 + g.count_ops() for g in (e.args if isinstance(e, Mul) else ()) if is_coefficient(g)]
    return is_coefficient(e), min(sizes, default=0)
