"""Numbers for expressions: random entries that respect properties, and the slow oracle."""

from __future__ import annotations

import math
import random
from itertools import product
from typing import Any

from sympy import Expr

from derive.errors import DeriveError
from derive.evaluate.oracle import evaluate
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
        a = [[rng.uniform(-1, 1) for _ in range(size)] for _ in range(size)]
        if "positive_definite" in known:
            return [
                [sum(a[i][k] * a[j][k] for k in range(size)) + (i == j) for j in range(size)] for i in range(size)
            ]
        return [[a[i][j] + a[j][i] for j in range(size)] for i in range(size)]
    return values


def nested(dims: list[int], make: Any) -> Any:
    return make() if not dims else [nested(dims[1:], make) for _ in range(dims[0])]


def scalar(known: frozenset[str], rng: random.Random) -> float:
    if "binary" in known:
        return float(rng.randint(0, 1))
    if "sign" in known:
        return float(rng.choice((-1, 1)))
    if "unit_interval" in known:
        return rng.uniform(0.1, 0.9)
    if "positive" in known:
        return rng.uniform(0.3, 2)
    if "integer" in known:
        return float(rng.randint(-3, 3))
    return rng.choice((rng.uniform(-2, 2), rng.uniform(-2, 2), rng.choice((-1.0, 0.0, 1.0, 0.5))))


def rows(values: Any, depth: int, one_hot: bool, rng: random.Random) -> None:
    if depth > 1:
        for part in values:
            rows(part, depth - 1, one_hot, rng)
    elif one_hot:
        chosen = rng.randrange(len(values))
        values[:] = [float(k == chosen) for k in range(len(values))]
    else:
        values[-1] = 1 - sum(values[:-1])


def orthogonal(size: int, rng: random.Random) -> list[list[float]]:
    """Gram-Schmidt on random rows."""
    out: list[list[float]] = []
    while len(out) < size:
        row = [rng.gauss(0, 1) for _ in range(size)]
        for other in out:
            dot = sum(a * b for a, b in zip(row, other, strict=True))
            row = [a - dot * b for a, b in zip(row, other, strict=True)]
        length = math.sqrt(sum(a * a for a in row))
        if length > 0.1:
            out.append([a / length for a in row])
    return out


def differences(a: Expr, b: Expr, rng: random.Random, points: int = 4) -> list[float]:
    """Relative differences of a and b at random points where both have a value."""
    found: list[float] = []
    for _ in range(points):
        values_of = point(a, b, rng)
        if values_of is not None:
            found += [abs(s - t) / (1 + max(abs(s), abs(t))) for s, t in values_of]
    return found


def point(a: Expr, b: Expr, rng: random.Random) -> list[tuple[float, float]] | None:
    names = sorted(free_indices(a) | free_indices(b), key=lambda i: i.name)
    known = sorted(sizes_in(a) | sizes_in(b) | {s for i in names for s in sizes_in(i)}, key=str)
    sizes = dict(zip(known, rng.sample((2, 3, 4, 5, 6), len(known)), strict=True))
    sizes = {s: min(n, 4) if len(known) < 3 else n for s, n in sizes.items()}
    values = {t: entries(t, sizes, rng) for t in sorted(tensors(a) | tensors(b), key=str)}
    out = []
    for places in list(product(*(range(sizes[i.dim]) for i in names)))[:24]:
        at = dict(zip(names, places, strict=True))
        try:
            pair = tuple(float(evaluate(e, values, sizes, at)) for e in (a, b))
        except (DeriveError, ZeroDivisionError, OverflowError, ValueError):
            continue
        if all(map(math.isfinite, pair)) and max(map(abs, pair)) < 1e9:
            out.append(pair)
    return out


def agree(a: Expr, b: Expr, rng: random.Random, points: int = 4) -> bool | None:
    """Whether a and b have the same values; None if no point could be evaluated."""
    found = differences(a, b, rng, points)
    return None if not found else max(found) < TOLERANCE
