"""Random well-shaped expressions, determined by a seed, whose values stay moderate."""

from __future__ import annotations

import random

import sympy
from sympy import Expr, Rational

from derive.expr import (
    Delta,
    Det,
    Index,
    Inverse,
    LogDet,
    LogSumExp,
    Max_,
    Prod_,
    Size,
    Tensor,
    Unknown,
    Where,
    Winner,
    free_indices,
    fresh,
    maximum,
    minimum,
    relu,
    sigmoid,
    softplus,
    step,
    sum_over,
)

N, D = Size("N"), Size("D")
n, d, e = Index("n", N), Index("d", D), Index("e", D)
TENSORS = (
    Tensor("s"),
    Tensor("x", (D,)),
    Tensor("y", (N,)),
    Tensor("A", (N, D)),
    Tensor("B", (D, D)),
    Tensor("p", (D,), properties={"positive"}),
    Tensor("W", (D, N), layer=2),
)
X = TENSORS[1]

SMOOTH = (
    sympy.tanh,
    sympy.sin,
    sympy.cos,
    sympy.erf,
    sigmoid,
    softplus,
    lambda t: sympy.exp(sympy.tanh(t)),
    lambda t: sympy.log(1 + t**2),
    lambda t: (1 + t**2) ** Rational(-1, 2),
    lambda t: 1 / (2 + t**2),
    lambda t: sympy.atan(t) * sympy.pi,
    lambda t: Unknown("f", 0, t),
    lambda t: Unknown("g", 2, t),
)
KINKED = (sympy.Abs, relu, step, sympy.sign)
TWO = (maximum, minimum, lambda a, b: a * b, lambda a, b: a + b, lambda a, b: a - 2 * b / 3)


def expression(seed: int, *, smooth: bool = False, depth: int = 4) -> Expr:
    """A random expression over some of the free indices n, d, e; with `smooth`, without kinks."""
    return _Grower(random.Random(seed), smooth).grow(depth, (n, d, e))


class _Grower:
    def __init__(self, rng: random.Random, smooth: bool) -> None:
        self.rng, self.smooth = rng, smooth

    def grow(self, depth: int, scope: tuple[Index, ...]) -> Expr:
        if depth == 0 or self.rng.random() < 0.08:
            return self.leaf(scope)
        makers = (self.function, self.function, self.two, self.two, self.summed, self.summed, self.bound, self.matrix)
        return self.rng.choice(makers)(depth - 1, scope)

    def leaf(self, scope: tuple[Index, ...]) -> Expr:
        kind = self.rng.random()
        if kind < 0.08:
            i, j = (self.index(D, scope) for _ in range(2))
            return Delta(i, j) * Rational(3, 2)
        if kind < 0.14:
            return self.rng.choice((Rational(-2, 3), sympy.Integer(2), N, 1 / D, self.index(D, scope)))
        tensor = self.rng.choice(TENSORS)
        places = [0 if self.rng.random() < 0.05 else self.index(dim, scope) for dim in tensor.dims]
        return tensor(*places)

    def index(self, dim: Expr, scope: tuple[Index, ...]) -> Index:
        return self.rng.choice([i for i in scope if i.dim == dim])

    def function(self, depth: int, scope: tuple[Index, ...]) -> Expr:
        choices = SMOOTH if self.smooth or self.rng.random() < 0.7 else KINKED
        return self.rng.choice(choices)(self.grow(depth, scope))

    def two(self, depth: int, scope: tuple[Index, ...]) -> Expr:
        a, b = self.grow(depth, scope), self.grow(depth, scope)
        if not self.smooth and self.rng.random() < 0.15:
            return Where(self.grow(depth, scope), a, b)
        return self.rng.choice(TWO[2:] if self.smooth else TWO)(a, b)

    def summed(self, depth: int, scope: tuple[Index, ...]) -> Expr:
        i = fresh(self.rng.choice((N, D)))
        return sum_over(self.grow(depth, (*scope, i, i)), i) / 3

    def bound(self, depth: int, scope: tuple[Index, ...]) -> Expr:
        i = fresh(self.rng.choice((N, D)))
        body = self.grow(depth, (*scope, i, i, i))
        kind = self.rng.randrange(4)
        if kind == 0:
            return LogSumExp(body, i)
        if kind == 1:
            return Prod_(sigmoid(body), i)
        if self.smooth:
            return LogSumExp(2 * body, i)
        spread = body + Rational(1, 7) * i  # ties have no winner
        return Max_(body, i) if kind == 2 else Winner(spread, i, self.index(i.dim, scope))

    def matrix(self, depth: int, scope: tuple[Index, ...]) -> Expr:
        a, b = fresh(D), fresh(D)
        body = sympy.tanh(self.grow(depth, (*scope, a, a, b, b))) / 4 + 3 * Delta(a, b)
        kind = self.rng.randrange(3)
        if kind == 0:
            return Inverse(body, a, b, self.index(D, scope), self.index(D, scope))
        return LogDet(body, a, b) if kind == 1 else Det(body, a, b) / 9


def axes(expr: Expr) -> tuple[Index, ...]:
    """The free indices, in an order that is not theirs in the tensors."""
    return tuple(i for i in (e, n, d) if i in free_indices(expr))
