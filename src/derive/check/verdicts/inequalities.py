"""Claims with <=, <, >= and >: proved, refuted at a rational point, or confirmed by points and a search for violations.

Equality within 30 digits counts for <= and is open for <. A function that is not specified may be anything, so
that nothing is confirmed or refuted about it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, TypeVar

from sympy import Expr

from derive.check.verdicts import minimum
from derive.check.verdicts.shapes import Pair
from derive.evaluate.clock import now
from derive.evaluate.extent import extent
from derive.evaluate.oracle import FLOAT, Evaluator
from derive.evaluate.refusals import NotExact, NoValue, OutOfTime, OutsideDomain, Undecidable
from derive.evaluate.sampling import admits, fine, sample, simple, small
from derive.expr import Det, Inverse, LogDet, Program, Tensor, Unknown, contains, unfold
from derive.expr.program import from_the_top
from derive.expr.symbols import ENDS
from derive.verify import Verdict
from derive.verify.counterexample import Failure
from derive.verify.coverage import Case, Coverage
from derive.verify.place import Claim, Outcome, Place, ball_texts, rational_texts
from derive.verify.squares import proof_of_sign

POINTS = 12
STEPS = 8_000  # of an attempt at a proof, for each second that a claim has: they take half of it
SCALES = tuple(map(Fraction, ("1", "1/4", "3", "1/16", "10", "100", "1/1000", "1000")))
CONSTANTS = tuple(map(Fraction, ("0", "1", "-1", "1/2", "2")))
LARGE = (2, 3, 9, 17)  # sizes beyond the usual ones: a bound that grows with the size breaks there
SIMPLER = 0.5  # seconds for a simpler counterexample
PROPOSED = 8  # local minima that are looked at in rigorous arithmetic
MOVED = 40  # entries that the local search moves at most
FLAT = 1e-9  # a strict inequality with so small a gap, inside the region, is left open
PRECISIONS = (0, 128, 512, 4096)  # bits; 0 is exact arithmetic
MANY = 10  # names behind a claim whose values take long
EXTREME = 40  # entries larger than this need not be resolved
METHOD = "ball arithmetic and a search for violations"
Found = TypeVar("Found", bound=Verdict | None)


def judge(pair: Pair, relation: str, program: Program | None, *, seed: int = 0, seconds: float = 4.0) -> Verdict:
    """Whether left <= right (or <, >=, >) holds for every entry and all admissible values.

    >>> x = Tensor("x")()
    >>> judge(Pair(2 * x, x**2 + 1, ()), "<=", None).kind
    'proved'
    """
    smaller, larger = (pair.left, pair.right) if relation[0] == "<" else (pair.right, pair.left)
    strict = len(relation) == 1
    proof = proof_of_sign(larger - smaller, program, strict, int(STEPS * seconds))
    if proof is not None:
        return proof
    claim = Claim(smaller, larger, program)
    if any(contains(unfold(e, program) if program else e, Unknown) for e in (smaller, larger)):
        return Verdict("undecided", METHOD, "a function that is not specified may be anything")
    until, upright = now() + seconds, relation[0] == "<"
    for part in _parts(claim):
        found = _carefully(Search(part, strict, seed, now() + (until - now()) / 3, upright).unless_violated)
        if found and found.kind == "confirmed":  # for any values of the names that were kept, so for those they have
            return found
    return _carefully(Search(claim, strict, seed, until, upright).verdict)


def _carefully(look: Callable[[], Found]) -> Found | Verdict:
    try:
        return look()
    except NoValue as reason:
        return Verdict("undecided", METHOD, str(reason))


def _parts(claim: Claim) -> Iterator[Claim]:
    """Of a claim that rests on many definitions: the same about the names of which its sides are made directly."""
    if claim.program is None or len(claim.closure()) < MANY:
        return
    for left, right in from_the_top((claim.left, claim.right), claim.program, settled=True):
        yield Claim(left, right, None)


@dataclass
class Search:
    """Places looked at so far; `upright`: the claim is written with the smaller side on the left."""

    claim: Claim
    strict: bool
    seed: int
    deadline: float
    upright: bool
    coverage: Coverage = field(default_factory=Coverage)
    held: int = 0
    open: str = ""
    until: float = 0.0
    searched: bool = False

    def verdict(self) -> Verdict:
        failure = self._anywhere()
        if failure:
            failure = self._simple(failure)
            return Verdict("refuted", METHOD, failure.sentence(), counterexample=failure.as_dict())
        return self._without_violation()

    def unless_violated(self) -> Verdict | None:
        return None if self._anywhere() else self._without_violation()

    def _without_violation(self) -> Verdict:
        one_sided = [case for case in self.coverage.one_sided() if not self._has_one_side(case)]
        if self.held < POINTS:
            found = self._undecided(self.open or "no place was found where both sides are defined")
            return replace(found, valueless=not self.held and not self.open)
        if self.open or one_sided:
            return self._undecided(self.open or f"only one case of {one_sided[0].node} was seen")
        if not self.searched:
            return self._undecided("the time allowed is over before a violation was searched for")
        return Verdict("confirmed", METHOD, f"holds at {self.held} places, and no violation was found")

    def _has_one_side(self, case: Case) -> bool:
        """Whether the side that was not seen cannot be: |(1 - h^2) w| for w >= 0, where h = tanh(a)."""
        e, unseen = case.argument, {-1, 1} - case.signs
        if e is None or len(unseen) != 1:
            return False
        return proof_of_sign(e if unseen == {-1} else -e, self.claim.program, strict=False) is not None

    def _undecided(self, why: str) -> Verdict:
        return Verdict("undecided", METHOD, f"{why} (it holds at {self.held} places)")

    def _anywhere(self) -> Failure | None:
        """A violation; each way of looking for one has its share of the time, and what is left of it goes on."""
        whole = self.deadline - now()
        for share, places in STAGES:
            self.until = self.deadline - (1 - share) * whole
            for sizes, values in places(self):
                with suppress(OutOfTime):
                    failure = self._look(sizes, values)
                    if failure:
                        return failure
                if now() > self.until:
                    break
        return None

    def _look(self, sizes: Mapping[Any, int], values: Mapping[Tensor, Any]) -> Failure | None:
        place = Place(self.claim, sizes, values, self.until, self.coverage.record)
        kinds = set()
        for at in place.entries(self.seed):
            self.coverage.at = at
            outcome = self._compare(place, at)
            if outcome.kind == "different":
                return Failure(_upright(place, self.upright), dict(at), outcome)
            if outcome.kind == "open" and not _extreme(values) and not any(map(_extreme, place.named())):
                self.open = self.open or outcome.why
            kinds.add(outcome.kind)
        self.held += kinds == {"equal"}
        return None

    def _compare(self, place: Place, at: Any) -> Outcome:
        """`equal` where the inequality holds here, `different` where it is violated for certain."""
        if now() > self.until:
            raise OutOfTime("the time allowed is over")
        for precision in PRECISIONS:
            try:
                left, right = place.sides(at, precision)
            except OutsideDomain as reason:
                return Outcome("outside", str(reason))
            except (NotExact, Undecidable):
                continue
            if right > left or (precision == 0 and right == left and not self.strict):
                return Outcome("equal")
            if right < left or (precision == 0 and right == left):
                texts = rational_texts(left, right) if precision == 0 else ball_texts(left, right)
                why = "exact arithmetic" if precision == 0 else f"balls of {precision} bits"
                return Outcome("different", why, *(texts if self.upright else texts[::-1]))
        if not self.strict and place.compare(at).kind == "equal":
            return Outcome("equal")
        return Outcome("open", "the two sides cannot be told apart at some place")

    # -- places ------------------------------------------------------------------------------------------------

    def _size_sets(self) -> Iterator[dict[Any, int]]:
        for n in range(3):
            yield self.claim.sizes(self.seed + n)

    def _large_sizes(self) -> Iterator[dict[Any, int]]:
        usual = self.claim.sizes(self.seed)
        for n in LARGE if usual and not self._slow() else ():
            yield {s: n + k for k, s in enumerate(usual)}

    def _slow(self) -> bool:
        """Whether a value takes time that grows very fast with the sizes: determinants of exact or ball entries do."""
        lets = (self.claim.lets[t].rhs for t in self.claim.closure() if t in self.claim.lets)
        parts = (self.claim.left, self.claim.right, *lets)
        return any(contains(e, kind) for e in parts for kind in (Inverse, Det, LogDet))

    def _random_places(self) -> Iterator[tuple[Any, Any]]:
        inputs, sets = self.claim.inputs(), tuple(self._size_sets())
        for m, scale in enumerate(SCALES):
            for n, sizes in enumerate(sets):
                drawn = (small, fine, simple)[m % 3]
                values = sample(inputs, sizes, 100 * n + m + self.seed, scale, drawn=drawn)
                yield sizes, values
                if self.held < 2 * POINTS:  # roots and logarithms of what was not declared positive
                    yield sizes, positive(values, sizes, n + m, scale)

    def _large_places(self) -> Iterator[tuple[Any, Any]]:
        inputs = self.claim.inputs()
        for n, sizes in enumerate(self._large_sizes()):
            for m, scale in enumerate(SCALES[:2]):
                yield sizes, sample(inputs, sizes, 50 * n + m + self.seed, scale)

    def _constant_places(self) -> Iterator[tuple[Any, Any]]:
        sizes, inputs = self.claim.sizes(self.seed), self.claim.inputs()
        for n, c in enumerate(CONSTANTS):
            base = sample(inputs, sizes, n, drawn=simple)
            chosen = {t: constant(t, sizes, c) for t in inputs if admits(t, c)}
            if chosen:
                yield sizes, {**base, **chosen}
            for t, value in chosen.items():
                yield sizes, {**base, t: value}

    def _boundary_places(self) -> Iterator[tuple[Any, Any]]:
        from derive.verify.coverage import boundary_values

        sizes, inputs = self.claim.sizes(self.seed), self.claim.inputs()
        for case in self.coverage.unreached():
            values = sample(inputs, sizes, self.seed)
            for _, moved in zip(range(6), boundary_values(case, values, inputs, sizes, self.claim.program),
                                strict=False):  # fmt: skip
                yield sizes, moved

    def _worst_places(self) -> Iterator[tuple[Any, Any]]:
        """Where a local search in floats finds the gap to be least."""
        for n, sizes in enumerate((*self._size_sets(), *list(self._large_sizes())[1:3])):
            yield from Descent(self, sizes, n).places()
            self.searched = True

    def _simple(self, failure: Failure) -> Failure:
        """The same violation at simpler numbers, if there is one."""
        self.until = now() + SIMPLER
        sizes, inputs = failure.place.sizes, self.claim.inputs()
        for small_sizes in ({s: 2 for s in sizes}, sizes):
            for seed in range(8):
                with suppress(OutOfTime):
                    found = self._look(small_sizes, sample(inputs, small_sizes, seed, drawn=simple))
                    if found:
                        return found
        return failure


STAGES: tuple[tuple[float, Callable[[Search], Iterator[tuple[Any, Any]]]], ...] = (
    (0.25, Search._random_places),
    (0.4, Search._constant_places),
    (0.5, Search._boundary_places),
    (0.6, Search._large_places),
    (1.0, Search._worst_places),
)


@dataclass
class Descent:
    """The search for a violation at one set of sizes."""

    search: Search
    sizes: Mapping[Any, int]
    seed: int

    def places(self) -> Iterator[tuple[Any, Any]]:
        claim = self.search.claim
        inputs = claim.inputs()
        self.base = sample(inputs, self.sizes, self.seed)
        self.movable = [t for t in inputs if continuous(t)]
        shapes = [tuple(extent(d, self.sizes) for d in t.dims) for t in self.movable]
        self.shapes, self.entries = shapes, Place(claim, self.sizes, self.base).entries(self.seed)[:6]
        ranges = [minimum.domain(t.properties) for t in self._owners()]
        if not 0 < len(ranges) <= MOVED:
            return
        found = minimum.least(self._gaps(), ranges, self.search.deadline, self.seed)
        for least in [x for x in found if x.value < 1e-7][:PROPOSED]:
            for rational in zip(*map(_five, least.point), strict=True):
                if all(admits(t, x) for t, x in zip(self._owners(), rational, strict=True)):
                    yield self.sizes, self._values(rational)
            if self.search.strict and least.interior and abs(least.value) < FLAT and self._touches(least.point):
                self.search.open = self.search.open or "the gap comes very close to zero"

    def _gaps(self) -> minimum.Gaps:
        """The gap at many points at once; one by one where arrays cannot express it."""
        from derive.check.verdicts.batch import Points

        points = Points(self.search.claim, tuple(self.movable), self.base, self.sizes)

        def at_once(x: Any) -> Any:
            return points(x)

        def one_by_one(x: Any) -> Any:
            import numpy as np

            return np.array([self._gap(row) for row in x.tolist()])

        try:
            import numpy as np

            at_once(np.ones((1, len(self._owners()))))
        except (Undecidable, NotImplementedError):
            return one_by_one
        return at_once

    def _touches(self, point: Any) -> bool:
        """Whether the gap closes here rather than farther out: it is no smaller at twice the distance."""
        gaps = [self._exact_gap([Fraction(x).limit_denominator(10**6) * k for x in point]) for k in (1, 2)]
        return any(g is None for g in gaps) or not 0 < gaps[1] < gaps[0]

    def _exact_gap(self, point: Any) -> Any:
        place = Place(self.search.claim, self.sizes, self._values(point), self.search.deadline)
        least = None
        for at in self.entries:
            try:
                left, right = place.sides(at, PRECISIONS[-1])
            except NoValue:
                return None
            least = right - left if least is None or right - left < least else least
        return least

    def _owners(self) -> list[Tensor]:
        """The tensor of each coordinate."""
        return [t for t, s in zip(self.movable, self.shapes, strict=True) for _ in range(math.prod(s))]

    def _values(self, point: Any) -> dict[Tensor, Any]:
        entries = iter(point)
        moved = {t: minimum.filled(s, entries) for t, s in zip(self.movable, self.shapes, strict=True)}
        return {**self.base, **moved}

    def _gap(self, point: Any) -> float:
        """(larger - smaller) relative to their size, the least over the entries; infinite where it is not defined."""
        claim = self.search.claim
        evaluator = Evaluator(self._values(point), self.sizes, FLOAT, claim.program)
        least = float("inf")
        for at in self.entries:
            try:
                a, b = evaluator.value(claim.left, at), evaluator.value(claim.right, at)
            except (NoValue, ArithmeticError, ValueError):
                return float("inf")
            least = min(least, (b - a) / max(1.0, abs(a), abs(b)))
        return float("inf") if least != least else least


def positive(values: dict[Tensor, Any], sizes: Any, seed: int, scale: Fraction) -> dict[Tensor, Any]:
    """Values within the same domains that are positive where the domains allow it."""
    return {t: _made_positive(t, v, sizes, seed, scale) for t, v in values.items()}


def _made_positive(t: Tensor, value: Any, sizes: Any, seed: int, scale: Fraction) -> Any:
    if not t.properties <= {"sum_to_one", "nonzero", "nonnegative"}:
        return value
    other = Tensor(t.name, t.dims, t.layer, t.properties | {"positive"})
    return sample([other], sizes, seed, scale)[other]


def _five(x: float) -> list[Fraction]:
    """Five rationals close to x, simple ones first."""
    return [Fraction(x).limit_denominator(bound) for bound in (1, 4, 60, 10**4, 10**9)]


def continuous(t: Tensor) -> bool:
    """Whether each entry may be moved by itself."""
    return t.properties <= {"positive", "nonnegative", "unit_interval", "nonzero", *ENDS}


def constant(tensor: Tensor, sizes: Any, c: Fraction) -> Any:
    shape = tuple(extent(d, sizes) for d in tensor.dims)
    return minimum.filled(shape, iter([c] * math.prod(shape)))


def _upright(place: Place, upright: bool) -> Place:
    """The place with the sides as they were written."""
    if upright:
        return place
    claim: Expr | Any = Claim(place.claim.right, place.claim.left, place.claim.program)
    return Place(claim, place.sizes, place.values)


def _extreme(value: Any) -> bool:
    """Whether an entry is so large that exponentials of it cannot be resolved."""
    if isinstance(value, Mapping):
        return any(map(_extreme, value.values()))
    return any(map(_extreme, value)) if isinstance(value, tuple) else abs(value) > EXTREME
