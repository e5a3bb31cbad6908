"""Where a formula has a kink, its slopes on both sides of it, and the slope that the derivative rules take there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sympy import Abs, Add, Expr, S, sign

from derive.calculus import differentiate, simplify
from derive.expr import Elem, Tensor, Where, maximum, minimum, rebuild, relu, step, tensors
from derive.prove import prove

#: What has to be zero at the kink, and the expression on each side of it (where that is positive, and negative).
BRANCHES: dict[type, Callable[..., tuple[Expr, Expr, Expr]]] = {
    Abs: lambda u: (u, u, -u),
    relu: lambda u: (u, u, S.Zero),
    maximum: lambda a, b: (a - b, a, b),
    minimum: lambda a, b: (a - b, b, a),
    Where: lambda c, a, b: (c, a, b),
}


@dataclass(frozen=True)
class Kink:
    """`zero` vanishes there; the slopes on the side where it is positive, on the other, and that which is taken.

    Where `zero` can be solved for a symbol, the slopes are those at the kink itself.
    """

    zero: Expr
    above: Expr
    below: Expr
    taken: Expr


def kinks(e: Expr, x: Elem) -> Iterator[Kink]:
    """The kinks of `e` as a function of the number `x`.

    >>> from derive.expr import Tensor
    >>> x = Tensor("x")()
    >>> next(kinks(Abs(x), x))
    Kink(zero=x, above=1, below=-1, taken=0)
    """
    slope = differentiate(e, x)
    for node in bent(e, x.tensor):
        zero, *sides = BRANCHES[type(node)](*node.args)
        found = [differentiate(replaced(e, node, side), x) for side in sides]
        found.append(_at_zero(slope, zero))
        meeting = solved(zero)
        if meeting is not None:
            found = [replaced(f, *meeting) for f in found]
        above, below, taken = map(simplify, found)
        if not prove(above, below).proved:
            yield Kink(zero, above, below, taken)


def bent(e: Expr, x: Tensor) -> Iterator[Expr]:
    """The nodes with cases on which `x` has a bearing."""
    seen: dict[Expr, None] = {}

    def go(u: Expr) -> Expr:
        if x in tensors(u):
            if type(u) in BRANCHES:
                seen[u] = None
            rebuild(u, go)
        return u

    go(e)
    yield from seen


def _at_zero(e: Expr, zero: Expr) -> Expr:
    """The conventions step(0) = 0 and sign(0) = 0, and the second case of two, where `zero` is zero."""
    arguments = (zero, -zero)

    def go(u: Expr) -> Expr:
        if isinstance(u, (step, sign)) and u.args[0] in arguments:
            return S.Zero
        if isinstance(u, Where) and u.args[0] in arguments:
            return go(u.args[2])
        return rebuild(u, go)

    return go(e)


def solved(zero: Expr) -> tuple[Elem, Expr] | None:
    """The equation zero = 0 solved for a symbol that stands alone in it: kappa = |r| for kappa - |r|."""
    for term in Add.make_args(zero):
        for sign_, symbol in ((1, term), (-1, -term)):
            rest = zero - term
            if isinstance(symbol, Elem) and symbol not in rest.atoms(Elem):
                return symbol, -sign_ * rest
    return None


def replaced(e: Expr, old: Expr, new: Expr) -> Expr:
    return new if e == old else rebuild(e, lambda part: replaced(part, old, new))
