"""What is plotted: named curves as runs of points, and the ticks of an axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

Point = tuple[float, float]


@dataclass(frozen=True)
class Curve:
    """A curve: runs of points without a break, such as the slopes on either side of a kink."""

    name: str
    runs: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True)
class Window:
    """The part of the plane that is shown."""

    left: float
    right: float
    bottom: float
    top: float


def window(curves: Sequence[Curve], left: float, right: float) -> Window:
    """All of the curves, with zero, and a little room above and below."""
    heights = [y for c in curves for run in c.runs for _, y in run] or [0.0]
    low, high = min(0.0, *heights), max(0.0, *heights)
    room = 0.04 * ((high - low) or 1.0)
    return Window(left, right, low - room, high + room)


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers within the range: multiples of 1, 2 or 5 times a power of ten.

    >>> ticks(-0.3, 5.2)
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    """
    span = high - low
    unit = 10.0 ** floor(log10(span))
    step = next(s * unit for s in (0.1, 0.2, 0.5, 1, 2, 5) if span / (s * unit) <= most)
    return [round(k * step, 12) + 0.0 for k in range(ceil(low / step), floor(high / step) + 1)]
