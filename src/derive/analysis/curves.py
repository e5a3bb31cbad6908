"""Points of a function for a plot: runs without a break, in floating point."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from sympy import Expr, oo

from derive.analysis.facts import Facts
from derive.analysis.pieces import Kink
from derive.analysis.points import dyadic
from derive.analysis.variable import Z, z
from derive.calculus import differentiate
from derive.evaluate.oracle import FLOAT, evaluate
from derive.evaluate.refusals import NoValue

Run = tuple[tuple[float, float], ...]
SAMPLES = 480
LARGEST = 1e6  # beyond, nothing could be seen of the rest


def value_runs(f: Facts, left: float, right: float) -> tuple[Run, ...]:
    """The function, with a break at each jump."""
    breaks = [float(x) for x in f.jumps]
    return _runs([(p.low, p.high, p.expr) for p in f.value.pieces] or [(-oo, oo, f.function)], left, right, breaks)


def slope_runs(f: Facts, left: float, right: float) -> tuple[Run, ...]:
    """Its derivative, with a break at each kink and jump."""
    breaks = [float(x) for x in f.jumps] + [float(_place(k)) for k in f.kinks]
    whole = differentiate(f.function, z())
    return _runs([(p.low, p.high, p.expr) for p in f.slope.pieces] or [(-oo, oo, whole)], left, right, breaks)


def _place(kink: Kink) -> Expr:
    """The place of a kink, or the end of the zone in which it lies: where the piece behind it begins."""
    return kink.place.exact if kink.place.exact is not None else dyadic(kink.place.ball.upper())


def _runs(pieces: list[tuple[Expr, Expr, Expr]], left: float, right: float, breaks: list[float]) -> tuple[Run, ...]:
    runs: list[list[tuple[float, float]]] = [[]]
    for low, high, e in pieces:
        a, b = max(left, float(low)), min(right, float(high))
        if b - a < 1e-12:  # a zone, or beside the window
            continue
        if any(abs(a - x) < 1e-12 for x in breaks):
            runs.append([])
        for point in _points(e, a, b):
            if point is None:
                runs.append([])
            else:
                runs[-1].append(point)
    return tuple(tuple(run) for run in runs if len(run) > 1)


def _points(e: Expr, a: float, b: float) -> Iterator[tuple[float, float] | None]:
    """None where there is no value, or none that could be drawn."""
    for k in range(SAMPLES + 1):
        x = a + (b - a) * k / SAMPLES
        try:
            y = evaluate(e, {Z: x}, {}, ring=FLOAT)
        except (NoValue, ArithmeticError):
            yield None
            continue
        yield (x, y) if isfinite(y) and abs(y) < LARGEST else None
