"""The search for the inverse slip of the right side that makes a refuted equation right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from sympy import Add, Expr, Tuple, expand

from derive.check.causes import writing
from derive.check.causes.causes import Cause
from derive.check.causes.layers import generalised, resized
from derive.check.causes.offers import Surroundings
from derive.check.causes.slips import Candidate, candidates
from derive.check.causes.values import value_with
from derive.check.causes.walk import Spot, slopes_of
from derive.check.verdicts.claims import Case, almost_everywhere
from derive.check.verdicts.exchange import restricted
from derive.check.verdicts.shapes import Pair, aligned, axes, transposed
from derive.errors import DeriveError, ShapeError
from derive.evaluate.clock import now
from derive.evaluate.nested import magnitudes
from derive.evaluate.oracle import FLOAT, Evaluator
from derive.evaluate.refusals import NoValue
from derive.evaluate.sampling import fine, sample, sizes_in
from derive.expr import (
    Diff,
    Elem,
    Index,
    Inverse,
    Max_,
    Program,
    Tensor,
    Where,
    contains,
    free_indices,
    maximum,
    minimum,
    relu,
    rename,
    step,
    sum_over,
    tensors,
    unfold,
)
from derive.expr.program import substitute
from derive.verify import Verdict, decide
from derive.verify.counterexample import is_parameter
from derive.verify.place import Claim, Place

if TYPE_CHECKING:
    from derive.documents.model import Side, Statement

CLOSE = 1e-9
PLACES = 3
TERM = 40  # characters of a term that may have been forgotten
NAMED = 2  # causes that are named where they are not certain
ENOUGH = 6  # repairs after which the search ends
CANDIDATES = 1200  # expressions that are tried: the work is counted, so that a busy machine finds the same
HOLDS = 2.0  # seconds at most for the proof that a repair is right
DOUBTFUL = ("bracket", "one off", "special case")  # these may repair by chance: the rarer slips are tried as well
TURNED = ("transpose", "index")  # slips that a symmetric matrix would hide
COMPARISONS = (relu, step, Where, maximum, minimum, Max_)
CONDITIONS = (
    ("symmetric", 2, "{} is symmetric"),
    ("positive", 0, "{} is positive"),
    ("sum_to_one", 1, "the entries of {} sum to one"),
)


SIZES = re.compile(
    r"\\(?:left|right|[bB]igg?[lrm]?)(?![a-zA-Z])|\\[,;:! ]|[\s{}]|\\(?:mathrm|operatorname)(?![a-zA-Z])"
)


class Repair:
    """One refuted equation, and what can be tried to make it right until the time is over."""

    def __init__(self, statement: Statement, case: Case, until: float) -> None:
        self.statement, self.case, self.until = statement, case, until
        self.kinks = almost_everywhere(statement)

    def cause(self) -> Cause | None:
        pair = aligned(self.case.left, self.case.right)
        if pair is None:
            return self._misshapen() or self._true_side()
        if pair.left == 0:
            return None  # any slip that makes the right side vanish would do
        repairs = list(self._repairs(pair))
        if not repairs:
            return self._condition(pair) or self._lacking(pair) or self._true_side()
        turned = any(c.kind in TURNED for c in repairs)
        return self._named(repairs, self._condition(pair, "symmetric") if turned else None, pair)

    # -- what was found --------------------------------------------------------------------------------------------

    def _named(self, repairs: list[Candidate], condition: Cause | None, pair: Pair) -> Cause:
        kinds = list(dict.fromkeys(c.kind for c in repairs))
        first = {kind: next(c for c in repairs if c.kind == kind) for kind in kinds}
        right = self._written(repairs[0].expr, pair.axes)
        said = "; or ".join(self._sentence(c, pair.right) for c in list(first.values())[:NAMED])
        if condition:
            said = f"{said}; as written it {condition.sentence}"
        return Cause(kinds[0], said, len(kinds) == 1, right)

    def _lacking(self, pair: Pair) -> Cause | None:
        """Of the terms of the true side one is missing, and the others are all there."""
        from derive.calculus.simplify import size

        true, said = (Add.make_args(expand(self._tidy(e))) for e in pair[:2])
        missing = [t for t in true if t not in said]
        if len(missing) != 1 or len(said) != len(true) - 1 or not self._holds(pair.left, pair.right + missing[0]):
            return None
        if size(missing[0]) > sum(map(size, said)):
            return None  # most of the right side is not forgotten
        shown = writing.written(missing[0], pair.axes)
        right = self._written(pair.right + missing[0], pair.axes)
        return Cause("term", f"the term ${shown}$ is missing", True, right) if 0 < len(shown) <= TERM else None

    def _true_side(self) -> Cause | None:
        """The left side carried out, where it is a derivative."""
        left = self.case.left
        if not self.kinks or contains(left.expr, Diff):
            return None
        right = self._written(self._tidy(left.expr), axes(left))
        told = right and _bare(right) != _bare(self.statement.lhs_text)
        return Cause("unknown", "", certain=False, correction=right) if told else None

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
        lets = tuple(self.case.program)
        mentioned = tensors(left.expr).union(tensors(right.expr), *(tensors(let.rhs) for let in lets))
        known = [*(let.tensor for let in lets), *sorted(mentioned, key=lambda t: (str(t), str(t.dims)))]
        for image, moved in resized(right.expr, theirs[k], mine[k].dim, known):
            names = {Index(j.name, i.dim): i for i, j in zip(mine, theirs, strict=True)}
            fitted = rename(image, names)
            if self._holds(left.expr, fitted):
                said = f"${self._part(moved)}$ is of the wrong layer"
                return Cause("layer", said, True, self._written(fitted, mine))
        return None

    # -- words -----------------------------------------------------------------------------------------------------

    def _written(self, e: Expr, out: tuple[Index, ...]) -> str:
        """LaTeX of a correction: for any layer where it was found at one, else with the case that it is for.

        Of the rows x_n of X the matrix is named, which the note has, and not x.
        """
        label, lets = self.case.label, self.case.program
        e = substitute(e, {let.tensor: let for let in lets if isinstance(let.rhs, Elem) and let.tensor.rank == 2})
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
        screen, around = Screen(pair, self.case.program), surroundings(self.case, pair)
        found, sure = 0, False

        def fits(spot: Spot, image: Expr) -> bool:
            return now() > self.until or screen.may_pass(spot, image)

        for late in (False, True):
            for candidate in candidates(pair.right, around, late=late, fits=fits, most=CANDIDATES):
                if now() > self.until or found >= ENOUGH:
                    return
                if screen.passes(candidate.expr) and self._holds(pair.left, candidate.expr):
                    found += 1
                    sure = sure or candidate.kind not in DOUBTFUL
                    yield candidate
            if sure:
                return

    def _holds(self, left: Expr, right: Expr, program: Program | None = None) -> bool:
        return self._verdict(left, right, program).established

    def _verdict(self, left: Expr, right: Expr, program: Program | None = None) -> Verdict:
        seconds = max(0.1, min(HOLDS, self.until - now()))
        given = self.case.program if program is None else program
        return decide(left, right, given, almost_everywhere=self.kinks, seconds=seconds)

    # -- conditions ------------------------------------------------------------------------------------------------

    def _condition(self, pair: Pair, only: str = "") -> Cause | None:
        """A property of one tensor (any, or `only` this one) under which the claim is proved as it is written."""
        for t in Claim(pair.left, pair.right, self.case.program).inputs():
            for name, rank, sentence in CONDITIONS:
                if now() > self.until:
                    return None
                if only not in ("", name):
                    continue
                fits = len(t.dims) == rank and (rank < 2 or t.dims[0] == t.dims[1])
                if not fits or t.properties & {name, "positive_definite"} or not self._natural(pair, name):
                    continue
                if self._holds_if(pair, t, name):
                    said = f"holds only if {sentence.format(_inline(t))} (declare it)"
                    return Cause("condition", said, certain=True)
        return None

    def _holds_if(self, pair: Pair, t: Tensor, name: str) -> bool:
        narrow, program = restricted(pair, self.case.program, t, name)
        passes = Screen(narrow, program).passes(narrow.right)
        return passes and self._verdict(narrow.left, narrow.right, program).kind == "proved"

    def _natural(self, pair: Pair, name: str) -> bool:
        """Whether somebody may have had the property in mind: not where it only picks one case of a comparison,
        and not where a matrix that occurs several times need not have it for the claim to hold."""
        if name == "sum_to_one" or (name == "symmetric" and self.kinks):
            return True
        sides = [unfold(e, self.case.program) for e in pair[:2]]
        kinds = COMPARISONS if name == "positive" else (Inverse,)
        return not any(contains(e, kind) for e in sides for kind in kinds)


class Entry(NamedTuple):
    """An entry of the left side at a place, and its value."""

    evaluator: Evaluator
    at: dict[Index, int]
    left: float


class Screen:
    """Floating-point values of the left side at a few places; what differs there is no repair.

    The places are made as they are needed: nearly everything differs at the first entry of the first one.
    """

    def __init__(self, pair: Pair, program: Program) -> None:
        self.claim = Claim(pair.left, pair.right, program)
        self.known: list[Entry] = []
        self.coming = self._entries()

    def entries(self) -> Iterator[Entry]:
        yield from self.known
        for entry in self.coming:
            self.known.append(entry)
            yield entry

    def _entries(self) -> Iterator[Entry]:
        claim, places = self.claim, 0
        for seed in range(4 * PLACES):
            sizes = claim.sizes(seed)
            values = sample(claim.closure(), sizes, seed, drawn=fine)
            values = {t: values[t] for t in claim.inputs()}
            if seed % 2 and seed > PLACES:
                values = {t: v if t.properties else magnitudes(v) for t, v in values.items()}
            evaluator = Evaluator(values, sizes, FLOAT, claim.program)
            try:
                ats = Place(claim, sizes, values).entries(seed)[:6]
                entries = [Entry(evaluator, at, evaluator.value(claim.left, at)) for at in ats]
            except (NoValue, ArithmeticError, ValueError):
                continue
            if all(abs(e.left) < 1e100 for e in entries):  # not where it is NaN
                yield from entries
                places += 1
            if places == PLACES:
                return

    def may_pass(self, spot: Spot, image: Expr) -> bool:
        """Whether it is worth the while to put the image in: not where the first entry is then another."""
        first = next(self.entries(), None)
        value = None if first is None else value_with(spot.worth, image, first.evaluator, first.at)
        return first is None or value is None or abs(value - first.left) <= 10 * CLOSE * max(1.0, abs(first.left))

    def passes(self, e: Expr) -> bool:
        """Whether the expression agrees with the left side wherever it was looked at, and it was looked at."""
        looked = False
        for evaluator, at, left in self.entries():
            try:
                value = evaluator.value(e, at)
            except (NoValue, ArithmeticError, ValueError, KeyError, ShapeError):
                return False  # also for a tensor or an index that this place does not know
            if not abs(value - left) <= CLOSE * max(1.0, abs(left)):
                return False
            looked = True
        return looked


def printed_instead(pair: Pair, case: Case, value: float, half: float) -> tuple[str, str] | None:
    """The slip of the left side whose value was printed, if it is of one class: its class and LaTeX."""
    evaluator = Evaluator({}, {}, FLOAT, case.program)
    found: dict[str, Expr] = {}

    def fits(spot: Spot, image: Expr) -> bool:
        near = value_with(spot.worth, image, evaluator, {})
        return near is None or abs(near - value) <= 2 * half

    for candidate in candidates(pair.left, surroundings(case, pair), fits=fits):
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
    for let in case.program:  # y < 0 is -u, with a number u > 0 that is none of the note's
        known = {t: None for t in known if not is_parameter(t, let.tensor)}
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


def _bare(latex: str) -> str:
    """LaTeX without what changes no meaning, to see whether two formulas are the same."""
    return SIZES.sub("", latex)
