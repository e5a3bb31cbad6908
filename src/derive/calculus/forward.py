"""Forward mode: total derivatives through a program, for Hessians and for Jacobians of named intermediates."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sympy import Add, Expr, S

from derive.calculus.derivative import differentiate
from derive.calculus.simplify import simplify
from derive.expr import Elem, Let, Program, Tensor, fresh, rename, sum_over, tensors
from derive.expr.fold import fold
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


def tangents(program: Program, directions: Mapping[Tensor, Tensor], name: Callable[[Tensor], Tensor]) -> list[Let]:
    """Forward mode: the change of each let along given directions of its inputs, in order, as lets of their own.

    `directions` gives the change of an input, `name` what the change of a let is called. Lets that do not change have
    none; each mentions the names of the program and earlier changes. Of a program that computes a gradient these are
    the products of the Hessian with the directions: forward over reverse.

    >>> from derive.expr import Let, Tensor
    >>> x, v, y = Tensor("x"), Tensor("v"), Tensor("y")
    >>> tangents(Program((Let(y(), x() * x()),)), {x: v}, lambda t: Tensor(f"R{t.name}"))[0].rhs == 2 * x() * v()
    True
    """
    moving = dict(directions)
    found = []
    for let in program:
        change = _along(let, moving, program)
        if change != 0:
            moving[let.tensor] = name(let.tensor)
            found.append(Let(Elem(moving[let.tensor], *let.target.indices), change))
    return found


def _along(let: Let, moving: Mapping[Tensor, Tensor], program: Program) -> Expr:
    inside = tensors(let.rhs)
    near = {v for t in inside for v in program.users.get(t, ()) if v != let and tensors(v.rhs) <= inside}
    names = [let, *sorted(near, key=lambda v: -program.position[v.tensor])]
    terms = []
    for t in sorted(inside & moving.keys(), key=str):
        at = tuple(fresh(d) for d in t.dims)
        slope = fold(differentiate(let.rhs, Elem(t, *at)), names)
        terms.append(sum_over(slope * Elem(moving[t], *at), *at) if slope != 0 else S.Zero)
    return simplify(Add(*terms))
