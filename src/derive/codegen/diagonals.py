"""Where the rows of a Hessian meet its columns: what is there alone, and what every other term is there.

p_k delta_kl - p_k p_l is p_k (1 - p_k) where k is l. Added up from both, nothing of it is left where p_k is nearly 1;
so the two become one product, which replaces what the array has on its diagonal.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, Mul, S

from derive.errors import DeriveError
from derive.expr import Delta, Index, Sum_, open_binder, rename, sum_over, tensors
from derive.notation.einsum import Axes

Factors = tuple[Expr, ...]
Pairs = list[tuple[Index, Index]]


def diagonal(factors: Sequence[Expr], rows: Axes, columns: Axes) -> tuple[Pairs, list[Expr], set[Index]]:
    """The deltas that tie a column to a row, the other factors on that diagonal, and the columns that are tied."""
    deltas: Pairs = []
    rest = list(factors)
    for f in factors:
        if isinstance(f, Delta):
            r, c = sorted(f.args, key=lambda i: i in columns)
            if r not in rows or c not in columns:
                raise DeriveError(f"no dense Hessian with {f}: its indices are not a row and a column")
            deltas.append((r, c))
            rest.remove(f)
    tied = {c: r for r, c in deltas}
    return deltas, [rename(f, tied) for f in rest], set(tied)


def replacing(products: Sequence[Factors], rows: Axes, columns: Axes) -> list[Factors]:
    """What the sum of these products is on their diagonal, if there is one and terms on it and off it become one."""
    ties = {frozenset(f for f in p if isinstance(f, Delta)) for p in products} - {frozenset()}
    if len(ties) != 1:
        return []
    (deltas,) = ties
    tied = {c: r for r, c in diagonal(tuple(deltas), rows, columns)[0]}

    def met(p: Factors) -> Factors:
        return tuple(rename(f, tied) for f in p if f not in deltas)

    own = [met(p) for p in products if deltas <= set(p)]
    out: list[Factors] = []
    for there in (met(p) for p in products if not deltas <= set(p)):
        for one in own:
            both = _together(one, there)
            if both is not None:
                own.remove(one)
                out.append(both)
                break
        else:
            own.append(there)
    return [(*p, *deltas) for p in (*out, *own)] if out else []


def _together(one: Factors, there: Factors) -> Factors | None:
    """a and -a b as a (1 - b), inside one sum."""
    (c, inside, names), (d, beside, others) = _opened(one), _opened(there)
    if [i.dim for i in names] != [i.dim for i in others] or not (d / c).is_number:
        return None
    beside = rename(beside, dict(zip(others, names, strict=True)))
    b = beside / inside
    bounded = all(e.is_Integer and e > 0 for e in b.as_powers_dict().values())
    if not (bounded and tensors(b)) or d / c != S.NegativeOne:
        return None
    return (*Mul.make_args(c), sum_over(Mul(inside, 1 - b, evaluate=False), *names))


def _opened(product: Factors) -> tuple[Expr, Expr, Axes]:
    """The coefficient of a product without tensors, what is summed, and over which indices."""
    sums = [f for f in product if isinstance(f, Sum_)]
    body, names = open_binder(sums[0]) if len(sums) == 1 else (S.One, ())
    arrays = [f for f in product if f not in sums[:1] and tensors(f)]
    return Mul(*(f for f in product if not tensors(f))), Mul(body, *arrays), names
