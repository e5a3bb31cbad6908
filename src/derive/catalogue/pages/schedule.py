"""The page of a schedule: the learning rate of each epoch as a formula, and as numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from sympy import Expr, S, cancel, expand_mul, powsimp

from derive.calculus import simplify
from derive.catalogue.number_lines import NumberLines
from derive.catalogue.optimizers import RATE
from derive.catalogue.options import PageOptions
from derive.catalogue.schedules import EPOCH, EPOCHS, LENGTH, TIMES, Schedule, parse_schedule
from derive.catalogue.words import notation
from derive.derivation import Block, Context, Derivation, Equation, Prose, Section, Step, definition
from derive.evaluate.decimals import Point
from derive.expr import Let, Program, Tensor, Where, rebuild, substitute, tensors
from derive.verify.decide import decide
from derive.verify.squares import proof_of_sign

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
        Section("From epoch to epoch", tuple(_laws(row)), "result"),
        Section("In numbers", tuple(_numbers(row, values, epochs, rate)), "result"),
    )
    sections = tuple(s for s in sections if s.blocks)
    return Derivation("schedule", row.title, sections)


def _notation(row: Schedule, values: tuple[float, ...], epochs: int, rate: float) -> Section:
    used = tensors(row.factor)
    used |= {EPOCHS} if EPOCH in used else set()
    rows = [
        (RATE, f"learning rate, here {rate:g}"),
        (FACTOR, "factor of the rate in an epoch"),
        (CURRENT, "rate of an epoch"),
    ]
    rows += [(t, says + (f", here {epochs}" if t == EPOCHS else "")) for t, says in MEANINGS.items() if t in used]
    rows += [(n.symbol, f"{n.says}, here {x:g}") for n, x in zip(row.numbers, values, strict=True)]
    says = Prose(f"In words: {row.says}.")
    return notation(rows, says)


def _formula(row: Schedule) -> Iterator[Block]:
    yield definition(FACTOR(), row.factor)
    yield definition(CURRENT(), RATE() * FACTOR())
    if EPOCH in tensors(row.factor):
        yield from _end("phi_first", S.Zero, row, "in the first epoch")
        if EPOCHS in tensors(row.factor):
            yield from _end("phi_half", EPOCHS() / 2, row, "half way")
        yield from _end("phi_last", EPOCHS() - 1, row, "in the last epoch")


def _end(name: str, epoch: Expr, row: Schedule, words: str) -> Iterator[Block]:
    """The factor of one epoch."""
    put_in = substitute(row.factor, {EPOCH: Let(EPOCH(), epoch)})
    lets = Program((Let(EPOCH(), epoch), Let(Tensor(name)(), row.factor)))
    settled = _settled(put_in)
    if not settled.has(Where):
        yield Equation(Tensor(name)(), (), (Step(settled, "insert", words),), context=Context(lets))


def _settled(e: Expr) -> Expr:
    """Without the cases of which it is known that they do not come about: s > 0."""
    if isinstance(e, Where) and e.args[0].is_positive:
        return _settled(e.args[1])  # type: ignore[arg-type]
    return rebuild(e, _settled)


def _laws(row: Schedule) -> Iterator[Block]:
    """What holds of every epoch: how one follows from the one before, a symmetry, and bounds of the factor."""
    factor = FACTOR()
    for name, place, law, words in _candidates(row.factor):
        beside = Tensor(f"{FACTOR}_{name}")
        let = Let(beside(), place)
        known = Context(Program((Let(factor, row.factor), let)))
        if place == row.factor or not decide(place, law, known.program).established:
            continue
        yield Prose(f"{words}:")
        yield Equation(beside(), (), (Step(place, "definition"), Step(law, "recursion", "by name")), context=known)
        break
    known = Program((Let(factor, row.factor),))
    for lhs, gap in ((factor, row.factor), (1 - factor, 1 - row.factor)):
        relation = next((r for r in (">", ">=") if proof_of_sign(gap, None, strict=r == ">")), None)
        if tensors(gap) and relation is not None:
            steps = (Step(gap, "definition"), Step(S.Zero, "bound", relation=relation))
            yield Equation(lhs, (), steps, context=Context(known))


def _candidates(factor: Expr) -> Iterator[tuple[str, Expr, Expr, str]]:
    """The factor somewhere else: its name, itself, a formula for it in the factor here, and where that is."""
    phi = FACTOR()
    moving = next((v for v in (EPOCH, TIMES) if v in tensors(factor)), None)
    if moving is None:
        return
    after = substitute(factor, {moving: Let(moving(), moving() + 1)})
    says = "The factor of the next epoch" if moving == EPOCH else "The factor after one more drop"
    ratio, gap = powsimp(after / factor), simplify(cancel(1 / after - 1 / factor))
    if moving not in tensors(ratio):
        yield "next", after, ratio * phi, says
    if moving not in tensors(gap):
        yield "next", after, 1 / (1 / phi + gap), says
    if EPOCHS in tensors(factor):
        # expand_mul opens pi (E - t)/E, of which the cosine is that of pi t/E with the sign changed
        mirrored = substitute(factor, {EPOCH: Let(EPOCH(), EPOCHS() - EPOCH())})
        yield "mirror", expand_mul(mirrored), 1 - phi, "As many epochs before the last as these are after the first"


def _numbers(row: Schedule, values: tuple[float, ...], epochs: int, rate: float) -> Iterator[Block]:
    """The rate at some epochs: numbers put in, value out."""
    spots = sorted({0, 1, *(epochs * n // 4 for n in (1, 2, 3)), *_turns(row, values), epochs - 1})
    whole = RATE() * row.factor
    for epoch in (spot for spot in spots if 0 <= spot < epochs):
        inputs = row.inputs(epoch, epochs, values) | {RATE: Fraction(repr(rate))}
        given = {t: x for t, x in inputs.items() if t in tensors(whole)}
        let = Let(Tensor(f"rho_{epoch}")(), whole)
        point = Point(Program((let,)), given)
        write = NumberLines(Context(Program((let,)), point=point), point, DIGITS, entries=True, arrays=False)
        (line,) = write.lines(let.target, whole, ())
        yield replace(line, steps=line.steps[1:])  # in symbols it holds of any epoch, and stands above


def _turns(row: Schedule, values: tuple[float, ...]) -> Iterator[int]:
    """The epochs around which the formula changes."""
    for n, x in zip(row.numbers, values, strict=True):
        if n.symbol == LENGTH:
            yield from (int(x) - 1, int(x))
