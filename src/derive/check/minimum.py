"""A local search, in floats, for the place where a number is least: many starts, many scales, one entry at a time.

It only proposes. What it finds is looked at again in exact or ball arithmetic before anything is said about it.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

BOX = 1e4  # how far the search strays from zero
STEPS = (1.0, 0.3, 0.03, 1e-3, 1e-5)
SCALES = (1.0, 0.1, 10.0, 3.0, 0.01, 100.0)

Point = list[float]


@dataclass(frozen=True)
class Least:
    """The least value that was met, and where; `interior`: not at the edge of the region that was searched."""

    value: float
    point: Point
    interior: bool


@dataclass(frozen=True)
class Range:
    """Where one entry may lie."""

    low: float
    high: float

    def clipped(self, x: float) -> float:
        return min(max(x, self.low), self.high)

    def start(self, rng: random.Random, scale: float) -> float:
        if self.high < 2:  # the open unit interval
            return rng.uniform(self.low, self.high)
        return self.clipped(rng.gauss(0, 1) * scale if self.low < 0 else abs(rng.gauss(0, 1)) * scale)


def domain(properties: frozenset[str]) -> Range:
    """The interval of an entry with these properties."""
    if "unit_interval" in properties:
        return Range(1e-9, 1 - 1e-9)
    if "positive" in properties:
        return Range(1e-9, BOX)
    return Range(0.0 if "nonnegative" in properties else -BOX, BOX)


def least(f: Callable[[Point], float], ranges: list[Range], until: float, seed: int = 0) -> Iterator[Least]:
    """Local minima of f, the starts being random, all equal, or all zero."""
    rng = random.Random(seed)
    for start in _starts(ranges, rng):
        if time.monotonic() > until:
            return
        found = _descend(f, start, ranges, rng, until)
        if found is not None:
            yield found


def _starts(ranges: list[Range], rng: random.Random) -> Iterator[Point]:
    for x in (0.0, 1.0, -1.0):
        yield [r.clipped(x) for r in ranges]
    for n in range(4 * len(SCALES)):
        scale = SCALES[n % len(SCALES)]
        if n % 4 == 3:  # all entries alike
            x = rng.gauss(0, 1) * scale
            yield [r.clipped(x) for r in ranges]
        else:
            yield [r.start(rng, scale) for r in ranges]


def _descend(f: Callable[[Point], float], x: Point, ranges: list[Range], rng: random.Random, until: float
             ) -> Least | None:  # fmt: skip
    best = f(x)
    if math.isnan(best):
        return None
    for step in STEPS:
        moved, rounds = True, 0
        while moved and rounds < 30 and time.monotonic() < until:
            moved, rounds = False, rounds + 1
            for trial in _neighbours(x, step, ranges, rng):
                value = f(trial)
                if value < best - 1e-15 * abs(best):
                    x, best, moved = trial, value, True
    edge = any(r.low < v == r.high or (v == r.low and r.low < 0) for v, r in zip(x, ranges, strict=True))
    return Least(best, x, not edge)


def _neighbours(x: Point, step: float, ranges: list[Range], rng: random.Random) -> Iterator[Point]:
    """One entry moved up or down, relative to its size; all moved at random; all pulled towards their mean."""
    for k in range(len(x)):
        size = max(abs(x[k]), 1e-3) * step
        for d in (size, -size, step, -step):
            y = list(x)
            y[k] = ranges[k].clipped(x[k] + d)
            if y[k] != x[k]:
                yield y
    for _ in range(3 if len(x) > 1 else 0):
        yield [r.clipped(v + rng.gauss(0, 1) * step) for v, r in zip(x, ranges, strict=True)]
    if len(x) > 1:
        mean = sum(x) / len(x)
        yield [r.clipped(v + (mean - v) * min(step, 1.0)) for v, r in zip(x, ranges, strict=True)]


def filled(shape: tuple[int, ...], entries: Iterator[Any]) -> Any:
    """Nested tuples of this shape from the entries in order."""
    return tuple(filled(shape[1:], entries) for _ in range(shape[0])) if shape else next(entries)
