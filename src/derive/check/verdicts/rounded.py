"""Approximations by a formula with rounded numbers in it: `a b \\approx 0.4 \\cdot 0.5424`.

A decimal stands for every number that rounds to it. The claim holds where the left side is the value of the formula
for some such numbers: the formula is continuous, so that it takes every value between two that it has. What is given
exactly counts as it is written. A formula is not refuted, since it may approximate for other reasons than rounding;
an array of numbers and nothing else is, as one number is: where an entry is not what rounds to the printed digits.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

from sympy import Expr

from derive.check.verdicts.numbers import METHOD
from derive.check.verdicts.numbers import printed as printed_number
from derive.check.verdicts.shapes import Pair
from derive.evaluate.clock import now
from derive.evaluate.extent import extent
from derive.evaluate.oracle import Evaluator
from derive.evaluate.refusals import NotExact, NoValue
from derive.evaluate.rings import EXACT, Ball, Ring
from derive.expr import Program
from derive.expr.nodes import Index, Tensor
from derive.verify import Verdict
from derive.verify.place import Claim, ball_texts

if TYPE_CHECKING:
    from derive.documents.model import Rounded


class Box(Ball):
    """Balls that stand for all of their numbers: a comparison that they do not decide has no answer, and no jump."""

    exact_signs = False


PRECISION = 256
UNREACHED = "the numbers that are put in do not round to the left side"
MOST = 400  # entries


def judge(
    pair: Pair, rounded: tuple[Rounded, ...], program: Program | None, seconds: float = 4.0, *, printed: bool = False
) -> Verdict:
    """Whether left is a value of right, where each letter of `rounded` varies within the digits that are printed.

    `printed`: right is an array of such numbers, and nothing else.
    """
    claim = Claim(pair.left, pair.right, program)
    letters = {t: r for t in claim.inputs() for r in rounded if t.name == r.name and not t.rank}
    if len(letters) < len(claim.inputs()) or any(t in letters for t in claim.closure(pair.left)):
        return Verdict("undecided", METHOD, "the left side has no number as its value")
    sizes = claim.sizes(0)
    ranges = [range(extent(i.dim, sizes)) for i in claim.indices]
    places = [dict(zip(claim.indices, p, strict=True)) for p in product(*ranges)]
    until = now() + seconds
    try:
        for at in places[:MOST]:
            if now() > until or not _reached(claim, letters, sizes, at):
                missed = _missed(claim, letters, sizes, at) if printed else None
                return missed or Verdict("undecided", METHOD, UNREACHED)
    except (NoValue, ArithmeticError):
        return Verdict("undecided", METHOD, "a side has no value, or the right one jumps, within the printed digits")
    if len(places) > MOST:
        return Verdict("undecided", METHOD, "too many entries")
    return Verdict("proved", METHOD, "the left side is the right one for numbers that round to the printed digits")


def _reached(claim: Claim, letters: dict[Tensor, Rounded], sizes: dict[Any, int], at: dict[Index, int]) -> bool:
    """Whether the left side lies between two values of the right one, at one entry."""
    _require_continuity(claim, letters, sizes, at)
    try:
        return _between(claim, letters, sizes, at, EXACT)
    except NotExact:
        return _between(claim, letters, sizes, at, Ball(PRECISION))


def _require_continuity(
    claim: Claim, letters: dict[Tensor, Rounded], sizes: dict[Any, int], at: dict[Index, int]
) -> None:
    """Raise NoValue unless the right side has values, and none that jumps, for all that rounds to what is printed."""
    ring = Box(PRECISION)
    with ring.session():
        box = {t: ring.number(r.value - r.half).union(ring.number(r.value + r.half)) for t, r in letters.items()}
    if not Evaluator(box, sizes, ring, claim.program).value(claim.right, at).is_finite():
        raise NoValue("the right side need not have a value")


def _missed(
    claim: Claim, letters: dict[Tensor, Rounded], sizes: dict[Any, int], at: dict[Index, int]
) -> Verdict | None:
    """The refutation by an entry whose number is not what the left side rounds to."""
    ring = Ball(PRECISION)
    with ring.session():

        def value(e: Expr, moved: Tensor | None = None) -> Any:
            values = {t: ring.number(r.value + (r.half if t == moved else 0)) for t, r in letters.items()}
            return ring.leaf(Evaluator(values, sizes, ring, claim.program).value(e, at))

        left, right = value(claim.left), value(claim.right)
        halves = [r.half for t, r in letters.items() if value(claim.right, t) != right]
        reach = ring.number(max(halves) if halves else _wide(claim, letters, sizes, at))
        if not left.is_finite() or not abs(left - right) > reach:
            return None
        texts = dict(zip(("left", "right"), ball_texts(left, right), strict=True))
    entry = {i.name: k for i, k in at.items()}
    detail = f"the left side is {texts['left']} where {texts['right']} is printed"
    return Verdict("refuted", METHOD, detail, counterexample={"sizes": {}, "values": {}, "entry": entry, **texts})


def _wide(claim: Claim, letters: dict[Tensor, Rounded], sizes: dict[Any, int], at: dict[Index, int]) -> Fraction:
    """How far from a whole number may lie what is printed as that: zeros at its end may be no digits."""
    values = {t: r.value for t, r in letters.items()}
    return printed_number(Fraction(Evaluator(values, sizes, EXACT, claim.program).value(claim.right, at)), 0).wide


def _between(
    claim: Claim, letters: dict[Tensor, Rounded], sizes: dict[Any, int], at: dict[Index, int], ring: Ring
) -> bool:
    """Whether left lies between right where its letters go one way, and where they go the other way."""

    def value(e: Expr, offsets: dict[Tensor, int]) -> Any:
        values = {t: r.value + offsets.get(t, 0) * r.half for t, r in letters.items()}
        return Evaluator(values, sizes, ring, claim.program).value(e, at)

    left, middle = value(claim.left, {}), value(claim.right, {})
    up: dict[Tensor, int] = {}
    for t, r in letters.items():
        if not r.exact:
            up[t] = 1 if value(claim.right, {t: 1}) > middle else -1
    low, high = (value(claim.right, {t: s * n for t, n in up.items()}) for s in (-1, 1))
    return bool(low <= left) and bool(left <= high)
