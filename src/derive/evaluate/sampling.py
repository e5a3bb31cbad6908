"""Sample points: sizes, and entries that are small rationals with the declared properties.

Lazy choices hide mistakes: N = 1 hides 1/N, equal sizes hide a transpose, symmetric matrices hide 2Ax, one-hot
targets hide p sum(y) - y. So sizes are pairwise distinct, matrices are not symmetric, both signs occur and rows
are one-hot or sum to one only where that is declared. Everything is determined by the seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import reduce
from itertools import count
from math import prod
from operator import mul
from typing import Any

from sympy import Basic

from derive.evaluate.extent import extent
from derive.expr.nodes import Binder, Delta, Elem, Index, Size, Tensor
from derive.expr.program import Program
from derive.expr.symbols import ENDS

Entry = Callable[[random.Random], Fraction]
POOL = (3, 4, 5, 2, 6, 7, 8)
MANY = 4096  # entries of one array: a fraction takes longer to make than to use
AT_LEAST_THREE = frozenset("NK")  # N = 2 and K = 2 hide what only a third sample or class shows


# -- sizes ---------------------------------------------------------------------------------------------------


def sizes_in(things: Any) -> tuple[Size, ...]:
    """Every symbolic size that an expression, tensor or program mentions, sorted by name and layer."""
    found: set[Size] = set()
    seen: set[Any] = set()
    stack = list(_parts(things))
    while stack:
        e = stack.pop()
        if e in seen:
            continue
        seen.add(e)
        if isinstance(e, Size):
            found.add(e)
        elif isinstance(e, Index):
            stack.append(e.dim)
        elif isinstance(e, Tensor):
            stack += e.dims
        else:
            stack += e.args
    return tuple(sorted(found, key=lambda s: (s.name, len(str(s.layer)), str(s.layer))))


def _parts(things: Any) -> Iterator[Basic]:
    if isinstance(things, Program):
        things = [x for let in things for x in (let.target, let.rhs)]
    for x in [things] if isinstance(things, Basic) else things:
        yield from [x] if isinstance(x, Basic) else _parts(x)


def sizes_for(things: Any, seed: int = 0) -> dict[Size, int]:
    """A number for every size met in an expression, a program or an iterable of these: small, >= 2, distinct.

    Consecutive seeds give different numbers. More than seven sizes (a deep net) have to share them; neighbours in
    the order of names and layers still differ.
    """
    found, least = sizes_in(things), _positions_in(things)
    free: list[int] = list(POOL[: max(4, len(found))])
    chosen: dict[Size, int] = {}
    last = 0
    for place, size in enumerate(sorted(found, key=lambda s: s.name not in AT_LEAST_THREE)):
        free = free or [n for n in POOL if n != last]
        wanted = [n for n in free if n >= 3] or free if size.name in AT_LEAST_THREE else free
        last = chosen[size] = wanted[(seed + 2 * place) % len(wanted)]
        free.remove(last)
    return _long_enough({size: chosen[size] for size in found}, least)


def _positions_in(things: Any) -> dict[Size, int]:
    """How long an axis must be at least, because an entry of it is named: 8 where x_7 occurs."""
    least: dict[Size, int] = {}
    stack, seen = list(_parts(things)), set()
    while stack:
        e = stack.pop()
        if e in seen:
            continue
        seen.add(e)
        places = zip(e.tensor.dims, e.indices, strict=True) if isinstance(e, Elem) else _paired(e)
        for dim, place in places:
            if isinstance(dim, Size) and place.is_Integer:
                least[dim] = max(least.get(dim, 0), int(place) + 1)
        stack += e.args
    return least


def _paired(e: Basic) -> Iterator[tuple[Any, Any]]:
    """The fixed positions of other nodes, each with the size that it is a position of."""
    if isinstance(e, Delta):
        yield from ((i.dim, j) for i, j in (e.args, e.args[::-1]) if isinstance(i, Index))
    elif isinstance(e, Binder):
        yield from zip((i.dim for i in e.bound), e.slots, strict=False)


def _long_enough(chosen: dict[Size, int], least: dict[Size, int]) -> dict[Size, int]:
    for size, needed in least.items():
        if chosen[size] < needed:
            chosen[size] = next(n for n in count(needed) if n not in chosen.values())
    return chosen


# -- entries -------------------------------------------------------------------------------------------------

DENOMINATORS = (1, 2, 3, 4, 5, 7)


def small(rng: random.Random) -> Fraction:
    """Sizes of entries that are easily read."""
    return Fraction(rng.randint(1, 9), rng.choice(DENOMINATORS))


def fine(rng: random.Random) -> Fraction:
    """From so many rationals that ties and kinks are not met by chance."""
    return Fraction(rng.randint(100, 2000), 997)


def simple(rng: random.Random) -> Fraction:
    """For a counterexample that a person redoes by hand."""
    return rng.choice((Fraction(1), Fraction(2), Fraction(1, 2), Fraction(3)))


def _signed(magnitude: Entry) -> Entry:
    return lambda rng: magnitude(rng) * rng.choice((-1, 1))


def _unit(rng: random.Random) -> Fraction:
    d = rng.randint(3, 9)
    return Fraction(rng.randint(1, d - 1), d)


def _whole(scale: Fraction, lowest: int) -> Entry:
    top = max(3, round(3 * scale))
    return lambda rng: Fraction(rng.randint(lowest, top) * (1 if lowest >= 0 else rng.choice((-1, 1))))


def _entry(properties: frozenset[str], scale: Fraction, drawn: Entry) -> Entry:
    """How one entry is drawn, by the properties of entries; the first row that applies."""

    def magnitude(rng: random.Random) -> Fraction:
        return scale * drawn(rng)

    nonzero = bool(properties & {"nonzero", "positive"})
    rows: tuple[tuple[bool, Entry], ...] = (
        ("binary" in properties, lambda rng: Fraction(rng.randint(int(nonzero), 1))),
        ("sign" in properties, lambda rng: Fraction(1 if "positive" in properties else rng.choice((-1, 1)))),
        ("integer" in properties and bool(properties & {"positive", "nonnegative"}), _whole(scale, int(nonzero))),
        ("integer" in properties, _signed(_whole(scale, 1)) if nonzero else _signed(_whole(scale, 0))),
        ("unit_interval" in properties, _unit),
        (bool(properties & {"positive", "nonnegative"}), magnitude),
    )
    return next((entry for applies, entry in rows if applies), _signed(magnitude))


# -- arrays --------------------------------------------------------------------------------------------------


def _filled(shape: tuple[int, ...], rng: random.Random, entry: Entry) -> Any:
    """Independent entries; those of a large array are drawn from as many as are worth making."""
    if (size := prod(shape)) <= MANY:
        return _stacked(shape, lambda: entry(rng))
    made = iter(rng.choices([entry(rng) for _ in range(MANY)], k=size))
    return _stacked(shape, lambda: next(made))


def _stacked(shape: tuple[int, ...], make: Callable[[], Any]) -> Any:
    """A block for each place of the leading axes."""
    return tuple(_stacked(shape[1:], make) for _ in range(shape[0])) if shape else make()


def _one_hot_row(n: int, rng: random.Random) -> tuple[Fraction, ...]:
    place = rng.randrange(n)
    return tuple(Fraction(int(k == place)) for k in range(n))


def _row_of_sum_one(n: int, rng: random.Random, entry: Entry, positive: bool) -> tuple[Fraction, ...]:
    row = [entry(rng) for _ in range(n)]
    if positive:
        total = sum(row, Fraction(0))
        return tuple(x / total for x in row)
    return (*row[:-1], 1 - sum(row[:-1], Fraction(0)))


Matrix = tuple[tuple[Fraction, ...], ...]


def _times(a: Matrix, b: Matrix) -> Matrix:
    columns = tuple(zip(*b, strict=True))
    return tuple(tuple(sum(map(mul, row, column), Fraction(0)) for column in columns) for row in a)


def _reflection(n: int, rng: random.Random) -> Matrix:
    """I - 2 v v^T / v^T v for a small integer v: orthogonal, rational, symmetric."""
    v = [rng.choice((1, -1, 2)) for _ in range(n)]
    square = sum(x * x for x in v)
    return tuple(tuple(Fraction(int(i == j)) - Fraction(2 * v[i] * v[j], square) for j in range(n)) for i in range(n))


def _orthogonal(n: int, rng: random.Random, symmetric: bool) -> Matrix:
    """A reflection, or a product of two or three that is not symmetric: determinants 1 and -1 both occur."""
    made = _reflection(n, rng)
    if symmetric or n == 1:
        return made if rng.random() < 0.5 else tuple(tuple(-x for x in row) for row in made)
    turns = rng.choice((2, 3)) if n > 2 else 2  # in the plane, all of determinant -1 are symmetric
    for _ in range(20):
        other = reduce(_times, (_reflection(n, rng) for _ in range(turns)))
        if not _is_symmetric(other):
            return other
    return made


def _is_symmetric(a: Matrix) -> bool:
    return a == tuple(zip(*a, strict=True))


def _mirrored(a: Matrix) -> Matrix:
    return tuple(tuple(a[max(i, j)][min(i, j)] for j in range(len(a))) for i in range(len(a)))


def _positive_definite(n: int, rng: random.Random, entry: Entry, scale: Fraction) -> Matrix:
    a = tuple(tuple(entry(rng) for _ in range(n)) for _ in range(n))
    square = _times(a, tuple(zip(*a, strict=True)))
    return tuple(tuple(x + scale * (i == j) for j, x in enumerate(row)) for i, row in enumerate(square))


def _is_singular(a: Matrix) -> bool:
    rows = [list(r) for r in a]
    for k in range(len(rows)):
        pivot = next((r for r in rows[k:] if r[k]), None)
        if pivot is None:
            return True
        rows.remove(pivot)
        rows.insert(k, pivot)
        for r in rows[k + 1 :]:
            factor = r[k] / pivot[k]
            r[k:] = [x - factor * y for x, y in zip(r[k:], pivot[k:], strict=True)]
    return False


def _matrix(n: int, m: int, properties: frozenset[str], rng: random.Random, entry: Entry, scale: Fraction) -> Matrix:
    """One matrix with the properties of matrices."""
    symmetric = "symmetric" in properties and n == m
    if "orthogonal" in properties:  # orthonormal columns; more columns than rows cannot be, and have no entries
        return tuple(row[:m] for row in _orthogonal(n, rng, symmetric))
    if "positive_definite" in properties and n == m:
        return _positive_definite(n, rng, entry, scale)
    for _ in range(50):
        made = _filled((n, m), rng, entry)
        made = _mirrored(made) if symmetric else made
        regular = n != m or "invertible" not in properties or not _is_singular(made)
        lopsided = symmetric or n != m or n == 1 or not _is_symmetric(made)
        if regular and lopsided:
            break
    return made


def sample_one(tensor: Tensor, sizes: Mapping[Any, int], seed: int, scale: Any = 1, *, drawn: Entry = small) -> Any:
    """Nested tuples of Fractions (a Fraction for a scalar) for one tensor.

    `scale` stretches what the properties leave free; `drawn` (`small`, `fine` or `simple`) draws the magnitudes.
    """
    rng, scale = random.Random(f"{seed} {tensor} {tensor.dims}"), Fraction(scale)
    shape = tuple(extent(d, sizes) for d in tensor.dims)
    properties = tensor.properties
    entry = _entry(properties, scale, drawn)
    if shape and ("one_hot" in properties or properties >= {"binary", "sum_to_one"}):
        return _stacked(shape[:-1], lambda: _one_hot_row(shape[-1], rng))
    if shape and "sum_to_one" in properties:
        positive = bool(properties & {"positive", "nonnegative", "unit_interval"})
        return _stacked(shape[:-1], lambda: _row_of_sum_one(shape[-1], rng, entry, positive))
    if len(shape) < 2:
        return _varied(shape, rng, entry)
    rows, columns = shape[-2:]
    return _stacked(shape[:-2], lambda: _matrix(rows, columns, properties, rng, entry, scale))


def _varied(shape: tuple[int, ...], rng: random.Random, entry: Entry) -> Any:
    """A vector whose entries are not all equal, if the properties leave a choice."""
    for _ in range(10):
        made = _filled(shape, rng, entry)
        if not shape or len(made) == 1 or len(set(made)) > 1:
            break
    return made


def sample(
    tensors: Iterable[Tensor], sizes: Mapping[Any, int], seed: int = 0, scale: Any = 1, *, drawn: Entry = small
) -> dict[Tensor, Any]:
    """Entries for these tensors; see `sample_one`. The order of the tensors does not matter."""
    return {t: sample_one(t, sizes, seed, scale, drawn=drawn) for t in tensors}


# -- is a value admissible? ------------------------------------------------------------------------------------

_HOLDS: dict[str, Callable[[Fraction], bool]] = {
    "positive": lambda x: x > 0,
    "nonnegative": lambda x: x >= 0,
    "binary": lambda x: x in (0, 1),
    "sign": lambda x: x in (-1, 1),
    "unit_interval": lambda x: 0 < x < 1,
    "integer": lambda x: x.denominator == 1,
    "nonzero": lambda x: x != 0,
    **dict.fromkeys(ENDS, lambda _: True),  # the interior of the domain is drawn from
}


def admits(tensor: Tensor, x: Fraction) -> bool:
    """Whether a single entry may be replaced by x whatever the others are."""
    return all(name in _HOLDS and _HOLDS[name](x) for name in tensor.properties)


def is_discrete(tensor: Tensor) -> bool:
    """Whether the entries come from a discrete set, so that a boundary need not be attainable."""
    return bool(tensor.properties & {"binary", "one_hot", "sign", "integer"})
