"""`A > B \\iff C > D`: both inequalities hold at the same places, which is looked at in rigorous arithmetic.

Refuted by a place where one holds for certain and the other for certain does not. Confirmed where they agree at many
places, among them some where they hold and some where they do not; an inequality that may be an equality as well is
no equivalent of a strict one, so that nothing is confirmed of such a pair.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from derive.check.verdicts.inequalities import CONSTANTS, SCALES, constant
from derive.check.verdicts.shapes import Pair
from derive.evaluate.clock import now
from derive.evaluate.refusals import NotExact, NoValue, OutOfTime
from derive.evaluate.sampling import admits, fine, sample, simple, small
from derive.expr import Program
from derive.verify import Verdict
from derive.verify.counterexample import Failure
from derive.verify.place import Claim, Outcome, Place

POINTS = 12
PRECISIONS = (0, 128, 512)  # bits; 0 is exact arithmetic
METHOD = "ball arithmetic"


def judge(pair: Pair, strict: tuple[bool, bool], program: Program | None, seed: int, seconds: float) -> Verdict:
    """Whether left > 0 and right > 0 (or >= 0, where not `strict`) hold at the same places."""
    claim, until = Claim(pair.left, pair.right, program), now() + seconds
    seen: dict[bool, int] = {True: 0, False: 0}
    for sizes, values in _places(claim, seed):
        place = Place(claim, sizes, values, until)
        try:
            for at in place.entries(seed):
                found = _holding(place, at, strict)
                if None not in found and found[0] != found[1]:
                    texts = ("it holds" if x else "it does not hold" for x in found)
                    failure = Failure(place, dict(at), Outcome("different", "both signs are certain", *texts))
                    return Verdict("refuted", METHOD, failure.sentence(), counterexample=failure.as_dict())
                if found[0] is not None and found[0] == found[1]:
                    seen[found[0]] += 1
        except OutOfTime:
            break
    if sum(seen.values()) >= POINTS and all(seen.values()) and strict[0] == strict[1]:
        said = f"both hold at {seen[True]} places, and neither at {seen[False]}"
        return Verdict("confirmed", METHOD, said)
    return Verdict("undecided", METHOD, f"they agree at {sum(seen.values())} places, which does not settle it")


def _holding(place: Place, at: Any, strict: tuple[bool, bool]) -> tuple[bool | None, ...]:
    """Whether each inequality holds here; None where that is not certain."""
    found: tuple[bool | None, ...] = (None, None)
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


def _places(claim: Claim, seed: int) -> Iterator[tuple[Any, Any]]:
    """Simple places first, so that a counterexample can be redone by hand; zeros and ones are among them."""
    inputs = claim.inputs()
    for c in CONSTANTS:
        sizes = claim.sizes(seed)
        base = sample(inputs, sizes, seed, drawn=simple)
        yield sizes, {**base, **{t: constant(t, sizes, c) for t in inputs if admits(t, c)}}
    for n, scale in enumerate(SCALES):
        for m, drawn in enumerate((simple, small, fine)):
            sizes = claim.sizes(seed + m)
            yield sizes, sample(inputs, sizes, 10 * n + m + seed, scale, drawn=drawn)
