"""Curves in the terminal: dots of Braille letters, two across and four down in each letter; no colour is needed.

The first curve is drawn solid, the second dotted.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from derive.notation.plot.curves import Curve, Window, ticks

WIDTH, HEIGHT = 64, 18  # letters
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
SAMPLES = ("⠒⠒⠒", "⠂⠐⠀")
SPACING = (1, 2)  # every so many dots are drawn


def braille(curves: Sequence[Curve], shown: Window, width: int = WIDTH, height: int = HEIGHT) -> str:
    """The curves with both axes, their numbers, and which curve is which."""
    board = _Board(shown, width, height)
    for k, curve in enumerate(curves):
        for run in curve.runs:
            board.line(run, SPACING[k % 2])
    lines = board.lines()
    labels = {board.row(y): f"{y:g}" for y in ticks(shown.bottom, shown.top)}
    margin = max(map(len, labels.values()), default=0)
    body = [f"{labels.get(n, ''):>{margin}} {'┤' if n in labels else '│'}{line}" for n, line in enumerate(lines)]
    below = " " * margin + " └" + _axis(shown, width)
    numbers = " " * (margin + 2) + _numbers(shown, width)
    legend = "   ".join(f"{SAMPLES[k % 2]} {c.name}" for k, c in enumerate(curves))
    return "\n".join(line.rstrip() for line in (*body, below, numbers, "", " " * (margin + 2) + legend))


class _Board:
    """Dots that are set; the line at zero is thin."""

    def __init__(self, shown: Window, width: int, height: int) -> None:
        self.shown, self.width, self.height = shown, width, height
        self.dots: dict[tuple[int, int], int] = {}

    def across(self, x: float) -> float:
        return (x - self.shown.left) / (self.shown.right - self.shown.left) * (2 * self.width - 1)

    def down(self, y: float) -> float:
        return (self.shown.top - y) / (self.shown.top - self.shown.bottom) * (4 * self.height - 1)

    def row(self, y: float) -> int:
        return round(self.down(y)) // 4

    def line(self, run: Sequence[tuple[float, float]], spacing: int) -> None:
        """Dots along the run, as many as it is long."""
        count = 0
        places = [(self.across(x), self.down(y)) for x, y in run]
        for (a, b), (c, d) in pairwise(places):
            steps = max(1, round(max(abs(c - a), abs(d - b))))
            for k in range(steps):
                self._dot(a + (c - a) * k / steps, b + (d - b) * k / steps, count, spacing)
                count += 1

    def _dot(self, x: float, y: float, count: int, spacing: int) -> None:
        column, row = round(x), round(y)
        inside = 0 <= column < 2 * self.width and 0 <= row < 4 * self.height
        if inside and (column % spacing == 0 if spacing > 1 else True):
            key = row // 4, column // 2
            self.dots[key] = self.dots.get(key, 0) | DOTS[row % 4][column % 2]

    def lines(self) -> list[str]:
        zero, upright = self.row(0.0), round(self.across(0.0)) // 2
        return ["".join(self._letter(r, c, zero, upright) for c in range(self.width)) for r in range(self.height)]

    def _letter(self, row: int, column: int, zero: int, upright: int) -> str:
        if (row, column) in self.dots:
            return chr(0x2800 + self.dots[row, column])
        if row == zero and column == upright:
            return "┼"
        return "─" if row == zero else "│" if column == upright else " "


def _places(shown: Window, width: int) -> dict[int, float]:
    scale = (width - 1) / (shown.right - shown.left)
    return {round((x - shown.left) * scale): x for x in ticks(shown.left, shown.right, 10)}


def _axis(shown: Window, width: int) -> str:
    places = _places(shown, width)
    return "".join("┴" if n in places else "─" for n in range(width))


def _numbers(shown: Window, width: int) -> str:
    line = [" "] * (width + 8)
    for n, x in _places(shown, width).items():
        text = f"{x:g}"
        start = max(0, n - len(text) // 2 - (x < 0))
        line[start : start + len(text)] = text
    return "".join(line).rstrip()
