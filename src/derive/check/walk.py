"""Expressions in which one node was exchanged: what all inverse slips are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sympy import Expr, Mul

from derive.expr import Binder, Delta, Elem, Index, Sum_, free_indices, open_binder, sum_over

Scope = frozenset[Index]
Change = Callable[[Expr, Scope], Iterable[Expr]]


def everywhere(e: Expr, change: Change, scope: Scope | None = None) -> Iterator[Expr]:
    """`e` with one node replaced by what `change(node, indices in scope)` offers for it, outermost nodes first."""
    scope = free_indices(e) if scope is None else scope
    yield from change(e, scope)
    if isinstance(e, Binder):
        body, names = open_binder(e)
        for image in everywhere(body, change, scope | set(names)):
            yield closed(e, image, names)
    elif e.args and not isinstance(e, (Elem, Delta)):
        for k, a in enumerate(e.args):
            if isinstance(a, Expr):
                for image in everywhere(a, change, scope):
                    yield e.func(*e.args[:k], image, *e.args[k + 1 :])


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
