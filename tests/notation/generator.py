"""Random well-shaped expressions over a fixed set of tensors."""

from __future__ import annotations

import random

from sympy import Abs, Expr, Rational, S, cosh, exp, log, sign, sin, sinh, sqrt, tanh

from derive.expr import (
    Delta,
    Index,
    Inverse,
    LogSumExp,
    Max_,
    Size,
    Tensor,
    Where,
    free_indices,
    fresh,
    maximum,
    relu,
    rename,
    sigmoid,
    softplus,
    step,
    sum_over,
)

SIZES = N, D, K = Size("N"), Size("D"), Size("K")
A = Tensor("A", (N, N))
TENSORS = (
    Tensor("x", (N,)), Tensor("y", (N,)), Tensor("w", (D,)), A, Tensor("B", (N, N)), Tensor("X", (N, D)),
    Tensor("W", (D, K)), Tensor("V", (D, N)), Tensor("c", ()), Tensor("S", (N, N), properties=("symmetric",)),
    Tensor("Y", (N, K)), Tensor("z", (K,)),
)  # fmt: skip
FUNCTIONS = (
    tanh, sigmoid, softplus, relu, Abs, sin, step, lambda u: exp(tanh(u)), lambda u: u**2, lambda u: 1 / (2 + u**2),
    lambda u: sqrt(1 + u**2), lambda u: u**3, lambda u: u**4, lambda u: log(2 + u**2), lambda u: 1 / (1 + exp(-u)),
    lambda u: log(1 + exp(tanh(u))), lambda u: Where(u, u, tanh(u)), lambda u: maximum(u, 1 - u), cosh, sign,
    lambda u: sinh(tanh(u)) / cosh(tanh(u)), lambda u: 1 - sigmoid(u), lambda u: relu(u) * step(u),
)  # fmt: skip


class Generator:
    """`Generator(seed).expression()` gives an expression and its ordered free indices."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.count = 0

    def expression(self) -> tuple[Expr, tuple[Index, ...]]:
        dims = [N, self.rng.choice(SIZES), self.rng.choice(SIZES)]
        free = [Index(name, dim) for name, dim in zip("ijk", dims, strict=True)][
            : self.rng.choice([0, 1, 1, 2, 2, 2, 3])
        ]
        return self.any(self.rng.choice([2, 3, 4]), free), tuple(free)

    def any(self, depth: int, scope: list[Index]) -> Expr:
        if depth == 0:
            return self.leaf(scope)
        rules = (self.leaf, self.plus, self.plus, self.times, self.times, self.sum, self.sum, self.sum, self.function,
                 self.reduction, self.matrix)  # fmt: skip
        rule = self.rng.choice(rules)
        return rule(scope) if rule == self.leaf else rule(depth - 1, scope)

    def leaf(self, scope: list[Index]) -> Expr:
        if self.rng.random() < 0.1:
            return S(self.rng.choice([1, 2, Rational(1, 2), -1]))
        fitting = [t for t in TENSORS if all(any(i.dim == d for i in scope) for d in t.dims)]
        t = self.rng.choice(fitting)
        return t(*(self.rng.choice([i for i in scope if i.dim == d]) for d in t.dims))

    def bound(self) -> Index:
        self.count += 1
        return Index(f"b{self.count}", self.rng.choice(SIZES))

    def plus(self, depth: int, scope: list[Index]) -> Expr:
        return self.any(depth, scope) + self.rng.choice([1, -1, 2]) * self.any(depth, scope)

    def times(self, depth: int, scope: list[Index]) -> Expr:
        return self.any(depth, scope) * self.any(depth, scope)

    def sum(self, depth: int, scope: list[Index]) -> Expr:
        i = self.bound()
        body: Expr = S.One
        for _ in range(self.rng.choice([1, 2, 3])):
            body = body * self.any(depth, [*scope, i])
        return sum_over(body, i) / self.rng.choice([1, 1, 1, i.dim])

    def function(self, depth: int, scope: list[Index]) -> Expr:
        return self.rng.choice(FUNCTIONS)(self.any(depth, scope))

    def reduction(self, depth: int, scope: list[Index]) -> Expr:
        """A log-sum-exp, a maximum or a softmax."""
        i = self.bound()
        body = tanh(self.any(depth, [*scope, i]))
        if i not in free_indices(body):
            return body
        places = [k for k in scope if k.dim == i.dim and k not in free_indices(body)]
        if places and self.rng.random() < 0.6:
            return exp(rename(body, {i: self.rng.choice(places)}) - LogSumExp(body, i))
        return self.rng.choice((LogSumExp, Max_))(body, i)

    def matrix(self, depth: int, scope: list[Index]) -> Expr:
        """A Kronecker delta or the entry of an inverse."""
        places = [i for i in scope if i.dim == N]
        if len(places) < 2:
            return self.any(depth, scope)
        i, j = self.rng.sample(places, 2)
        if self.rng.random() < 0.4:
            return Delta(i, j)
        p, q = fresh(N), fresh(N)
        return Inverse(A(p, q) + 3 * Delta(p, q), p, q, i, j)
