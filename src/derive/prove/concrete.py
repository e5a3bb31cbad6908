"""Sums and products over a size that is a number, written out term by term."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from math import prod

from sympy import Add, Expr, Integer, Mul, exp, log

from derive.expr import Index, LogSumExp, Prod_, Sum_, free_indices, open_binder, rebuild, rename

TERMS = 64
LONGEST = 10_000  # nodes, when all is written out


def written_out(a: Expr, b: Expr) -> tuple[Expr, Expr] | None:
    """The expressions without sums over sizes that are numbers; None if nothing changes or it gets too long.

    A free index that runs over one place only stands at that place.
    """
    placed = tuple(map(_placed, (a, b)))
    if sum(map(_extent, placed)) > LONGEST:
        return None
    first, second = map(explicit, placed)
    return None if (first, second) == (a, b) else (first, second)


def _extent(e: Expr) -> int:
    """How many nodes there are when its sums are written out."""
    inner = 1 + sum(map(_extent, e.args))
    if not isinstance(e, (Sum_, Prod_, LogSumExp)):
        return inner
    places = _places(open_binder(e)[1])
    return inner * places if places <= TERMS else inner


def _places(names: Iterable[Index]) -> int:
    """How many places the indices have that run over a number of them."""
    return prod(int(i.dim) for i in names if i.dim.is_Integer and i.dim <= TERMS)


def _placed(e: Expr) -> Expr:
    return rename(e, {i: Integer(0) for i in free_indices(e) if i.dim == 1})


def explicit(e: Expr) -> Expr:
    """The expression with its sums over sizes that are numbers written out; softmax becomes a quotient."""
    if isinstance(e, (Sum_, Prod_, LogSumExp)):
        body, names = open_binder(e)
        short = [i for i in names if i.dim.is_Integer and i.dim <= TERMS]
        if short and _places(names) <= TERMS:
            return _terms(type(e), explicit(body), names, short)
    return rebuild(e, explicit)


def _terms(kind: type, body: Expr, names: tuple[Index, ...], short: list[Index]) -> Expr:
    rest = [i for i in names if i not in short]
    inner = exp(body) if kind is LogSumExp else body
    places = product(*(range(int(i.dim)) for i in short))
    terms = [rename(inner, {i: Integer(p) for i, p in zip(short, at, strict=True)}) for at in places]
    outer = Prod_ if kind is Prod_ else Sum_
    whole = outer((Mul if kind is Prod_ else Add)(*terms), *rest)
    return log(whole) if kind is LogSumExp else whole
