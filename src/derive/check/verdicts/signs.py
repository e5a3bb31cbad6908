"""`A > B \\iff C > D`: both inequalities hold at the same places, which is looked at in rigorous arithmetic.

Refuted by a place where one holds for certain and the other for certain does not. Such places lie between the two
boundaries, which may be close: so the way from a place where both hold to one where neither does is halved again and
again, which meets them unless the boundaries are the same there. Confirmed where many ways show no difference. An
inequality that may be an equality as well is no equivalent of a strict one: nothing is confirmed of such a pair.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from derive.check.verdicts.inequalities import CONSTANTS, SCALES, constant, continuous
from derive.check.verdicts.shapes import Pair
from derive.evaluate.clock import now
from derive.evaluate.refusals import NotExact, NoValue, OutOfTime
from derive.evaluate.sampling import admits, fine, sample, simple, small
from derive.expr import Program
from derive.verify import Verdict
from derive.verify.counterexample import Failure
from derive.verify.place import Claim, Outcome, Place

WAYS = 12  # from a place where both hold to one where neither does
HALVED = 40  # times that each is halved
PRECISIONS = (0, 128, 512)  # bits; 0 is exact arithmetic
METHOD = "ball arithmetic"
Holding = tuple[bool | None, ...]
Spot = tuple[Any, Any]  # sizes and values


def judge(pair: Pair, strict: tuple[bool, bool], program: Program | None, seed: int, seconds: float) -> Verdict:
    """Whether left > 0 and right > 0 (or >= 0, where not `strict`) hold at the same places.

    >>> from derive.expr import Tensor
    >>> t = Tensor("t")()
    >>> [judge(Pair(t**3, t - c, ()), (True, True), None, 0, 5.0).kind for c in (0, CONSTANTS[1] / 10**6)]
    ['confirmed', 'refuted']
    """
    search = Search(Claim(pair.left, pair.right, program), strict, seed, now() + seconds)
    try:
        failure = search.failure()
    except OutOfTime:
        return Verdict("undecided", METHOD, f"the {seconds:g} seconds allowed are over")
    if failure:
        return Verdict("refuted", METHOD, failure.sentence(), counterexample=failure.as_dict())
    if strict[0] == strict[1] and search.ways == WAYS:
        return Verdict("confirmed", METHOD, f"the boundary is the same on {WAYS} ways between places of both kinds")
    return Verdict("undecided", METHOD, "no difference was found, which does not settle it")


@dataclass
class Search:
    """`ways`: so many were halved to the end."""

    claim: Claim
    strict: tuple[bool, bool]
    seed: int
    deadline: float
    ways: int = 0

    def failure(self) -> Failure | None:
        """A place where one of the two holds and the other does not."""
        inside: list[Spot] = []
        outside: list[Spot] = []
        for spot in self._places():
            found = self._look(spot)
            if isinstance(found, Failure):
                return found
            if found is not None:
                (inside if found else outside).append(spot)
        for start, end in islice(self._pairs(inside, outside), WAYS):
            failure = self._halved(start, end)
            if failure:
                return failure
        return None

    def _look(self, spot: Spot) -> Failure | bool | None:
        """Whether both hold at all entries (False: at none); None where that is mixed or not certain."""
        place = Place(self.claim, *spot, self.deadline)
        seen: set[bool | None] = set()
        for at in place.entries(self.seed):
            if now() > self.deadline:
                raise OutOfTime("the time allowed is over")
            found = _holding(place, at, self.strict)
            if None not in found and found[0] != found[1]:
                texts = ("it holds" if x else "it does not hold" for x in found)
                return Failure(place, dict(at), Outcome("different", "both signs are certain", *texts))
            seen.add(found[0] if None not in found else None)
        return seen.pop() if len(seen) == 1 else None

    def _pairs(self, inside: list[Spot], outside: list[Spot]) -> Iterator[tuple[Spot, Spot]]:
        """Places of both kinds with the same sizes, and with the same values of what may not take any value between."""
        for n, (sizes, low) in enumerate(inside):
            for other, high in outside[n % len(outside) :] + outside[: n % len(outside)] if outside else ():
                end = {t: high[t] if continuous(t) else v for t, v in low.items()}
                if other == sizes and self._look((sizes, end)) is False:
                    yield (sizes, low), (sizes, end)
                    break

    def _halved(self, start: Spot, end: Spot) -> Failure | None:
        (sizes, low), (_, high) = start, end
        for _ in range(HALVED):
            middle = {t: _between(low[t], high[t]) if low[t] != high[t] else low[t] for t in low}
            found = self._look((sizes, middle))
            if isinstance(found, Failure):
                return found
            if found is None:
                return None
            low, high = (middle, high) if found else (low, middle)
        self.ways += 1
        return None

    def _places(self) -> Iterator[Spot]:
        """Simple places first, so that a counterexample can be redone by hand; zeros and ones are among them."""
        inputs = self.claim.inputs()
        sizes = self.claim.sizes(self.seed)
        base = sample(inputs, sizes, self.seed, drawn=simple)
        for c in CONSTANTS:
            yield sizes, {**base, **{t: constant(t, sizes, c) for t in inputs if admits(t, c)}}
        for n, scale in enumerate(SCALES):
            for m, drawn in enumerate((simple, small, fine)):
                sizes = self.claim.sizes(self.seed + m)
                yield sizes, sample(inputs, sizes, 10 * n + m + self.seed, scale, drawn=drawn)


def _between(a: Any, b: Any) -> Any:
    return tuple(map(_between, a, b)) if isinstance(a, tuple) else (a + b) / 2


def _holding(place: Place, at: Any, strict: tuple[bool, bool]) -> Holding:
    """Whether each inequality holds here; None where that is not certain."""
    found: Holding = (None, None)
    for precision in PRECISIONS:
        try:
            sides = place.sides(at, precision)
        except NotExact:
            continue
        except OutOfTime:
            raise
        except NoValue:
            return found
        found = tuple(_sign(side, s, precision == 0) for side, s in zip(sides, strict, strict=True))
        if None not in found:
            break
    return found


def _sign(value: Any, strict: bool, exact: bool) -> bool | None:
    if value > 0:
        return True
    if value < 0:
        return False
    return not strict if exact else None
