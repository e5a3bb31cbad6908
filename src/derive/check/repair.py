"""The search for the inverse slip of the right side that makes a refuted equation right."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sympy import Expr, Tuple

from derive.check import writing
from derive.check.causes import Cause
from derive.check.claims import Case
from derive.check.exchange import restricted
from derive.check.layers import generalised, resized
from derive.check.shapes import Pair, aligned, axes, transposed
from derive.check.slips import Candidate, Surroundings, candidates
from derive.check.walk import slopes_of
from derive.errors import DeriveError
from derive.evaluate.oracle import FLOAT, Evaluator
from derive.evaluate.refusals import NoValue
from derive.evaluate.sampling import fine, sample, sizes_in
from derive.expr import Diff, Index, Program, Tensor, contains, free_indices, rename, sum_over, tensors
from derive.verify import decide
from derive.verify.place import Claim, Place

if TYPE_CHECKING:
    from derive.documents.model import Side, Statement

CLOSE = 1e-9
PLACES = 3
NAMED = 2  # causes that are named where they are not certain
ENOUGH = 6  # repairs after which the search ends
CONDITIONS = (
    ("symmetric", 2, "{} is symmetric"),
    ("positive", 0, "{} is positive"),
    ("sum_to_one", 1, "the entries of {} sum to one"),
)


class Repair:
    """One refuted equation, and what can be tried to make it right until the time is over."""

    def __init__(self, statement: Statement, case: Case, until: float) -> None:
        self.statement, self.case, self.until = statement, case, until
        self.kinks = statement.derivative_kind is not None

    def cause(self) -> Cause | None:
        pair = aligned(self.case.left, self.case.right)
        if pair is None:
            return self._misshapen() or self._true_side()
        if pair.left == 0:
            return None  # any slip that makes the right side vanish would do
        repairs = list(self._repairs(pair))
        if not repairs:
            return self._condition(pair) or self._true_side()
        return self._named(repairs, self._condition(pair, "symmetric"), pair)

    # -- what was found --------------------------------------------------------------------------------------------

    def _named(self, repairs: list[Candidate], condition: Cause | None, pair: Pair) -> Cause:
        kinds = list(dict.fromkeys(c.kind for c in repairs))
        first = {kind: next(c for c in repairs if c.kind == kind) for kind in kinds}
        right = self._written(repairs[0].expr, pair.axes)
        said = "; or ".join(self._sentence(c, pair.right) for c in list(first.values())[:NAMED])
        if condition:
            said = f"{said}; as written it {condition.sentence}"
        return Cause(kinds[0], said, len(kinds) == 1, right)

    def _true_side(self) -> Cause | None:
        """The left side carried out, where it is a derivative."""
        left = self.case.left
        if not self.kinks or contains(left.expr, Diff):
            return None
        right = self._written(self._tidy(left.expr), axes(left))
        return Cause("unknown", "", certain=False, correction=right) if right else None

    def _tidy(self, e: Expr) -> Expr:
        """The expression in the names of the note, simplified; as it is where that cannot be shown to be the same."""
        from derive.calculus import fold, recognise, simplify

        short = simplify(fold(recognise(e), tuple(self.case.program)[::-1]))
        return short if short != e and self._holds(e, short) else e

    # -- shapes ----------------------------------------------------------------------------------------------------

    def _misshapen(self) -> Cause | None:
        left, right = self.case.left, self.case.right
        pair = transposed(left, right)
        if pair is not None and self._holds(pair.left, pair.right):
            return Cause("transpose", "the right side must be transposed", True, self._written(pair.right, pair.axes))
        for summed, gone in _sums(left, right):
            if self._holds(left.expr, summed):
                said = f"the sum over the {gone.dim} entries is missing"
                return Cause("sum", said, True, self._written(summed, axes(left)))
        return self._other_layer()

    def _other_layer(self) -> Cause | None:
        """One axis has the size of a neighbouring layer: the tensor of that layer fits."""
        left, right = self.case.left, self.case.right
        mine, theirs = axes(left), axes(right)
        wrong = [k for k, (i, j) in enumerate(zip(mine, theirs, strict=False)) if i.dim != j.dim]
        if len(mine) != len(theirs) or len(wrong) != 1:
            return None
        (k,) = wrong
        known = [let.tensor for let in self.case.program] + list(tensors(left.expr) | tensors(right.expr))
        known += [t for let in self.case.program for t in tensors(let.rhs)]
        for image, moved in resized(right.expr, theirs[k], mine[k].dim, known):
            names = {Index(j.name, i.dim): i for i, j in zip(mine, theirs, strict=True)}
            fitted = rename(image, names)
            if self._holds(left.expr, fitted):
                said = f"${self._part(moved)}$ is of the wrong layer"
                return Cause("layer", said, True, self._written(fitted, mine))
        return None

    # -- words -----------------------------------------------------------------------------------------------------

    def _written(self, e: Expr, out: tuple[Index, ...]) -> str:
        """LaTeX of a correction: for any layer where it was found at one, else with the case that it is for."""
        label = self.case.label
        if not label:
            return writing.written(e, out)
        found = generalised(e, label)
        if found is not None:
            return writing.written(found, tuple(i for o in out for i in free_indices(found) if i.name == o.name))
        text = writing.written(e, out)
        return f"{text} for {label}" if text else ""

    def _part(self, e: Expr | None) -> str:
        found = generalised(e, self.case.label) if e is not None and self.case.label else None
        return writing.part(e if found is None else found)

    def _sentence(self, candidate: Candidate, written: Expr) -> str:
        part = candidate.part
        if part is not None and candidate.kind in ("size", "scalar") and written.has(1 / part):
            return f"the factor ${self._part(1 / part)}$ is one too many"
        said = [self._part(p) for p in (part.args if isinstance(part, Tuple) else (part,))]
        return candidate.sentence.format(*(f"${s}$" if s else "a part" for s in said))

    # -- inverse slips ---------------------------------------------------------------------------------------------

    def _repairs(self, pair: Pair) -> Iterator[Candidate]:
        screen = Screen(pair, self.case.program)
        found = 0
        for candidate in candidates(pair.right, surroundings(self.case, pair)):
            if time.monotonic() > self.until or found >= ENOUGH:
                return
            if screen.passes(candidate.expr) and self._holds(pair.left, candidate.expr):
                found += 1
                yield candidate

    def _holds(self, left: Expr, right: Expr, program: Program | None = None) -> bool:
        seconds = max(0.1, min(0.5, self.until - time.monotonic()))
        given = self.case.program if program is None else program
        return decide(left, right, given, almost_everywhere=self.kinks, seconds=seconds).established

    # -- conditions ------------------------------------------------------------------------------------------------

    def _condition(self, pair: Pair, only: str = "") -> Cause | None:
        """A property of one tensor (any, or `only` this one) under which the claim holds as it is written."""
        for t in Claim(pair.left, pair.right, self.case.program).inputs():
            for name, rank, sentence in CONDITIONS:
                if time.monotonic() > self.until:
                    return None
                if only not in ("", name):
                    continue
                fits = len(t.dims) == rank and (rank < 2 or t.dims[0] == t.dims[1])
                if fits and not t.properties & {name, "positive_definite"} and self._holds_if(pair, t, name):
                    said = f"holds only if {sentence.format(_inline(t))} (declare it)"
                    return Cause("condition", said, certain=True)
        return None

    def _holds_if(self, pair: Pair, t: Tensor, name: str) -> bool:
        narrow, program = restricted(pair, self.case.program, t, name)
        return Screen(narrow, program).passes(narrow.right) and self._holds(narrow.left, narrow.right, program)


class Screen:
    """Floating-point values of the left side at a few places; what differs there is no repair."""

    def __init__(self, pair: Pair, program: Program) -> None:
        self.places: list[tuple[Evaluator, list[tuple[Any, float]]]] = []
        claim = Claim(pair.left, pair.right, program)
        for seed in range(4 * PLACES):
            if len(self.places) < PLACES:
                self._add(claim, seed)

    def _add(self, claim: Claim, seed: int) -> None:
        sizes = claim.sizes(seed)
        values = sample(claim.closure(), sizes, seed, drawn=fine)
        values = {t: values[t] for t in claim.inputs()}
        if seed % 2 and seed > PLACES:
            values = {t: v if t.properties else _positive(v) for t, v in values.items()}
        evaluator = Evaluator(values, sizes, FLOAT, claim.program)
        try:
            entries = [(at, evaluator.value(claim.left, at)) for at in Place(claim, sizes, values).entries(seed)[:6]]
        except (NoValue, ArithmeticError, ValueError):
            return
        if all(v == v and abs(v) < 1e100 for _, v in entries):
            self.places.append((evaluator, entries))

    def passes(self, e: Expr) -> bool:
        for evaluator, entries in self.places:
            for at, left in entries:
                try:
                    value = evaluator.value(e, at)
                except (NoValue, ArithmeticError, ValueError, KeyError):
                    return False
                except Exception as error:  # a tensor or an index that this place does not know
                    if type(error).__name__ == "ShapeError":
                        return False
                    raise
                if not abs(value - left) <= CLOSE * max(1.0, abs(left)):
                    return False
        return bool(self.places)


def printed_instead(pair: Pair, case: Case, value: float, half: float) -> tuple[str, str] | None:
    """The slip of the left side whose value was printed, if it is of one class: its class and LaTeX."""
    evaluator = Evaluator({}, {}, FLOAT, case.program)
    found: dict[str, Expr] = {}
    for candidate in candidates(pair.left, surroundings(case, pair)):
        try:
            near = abs(evaluator.value(candidate.expr, {}) - value) <= half
        except (DeriveError, ArithmeticError, ValueError):
            continue
        if near:
            found.setdefault(candidate.kind, candidate.expr)
    if len(found) != 1:
        return None
    ((kind, e),) = found.items()
    text = writing.written(e)
    return (kind, text) if text else None


def surroundings(case: Case, pair: Pair) -> Surroundings:
    """The tensors, sizes and slopes that the claim's program and its two sides mention."""
    claim = Claim(pair.left, pair.right, case.program)
    known = dict.fromkeys((*claim.closure(), *(let.tensor for let in case.program)))
    sizes = sizes_in((pair.left, pair.right, *(t.dims for t in known), *pair.axes))
    slopes = tuple(s for let in case.program for s in slopes_of(let.rhs, let.target))
    scope = free_indices(pair.left) | free_indices(pair.right)
    return Surroundings(tuple(known), sizes, slopes, pair.axes, scope)


def _sums(left: Side, right: Side) -> Iterator[tuple[Expr, Index]]:
    """The right side summed over one of its axes, where it then has the shape of the left one."""
    mine, theirs = axes(left), axes(right)
    for k, gone in enumerate(theirs):
        rest = theirs[:k] + theirs[k + 1 :]
        if tuple(i.dim for i in rest) == tuple(i.dim for i in mine):
            yield sum_over(rename(right.expr, dict(zip(rest, mine, strict=True))), gone), gone


def _inline(t: Any) -> str:
    if isinstance(t, Tensor):
        t = Tensor(t.name, (), t.layer)()
    return f"${writing.part(t)}$"


def _positive(value: Any) -> Any:
    return tuple(map(_positive, value)) if isinstance(value, tuple) else abs(value)
