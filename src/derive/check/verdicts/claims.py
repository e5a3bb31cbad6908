"""The verdict on one claim of a note.

Every claim is a pair of sides with a relation; claims about any layer or step come as several concrete pairs, all of
which must hold. Shapes first; then a proof, a counterexample, or agreement at many places; then, where the note has
declared no layout, whether the other layout makes it right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sympy import Rational, oo

from derive.check.verdicts import inequalities, numbers, rounded
from derive.check.verdicts.ends import up_to_the_ends
from derive.check.verdicts.exchange import restricted
from derive.check.verdicts.guesses import doubted
from derive.check.verdicts.kinks import settled
from derive.check.verdicts.shapes import Pair, aligned, clash, is_row, of_one_entry, transposed
from derive.evaluate.clock import now
from derive.expr import Program
from derive.verify import Verdict, decide
from derive.verify.place import Claim, Place

if TYPE_CHECKING:
    from derive.documents.model import Side, Statement

SECONDS = 5.0
SHAPES = "shapes"
LIMITS = "limits"
PLACES = 12
ROWS_OPEN = "right in one of the two layouts, and nothing says which is meant"
TRANSPOSE = "right in the other layout: transpose it, or declare the layout"


@dataclass(frozen=True)
class Case:
    """One concrete pair of sides of a claim."""

    left: Side
    right: Side
    program: Program
    label: str = ""


def cases(statement: Statement) -> tuple[Case, ...]:
    """The pairs that must hold: one, or one for each concrete layer or step."""
    if statement.instances:
        return tuple(Case(*i.sides, i.program, i.label) for i in statement.instances)
    return (Case(*statement.sides, statement.program),) if statement.sides else ()


def judge(statement: Statement, *, seconds: float = SECONDS, seed: int = 0) -> Verdict:
    """The verdict on a statement of any kind; `seconds` is shared by all its cases."""
    if statement.kind in ("definition", "declaration"):
        return Verdict("definition", statement.kind, statement.problem)
    if statement.kind == "unreadable":
        return Verdict("unreadable", "reader", statement.problem)
    if statement.image is not None:
        from derive.check.verdicts import images

        return images.judge(statement.image, statement.program, seed=seed)
    try:
        verdict = _alone(statement, seconds, seed)
    except LookupError:  # an entry x_3 that a vector of general length need not have
        if statement.given is None:
            raise
        return judge(statement.given, seconds=seconds, seed=seed)
    if statement.given is not None and not verdict.established:
        verdict = _with_given(statement, verdict, seconds, seed)
    if verdict.kind == "refuted" and statement.conditions:
        under = ", ".join(statement.conditions)
        return Verdict("undecided", verdict.method, f"it does not hold in general, and was not judged where {under}")
    return verdict


def _alone(statement: Statement, seconds: float, seed: int) -> Verdict:
    found = cases(statement)
    if statement.clash:
        if found and all(other_layout(statement, case, seconds, seed) for case in found):
            return Verdict("convention", SHAPES, TRANSPOSE)
        clashing = Verdict("refuted", SHAPES, statement.problem or "the shapes cannot match")
        return doubted(statement, found, clashing)
    if not found:
        return Verdict("undecided", "reader", statement.problem or "the claim has no two sides to compare")
    verdict = doubted(statement, found, _together(statement, found, seconds, seed))
    if verdict.established and statement.gap:
        return Verdict("undecided", "reader", f"it holds where it can be read: {statement.gap}")
    return verdict


def _with_given(statement: Statement, verdict: Verdict, seconds: float, seed: int) -> Verdict:
    """A claim that does not hold in general, where the note has given numbers before it."""
    assert statement.given is not None
    given = judge(statement.given, seconds=seconds, seed=seed)
    if statement.decisive or verdict.kind != "refuted":
        return given if statement.decisive else verdict
    if given.kind == "refuted":
        return verdict
    known = ", ".join(statement.given.assumptions) or "what was said of another claim holds, too"
    return Verdict("undecided", verdict.method, f"it does not hold in general; is it meant where {known}?")


def _together(statement: Statement, found: tuple[Case, ...], seconds: float, seed: int) -> Verdict:
    """All cases hold, or the first that does not."""
    until = now() + seconds
    verdicts: list[Verdict] = []
    for n, case in enumerate(found):
        left = max(0.2, (until - now()) / (len(found) - n))
        verdict = one(statement, case, left, seed)
        if verdict.kind == "refuted":
            return _labelled(verdict, case.label)
        verdicts.append(_labelled(verdict, case.label))
    regular = [n for n, verdict in enumerate(verdicts) if not verdict.valueless]
    if len(regular) > 1:  # X^T X with few rows has no inverse, A_0 = 0 no 1/A_0: nothing is claimed there
        verdicts, found = [verdicts[n] for n in regular], tuple(found[n] for n in regular)
    doubtful = next((v for v in verdicts if not v.established), None)
    if doubtful is not None:
        return doubtful
    return verdicts[0] if not found[0].label else _all_of(verdicts, found)


def _all_of(verdicts: list[Verdict], found: tuple[Case, ...]) -> Verdict:
    """What holds at several layers or steps is confirmed, not proved for every one."""
    labels = "; ".join(c.label for c in found)
    proved = all(v.kind == "proved" for v in verdicts)
    used = tuple(sorted({a for v in verdicts for a in v.assumptions}))
    how = "proved at each of" if proved else "holds at each of"
    return Verdict("confirmed", verdicts[0].method, f"{how} {labels}", used)


def _labelled(verdict: Verdict, label: str) -> Verdict:
    return replace(verdict, detail=f"{label}: {verdict.detail}") if label else verdict


def one(statement: Statement, case: Case, seconds: float, seed: int = 0) -> Verdict:
    """The verdict on one pair of sides."""
    pair = aligned(case.left, case.right, numbers=statement.relation in ORDER)
    if pair is None:
        verdict = Verdict("refuted", SHAPES, clash(case.left, case.right))
        if of_one_entry(case.left, case.right):
            verdict = Verdict("undecided", SHAPES, f"{clash(case.left, case.right)}; is one entry meant?")
    elif {oo, -oo} & {pair.left, pair.right}:
        verdict = infinite(statement, pair)
    else:
        verdict = RELATIONS.get(statement.relation, unknown)(statement, pair, case.program, seconds, seed)
    if verdict.kind == "refuted" and statement.relation == "=" and other_layout(statement, case, seconds, seed):
        return Verdict("convention", verdict.method, TRANSPOSE)
    square = len(case.left.shape) == 2 and len(set(case.left.shape)) == 1
    mixed = statement.derivative_kind == "mixed" and square and statement.relation == "="
    if mixed and verdict.established and not other_layout(statement, case, seconds, seed):
        return Verdict("convention", verdict.method, ROWS_OPEN)
    return verdict


def other_layout(statement: Statement, case: Case, seconds: float, seed: int) -> bool:
    """Whether a Jacobian, or a gradient written as a row, is right in the layout that the note may have in mind."""
    matrix = by_matrix(statement, case)
    if statement.derivative_kind == "mixed":
        return _holds_transposed(statement, case, seconds, seed)
    if statement.derivative_kind not in ("gradient", "jacobian"):
        return False
    if statement.layout is not None and not (matrix and statement.layout == "numerator"):
        return False  # of matrices, notes in numerator layout have either
    if (
        not matrix
        and statement.derivative_kind == "gradient"
        and not (is_row(case.left.shape) or is_row(case.right.shape))
    ):
        return False
    if matrix and statement.layout is None:
        return False
    return _holds_transposed(statement, case, seconds, seed)


def _holds_transposed(statement: Statement, case: Case, seconds: float, seed: int) -> bool:
    pair = transposed(case.left, case.right)
    return pair is not None and equation(statement, pair, case.program, seconds, seed).established


def by_matrix(statement: Statement, case: Case) -> bool:
    """Whether the derivative is taken in a matrix."""
    claim = Claim(case.left.expr, case.right.expr, case.program)
    known = {*claim.closure(), *(let.tensor for let in case.program)}
    return any(len(t.dims) == 2 and t.name == statement.variable for t in known)


# -- relations -------------------------------------------------------------------------------------------------

Judge = Callable[["Statement", Pair, Program, float, int], Verdict]


def almost_everywhere(statement: Statement) -> bool:
    """Whether the claim is about a derivative, which has no value at a kink."""
    return statement.derivative_kind is not None or statement.differential


def equation(statement: Statement, pair: Pair, program: Program, seconds: float, seed: int) -> Verdict:
    kinks = almost_everywhere(statement)
    verdict = decide(pair.left, pair.right, program, almost_everywhere=kinks, seed=seed, seconds=seconds)
    if verdict.kind != "undecided":
        return verdict
    found = at_positive_places(pair, program, kinks, seed, seconds / 4)
    if found is not None:
        return found
    left, right = (settled(e, program) for e in pair[:2])
    if (left, right) == pair[:2]:
        return verdict
    again = decide(left, right, almost_everywhere=kinks, seed=seed, seconds=seconds / 2)
    return again if again.established else verdict


def infinite(statement: Statement, pair: Pair) -> Verdict:
    """Limits, at least one of which is not finite."""
    if statement.relation != "=":
        return Verdict("undecided", LIMITS, "limits that are not finite are compared by = only")
    if pair.left == pair.right:
        return Verdict("proved", LIMITS, "both limits are infinite, with the same sign")
    left, right = (str(side).replace("oo", "infinity") for side in pair[:2])
    return Verdict("refuted", LIMITS, f"left {left}, right {right}")


def at_positive_places(pair: Pair, program: Program, kinks: bool, seed: int, seconds: float) -> Verdict | None:
    """A counterexample with positive numbers, where roots and logarithms have values more often."""
    narrow, lets = pair, program
    for t in Claim(pair.left, pair.right, program).inputs():
        if "sum_to_one" in t.properties and not t.properties & {"positive", "nonnegative", "binary", "one_hot"}:
            narrow, lets = restricted(narrow, lets, t, "positive")
    if narrow == pair:
        return None
    verdict = decide(narrow.left, narrow.right, lets, almost_everywhere=kinks, seed=seed, seconds=seconds)
    return verdict if verdict.kind == "refuted" else None


RATIOS = (1, -1, 2, -2, Rational(1, 2), -Rational(1, 2), 4, -4, Rational(1, 4), -Rational(1, 4))


def equivalence(statement: Statement, pair: Pair, program: Program, seconds: float, seed: int) -> Verdict:
    """Two equations say the same: one is a multiple of the other, or the solution of one is put into the other."""
    if statement.strict is not None:
        from derive.check.verdicts import signs

        return signs.judge(pair, statement.strict, program, seed, seconds)
    if statement.multiple:
        for ratio in RATIOS:
            verdict = decide(pair.left, ratio * pair.right, program, seed=seed, seconds=seconds / len(RATIOS))
            if verdict.established:
                return verdict
        return Verdict("undecided", verdict.method, "neither equation was found to be a multiple of the other")
    verdict = equation(statement, pair, program, seconds, seed)
    if verdict.established and not statement.decisive:
        return Verdict("undecided", verdict.method, "it is a solution; whether it is the only one was not judged")
    return verdict


def implication(statement: Statement, pair: Pair, program: Program, seconds: float, seed: int) -> Verdict:
    """An equation and what solves it; only where there is one solution can the others be excluded."""
    verdict = equivalence(statement, pair, program, seconds, seed)
    if verdict.kind == "refuted" and not statement.decisive:
        return Verdict("undecided", verdict.method, "it is no solution; whether there is one was not judged")
    return verdict


def approximation(statement: Statement, pair: Pair, program: Program, seconds: float, seed: int) -> Verdict:
    if statement.rounded:
        return rounded.judge(pair, statement.rounded, program, seconds, printed=statement.printed)
    verdict = numbers.judge(pair, statement.digits, program, seconds)
    if verdict.kind != "undecided" or statement.digits is not None:
        return verdict
    same = equation(statement, pair, program, seconds / 2, seed)  # a formula without rounded numbers
    return same if same.established else verdict


def inequality(statement: Statement, pair: Pair, program: Program, seconds: float, seed: int) -> Verdict:
    def judged(pair: Pair, program: Program) -> Verdict:
        return inequalities.judge(pair, ORDER[statement.relation], program, seed=seed, seconds=seconds)

    return up_to_the_ends(pair, program, judged) if statement.relation in STRICT else judged(pair, program)


def difference(statement: Statement, pair: Pair, program: Program, seconds: float, seed: int) -> Verdict:
    """`A != B`: refuted where they are proved equal, confirmed where they differ at every place that was tried."""

    def judged(pair: Pair, program: Program) -> Verdict:
        verdict = decide(pair.left, pair.right, program, seed=seed, seconds=seconds)
        if verdict.kind == "proved":
            return Verdict("refuted", verdict.method, "both sides are equal", verdict.assumptions)
        if verdict.kind == "refuted" and all(_places_differ(Claim(pair.left, pair.right, program), seed)):
            return Verdict("confirmed", verdict.method, f"the sides differ at {PLACES} places")
        return Verdict("undecided", verdict.method, "the sides differ at some places and not at others")

    return up_to_the_ends(pair, program, judged)


def _places_differ(claim: Claim, seed: int) -> Iterator[bool]:
    from derive.evaluate.sampling import sample

    for n in range(PLACES):
        sizes = claim.sizes(seed + n % 3)
        place = Place(claim, sizes, sample(claim.inputs(), sizes, seed + n))
        yield any(place.compare(at).kind == "different" for at in place.entries(seed))


def unknown(statement: Statement, pair: Pair, program: Program, seconds: float, seed: int) -> Verdict:
    return Verdict("undecided", "reader", f"no rule for the relation {statement.relation}")


ORDER = {
    "<": "<", ">": ">", "<=": "<=", ">=": ">=",
    "\\le": "<=", "\\leq": "<=", "\\leqslant": "<=", "\\ge": ">=", "\\geq": ">=", "\\geqslant": ">=",
    "\\lt": "<", "\\gt": ">",
}  # fmt: skip

STRICT = frozenset(("<", ">", "\\lt", "\\gt"))

RELATIONS: dict[str, Judge] = {
    "=": equation,
    "\\equiv": equation,
    ":=": equation,
    "\\leftarrow": equation,
    "\\iff": equivalence,
    "\\Rightarrow": implication,
    "\\approx": approximation,
    "\\simeq": approximation,
    "\\doteq": approximation,
    "\\ne": difference,
    "\\neq": difference,
} | dict.fromkeys(ORDER, inequality)
