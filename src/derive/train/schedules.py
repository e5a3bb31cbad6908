"""Schedules of the learning rate: the factor of each epoch, counted from 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, isfinite, pi

from derive.errors import OptionError


@dataclass(frozen=True)
class Schedule:
    """factor(epoch, epochs, *numbers): what the learning rate is multiplied by; `numbers` are (name, default) pairs."""

    name: str
    factor: Callable[..., float]
    numbers: tuple[tuple[str, float], ...]
    says: str


def _warmup(e: int, E: int, first: float) -> float:
    return min(1.0, (e + 1) / max(first, 1.0))


def _warmup_cosine(e: int, E: int, first: float) -> float:
    if e < first:
        return _warmup(e, E, first)
    return (1 + cos(pi * (e - first) / max(E - first, 1))) / 2


_ROWS = (
    Schedule("constant", lambda e, E: 1.0, (), "the same rate throughout"),
    Schedule(
        "step", lambda e, E, s, q: q ** (e // max(s, 1)), (("every", 30), ("factor", 0.1)), "times q every s epochs"
    ),
    Schedule("exponential", lambda e, E, q: q**e, (("factor", 0.95),), "times q every epoch"),
    Schedule("inverse-time", lambda e, E, k: 1 / (1 + k * e), (("decay", 0.1),), "1 / (1 + k epoch)"),
    Schedule("cosine", lambda e, E: (1 + cos(pi * e / max(E, 1))) / 2, (), "half a cosine, from 1 to 0"),
    Schedule("warmup", _warmup, (("epochs", 5),), "linear over the first epochs, then constant"),
    Schedule("warmup-cosine", _warmup_cosine, (("epochs", 5),), "linear over the first epochs, then half a cosine"),
)

SCHEDULES = {row.name: row for row in _ROWS}


def read_schedule(text: str) -> Callable[[int, int], float]:
    """`factor(epoch, epochs)` of a schedule with its numbers: cosine, step:30:0.1.

    >>> read_schedule("step:10:0.5")(25, 100)
    0.25
    """
    name, *given = text.split(":")
    row = SCHEDULES.get(name)
    if row is None:
        raise OptionError(f"--schedule: expected one of {', '.join(SCHEDULES)}; found {name[:60]!r}. Try: cosine")
    shape = ":".join([name, *(called.upper() for called, _ in row.numbers)])
    try:
        numbers = [float(part) for part in given]
    except ValueError:
        numbers = [-1.0]
    if len(numbers) > len(row.numbers) or not all(isfinite(n) and 0 <= n < 1e9 for n in numbers):
        raise OptionError(f"--schedule: expected {shape} with numbers from 0; found {text[:60]!r}")
    values = [*numbers, *(default for _, default in row.numbers[len(numbers) :])]
    return lambda epoch, epochs: float(row.factor(epoch, epochs, *values))
