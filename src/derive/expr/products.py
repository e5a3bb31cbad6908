"""The multiplications inside sums: what matrix products cost, as a formula in the sizes.

All else that a layer does costs as much as it has units; products under a sum cost as much as there are pairs of them.
"""

from __future__ import annotations

from sympy import Add, Expr, Mul, S

from derive.expr.nodes import Delta, Elem, Sum_, free_indices


def matrix_products(*formulas: Expr) -> Expr:
    """Multiplications under sum signs in all entries of the formulas; equal sums are computed once.

    >>> from derive.expr import Index, Size, Tensor, sum_over
    >>> n, m = Size("n"), Size("m"); i, j = Index("i", n), Index("j", m)
    >>> matrix_products(2 * sum_over(Tensor("W", (n, m))(i, j) * Tensor("x", (m,))(j), j))
    m*n
    """
    seen: set[Expr] = set()

    def go(u: Expr) -> Expr:
        if not u.args or isinstance(u, (Elem, Delta)) or u in seen:
            return S.Zero
        seen.add(u)
        here = _pairs(u) if isinstance(u, Sum_) else S.Zero
        return here + Add(*(go(a) for a in u.args))  # type: ignore[arg-type]

    return Add(*map(go, formulas))


def _pairs(u: Sum_) -> Expr:
    """Products of k factors cost k - 1 multiplications for each value of the indices, bound and free."""
    factors = [f for f in Mul.make_args(u.body) if free_indices(f)]
    places = Mul(*(i.dim for i in sorted(free_indices(u.body), key=str)))
    return (len(factors) - 1) * places
