"""Folding: put a let's name back wherever its right side re-appears.

This is what yields a(1 - a) in place of exponentials: after differentiating a = sigmoid(z), the expression
sigmoid(z)(1 - sigmoid(z)) is rewritten with the name a. Fold right after each derivative, before anything
is multiplied: SymPy's Mul merges exp(a) exp(b), and a product of two softmaxes would be lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from sympy import Add, Expr, Mul

from derive.expr import Elem, Index, Let, free_indices, rebuild, rename, tensors


def fold(e: Expr, lets: Iterable[Let]) -> Expr:
    """`e` with instances of the lets' right sides replaced by their names, one let after another."""
    inside = tensors(e)
    usable = [let for let in lets if tensors(let.rhs) <= inside and not isinstance(let.rhs, Elem) and let.rhs.args]
    for let in usable:
        e = _fold_one(e, let)
    return e


def _fold_one(e: Expr, let: Let) -> Expr:
    needed, head = tensors(let.rhs), let.rhs.func

    def go(u: Expr) -> Expr:
        if not needed <= tensors(u):
            return u
        if u.func is head:
            name = _instance(u, let)
            if name is not None:
                return name
            if head in (Mul, Add):
                part = _part(u, let)
                if part is not None:
                    return go(part)
        return rebuild(u, go)

    return go(e)


def _instance(u: Expr, let: Let) -> Elem | None:
    for indices in assignments(u, let):
        if rename(let.rhs, indices) == u:
            return rename(let.target, indices)
    return None


def _part(u: Expr, let: Let) -> Expr | None:
    """For a sum or product: the name in place of a subset of the arguments."""
    for indices in assignments(u, let):
        rest = list(u.args)
        try:
            for arg in rename(let.rhs, indices).args:
                rest.remove(arg)
        except ValueError:
            continue
        return u.func(rename(let.target, indices), *rest)
    return None


def assignments(u: Expr, let: Let) -> Iterator[dict[Index, Expr]]:
    """Ways to read the let's indices as positions that occur in `u` at the same place of the same tensor."""
    wanted = let.target.indices
    if not wanted:
        yield {}
        return
    there: dict[tuple, set[Expr]] = {}
    free = free_indices(u)
    for elem in _elements(u):
        for place, position in enumerate(elem.indices):
            if not isinstance(position, Index) or position in free:
                there.setdefault((elem.tensor, place), set()).add(position)
    choices = []
    for index in wanted:
        places = [(el.tensor, p) for el in _elements(let.rhs) for p, i in enumerate(el.indices) if i == index]
        found = set.intersection(*(there.get(p, set()) for p in places)) if places else set()
        choices.append(sorted(found, key=_name))
    for values in product(*choices):
        yield dict(zip(wanted, values, strict=True))


def _elements(e: Expr) -> Iterator[Elem]:
    if isinstance(e, Elem):
        yield e
        return
    if tensors(e):
        for a in e.args:
            yield from _elements(a)


def _name(position: Expr) -> str:
    return position.name if isinstance(position, Index) else str(position)
