"""The page of a schedule: the learning rate of each epoch as a formula, and as numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from sympy import Expr, S, cancel, cos, expand_mul, powsimp, sin

from derive.calculus import simplify
from derive.catalogue.kinks import replaced
from derive.catalogue.number_lines import NumberLines
from derive.catalogue.optimizers import RATE
from derive.catalogue.options import PageOptions
from derive.catalogue.schedules import EPOCH, EPOCHS, LENGTH, TIMES, Schedule, parse_schedule
from derive.catalogue.words import notation
from derive.derivation import Block, Context, Derivation, Equation, Prose, Section, Step, definition
from derive.evaluate.decimals import Point
from derive.expr import Let, Program, Tensor, Where, minimum, rebuild, relu, substitute, tensors
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
        return _settled(e.args[1])
    return rebuild(e, _settled)


@dataclass(frozen=True)
class Part:
    """The factor, or its formula in one of the cases, by a name of its own."""

    name: Tensor
    value: Expr

    def called(self, where: str) -> Tensor:
        return Tensor(f"{self.name.name}_{where}")


def _parts(row: Schedule) -> tuple[Part, ...]:
    """The formulas of the factor: one, or one for each case."""
    if not isinstance(row.factor, Where):
        return (Part(FACTOR, row.factor),)
    return tuple(Part(Tensor(name), e) for name, e in zip("uv", row.factor.args[1:], strict=True))  # type: ignore[arg-type]


def _laws(row: Schedule) -> Iterator[Block]:
    """What holds of every epoch: how one follows from the one before, a symmetry, and bounds of the factor."""
    parts = _parts(row)
    if len(parts) > 1:
        yield Prose("The factor in each of the two cases, by a letter; their laws hold wherever the formulas are used:")
        yield from (definition(part.name(), part.value) for part in parts)
        cases = Where(row.factor.args[0], *(part.name() for part in parts))
        known = Context(Program((*(Let(p.name(), p.value) for p in parts), Let(FACTOR(), row.factor))))
        yield Equation(FACTOR(), (), (Step(cases, "fold", "by name"),), context=known)
    for part in parts:
        yield from _from_epoch_to_epoch(part)
        yield from _bounds(part)


def _from_epoch_to_epoch(part: Part) -> Iterator[Block]:
    """The first law that holds of the candidates."""
    factor = Let(part.name(), part.value)
    for where, place, law, words in _candidates(part):
        let = Let(part.called(where)(), place)
        known = Context(Program((factor, let)))
        if place == part.value or not decide(place, law, known.program).established:
            continue
        yield Prose(f"{words}:")
        steps = (Step(place, "definition"), Step(law, "recursion", "by name"))
        yield Equation(let.target, (), steps, context=known)
        return


def _candidates(part: Part) -> Iterator[tuple[str, Expr, Expr, str]]:
    """The factor somewhere else: what it is called there, itself, a formula for it in the factor here, and where."""
    phi, value = part.name(), part.value
    moving = next((v for v in (EPOCH, TIMES) if v in tensors(value)), None)
    if moving is None:
        return
    after = substitute(value, {moving: Let(moving(), moving() + 1)})
    says = "The factor of the next epoch" if moving == EPOCH else "The factor after one more drop"
    yield from (("next", after, law, says) for law in _recursions(phi, value, after) if moving not in tensors(law))
    if EPOCHS in tensors(value):
        words = "As many epochs before the last as these are after the first"
        # expand_mul opens pi (E - t)/E, of which the cosine is that of pi t/E with the sign changed
        yield "mirror", expand_mul(substitute(value, {EPOCH: Let(EPOCH(), EPOCHS() - EPOCH())})), 1 - phi, words
        if LENGTH in tensors(value):  # the first is that after the rise
            yield "mirror", substitute(value, {EPOCH: Let(EPOCH(), EPOCHS() + LENGTH() - EPOCH())}), 1 - phi, words


def _recursions(phi: Expr, value: Expr, after: Expr) -> Iterator[Expr]:
    """Laws that the next factor may obey: times a number, a step in what it is one over, a step, a step up to one."""
    yield powsimp(after / value) * phi
    yield 1 / (1 / phi + simplify(cancel(1 / after - 1 / value)))
    yield phi + simplify(cancel(after - value))
    if isinstance(value, minimum):
        (most, inside), (_, moved) = value.args, after.args  # type: ignore[misc]
        yield minimum(most, phi + simplify(cancel(moved - inside)))  # type: ignore[arg-type]


def _bounds(part: Part) -> Iterator[Block]:
    """The factor is positive, and no more than one: as it is written, or written so that it is seen."""
    known = Context(Program((Let(part.name(), part.value),)))
    for lhs, gap in ((part.name(), part.value), (1 - part.name(), 1 - part.value)):
        for shown, reason in _rewritten(gap):
            relation = next((r for r in (">", ">=") if proof_of_sign(shown, None, strict=r == ">")), None)
            if tensors(gap) and relation is not None and decide(shown, gap).established:
                steps = [
                    Step(gap, "insert", "its formula"),
                    Step(shown, "rewrite", reason),
                    Step(S.Zero, "bound", relation=relation),
                ]
                yield Equation(lhs, (), tuple(s for s in steps if s.after != gap or s is steps[0]), context=known)
                break


def _rewritten(gap: Expr) -> Iterator[tuple[Expr, str]]:
    """As it stands; with half the angle; with what a number is short of another, if it is."""
    yield gap, ""
    for node in gap.atoms(cos):
        half = node.args[0] / 2  # type: ignore[operator]
        squares = (replaced(gap, node, e) for e in (2 * cos(half) ** 2 - 1, 1 - 2 * sin(half) ** 2))
        yield from ((e, "half the angle") for e in squares if not e.is_Add)
    for node in gap.atoms(minimum):
        a, b = node.args
        yield replaced(gap, node, a - relu(a - b)), "what is missing, where anything is"  # type: ignore[operator]


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
