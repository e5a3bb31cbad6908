"""A place: sizes and exact entries of every tensor that a claim rests on; both sides are compared there.

Exact rationals decide where they can. Otherwise balls do, at rising precision, until they are disjoint or agree to
more than 30 digits relative to their size (to 100 decimal places where both are within that of zero).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any, Literal

from sympy import Expr

from derive.evaluate.extent import extent
from derive.evaluate.oracle import Evaluator
from derive.evaluate.refusals import NotExact, NoValue, OutsideDomain, Undecidable
from derive.evaluate.rings import EXACT, Ball
from derive.evaluate.sampling import sizes_for
from derive.expr.nodes import Index, Tensor, free_indices, tensors
from derive.expr.program import Let, Program

PRECISIONS = (128, 256, 512, 1024)
DIGITS = 31
ENTRIES = 24  # entries of a tensor claim that are compared at one place


@dataclass(frozen=True)
class Claim:
    """left = right, entry by entry, where lets have the values that the program gives them."""

    left: Expr
    right: Expr
    program: Program | None = None

    @property
    def indices(self) -> tuple[Index, ...]:
        return tuple(sorted(free_indices(self.left) | free_indices(self.right), key=lambda i: i.name))

    @property
    def lets(self) -> dict[Tensor, Let]:
        return self.program.by_tensor if self.program else {}

    def closure(self, e: Expr | None = None, given: frozenset[Tensor] = frozenset()) -> tuple[Tensor, ...]:
        """The tensors that both sides (or e) rest on, lets among them; those given are not looked into."""
        found: set[Tensor] = set()
        stack = list(tensors(self.left) | tensors(self.right) if e is None else tensors(e))
        while stack:
            t = stack.pop()
            if t not in found:
                found.add(t)
                stack += tensors(self.lets[t].rhs) if t in self.lets and t not in given else ()
        return tuple(sorted(found, key=lambda t: (str(t), str(t.dims))))

    def inputs(self, e: Expr | None = None, given: frozenset[Tensor] = frozenset()) -> tuple[Tensor, ...]:
        """The tensors of the closure that need values: those that are no lets, or are given."""
        return tuple(t for t in self.closure(e, given) if t not in self.lets or t in given)

    def sizes(self, seed: int) -> dict[Any, int]:
        """Numbers for all sizes that matter."""
        rest = self.closure()
        return sizes_for((self.left, self.right, *rest, *(self.lets[t].rhs for t in rest if t in self.lets)), seed)


@dataclass(frozen=True)
class Outcome:
    """How the two sides compare at one entry; `open`: no value, or not told apart, for the reason given."""

    kind: Literal["equal", "different", "outside", "open"]
    why: str = ""
    left: str = ""
    right: str = ""


@dataclass
class Place:
    """Sizes and entries; remembers what was evaluated here."""

    claim: Claim
    sizes: Mapping[Any, int]
    values: Mapping[Tensor, Any]
    deadline: float | None = None
    record: Any = None
    _evaluators: dict[int, Evaluator] = field(default_factory=dict)
    _rational: bool = True

    def entries(self, seed: int = 0) -> list[dict[Index, int]]:
        """Places of the free indices: all of them if few, else random ones and the diagonal."""
        axes = self.claim.indices
        ranges = [range(extent(i.dim, self.sizes)) for i in axes]
        every = list(product(*ranges))
        if len(every) > ENTRIES:
            rng = Random(seed)
            diagonal = [p for p in every if len(set(p)) == 1]
            every = list(dict.fromkeys(rng.sample(diagonal, min(4, len(diagonal))) + rng.sample(every, ENTRIES - 4)))
        return [dict(zip(axes, p, strict=True)) for p in every]

    def compare(self, at: Mapping[Index, int]) -> Outcome:
        """Compare both sides at one entry."""
        outcome = self._exactly(at) if self._rational else None
        for precision in PRECISIONS:
            if outcome is not None and outcome.kind != "open":
                return outcome
            outcome = self._in_balls(at, precision)
        return outcome

    def _evaluator(self, precision: int) -> Evaluator:
        """The evaluator of this precision; 0 stands for exact arithmetic."""
        if precision not in self._evaluators:
            ring = Ball(precision) if precision else EXACT
            self._evaluators[precision] = Evaluator(
                self.values, self.sizes, ring, self.claim.program, record=self.record, deadline=self.deadline
            )
        return self._evaluators[precision]

    def sides(self, at: Mapping[Index, int], precision: int) -> tuple[Any, Any]:
        """Both values; the right side is evaluated even if the left has none, so that its comparisons are recorded."""
        evaluator = self._evaluator(precision)
        try:
            left = evaluator.value(self.claim.left, dict(at))
        except (OutsideDomain, Undecidable) as reason:
            with suppress(NoValue):
                evaluator.value(self.claim.right, dict(at))
            raise reason
        return left, evaluator.value(self.claim.right, dict(at))

    def named(self) -> Iterator[Any]:
        """The values, as balls, of the defined names behind the claim, where they have one."""
        evaluator = self._evaluator(PRECISIONS[0])
        for t in self.claim.closure():
            if t in self.claim.lets:
                for place in product(*(range(extent(d, self.sizes)) for d in t.dims)):
                    with suppress(NoValue):
                        yield evaluator.value(t(*place))

    def _exactly(self, at: Mapping[Index, int]) -> Outcome | None:
        try:
            left, right = self.sides(at, 0)
        except NotExact:
            self._rational = False
            return None
        except OutsideDomain as reason:
            return Outcome("outside", str(reason))
        except Undecidable as reason:
            return Outcome("open", str(reason))
        if left == right:
            return Outcome("equal")
        return Outcome("different", "exact arithmetic", *rational_texts(left, right))

    def _in_balls(self, at: Mapping[Index, int], precision: int) -> Outcome:
        try:
            left, right = self.sides(at, precision)
        except OutsideDomain as reason:
            return Outcome("outside", str(reason))
        except (Undecidable, NotExact) as reason:
            return Outcome("open", str(reason))
        if not (left.is_finite() and right.is_finite()):
            return Outcome("open", "no finite enclosure was found")
        return _told_apart(left, right, precision)


def _told_apart(left: Any, right: Any, precision: int) -> Outcome:
    from flint import arb, ctx

    with ctx.workprec(precision):
        gap = left - right
        if gap > 0 or gap < 0:
            return Outcome("different", f"balls of {precision} bits", *ball_texts(left, right))
        size = left.abs_lower().max(right.abs_lower())
        tiny = arb(10) ** -100 if precision == PRECISIONS[-1] else arb(0)
        if gap == 0 or gap.abs_upper() < (size * arb(10) ** -DIGITS).max(tiny):
            return Outcome("equal")
    return Outcome("open", f"{precision} bits do not tell the two sides apart")


def ball_texts(left: Any, right: Any) -> tuple[str, str]:
    """Decimals of which every digit is right, with as many digits as it takes to see the difference."""
    texts = ("", "")
    for digits in (12, 25, 50, 100, 200, 300):
        texts = tuple("0" if b.contains(0) else b.str(digits, radius=False) for b in (left, right))
        if texts[0] != texts[1]:
            break
    return texts


def is_short(number: Fraction | int) -> bool:
    """Whether an exact number has few digits: Python refuses to print more than 4300 of them."""
    return max(number.numerator.bit_length(), number.denominator.bit_length()) < 100


def rational_texts(left: Fraction, right: Fraction) -> tuple[str, str]:
    """Short rationals as a person writes them, long ones as decimals."""
    if is_short(left) and is_short(right) and max(len(str(left)), len(str(right))) <= 24:
        return str(left), str(right)
    ring = Ball(2048)
    with ring.session():
        return ball_texts(ring.number(left), ring.number(right))
