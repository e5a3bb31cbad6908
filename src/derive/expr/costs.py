"""How many multiplications an expression costs, as a formula in the sizes, counted on its contracted form.

All of them: a subterm is computed once for all values of its own free indices, products of k factors cost k - 1 each
time, a power one. Multiplication by a number and divisions count like products; additions are free. Or those of matrix
products alone, inside sums: all else that a layer does costs as much as it has units, these as much as there are pairs.
"""

from __future__ import annotations

from sympy import Add, Expr, Integer, Mul, Pow, S

from derive.expr.layers import LayerSum, at_layers
from derive.expr.nodes import Delta, Elem, Sum_, factors, free_indices


def multiplications(*formulas: Expr) -> Expr:
    """Multiplications needed for all entries of the formulas; what several of them contain is computed once.

    >>> from derive.expr import Index, Size, Tensor, sum_over
    >>> n, m = Size("n"), Size("m"); i, j = Index("i", n), Index("j", m)
    >>> multiplications(sum_over(Tensor("W", (n, m))(i, j) * Tensor("x", (m,))(j), j))
    m*n
    """
    seen: set[Expr] = set()

    def go(u: Expr) -> Expr:
        if not u.args or isinstance(u, (Elem, Delta)) or u in seen:
            return S.Zero
        seen.add(u)
        if isinstance(u, LayerSum):
            body, symbol, low, high = u.args
            count = go(body)
            alike = at_layers(count, {symbol: symbol + 1}) == count
            return (high - low + 1) * count if alike else LayerSum(count, symbol, low, high)
        below = Add(*(go(a) for a in u.args))
        return below + _here(u) * Mul(*(i.dim for i in sorted(free_indices(u), key=str)))

    return Add(*map(go, formulas))


def _here(u: Expr) -> Expr:
    if isinstance(u, Mul):
        return Integer(len([f for f in u.args if f not in (1, -1)]) - 1)
    if isinstance(u, Pow):
        return S.One
    return S.Zero


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
        return here + Add(*(go(a) for a in u.args))

    return Add(*map(go, formulas))


def _pairs(u: Sum_) -> Expr:
    """Products of k factors cost k - 1 multiplications for each value of the indices, bound and free."""
    indexed = [f for f in factors(u.body) if free_indices(f)]
    places = Mul(*(i.dim for i in sorted(free_indices(u.body), key=str)))
    return (len(indexed) - 1) * places


def entries(dims: tuple[Expr, ...]) -> Expr:
    """Number of entries of an array of these dimensions."""
    return Mul(*dims)
