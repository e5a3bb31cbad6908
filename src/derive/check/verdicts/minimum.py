"""A local search, in floats, for the places where a number is least: many starts at once, on many scales.

It only proposes. What it finds is looked at again in exact or ball arithmetic before anything is said about it. Its
work is counted in points, not in seconds, so that it finds the same on a slow machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from derive.evaluate.clock import now

BOX = 1e4  # how far the search strays from zero
STEPS = (1.0, 0.3, 0.03, 1e-3, 1e-5)
SCALES = (1.0, 0.1, 10.0, 3.0, 0.01, 100.0)
STARTS = 24  # besides those at which all entries are 0, 1 or -1
ROUNDS = 14  # of steps of one length
FEWEST = 6  # starts that are followed to the end; of the others the better half goes on after each length
POINTS = 40_000  # that are evaluated at most

Gaps = Callable[[Any], Any]  # (points, entries) -> (points,)


@dataclass(frozen=True)
class Least:
    """The least value that was met, and where; `interior`: not at the edge of the region that was searched."""

    value: float
    point: tuple[float, ...]
    interior: bool


@dataclass(frozen=True)
class Range:
    """Where one entry may lie."""

    low: float
    high: float


def domain(properties: frozenset[str]) -> Range:
    """The interval of an entry with these properties."""
    if "unit_interval" in properties:
        return Range(1e-9, 1 - 1e-9)
    if "positive" in properties:
        return Range(1e-9, BOX)
    return Range(0.0 if "nonnegative" in properties else -BOX, BOX)


def least(gaps: Gaps, ranges: list[Range], until: float, seed: int = 0) -> list[Least]:
    """Local minima, the least first, each once; `until` is the time at which the search is given up."""
    import numpy as np

    search = _Search(gaps, ranges, until, np.random.default_rng(seed))
    return list(search.found())


class _Search:
    """Points that go downhill together."""

    def __init__(self, gaps: Gaps, ranges: list[Range], until: float, rng: Any) -> None:
        import numpy as np

        self.np, self.gaps, self.until, self.rng, self.left = np, gaps, until, rng, POINTS
        self.low, self.high = np.array([r.low for r in ranges]), np.array([r.high for r in ranges])
        self.x = self._starts()
        self.best = self._values(self.x)
        defined = np.isfinite(self.best)
        self.x, self.best = self.x[defined], self.best[defined]

    def _values(self, points: Any) -> Any:
        self.left -= len(points)
        return self.gaps(points)

    def _starts(self) -> Any:
        """All entries 0, 1 or -1; random ones on all scales, every fourth with all entries alike."""
        np, n = self.np, len(self.low)
        rows = [np.full(n, c) for c in (0.0, 1.0, -1.0)]
        for k in range(STARTS):
            drawn = self.rng.normal(size=1 if k % 4 == 3 else n) * SCALES[k % len(SCALES)]
            rows.append(np.where(self.low < 0, drawn, abs(drawn)))
        points = np.array(rows)
        small = self.high < 2  # the open unit interval
        points[3:, small] = self.rng.uniform(size=(STARTS, n))[:, small]
        return np.clip(points, self.low, self.high)

    def found(self) -> Iterator[Least]:
        np = self.np
        for step in STEPS:
            for _ in range(ROUNDS):
                if not len(self.x) or self.left <= 0 or now() > self.until or not self._round(step):
                    break
            kept = np.argsort(self.best, kind="stable")[: max(FEWEST, len(self.best) // 2)]
            self.x, self.best = self.x[kept], self.best[kept]
        order = np.argsort(self.best, kind="stable")
        edge = ((self.x >= self.high) | ((self.x <= self.low) & (self.low < 0))).any(axis=1)
        seen = set()
        for k in order:
            point = tuple(map(float, self.x[k]))
            if (rough := tuple(round(v, 6) for v in point)) not in seen:
                seen.add(rough)
                yield Least(float(self.best[k]), point, not edge[k])

    def _round(self, step: float) -> bool:
        """Every point moves to the best of its neighbours, or by all improving moves at once; whether one improved."""
        np, n = self.np, len(self.low)
        trials = self._neighbours(step)
        values = self._values(trials.reshape(-1, n)).reshape(len(self.x), -1)
        single = values[:, : 4 * n].reshape(len(self.x), n, 4)
        gain = single.min(axis=2) < self.best[:, None]
        moves = np.take_along_axis(trials[:, : 4 * n].reshape(-1, n, 4, n), single.argmin(axis=2)[..., None, None], 2)
        together = np.where(gain, np.einsum("pkk->pk", moves[:, :, 0, :]), self.x)
        trials = np.concatenate([trials, together[:, None]], axis=1)
        values = np.concatenate([values, self._values(together)[:, None]], axis=1)
        pick = values.argmin(axis=1)
        lowest = values[np.arange(len(pick)), pick]
        better = lowest < self.best - 1e-12 * np.abs(self.best)
        if not better.any():
            return False
        self.x = np.where(better[:, None], trials[np.arange(len(pick)), pick], self.x)
        self.best = np.where(better, lowest, self.best)
        return True

    def _neighbours(self, step: float) -> Any:
        """One entry moved up or down, by the step or relative to its size; all moved at random; all towards their mean.

        The array is (points, neighbours, entries); the first four times n neighbours move entry after entry.
        """
        np, (m, n) = self.np, self.x.shape
        size = np.maximum(np.abs(self.x), 1e-3) * step
        moves = np.stack([size, -size, np.full((m, n), step), np.full((m, n), -step)], axis=2)
        single = self.x[:, None, None, :] + moves[..., None] * np.eye(n)[None, :, None, :]
        parts = [single.reshape(m, 4 * n, n)]
        if n > 1:
            parts.append(self.x[:, None, :] + self.rng.normal(size=(m, 3, n)) * step)
            mean = self.x.mean(axis=1, keepdims=True)
            parts.append((self.x + (mean - self.x) * min(step, 1.0))[:, None, :])
        return np.clip(np.concatenate(parts, axis=1), self.low, self.high)


def filled(shape: tuple[int, ...], entries: Iterator[Any]) -> Any:
    """Nested tuples of this shape from the entries in order."""
    return tuple(filled(shape[1:], entries) for _ in range(shape[0])) if shape else next(entries)
