"""Is left = right? First a proof; failing that, rigorous arithmetic at many places; never a tolerance on floats.

`confirmed` takes at least twelve places over at least two sets of sizes, at small and large scales, with both sides
equal to more than 30 digits, each comparison (step, abs, max) seen on both sides and at its boundary, and all choices
of the numbers that take two values. `refuted` takes one place where exact numbers or disjoint balls differ. Everything
else is `undecided`, and says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice, product
from typing import Any

from sympy import Expr, sympify

from derive.evaluate.clock import now
from derive.evaluate.nested import magnitudes
from derive.evaluate.refusals import OutOfTime
from derive.evaluate.sampling import admits, fine, sample, small
from derive.expr.functions import Where
from derive.expr.nodes import Tensor, tensors
from derive.expr.program import Program, unfold
from derive.verify.counterexample import Failure, simplified
from derive.verify.coverage import Case, Coverage, argument_value, boundary_values
from derive.verify.place import DIGITS, Claim, Outcome, Place
from derive.verify.verdict import Verdict

METHOD = "ball arithmetic"
SCALES = tuple(map(Fraction, ("1", "1/4", "3", "1", "1/16", "10")))
SIZE_SETS = 4  # of two sizes, each is the larger one in some
BOUNDARIES = 3  # places on a boundary: where a c = 0, one with a = 0 and one with c = 0
FIRST = 1  # places that are looked at before a longer proof is tried
FEW = 6  # entries of those
MANY = 100  # ways to choose the numbers that take two values
TRIES = 5  # places that are drawn for each one that is asked for


def decide(
    a: Expr,
    b: Expr,
    program: Program | None = None,
    *,
    almost_everywhere: bool = False,
    seed: int = 0,
    points: int = 12,
    seconds: float = 5.0,
    derived: bool = False,
) -> Verdict:
    """Decide a = b, entry by entry over their free indices, where lets have the values the program gives them.

    `almost_everywhere` leaves out the boundaries of comparisons, as is right for derivatives only. What is `derived`
    here is hardly ever wrong: all proofs are tried before a counterexample is looked for, which changes no verdict.

    >>> from derive.expr import Tensor
    >>> x = Tensor("x")
    >>> decide((x() + 1) ** 2, x() ** 2 + 1).kind
    'refuted'
    """
    from derive.prove.prover import attempts

    a, b = (sympify(e, strict=True) for e in (a, b))  # plain numbers become SymPy's, strings are refused
    for n, proof in enumerate(attempts(a, b, program, almost_everywhere=almost_everywhere)):
        if proof.proved:
            return Verdict("proved", "normal form", proof.reason, tuple(proof.assumptions))
        if n == 0 and not derived:  # before the longer attempts at a proof: what differs at once needs none
            search = Search(Claim(a, b, program), almost_everywhere, seed, points, now() + seconds)
            verdict = _carefully(search.at_once, search, seconds)
            if verdict.kind == "refuted":
                return verdict
    return confirm(a, b, program, almost_everywhere=almost_everywhere, seed=seed, points=points, seconds=seconds)


def confirm(
    a: Expr,
    b: Expr,
    program: Program | None = None,
    *,
    almost_everywhere: bool = False,
    seed: int = 0,
    points: int = 12,
    seconds: float = 5.0,
) -> Verdict:
    """`decide` without the attempt at a proof: confirmed, refuted or undecided."""
    a, b = (sympify(e, strict=True) for e in (a, b))  # plain numbers become SymPy's, strings are refused
    search = Search(Claim(a, b, program), almost_everywhere, seed, points, now() + seconds)
    return _carefully(search.verdict, search, seconds)


def _carefully(look: Callable[[], Verdict], search: Search, seconds: float) -> Verdict:
    try:
        return look()
    except OutOfTime:
        return search.undecided(f"the {seconds:g} seconds allowed are over")
    except RecursionError:
        return search.undecided("the expression is nested too deeply to be evaluated")


@dataclass
class Search:
    """The places looked at so far, and what was seen there."""

    claim: Claim
    almost_everywhere: bool
    seed: int
    points: int
    deadline: float
    coverage: Coverage = field(default_factory=Coverage)
    agreed: int = 0
    sizes: list[str] = field(default_factory=list)
    trouble: str = ""
    choice: int = 0  # of the numbers that take two values
    signs: dict[tuple[Expr, int], set[int]] = field(default_factory=dict)  # of comparisons, for each choice

    def verdict(self) -> Verdict:
        failure = self._at_random_places() or (None if self.almost_everywhere else self._at_boundaries())
        return self._refuted(failure) if failure else self._without_failure()

    def at_once(self) -> Verdict:
        """`refuted` where the first places show it; else nothing is known."""
        failure = self._at_random_places(FIRST, FEW)
        return self._refuted(failure) if failure else self.undecided("no counterexample was found at once")

    def _refuted(self, failure: Failure) -> Verdict:
        kinks = not self.almost_everywhere and bool(self.coverage.zeros)
        failure = simplified(failure, kinks)
        return Verdict("refuted", METHOD, failure.sentence(), counterexample=failure.as_dict())

    def _without_failure(self) -> Verdict:
        if self.agreed < self.points:
            found = self.undecided(self.trouble or "no place was found where both sides are defined")
            return replace(found, valueless=not self.agreed)
        if len(choices(self.claim.inputs())) > self.points:
            return self.undecided("there are more ways to choose the numbers with two values than places")
        unseen = [case for case in self._one_sided() if not self._by_condition(case.argument)]
        if unseen:
            return self.undecided(f"only one case of {unseen[0].node} was seen")
        if self.trouble:
            return self.undecided(self.trouble)
        where = "; ".join(dict.fromkeys(filter(None, self.sizes)))
        also = " almost everywhere" if self.almost_everywhere and self.coverage.cases else ""
        detail = f"equal to more than {DIGITS - 1} digits at {self.agreed} places{also}"
        return Verdict("confirmed", METHOD, f"{detail}, sizes {where}" if where else detail)

    def _record(self, node: Expr, sign: int, env: Mapping[Any, int]) -> None:
        self.coverage.record(node, sign, env)
        self.signs.setdefault((node, self.choice), set()).add(sign)

    def _one_sided(self) -> list[Case]:
        """Comparisons of which a side has not been seen, with each choice of the numbers that they do not rest on."""
        if found := self.coverage.one_sided():
            return found
        numbers = choices(self.claim.inputs())
        chosen, program = {t for way in numbers for t in way}, self.claim.program

        def is_seen(case: Case) -> bool:
            e = unfold(case.argument, program) if case.argument is not None and program else case.argument
            rests = e is None or tensors(e) & chosen
            sides = case.possible - {0}
            return bool(rests) or all(sides <= self.signs.get((case.node, n), set()) for n in range(len(numbers)))

        return [case for case in self.coverage.cases.values() if not is_seen(case)]

    def _by_condition(self, argument: Expr | None) -> bool:
        """Whether a condition of the claim says what sign this has: a let that is 1/0 elsewhere."""
        program = self.claim.program
        if argument is None or program is None:
            return False
        conditions = (1 / let.rhs for let in program if let.tensor.name.startswith("~"))
        compared = {unfold(x, program) for condition in conditions for x in _compared(condition)}
        e = unfold(argument, program)
        return e in compared or -e in compared

    def undecided(self, why: str) -> Verdict:
        found = f"the sides agree at {self.agreed} places" if self.agreed else "they could be compared nowhere"
        return Verdict("undecided", METHOD, f"{why} ({found})")

    def _at_random_places(self, tries: int = 0, entries: int | None = None) -> Failure | None:
        inputs, positive, trouble = self.claim.inputs(), False, ""
        ways = choices(inputs)
        for attempt in range(tries or TRIES * self.points):
            if self.agreed >= self.points and not self._one_sided():
                return None
            sizes = self.claim.sizes(self.seed + attempt % SIZE_SETS)
            scale, drawn = SCALES[attempt % len(SCALES)], fine if self.almost_everywhere else small
            values = sample(inputs, sizes, 1000 * self.seed + attempt, scale, drawn=drawn)
            if ways:
                self.choice = (attempt + attempt // len(SCALES)) % len(ways)  # each with all scales
                values |= ways[self.choice]
            if positive:  # roots and logarithms of entries whose domain was not declared
                values = {t: v if t.properties else magnitudes(v) for t, v in values.items()}
            look = self._look(sizes, values, entries)
            if look.failure:
                return look.failure
            if look.kind == "equal":
                self.agreed += 1
                self.sizes.append(", ".join(f"{s}={n}" for s, n in sizes.items()))
            else:
                positive, trouble = not positive, look.why
        self.trouble = trouble if self.agreed < self.points else ""
        return None

    def _look(self, sizes: Any, values: Any, entries: int | None = None) -> Look:
        """Compare all entries at one place, or so many of them."""
        self.coverage.zeros.clear()
        place = Place(self.claim, sizes, values, self.deadline, self._record)
        seen: dict[str, str] = {}
        for at in place.entries(self.seed)[:entries]:
            if now() > self.deadline:
                raise OutOfTime("the time allowed is over")
            self.coverage.at = at
            outcome = place.compare(at)
            if outcome.kind == "different" and self.almost_everywhere and self.coverage.at_kink():
                outcome = Outcome("open", "a comparison is at its boundary")
            if outcome.kind == "different":
                return Look("different", failure=Failure(place, at, outcome))
            seen[outcome.kind] = outcome.why
        kind = next((k for k in ("open", "outside") if k in seen), "equal")
        return Look(kind, seen.get(kind, ""))

    def _at_boundaries(self) -> Failure | None:
        """Look at a place on the boundary of each comparison that has one."""
        for case in self.coverage.unreached():
            lets = frozenset(t for t in tensors(case.node) if t in self.claim.lets)
            failure = self._at_boundary(case, frozenset())
            if failure is None and lets and self.trouble:
                self.trouble = ""
                self._at_boundary(case, lets)
            if failure or self.trouble:
                return failure
        return None

    def _at_boundary(self, case: Case, given: frozenset[Tensor]) -> Failure | None:
        """One boundary; with lets given any values at all, sides that agree do so at every boundary that exists."""
        unresolved, agreed = f"no place was found where {case.node} is at its boundary", 0
        for sizes, values in self._boundary_places(case, given):
            look = self._look(sizes, values)
            reached = case.argument is None or case.node in self.coverage.zeros
            if not reached and argument_value(case, values, sizes, self.claim.program) != 0:
                continue
            if look.failure and not given:
                return look.failure
            if look.kind not in ("equal", "outside"):
                why = look.why or "the sides differ, if it can be reached"
                unresolved = f"at the boundary of {case.node}: {why}"
                continue
            agreed += 1
            if agreed == BOUNDARIES:
                break
        self.trouble = "" if agreed else unresolved
        return None

    def _boundary_places(self, case: Case, given: frozenset[Tensor]) -> Iterator[tuple[Any, Any]]:
        movable = self.claim.inputs(case.argument or case.node, given)
        base = tuple(dict.fromkeys((*self.claim.inputs(given=given), *movable)))
        for n in range(SIZE_SETS):
            sizes = self.claim.sizes(self.seed + n)
            values = sample(base, sizes, self.seed + n)
            for moved in boundary_values(case, values, movable, sizes, self.claim.program):
                yield sizes, moved


@dataclass(frozen=True)
class Look:
    """What one place showed: different, equal, outside (undefined at some entry) or open."""

    kind: str
    why: str = ""
    failure: Failure | None = None


def choices(inputs: Iterable[Tensor]) -> list[dict[Tensor, Fraction]]:
    """All values of the numbers that can take two of them, one choice after the other, or so many of them."""
    numbers = sorted((t for t in inputs if not t.rank and t.properties & {"binary", "sign"}), key=str)
    values = ([x for x in (Fraction(1), Fraction(0), Fraction(-1)) if admits(t, x)] for t in numbers)
    return [dict(zip(numbers, found, strict=True)) for found in islice(product(*values), MANY)]


def _compared(condition: Expr) -> Iterator[Expr]:
    """What a condition compares with zero, one comparison within the other; not what these are made of."""
    if isinstance(condition, Where):
        yield condition.args[0]
        for choice in condition.args[1:]:
            yield from _compared(choice)
