"""Sums and products over a size that is a number, written out term by term."""

from __future__ import annotations

from itertools import product

from sympy import Add, Expr, Integer, Mul, exp, log

from derive.expr import Index, LogSumExp, Prod_, Sum_, free_indices, open_binder, rebuild, rename

TERMS = 64


def written_out(a: Expr, b: Expr) -> tuple[Expr, Expr] | None:
    """The expressions without sums over sizes that are numbers; None if nothing changes or it gets too long.

    A free index that runs over one place only stands at that place.
    """
    first, second = (explicit(_placed(e)) for e in (a, b))
    return None if (first, second) == (a, b) else (first, second)


def _placed(e: Expr) -> Expr:
    return rename(e, {i: Integer(0) for i in free_indices(e) if i.dim == 1})


def explicit(e: Expr) -> Expr:
    """The expression with its sums over sizes that are numbers written out; softmax becomes a quotient."""
    if isinstance(e, (Sum_, Prod_, LogSumExp)):
        body, names = open_binder(e)
        short = [i for i in names if i.dim.is_Integer and i.dim <= TERMS]
        places = Mul(*(i.dim for i in short))
        if short and places <= TERMS:
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
