"""Builders that put an expression together in contracted form.

`sum_over` is where index calculus happens: an index that does not occur gives its dimension, a Kronecker
delta with a bound index substitutes, invariants move out, and what is left splits into the components
connected by bound indices. Every rewriting here holds for all sizes.
"""

from __future__ import annotations

from sympy import Add, Expr, Mul, S

from derive.expr.functions import Where
from derive.expr.nodes import (
    Delta,
    Index,
    Sum_,
    addends,
    contains,
    factors,
    free_indices,
    open_binder,
    rebuild,
    rename,
)


def sum_over(body: Expr, *indices: Index) -> Expr:
    """Sum of `body` over `indices`, contracted.

    >>> from derive.expr import Index, Size, Tensor, Delta
    >>> N = Size("N"); i, j = Index("i", N), Index("j", N); x = Tensor("x", (N,))
    >>> sum_over(Delta(i, j) * x(j), j)
    x[i]
    """
    bound = [i for i in indices if i in free_indices(body)]
    size = Mul(*(i.dim for i in indices if i not in bound))
    if body is S.Zero or body == 0:
        return S.Zero
    return size * _sum(body, bound) if bound else size * body


def _sum(body: Expr, bound: list[Index]) -> Expr:
    if not bound:
        return body
    if isinstance(body, Add) and _delta_on(body, bound):
        return Add(*(sum_over(t, *bound) for t in body.args))
    parts = [f for part in factors(body) for f in _outside(part)]
    parts.sort(key=lambda part: not _is_position(part))
    for n, part in enumerate(parts):
        if isinstance(part, Delta):
            pick = next((i for i in part.args if i in bound), None)
            if pick is not None:
                other = next(a for a in part.args if a != pick)
                rest = Mul(*(rename(p, {pick: other}) for m, p in enumerate(parts) if m != n))
                return sum_over(rest, *(i for i in bound if i != pick))
        elif isinstance(part, Add) and _delta_on(part, bound):
            rest = Mul(*(p for m, p in enumerate(parts) if m != n))
            return Add(*(sum_over(rest * t, *bound) for t in part.args))
    return _components(parts, bound)


def _is_position(part: Expr) -> bool:
    """A delta with a number comes first: at one place, many terms of what would be multiplied out are zero."""
    return isinstance(part, Delta) and any(a.is_Integer for a in part.args)


def _outside(e: Expr) -> tuple[Expr, ...]:
    """Kronecker deltas that all terms, or both cases, have as factors, and those without them; zero has any factor."""
    if not (isinstance(e, (Where, Add)) and contains(e, Delta)):
        return (e,)
    condition, parts = (e.args[:1], e.args[1:]) if isinstance(e, Where) else ((), e.args)
    shared = set.intersection(*({f for f in factors(a) if isinstance(f, Delta)} for a in parts if a != 0))
    rest = (Mul(*(f for f in factors(a) if f not in shared)) for a in parts)
    return (*shared, e.func(*condition, *rest)) if shared else (e,)


def _delta_on(e: Expr, bound: list[Index]) -> bool:
    """Whether an Add has a summand with a delta over a bound index that a contraction could use."""
    if not contains(e, Delta):
        return False
    return any(
        (isinstance(f, Delta) and not free_indices(f).isdisjoint(bound)) or (isinstance(f, Add) and _delta_on(f, bound))
        for t in addends(e)
        for f in factors(t)
    )


def _components(parts: list[Expr], bound: list[Index]) -> Expr:
    """Invariants outside; nested sums flattened; one Sum_ per component connected by bound indices."""
    flat: list[Expr] = []
    bound = list(bound)
    for part in parts:
        if isinstance(part, Sum_) and not free_indices(part).isdisjoint(bound):
            inner, names = open_binder(part)
            bound += names
            flat += factors(inner)
        else:
            flat.append(part)
    groups: list[tuple[set[Index], list[Expr]]] = []
    outside: list[Expr] = []
    for part in flat:
        touched = free_indices(part).intersection(bound)
        if not touched:
            outside.append(part)
            continue
        joined = (set(touched), [part])
        for group in [g for g in groups if g[0] & touched]:
            groups.remove(group)
            joined = (group[0] | joined[0], group[1] + joined[1])
        groups.append(joined)
    sums = [Sum_(Mul(*members), *(i for i in bound if i in touched)) for touched, members in groups]
    return Mul(*outside, *sums)


def recontract(e: Expr) -> Expr:
    """Rebuild every sum with `sum_over`, innermost first: after a substitution has made new deltas."""
    if isinstance(e, Sum_):
        body, names = open_binder(e)
        return sum_over(recontract(body), *names)
    return rebuild(e, recontract)
