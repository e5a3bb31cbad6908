"""Random well-shaped expressions, and random ways of writing the same thing differently."""

from __future__ import annotations

import random
from collections.abc import Callable

from sympy import Abs, Add, Expr, Integer, Mul, Pow, Rational, S, cos, erf, exp, log, sign, sin, tanh

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
    Sum_,
    Tensor,
    Unknown,
    Where,
    free_indices,
    fresh,
    maximum,
    minimum,
    open_binder,
    rebuild,
    relu,
    rename,
    sigmoid,
    softplus,
    step,
    sum_over,
)
from derive.expr.nodes import Binder

N, K = Size("N"), Size("K")
i, j, k = (Index(s, N) for s in "ijk")
c, d = (Index(s, K) for s in "cd")

NAMED = (
    Tensor("x", (N,)),
    Tensor("u", (N,)),
    Tensor("z", (K,)),
    Tensor("A", (N, N)),
    Tensor("B", (N, N)),
    Tensor("W", (N, K)),
    Tensor("S", (N, N), properties=("symmetric",)),
    Tensor("Q", (N, N), properties=("orthogonal",)),
    Tensor("b", (N,), properties=("binary",)),
    Tensor("s", (N,), properties=("sign",)),
    Tensor("h", (N, K), properties=("one_hot",)),
    Tensor("y", (N, K), properties=("sum_to_one",)),
    Tensor("p", (N,), properties=("positive",)),
    Tensor("r", (N,), properties=("unit_interval",)),
    Tensor("a", ()),
    Tensor("t", (), properties=("positive",)),
)
SMOOTH = (sigmoid, tanh, softplus, exp, erf, sin, cos)
KINKED = (relu, Abs, step, sign)


class Generator:
    """Grows expressions over the indices given; the same seed gives the same expressions."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def expression(self, depth: int, indices: tuple[Index, ...]) -> Expr:
        pick = self.rng.choice
        if depth <= 0:
            return self.leaf(indices)
        ways: list[Callable[[int, tuple[Index, ...]], Expr]] = [
            self.leaf, self.add, self.add, self.mul, self.mul, self.mul, self.power,
            self.smooth, self.kinked, self.sum, self.sum, self.sum, self.binder, self.quotient, self.matrix, self.other,
        ]  # fmt: skip
        return pick(ways)(depth, indices)

    def leaf(self, *args: object) -> Expr:
        indices: tuple[Index, ...] = args[-1]
        rng = self.rng
        if rng.random() < 0.15:
            return rng.choice((Integer(rng.randint(-2, 3)), Rational(1, 2), N, K))
        if rng.random() < 0.12:
            same = [(p, q) for p in indices for q in indices if p != q and p.dim == q.dim]
            if same:
                return Delta(*rng.choice(same))
        for _ in range(20):
            t = rng.choice(NAMED)
            places = [[p for p in indices if p.dim == n] for n in t.dims]
            if all(places):
                return t(*map(rng.choice, places))
        return NAMED[-2]()

    def add(self, depth: int, indices: tuple[Index, ...]) -> Expr:
        return Add(*(self.sign() * self.expression(depth - 1, indices) for _ in range(2)))

    def sign(self) -> Expr:
        return self.rng.choice((S.One, S.One, S.NegativeOne, Integer(2)))

    def mul(self, depth: int, indices: tuple[Index, ...]) -> Expr:
        return Mul(*(self.expression(depth - 1, indices) for _ in range(2)))

    def power(self, depth: int, indices: tuple[Index, ...]) -> Expr:
        return Pow(self.expression(depth - 1, indices), self.rng.choice((2, 2, 3, -1, -2, Rational(1, 2))))

    def quotient(self, depth: int, indices: tuple[Index, ...]) -> Expr:
        below = 1 + self.expression(depth - 2, indices) ** 2
        if self.rng.random() < 0.4:
            below = self.expression(depth - 1, indices)
        return Mul(self.expression(depth - 1, indices), Pow(below, self.rng.choice((-1, -1, Rational(-1, 2)))))

    def smooth(self, depth: int, indices: tuple[Index, ...]) -> Expr:
        return self.rng.choice(SMOOTH)(self.expression(depth - 1, indices))

    def kinked(self, depth: int, indices: tuple[Index, ...]) -> Expr:
        a, b = (self.expression(depth - 1, indices) for _ in range(2))
        return self.rng.choice(
            (relu(a), Abs(a), step(a), sign(a), maximum(a, b), minimum(a, b), Where(a, b, a), Where(b, a * a, 1 + b))
        )

    def bound(self) -> Index:
        return fresh(self.rng.choice((N, K)))

    def sum(self, depth: int, indices: tuple[Index, ...]) -> Expr:
        new = tuple(self.bound() for _ in range(self.rng.choice((1, 1, 2))))
        body = self.expression(depth - 1, (*indices, *new))
        return self.rng.choice((Sum_, sum_over))(body, *new)

    def binder(self, depth: int, indices: tuple[Index, ...]) -> Expr:
        new = self.bound()
        body = self.expression(depth - 1, (*indices, new))
        return self.rng.choice((LogSumExp, Prod_, Max_, LogSumExp))(body, new)

    def matrix(self, depth: int, indices: tuple[Index, ...]) -> Expr:
        """Inverses and determinants, alone or contracted with something near their body."""
        rng, pick = self.rng, self.rng.choice
        n, m, q = fresh(N), fresh(N), fresh(N)
        bodies = [pick("AABSQ"), pick("ABS")]
        by_name = {t.name: t for t in NAMED}
        first, second = (by_name[s] for s in bodies)
        body = pick(
            (
                first(n, m),
                first(m, n),
                2 * first(n, m),
                NAMED[-1]() * Delta(n, m) + first(n, m),
                Sum_(first(n, q) * second(q, m), q),
                Delta(n, m) * by_name["p"](n),
                by_name["p"](n) * first(n, m),
                Delta(n, m) + Sum_(first(q, n) * first(q, m), q),
            )
        )
        rows = [p for p in indices if p.dim == N]
        if len(rows) < 1 or rng.random() < 0.3:
            return pick((Det, LogDet))(body, n, m)
        s, t = pick(rows), pick(rows)
        entry = Inverse(body, n, m, s, t)
        if rng.random() < 0.5:
            return entry
        e = fresh(N)
        other = rename(body, {n: e, m: t}) if rng.random() < 0.7 else rename(body, {n: t, m: e})
        return Sum_(Inverse(body, n, m, s, e) * other * pick((S.One, self.leaf(indices))), e)

    def other(self, depth: int, indices: tuple[Index, ...]) -> Expr:
        a = self.expression(depth - 1, indices)
        positive = self.rng.choice((NAMED[-1](), 1 + a**2, exp(a), Abs(a) + 1))
        return self.rng.choice(
            (log(positive), Unknown("f", self.rng.randint(0, 1), a), log(a), Pow(positive, self.leaf(indices)))
        )

    # -- the same value, written differently ------------------------------------------------------------------------

    def rewritten(self, e: Expr, rounds: int = 3) -> Expr:
        for _ in range(rounds):
            e = self._somewhere(e)
        return e

    def _somewhere(self, e: Expr) -> Expr:
        """One random rewriting at a random place."""
        inner = bool(e.args) and not isinstance(
            e, (Delta, Inverse, Det, LogDet, Unknown, *(type(t()) for t in NAMED[-1:]))
        )
        if inner and self.rng.random() < 0.6:
            chosen = self.rng.randrange(1 if isinstance(e, Binder) else len(e.args))
            position = iter(range(len(e.args)))
            return rebuild(e, lambda a: self._somewhere(a) if next(position) == chosen else a)
        return self.rng.choice((self._distribute, self._add_zero, self._insert_delta, self._split, self._open))(e)

    def _distribute(self, e: Expr) -> Expr:
        if isinstance(e, Pow) and e.args[1] == 2 and isinstance(e.args[0], Add):
            e = Add(*(a * b for a in e.args[0].args for b in e.args[0].args))
        if isinstance(e, Mul):
            sums = [a for a in e.args if isinstance(a, Add)]
            if sums:
                rest = Mul(*(a for a in e.args if a is not sums[0]))
                return Add(*(rest * a for a in sums[0].args))
        return e

    def _add_zero(self, e: Expr) -> Expr:
        a = self.leaf(tuple(free_indices(e)))
        return self.rng.choice((a + (e - a), (e + e * a**2) / (1 + a**2), e * (sigmoid(a) + sigmoid(-a))))

    def _insert_delta(self, e: Expr) -> Expr:
        names = sorted(free_indices(e), key=lambda n: n.name)
        if not names:
            return e
        old = self.rng.choice(names)
        new = fresh(old.dim)
        return Sum_(Delta(old, new) * rename(e, {old: new}), new)

    def _split(self, e: Expr) -> Expr:
        if isinstance(e, Sum_):
            body, names = open_binder(e)
            a = self.leaf((*names, *free_indices(e)))
            if free_indices(body - a) >= set(names) and free_indices(a) >= set(names):
                return Sum_(body - a, *names) + Sum_(a, *names)
        return e

    def _open(self, e: Expr) -> Expr:
        """A sum of several indices as a sum of sums, the other way round."""
        if isinstance(e, Sum_) and len(e.bound) > 1:
            body, names = open_binder(e)
            first, *others = self.rng.sample(names, len(names))
            inner = Sum_(body, first)
            return Sum_(inner, *others)
        return e

    # -- something else that looks alike ------------------------------------------------------------------------------

    def mutated(self, e: Expr) -> Expr:
        """A slip at a random place: sign, factor, an index exchanged, a function replaced, a part dropped."""
        if e.args and not isinstance(e, Delta) and self.rng.random() < 0.65:
            if isinstance(e, Binder):
                body, names = open_binder(e)
                return e.func(self.mutated(body), *names, *e.slots)
            if type(e).__name__ not in ("Elem", "Unknown"):
                chosen = self.rng.randrange(len(e.args))
                return e.func(*(self.mutated(a) if n == chosen else a for n, a in enumerate(e.args)))
        return self.rng.choice((self._sign, self._swap, self._drop, self._function, self._power))(e)

    def _sign(self, e: Expr) -> Expr:
        return self.rng.choice((-e, 2 * e, e + 1, Abs(e)))

    def _power(self, e: Expr) -> Expr:
        return self.rng.choice((e**2, Pow(e**2, Rational(1, 2)), 1 / (1 / e + 1) if e != 0 else e))

    def _swap(self, e: Expr) -> Expr:
        names = sorted(free_indices(e), key=lambda n: n.name)
        pairs = [(p, q) for p in names for q in names if p != q and p.dim == q.dim]
        if not pairs:
            return -e
        p, q = self.rng.choice(pairs)
        return rename(e, {p: q, q: p}) if self.rng.random() < 0.5 else rename(e, {p: q})

    def _drop(self, e: Expr) -> Expr:
        return e.func(*e.args[1:]) if isinstance(e, (Add, Mul)) else e / 2

    def _function(self, e: Expr) -> Expr:
        return self.rng.choice((relu, sigmoid, step, sign, tanh, log, exp, softplus))(e)
