"""The page of a schedule: the learning rate of each epoch as a formula, and as numbers."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, S

from derive.catalogue.optimizers import RATE
from derive.catalogue.options import PageOptions
from derive.catalogue.schedules import EPOCH, EPOCHS, LENGTH, TIMES, Schedule, parse_schedule
from derive.derivation import Block, Context, Derivation, Equation, Prose, Section, Step, Table, definition
from derive.evaluate.decimals import Point
from derive.expr import Let, Program, Tensor, Where, rebuild, substitute, tensors

CURRENT = Tensor("rho")
FACTOR = Tensor("phi")
DIGITS = 4
MEANINGS = {
    EPOCH: "number of the epoch, from 0",
    EPOCHS: "number of epochs",
    TIMES: "how many times s epochs are over: t/s, rounded down",
}


def schedule(text: str, options: PageOptions, epochs: int = 100, rate: float = 0.1) -> Derivation:
    """The page of `derive schedule NAME`; `text` may give the numbers too: step:30:0.1."""
    row, values = parse_schedule(text, "schedule")
    sections = (
        _notation(row, values, epochs, rate),
        Section("The rate of an epoch", tuple(_formula(row)), "result"),
        Section("In numbers", tuple(_numbers(row, values, epochs, rate)), "result"),
    )
    return Derivation("schedule", f"Schedule of the learning rate: {row.name}", sections)


def _notation(row: Schedule, values: tuple[float, ...], epochs: int, rate: float) -> Section:
    used = tensors(row.factor)
    used |= {EPOCHS} if EPOCH in used else set()
    rows = [
        (RATE(), f"learning rate, here {rate:g}"),
        (FACTOR(), "factor of the rate in an epoch"),
        (CURRENT(), "rate of an epoch"),
    ]
    rows += [(t(), says + (f", here {epochs}" if t == EPOCHS else "")) for t, says in MEANINGS.items() if t in used]
    rows += [(n.symbol(), f"{n.says}, here {x:g}") for n, x in zip(row.numbers, values, strict=True)]
    says = Prose(f"In words: {row.says}.")
    return Section("Notation", (says, Table(("symbol", "meaning"), tuple(rows))), "notation")


def _formula(row: Schedule) -> Iterator[Block]:
    yield definition(FACTOR(), row.factor)
    yield definition(CURRENT(), RATE() * FACTOR())
    if EPOCH in tensors(row.factor):
        yield from _end("phi_first", S.Zero, row, "in the first epoch")
        yield from _end("phi_last", EPOCHS() - 1, row, "in the last epoch")


def _end(name: str, epoch: Expr, row: Schedule, words: str) -> Iterator[Block]:
    """The factor of the first or the last epoch."""
    put_in = substitute(row.factor, {EPOCH: Let(EPOCH(), epoch)})
    lets = Program((Let(EPOCH(), epoch), Let(Tensor(name)(), row.factor)))
    yield Equation(Tensor(name)(), (), (Step(_settled(put_in), "insert", words),), context=Context(lets))


def _settled(e: Expr) -> Expr:
    """Without the cases of which it is known that they do not come about: s > 0."""
    if isinstance(e, Where) and e.args[0].is_positive:
        return _settled(e.args[1])  # type: ignore[arg-type]
    return rebuild(e, _settled)


def _numbers(row: Schedule, values: tuple[float, ...], epochs: int, rate: float) -> Iterator[Block]:
    """The rate at some epochs, rounded from what the formula gives exactly."""
    spots = sorted({0, 1, *(epochs * n // 4 for n in (1, 2, 3)), *_turns(row, values), epochs - 1})
    rows = []
    for e in (spot for spot in spots if 0 <= spot < epochs):
        inputs = row.inputs(e, epochs, values)
        factor, _ = Point(Program(()), inputs).rounded(row.factor, DIGITS)
        rows.append((str(e), f"{float(factor):.{DIGITS}g}", f"{float(factor) * rate:.{DIGITS}g}"))
    yield Table(("epoch t", "factor", "rate"), tuple(rows))
    yield Prose(f"The numbers are rounded to {DIGITS} significant digits.")


def _turns(row: Schedule, values: tuple[float, ...]) -> Iterator[int]:
    """The epochs around which the formula changes."""
    for n, x in zip(row.numbers, values, strict=True):
        if n.symbol == LENGTH:
            yield from (int(x) - 1, int(x))
