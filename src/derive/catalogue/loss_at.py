"""A loss at numbers that a user gives: formula, numbers in, value out; with its derivatives there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from sympy import Integer

from derive.catalogue.losses import constant
from derive.catalogue.number_lines import NumberLines
from derive.catalogue.numbers import Nested, refuse_target, shape
from derive.catalogue.scored import OUTPUTS, Scored
from derive.catalogue.words import described, symbols
from derive.derivation import Block, Context, Prose, Section, Table, Worked
from derive.errors import OptionError
from derive.evaluate.decimals import Point
from derive.evaluate.oracle import BALL, Evaluator
from derive.evaluate.refusals import NoValue
from derive.expr import Diff, Index, Let, Program, Tensor, tensors
from derive.expr.concrete import at_sizes

NAMES = ("y", "yhat", "z")
MOST = 12  # outputs that a page has room for


class LossAt:
    """The loss of one sample at a target and a prediction, or at a target and scores."""

    def __init__(self, of: Scored, given: Mapping[str, Nested], digits: int) -> None:
        self.from_scores = "z" in given
        start = "z" if self.from_scores else "yhat"
        numbers = _checked(given, start, of)
        self.of = of = replace(of, single=of.entrywise and len(numbers["y"]) == 1)
        self.digits = digits
        self.sizes = {OUTPUTS: len(numbers["y"])}
        self.start = self.at(of.scores if self.from_scores else of.prediction)
        y, first = (numbers[name][0] if of.single else numbers[name] for name in ("y", start))
        self.values: dict[Tensor, Nested] = {self.at(of.target): y, self.start: first}
        self.values |= {constant(name): numbers[name] for name, _ in of.loss.constants}
        lets = of.program.lets if self.from_scores else of.program.lets[1:]
        self.forward = tuple(Let(self.at(let.target), self.at(let.rhs)) for let in lets)
        wanted = [of.prediction] + ([of.scores] if self._has_delta else [])
        self.adjoints = {u: of.reverse.adjoints[u] for u in wanted}
        named = (Let(self._shown(u), self.at(a.value)) for u, a in self.adjoints.items() if a.name is not None)
        self.program = Program((*self.forward, *named))
        self.point = Point(self.program, self.values)
        known = {u: (tuple(map(self.at, a.of.indices)), self.at(a.value)) for u, a in self.adjoints.items()}
        derivatives = {self.at(u): found for u, found in known.items()}
        self.context = Context(self.program, self.forward[-1].target, derivatives, point=self.point)

    def at(self, e: Any) -> Any:
        return at_sizes(e, self.sizes)

    @property
    def _has_delta(self) -> bool:
        """The delta is a formula in the scores for some activations."""
        return self.from_scores or self.of.scores not in tensors(self.of.delta.value)

    def _shown(self, u: Tensor) -> Any:
        a = self.of.reverse.adjoints[u]
        return self.at(a.name if a.name is not None else Diff(self.of.program.output.target, a.of))

    def section(self) -> Section:
        """Entry by entry: a quotient of columns is hard to read."""
        write = NumberLines(self.context, self.point, self.digits, entries=True, arrays=False)
        try:
            return Section("With numbers", tuple(self._blocks(write)), "result")
        except NoValue as error:
            raise OptionError(f"--set: the loss has no value at these numbers: {error}. Try: other numbers") from None

    def _blocks(self, write: NumberLines) -> Iterator[Block]:
        yield self._symbols()
        for t in self.values:
            yield write.given(t)
        for let in self.forward:
            yield from write.lines(let.target, let.rhs, let.target.indices)
        for u, a in self.adjoints.items():
            yield from write.lines(self._shown(u), self.at(a.value), tuple(map(self.at, a.of.indices)))
        if self.at_kink:
            yield Prose("A function is at its kink here: the derivatives are those that the page takes there.")
        if not self.from_scores and self._has_delta:
            yield Prose("The last derivative is that in the scores from which such a prediction comes.")

    @cached_property
    def at_kink(self) -> bool:
        """There engines differ in the derivative that they take."""
        met: list[int] = []
        watch = Evaluator(self.values, {}, BALL, self.program, record=lambda node, sign, env: met.append(sign))
        watch.value(self.forward[-1].target)
        return 0 in met

    def _symbols(self) -> Table:
        """The symbols, with as many entries as there are numbers."""
        known = (*self.values, *(let.tensor for let in self.program))
        return symbols((t, self._meaning(t)) for t in dict.fromkeys(known))

    def _meaning(self, t: Tensor) -> str:
        of = self.of
        said = {of.scores: "scores", of.prediction: "predictions", of.target: "targets", of.value: "loss"}
        said[of.delta.name.tensor] = "derivative of the loss in the scores"  # type: ignore[union-attr]
        meanings = {self.at(u): words for u, words in said.items()}
        return described(t, meanings.get(t, "constant"))

    def worked(self) -> Worked:
        """The same numbers for an autodiff engine."""
        try:
            axes = {t: tuple(Index("k", d) for d in t.dims) for t in self.values}
            inputs = {t: self.point.floats(t(*at), at) for t, at in axes.items()}
            values = {let.tensor: self.point.floats(let.target, let.target.indices) for let in self.forward}
            gradients = {} if self.at_kink else dict(self._gradients())
        except OverflowError:
            raise OptionError("--set: a result is too large for double precision. Try: smaller numbers") from None
        return Worked(Program(self.forward), inputs, values, gradients, "the numbers given")

    def _gradients(self) -> Iterator[tuple[Tensor, list[float]]]:
        for u in (self.of.prediction, *((self.of.scores,) if self.from_scores else ())):
            a = self.adjoints[u]
            yield self.at(u), self.point.floats(self.at(a.value), tuple(map(self.at, a.of.indices)))


def _checked(given: Mapping[str, Nested], start: str, of: Scored) -> dict[str, Nested]:
    """The numbers by name, one for each output; what the page relies on holds of them."""
    constants = dict(of.loss.constants)
    for name in given:
        if name not in NAMES and name not in constants:
            raise OptionError(f"--set {name[:40]}: expected one of {', '.join((*NAMES, *constants))}. Try: --set y=0,1")
    if "y" not in given or not {"yhat", "z"} & set(given):
        raise OptionError("--set: expected y, and yhat or z. Try: --set y=0,1 --set yhat=0.4,0.6")
    if {"yhat", "z"} <= set(given):
        raise OptionError("--set: expected yhat or z, not both: the scores give the prediction. Try: --set z=... alone")
    numbers = dict(given) | {name: given.get(name, Fraction(int(value))) for name, value in constants.items()}
    lengths = {name: shape(numbers[name], name) for name in ("y", start)}
    if len(set(lengths.values())) > 1 or len(lengths["y"]) != 1 or not 1 <= lengths["y"][0] <= MOST:
        found = " and ".join(f"{len(numbers[name])} for {name}" for name in lengths)
        raise OptionError(f"--set: expected as many numbers for y as for {start}, at most {MOST}; found {found}")
    for name in constants:
        (value,) = numbers[name] if isinstance(numbers[name], tuple) else (numbers[name],)
        if value <= 0:
            raise OptionError(f"--set {name}: expected a positive number; found {value}")
        numbers[name] = value
    refuse_target(numbers["y"], of.loss.target)
    if start == "yhat":
        _refuse_prediction(numbers["yhat"], of)
    return numbers


def _refuse_prediction(yhat: Nested, of: Scored) -> None:
    """A prediction that the output activation cannot give has no scores."""
    if of.output.function is None:
        low, high = Integer(0), Integer(1)
        if sum(yhat) != 1:
            found = sum(yhat)
            raise OptionError(f"--set yhat: expected numbers that sum to one, as those of a softmax do; found {found}")
    else:
        low, high = of.ends()
    if any((low is not None and v <= low) or (high is not None and v >= high) for v in yhat):
        raise OptionError(
            f"--set yhat: expected numbers strictly between {low} and {high}, which is what {of.output.name} gives. "
            "Try: --output-activation identity"
        )
