"""How many multiplications an expression costs, as a formula in the sizes.

Counted on the contracted form: a subterm is computed once for all values of its own free indices, products of k factors
cost k - 1 each time, a power one. Multiplication by a number and divisions count like products; additions are free.
"""

from __future__ import annotations

from sympy import Add, Expr, Integer, Mul, Pow, S

from derive.expr.layers import LayerSum, at_layers
from derive.expr.nodes import Delta, Elem, free_indices


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
            count = go(body)  # type: ignore[arg-type]
            alike = at_layers(count, {symbol: symbol + 1}) == count  # type: ignore[operator, dict-item]
            return (high - low + 1) * count if alike else LayerSum(count, symbol, low, high)  # type: ignore[operator, arg-type]
        below = Add(*(go(a) for a in u.args))  # type: ignore[arg-type]
        return below + _here(u) * Mul(*(i.dim for i in sorted(free_indices(u), key=str)))

    return Add(*map(go, formulas))


def _here(u: Expr) -> Expr:
    if isinstance(u, Mul):
        return Integer(len([f for f in u.args if f not in (1, -1)]) - 1)
    if isinstance(u, Pow):
        return S.One
    return S.Zero


def entries(dims: tuple[Expr, ...]) -> Expr:
    """Number of entries of an array of these dimensions."""
    return Mul(*dims)
