"""Schedules of the learning rate: a row states the factor of an epoch as a formula; training evaluates it.

t is the number of the epoch, counted from 0, and E the number of epochs; k says how many times s epochs are over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite

from sympy import Expr, Integer, cos, pi

from derive.errors import OptionError
from derive.evaluate.oracle import evaluate
from derive.expr import Tensor
from derive.expr.functions import Where, minimum

EPOCH, TIMES = (Tensor(name, (), None, ("integer", "nonnegative")) for name in "tk")
EPOCHS = Tensor("E", (), None, ("positive",))
LENGTH, SHARE, DECAY = (Tensor(name, (), None, ("positive",)) for name in ("s", "q", "r"))
t, E, k, s, q, r = EPOCH(), EPOCHS(), TIMES(), LENGTH(), SHARE(), DECAY()


@dataclass(frozen=True)
class Number:
    """A number of a schedule: what the command line calls it, its symbol, its default, what it is, its least value."""

    called: str
    symbol: Tensor
    default: float
    says: str
    least: float = 0.0


@dataclass(frozen=True)
class Schedule:
    """`factor` is what the learning rate is multiplied by, an expression in t, E, k and the numbers of the row."""

    name: str
    title: str
    factor: Expr
    numbers: tuple[Number, ...]
    says: str

    def at(self, epoch: int, epochs: int, values: tuple[float, ...]) -> float:
        """The factor of an epoch, with these values of the numbers."""
        return float(evaluate(self.factor, self.inputs(epoch, epochs, values), {}))

    def inputs(self, epoch: int, epochs: int, values: tuple[float, ...]) -> dict[Tensor, Fraction]:
        """The value of every symbol of the formula."""
        out = {n.symbol: Fraction(repr(float(x))) for n, x in zip(self.numbers, values, strict=True)}
        times = Fraction(epoch) // out.get(LENGTH, 1)
        return out | {EPOCH: Fraction(epoch), EPOCHS: Fraction(max(epochs, 1)), TIMES: Fraction(times)}


_WARM = Number("epochs", LENGTH, 5, "epochs in which the rate rises", least=1)
_RAMP = minimum(1, (t + 1) / s)
_ROWS = (
    Schedule("constant", "A constant learning rate", Integer(1), (), "the same rate throughout"),
    Schedule(
        "step",
        "Step decay of the learning rate",
        q**k,
        (
            Number("every", LENGTH, 30, "epochs from one drop to the next", least=1),
            Number("factor", SHARE, 0.1, "factor of a drop"),
        ),
        "times q every s epochs",
    ),
    Schedule(
        "exponential",
        "Exponential decay of the learning rate",
        q**t,
        (Number("factor", SHARE, 0.95, "factor of an epoch"),),
        "times q every epoch",
    ),
    Schedule(
        "inverse-time",
        "Inverse-time decay of the learning rate",
        1 / (1 + r * t),
        (Number("decay", DECAY, 0.1, "speed of the fall"),),
        "falls like one over the time",
    ),
    Schedule(
        "cosine", "Cosine decay of the learning rate", (1 + cos(pi * t / E)) / 2, (), "half a cosine, from 1 to 0"
    ),
    Schedule(
        "warmup", "Linear warm-up of the learning rate", _RAMP, (_WARM,), "linear over the first epochs, then constant"
    ),
    Schedule(
        "warmup-cosine",
        "Warm-up and cosine decay of the learning rate",
        Where(s - t, _RAMP, (1 + cos(pi * (t - s) / (E - s))) / 2),
        (_WARM,),
        "linear over the first epochs, then half a cosine",
    ),
)

SCHEDULES = {row.name: row for row in _ROWS}


def parse_schedule(text: str, option: str = "--schedule") -> tuple[Schedule, tuple[float, ...]]:
    """A schedule and the values of its numbers: cosine, step:30:0.1."""
    name, *given = text.split(":")
    row = SCHEDULES.get(name)
    if row is None:
        raise OptionError(f"{option}: expected one of {', '.join(SCHEDULES)}; found {name[:60]!r}. Try: cosine")
    shape = ":".join([name, *(n.called.upper() for n in row.numbers)])
    try:
        numbers = [float(part) for part in given]
    except ValueError:
        numbers = [-1.0]
    if len(numbers) > len(row.numbers) or not all(isfinite(n) and 0 <= n < 1e9 for n in numbers):
        raise OptionError(f"{option}: expected {shape} with numbers from 0; found {text[:60]!r}")
    for number, value in zip(row.numbers, numbers, strict=False):
        if value < number.least:
            least = f"{number.called.upper()} from {number.least:g}"
            raise OptionError(f"{option}: expected {shape} with {least}; found {text[:60]!r}")
    return row, (*numbers, *(n.default for n in row.numbers[len(numbers) :]))


def read_schedule(text: str) -> Callable[[int, int], float]:
    """`factor(epoch, epochs)` of a schedule with its numbers.

    >>> read_schedule("step:10:0.5")(25, 100)
    0.25
    """
    row, values = parse_schedule(text)
    return lambda epoch, epochs: row.at(epoch, epochs, values)
