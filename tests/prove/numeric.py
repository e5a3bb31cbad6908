"""Numbers for expressions: random entries that respect properties, and the slow oracle."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from sympy import Expr

from derive.errors import DeriveError
from derive.evaluate.oracle import BALL, FLOAT, evaluate
from derive.evaluate.rings import Ring
from derive.expr import Size, Tensor, free_indices, tensors
from derive.expr.nodes import Index

TOLERANCE = 1e-7


def sizes_in(e: Expr) -> set[Size]:
    own = {e} if isinstance(e, Size) else set()
    if isinstance(e, Index):
        own |= sizes_in(e.dim)
    if isinstance(e, Tensor):
        own = own.union(*map(sizes_in, e.dims))
    return own.union(*map(sizes_in, e.args))


def entries(t: Tensor, sizes: dict[Size, int], rng: random.Random) -> Any:
    """Random entries with the tensor's properties."""
    dims = [sizes[d] if isinstance(d, Size) else int(d) for d in t.dims]
    known = t.properties
    if "orthogonal" in known:
        return orthogonal(dims[-1], rng)
    values = nested(dims, lambda: scalar(known, rng))
    if "one_hot" in known or "sum_to_one" in known:
        rows(values, len(dims), "one_hot" in known, rng)
    if "symmetric" in known or "positive_definite" in known:
        size = dims[-1]
        a = [[Fraction(rng.randint(-10, 10), 10) for _ in range(size)] for _ in range(size)]
        if "positive_definite" in known:
            return [[sum(a[i][k] * a[j][k] for k in range(size)) + (i == j) for j in range(size)] for i in range(size)]
        return [[a[i][j] + a[j][i] for j in range(size)] for i in range(size)]
    return values


def nested(dims: list[int], make: Any) -> Any:
    return make() if not dims else [nested(dims[1:], make) for _ in range(dims[0])]


def scalar(known: frozenset[str], rng: random.Random) -> Fraction:
    if "binary" in known:
        return Fraction(rng.randint(0, 1))
    if "sign" in known:
        return Fraction(rng.choice((-1, 1)))
    if "unit_interval" in known:
        return Fraction(rng.randint(1, 9), 10)
    if "positive" in known:
        return Fraction(rng.randint(3, 20), 10)
    if "integer" in known:
        return Fraction(rng.randint(-3, 3))
    return rng.choice((Fraction(rng.randint(-40, 40), 20), Fraction(rng.randint(-2, 2), 2)))


def rows(values: Any, depth: int, one_hot: bool, rng: random.Random) -> None:
    if depth > 1:
        for part in values:
            rows(part, depth - 1, one_hot, rng)
    elif one_hot:
        chosen = rng.randrange(len(values))
        values[:] = [Fraction(k == chosen) for k in range(len(values))]
    else:
        values[-1] = 1 - sum(values[:-1])


def orthogonal(size: int, rng: random.Random) -> list[list[Fraction]]:
    """A product of two reflections I - 2 v v^T / v^T v, rational entries."""
    out = [[Fraction(i == j) for j in range(size)] for i in range(size)]
    for _ in range(2):
        v = [rng.choice((-2, -1, 1, 2, 3)) for _ in range(size)]
        length = sum(a * a for a in v)
        out = [[a - Fraction(2 * dot(row, v), length) * b for a, b in zip(row, v, strict=True)] for row in out]
    return out


def dot(a: list[Any], b: list[Any]) -> Any:
    return sum(s * t for s, t in zip(a, b, strict=True))


@dataclass(frozen=True)
class Point:
    """Sizes, entries and places of the free indices."""

    sizes: dict[Size, int]
    values: dict[Tensor, Any]
    at: dict[Index, int]

    def value(self, e: Expr, ring: Ring) -> Any:
        try:
            return evaluate(e, self.values, self.sizes, self.at, ring)
        except (DeriveError, ZeroDivisionError, OverflowError, ValueError):
            return None


def points(a: Expr, b: Expr, rng: random.Random, number: int) -> Iterator[Point]:
    names = sorted(free_indices(a) | free_indices(b), key=lambda i: i.name)
    known = sorted(sizes_in(a) | sizes_in(b) | {s for i in names for s in sizes_in(i)}, key=str)
    for _ in range(number):
        sizes = dict(zip(known, rng.sample((2, 3, 4, 5)[: max(3, len(known))], len(known)), strict=True))
        values = {t: entries(t, sizes, rng) for t in sorted(tensors(a) | tensors(b), key=str)}
        for places in list(product(*(range(sizes[i.dim]) for i in names)))[:20]:
            yield Point(sizes, values, dict(zip(names, places, strict=True)))


def agree(a: Expr, b: Expr, rng: random.Random, number: int = 4) -> bool | None:
    """Whether a and b have the same values; None if no point could be evaluated.

    Floats decide in favour; against decide only balls that are disjoint.
    """
    found = None
    for where in points(a, b, rng, number):
        s, t = (where.value(e, FLOAT) for e in (a, b))
        if s is None or t is None or not math.isfinite(s) or not math.isfinite(t):
            continue
        if abs(s - t) <= TOLERANCE * (1 + max(abs(s), abs(t))):
            found = True
            continue
        left, right = (where.value(e, BALL) for e in (a, b))
        if left is not None and right is not None and not left.overlaps(right):
            return False
    return found
