"""Forward mode: total derivatives through a program, for Hessians and for Jacobians of named intermediates."""

from __future__ import annotations

from sympy import Add, Expr

from derive.calculus.derivative import differentiate
from derive.calculus.fold import fold
from derive.calculus.simplify import simplify
from derive.expr import Elem, Program, Tensor, fresh, rename, sum_over, tensors
from derive.expr.nodes import Index


def total_derivative(e: Expr, x: Elem, program: Program) -> Expr:
    """d e / d x where `e` may mention lets of `program` that depend on x; names are kept (folded).

    >>> from derive.expr import Let, Tensor
    >>> from derive.expr.functions import sigmoid
    >>> x, p = Tensor("x")(), Tensor("p")()
    >>> total_derivative(p, x, Program((Let(p, sigmoid(x)),)))
    (1 - p)*p
    """
    depends = _dependents(x.tensor, program)
    memo: dict[Tensor, tuple[tuple[Index, ...], Expr]] = {}

    def of_let(t: Tensor, at: tuple[Index, ...]) -> Expr:
        if t not in memo:
            let = program.by_tensor[t]
            indices = tuple(fresh(d) for d in t.dims)
            memo[t] = indices, go(let.at(*indices), (let,))
        indices, value = memo[t]
        return rename(value, dict(zip(indices, at, strict=True)))

    def go(u: Expr, lets: tuple) -> Expr:
        terms = [fold(differentiate(u, x), lets)]
        for t in sorted(tensors(u) & depends, key=str):
            at = tuple(fresh(d) for d in t.dims)
            slope = fold(differentiate(u, Elem(t, *at)), lets)
            if slope != 0:
                terms.append(sum_over(slope * of_let(t, at), *at))
        return Add(*terms)

    return simplify(go(e, ()))


def _dependents(x: Tensor, program: Program) -> frozenset[Tensor]:
    """The lets that depend on `x`, directly or not."""
    out: set[Tensor] = set()
    for let in program:
        used = tensors(let.rhs)
        if x in used or used & out:
            out.add(let.tensor)
    return frozenset(out)
