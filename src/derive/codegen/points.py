"""Random points at which code is compared: of the declared domain, and where logarithms and roots have values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from derive.errors import VerificationError
from derive.evaluate.sampling import fine, sample_one
from derive.expr import Tensor
from derive.verify.points import draw

POINTS, TRIES, EACH = 3, 24, 6
ONE_SIGN = 8  # ways of giving each array a sign of its own: all positive first, then the first one negative, ...
MANNERS = ("positive", "unit", "uneven")


class Subject(NamedTuple):
    """What is compared: what has no value at the points that were left out, and what to try if these are all."""

    name: str
    hint: str


FORMULA = Subject("the formula", 'declare where it is defined, as in --where "x: n positive", or --no-check')
NETWORK = Subject(
    "an activation or the loss", "an activation and a loss that are defined for all real numbers, or --no-check"
)


def points(tensors: Sequence[Tensor], sizes: Mapping[Any, int], seed: int) -> Iterator[tuple[dict[Tensor, Any], bool]]:
    """Arrays for these tensors, and whether those without properties have entries of one sign each.

    Those of both signs come first, and the caller takes the first few that have finite values.
    """
    import numpy as np

    for n in range(TRIES):
        scale = Fraction(1, 1 + n // EACH)  # smaller ones where large ones saturate
        yield {t: np.array(sample_one(t, sizes, seed + n, scale, drawn=fine), dtype=float) for t in tensors}, False
    place = {t: k for k, t in enumerate(t for t in tensors if not t.properties)}
    for n in range(ONE_SIGN * EACH):
        point = {t: draw(t, sizes, seed + n, MANNERS[n % len(MANNERS)]) for t in tensors}
        yield {t: -x if t in place and n // EACH >> place[t] & 1 else x for t, x in point.items()}, True


@dataclass
class Compared:
    """How many points were compared, and of which kind."""

    passed: int = 0
    of_one_sign: bool = False

    def count(self, of_one_sign: bool) -> bool:
        """Enter a point; whether these are enough."""
        self.passed += 1
        self.of_one_sign |= of_one_sign
        return self.passed == POINTS

    def told(self, subject: Subject) -> str:
        """Where the code was compared. Raises VerificationError if at too few points."""
        if self.passed < POINTS:
            found = "the code could not be compared: no random point has finite values"
            raise VerificationError(f"{found}. Try: {subject.hint}")
        if self.of_one_sign:
            return f"{POINTS} random points with arrays of one sign (at others, {subject.name} has no finite value)"
        return f"{POINTS} random points"
