"""Expressions in which one node was exchanged, and the parts of products: what all inverse slips are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from sympy import Expr, Mul, tanh

from derive.check.causes.values import Worth, beside, summed
from derive.expr import (
    Binder,
    Delta,
    Elem,
    Index,
    Inverse,
    Sum_,
    Unknown,
    free_indices,
    open_binder,
    relu,
    rename,
    sigmoid,
    step,
    sum_over,
)

Scope = frozenset[Index]
Change = Callable[[Expr, Scope], Iterable[Expr]]


class Spot(NamedTuple):
    """A node, the indices in scope there, and the whole expression with something else in its place.

    `worth` is its value there without building it, from the values of what is put in; None where that takes more.
    """

    node: Expr
    scope: Scope
    put: Callable[[Expr], Expr]
    worth: Worth | None


def spots(e: Expr, scope: Scope | None = None) -> Iterator[Spot]:
    """Every node of `e`, outermost nodes first; binders are opened once."""
    scope = free_indices(e) if scope is None else scope
    yield Spot(e, scope, lambda image: image, lambda ev, env, inside: inside(env))
    if isinstance(e, Binder):
        body, names = open_binder(e)
        for node, inner, put, worth in spots(body, scope | set(names)):
            yield Spot(node, inner, lambda image, put=put: closed(e, put(image), names), summed(e, names, worth))
    elif e.args and not isinstance(e, (Elem, Delta)):
        for k, a in enumerate(e.args):
            if isinstance(a, Expr) and not (isinstance(e, Unknown) and k < 2):
                for node, inner, put, worth in spots(a, scope):
                    yield Spot(
                        node,
                        inner,
                        lambda image, put=put, k=k: e.func(*e.args[:k], put(image), *e.args[k + 1 :]),
                        beside(e, k, worth),
                    )


def everywhere(e: Expr, change: Change, scope: Scope | None = None) -> Iterator[Expr]:
    """`e` with one node replaced by what `change(node, indices in scope)` offers for it, outermost nodes first."""
    for node, inner, put, _ in spots(e, scope):
        yield from map(put, change(node, inner))


def closed(e: Binder, body: Expr, names: tuple[Index, ...]) -> Expr:
    """The binder around another body."""
    if isinstance(e, Sum_):
        return sum_over(body, *names)
    return e.func(body, *names, *e.slots)


def without(parts: tuple[Expr, ...], *places: int) -> list[Expr]:
    return [p for n, p in enumerate(parts) if n not in places]


def single_factors(e: Expr) -> tuple[Expr, ...]:
    """The factors of a product, a natural power being so many factors: x^2 y is x, x, y."""
    out: list[Expr] = []
    for f in Mul.make_args(e):
        base, exponent = f.as_base_exp()
        plain = f.is_Pow and exponent.is_Integer and 1 < exponent <= 4
        out += [base] * int(exponent) if plain else [f]
    return tuple(out)


def ends(e: Expr) -> tuple[Index, Index] | None:
    """The two indices of a matrix that stands as one factor: an entry, or an entry of an inverse."""
    pair = e.indices if isinstance(e, Elem) else e.slots if isinstance(e, Inverse) else ()
    if len(pair) == 2 and all(isinstance(i, Index) for i in pair) and pair[0] != pair[1]:
        return pair[0], pair[1]
    return None


def chained(e: Expr) -> Iterator[tuple[tuple[int, Expr], tuple[int, Expr]]]:
    """Pairs of matrix factors f_ik g_kj with their places."""
    parts = single_factors(e)
    for m, f in enumerate(parts):
        for n, g in enumerate(parts):
            a, b = ends(f), ends(g)
            if m != n and a and b and a[1] == b[0] and a[0] != b[1]:
                yield (m, f), (n, g)


def placed(e: Expr, scope: Scope) -> Iterator[Expr]:
    """An expression over indices of its own at indices in scope."""
    own = sorted(free_indices(e), key=str)
    if not own:
        yield e
    elif len(own) == 1:
        for i in scope:
            if i.dim == own[0].dim:
                yield rename(e, {own[0]: i})
    elif len(own) == 2:
        for i in scope:
            for j in scope:
                if (i.dim, j.dim) == (own[0].dim, own[1].dim) and i != j:
                    yield rename(e, {own[0]: i, own[1]: j})


def slopes_of(rhs: Expr, target: Elem) -> Iterator[Expr]:
    """The slopes of an activation a = f(z), in its own terms."""
    a = target
    if isinstance(rhs, sigmoid):
        yield a * (1 - a)
    elif isinstance(rhs, tanh):
        yield 1 - a**2
    elif isinstance(rhs, relu):
        yield step(rhs.args[0])
    elif isinstance(rhs, Unknown):
        yield Unknown(rhs.args[0], rhs.order + 1, rhs.argument)
