"""What can be said of a function of one real number: its range, its limits, its slope, each with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sympy import Expr, S, oo

from derive.analysis.boxes import number, sign
from derive.analysis.expansions import mirrored, tail_from
from derive.analysis.extremes import (
    Candidate,
    Extreme,
    Variation,
    at_breaks,
    enclosed,
    end_value,
    greatest,
    greatest_size,
    least,
    variation,
)
from derive.analysis.pieces import Kink, Piece, jumps, kinks, pieces, require_defined, slope_pieces
from derive.analysis.points import Number, exact_value
from derive.analysis.variable import at, z
from derive.evaluate.refusals import NoValue
from derive.prove import prove

NODES = 300  # larger formulas are not examined


@dataclass(frozen=True)
class Course:
    """How a function runs over the line: its pieces, and where they are known their variations.

    `trouble` says what was not seen; `candidates` is empty then.
    """

    pieces: tuple[Piece, ...] = ()
    variations: tuple[Variation, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    trouble: str = ""

    @property
    def known(self) -> bool:
        return bool(self.candidates)

    def greatest(self) -> Extreme | None:
        return greatest(self.candidates) if self.known else None

    def least(self) -> Extreme | None:
        return least(self.candidates) if self.known else None

    def size(self) -> Extreme | None:
        """The supremum of the absolute value."""
        return greatest_size(self.candidates) if self.known else None

    def limit(self, way: int) -> Expr | None:
        """The limit at infinity (1) or minus infinity (-1), where it is known exactly."""
        if not self.pieces:
            return None
        try:
            return end_value(self.pieces[-1 if way > 0 else 0], way).value.exact
        except NoValue:
            return None

    def leading(self, way: int) -> Expr | None:
        """What the function is like far out: its limit and the largest term beside it, or its largest term."""
        piece = self.pieces[-1 if way > 0 else 0]
        try:
            seen = tail_from(piece.expr if way > 0 else mirrored(piece.expr)).leading()
        except NoValue:
            return None
        return seen if way > 0 or seen is None else at(seen, -z())


@dataclass(frozen=True, eq=False)
class Facts:
    """A function and its derivative off the kinks.

    `jumps` are the places where it is not continuous, `kinks` those where it has two slopes.
    """

    function: Expr
    value: Course
    slope: Course
    jumps: tuple[Expr, ...] = ()
    kinks: tuple[Kink, ...] = ()

    @property
    def differentiable(self) -> bool:
        """Whether it is seen to have a derivative everywhere."""
        return bool(self.value.pieces) and not (self.jumps or self.kinks or any(p.zone for p in self.value.pieces))


@lru_cache(64)
def facts(f: Expr) -> Facts:
    """All that is seen of an expression in z; what is not seen is left out, never guessed."""
    try:
        return _facts(f)
    except (NoValue, RecursionError, ArithmeticError) as error:
        unknown = Course(trouble=str(error) or type(error).__name__)
        return Facts(f, unknown, unknown)


def _facts(f: Expr) -> Facts:
    if _size(f) > NODES:
        unknown = Course(trouble="the formula is too large")
        return Facts(f, unknown, unknown)
    found = pieces(f)
    for piece in found:
        require_defined(piece)
    value, broken, bent = _course(found, at_breaks(f, found)), jumps(f, found), kinks(found)
    slopes = slope_pieces(found)
    rough = {*broken, *(k.place.exact for k in bent)}
    smooth = [p for p in slopes[:-1] if not p.loose_high and p.high not in rough]
    joined = tuple(Candidate(Number.of(exact_value(p.expr, p.high)), Number.of(p.high), True) for p in smooth)
    return Facts(f, value, _course(slopes, joined), broken, bent)


def _course(found: tuple[Piece, ...], extra: tuple[Candidate, ...] = ()) -> Course:
    variations: list[Variation] = []
    candidates: list[Candidate] = list(extra)
    trouble = ""
    for piece in found:
        try:
            run = variation(piece)
            variations.append(run)
            candidates += run.candidates
        except NoValue as error:
            trouble = str(error)
            try:
                candidates += enclosed(piece)
            except NoValue as worse:
                return Course(found, trouble=str(worse))
    return Course(found, tuple(variations) if not trouble else (), tuple(candidates), trouble)


def _size(e: Expr) -> int:
    return 1 + sum(map(_size, e.args))


# -- symmetry ----------------------------------------------------------------------------------------------------------


def parity(f: Expr) -> str:
    """ "odd" or "even" with a proof, "neither" with a counterexample, else "unknown"."""
    mirror = at(f, -z())
    if prove(mirror, -f).proved:
        return "odd"
    if prove(mirror, f).proved:
        return "even"
    try:
        if all(any(_differ(f, x, s) for x in (S.One, S(2), S.Half)) for s in (-1, 1)):
            return "neither"
    except NoValue:
        pass
    return "unknown"


def _differ(f: Expr, x: Expr, s: int) -> bool:
    """Whether f(-x) is certainly not s f(x)."""
    gap = exact_value(at(f, -x), S.Zero) - s * exact_value(at(f, x), S.Zero)
    return gap != 0 and sign(number(gap)) in (-1, 1)


def infinite(e: Expr | None) -> bool:
    return e in (oo, -oo)
