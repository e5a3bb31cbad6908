"""Readable functions behind index expressions: softmax, sigmoid and softplus in products, powers and exponentials."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from sympy import Add, Expr, Mul, Pow, S, cosh, exp, sinh, tanh

from derive.expr import Index, LogSumExp, Sum_, Where, addends, factors, free_indices, open_binder, rename, sigmoid
from derive.expr.nodes import MEMO

Quotient = Callable[[Expr, Expr], Expr | None]  # what is above and what is below: their name, or None


@lru_cache(MEMO)
def normalised(e: Expr) -> tuple[Expr, ...]:
    """The factors of a product, with exponentials over their sum as softmax or sigmoid.

    The factors must not be multiplied again: SymPy would merge their exponentials.
    """
    out: list[Expr] = []
    for f in factors(e):
        out += split_exp(f) if isinstance(f, exp) else split_where(f) if isinstance(f, Where) else [f]
    for quotient in QUOTIENTS:
        out = _by_name(out, quotient)
    return tuple(out)


def split_where(e: Where) -> list[Expr]:
    """Factors with an index that the condition lacks, outside the cases: Where(c_n, a_n X_nd, b_n X_nd)."""
    c, a, b = e.args
    inside = free_indices(c)
    branches = [list(factors(x)) for x in (a, b)]
    whole = branches[0] if b == 0 else branches[1] if a == 0 else [f for f in branches[0] if f in branches[1]]
    common = [f for f in dict.fromkeys(whole) if not free_indices(f) <= inside]
    if not common:
        return [e]
    for f in common:
        for branch, x in zip(branches, (a, b), strict=True):
            if x != 0:
                branch.remove(f)
    left = (Mul(*branch) if x != 0 else x for branch, x in zip(branches, (a, b), strict=True))
    return [*common, Where(c, *left)]


def split_exp(e: exp) -> list[Expr]:
    """exp(z_k + z_l - 2 LSE z) as the product of the softmax at k and at l, and what is left."""
    terms = {t: c for c, t in (a.as_coeff_Mul() for a in addends(e.args[0]))}
    found: list[Expr] = []
    for lse, c in list(terms.items()):
        if isinstance(lse, LogSumExp) and len(lse.bound) == 1 and c.is_Integer and c < 0:
            for _ in range(-int(c)):
                one = _one_softmax(lse, terms)
                if one is None:
                    break
                found.append(one)
    rest = Add(*(c * t for t, c in terms.items()))
    return found + ([exp(rest)] if rest != 0 else [])


def _one_softmax(lse: LogSumExp, terms: dict[Expr, Expr]) -> Expr | None:
    """Take one softmax of this log-sum-exp out of the exponent's terms."""
    for k in _candidates(lse, terms):
        z = rename(lse.body, {lse.bound[0]: k})
        wanted = {t: c for c, t in (a.as_coeff_Mul() for a in addends(z))}
        if all(_covers(terms.get(t, S.Zero), c) for t, c in wanted.items()):
            for t, c in (*wanted.items(), (lse, S.NegativeOne)):
                terms[t] -= c
                if terms[t] == 0:
                    del terms[t]
            return exp(z - lse)
    return None


def _covers(have: Expr, need: Expr) -> bool:
    ratio = have / need
    return bool(ratio.is_number and ratio >= 1)


def _candidates(lse: LogSumExp, terms: dict[Expr, Expr]) -> list[Expr]:
    """Positions that the bound index could stand for: free indices of the exponent of the same dimension."""
    inside = free_indices(lse)
    seen = {i for t in terms for i in free_indices(t) if i.dim == lse.bound[0].dim}
    return sorted(seen - inside, key=str) + sorted(seen & inside, key=str)


def softmax_of(e: Expr) -> tuple[Expr, Index, Expr] | None:
    """(z, k, lse) if e is exp(z_k - LSE_l z_l), else None."""
    if not isinstance(e, exp):
        return None
    return log_softmax_of(e.args[0])


def log_softmax_of(e: Expr) -> tuple[Expr, Index, Expr] | None:
    """(z, k, lse) if e is z_k - LSE_l z_l, else None."""
    if not isinstance(e, Add):
        return None
    for term in e.args:
        lse = -term
        if isinstance(lse, LogSumExp) and len(lse.bound) == 1:
            z = e + lse
            for k in sorted(free_indices(z) - free_indices(lse), key=str):
                if k.dim == lse.bound[0].dim and rename(lse.body, {lse.bound[0]: k}) == z:
                    return z, k, lse
    return None


def _by_name(found: list[Expr], quotient: Quotient) -> list[Expr]:
    """The factors, with one factor in the place of two wherever they are such a quotient."""
    for n, below in enumerate(found):
        for m, above in enumerate(found):
            name = quotient(above, below)
            if name is not None:
                return _by_name([name if k == m else f for k, f in enumerate(found) if k != n], quotient)
    return found


def _softmax(above: Expr, below: Expr) -> Expr | None:
    """exp(z_k) / sum_l exp(z_l) as one exponential of z - LSE z."""
    if not (isinstance(above, exp) and _is_reciprocal(below, Sum_)):
        return None
    body, names = open_binder(below.args[0])
    if len(names) != 1 or not isinstance(body, exp):
        return None
    (i,), z = names, body.args[0]
    same = (rename(z, {i: k}) == above.args[0] for k in free_indices(above) if k.dim == i.dim)
    return exp(above.args[0] - LogSumExp(z, i)) if any(same) else None


def _sigmoid(above: Expr, below: Expr) -> Expr | None:
    """exp(z) / (1 + exp(z)) as sigmoid(z)."""
    z = logistic_denominator(below)
    return sigmoid(z) if z is not None and above == exp(z) else None


def _tanh(above: Expr, below: Expr) -> Expr | None:
    """sinh(z) / cosh(z) as tanh(z)."""
    same = isinstance(above, sinh) and _is_reciprocal(below, cosh) and above.args == below.args[0].args
    return tanh(*above.args) if same else None


QUOTIENTS: tuple[Quotient, ...] = (_softmax, _sigmoid, _tanh)


def _is_reciprocal(f: Expr, kind: type) -> bool:
    return isinstance(f, Pow) and f.args[1] == -1 and isinstance(f.args[0], kind)


def logistic_denominator(f: Expr) -> Expr | None:
    """z if f is 1 / (1 + exp(z))."""
    return one_plus_exp(f.args[0]) if isinstance(f, Pow) and f.args[1] == -1 else None


def one_plus_exp(e: Expr) -> Expr | None:
    """z if e is 1 + exp(z)."""
    if isinstance(e, Add) and len(e.args) == 2 and e.args[0] == 1 and isinstance(e.args[1], exp):
        return e.args[1].args[0]
    return None
