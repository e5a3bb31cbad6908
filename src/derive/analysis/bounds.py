"""How steep a function is at most: the supremum of |a'(z)| over all z off the kinks, with its proof.

Exact where the zeros of the second derivative are, or where the supremum is a limit; else in an enclosure by ball
arithmetic; else unknown, which is said. The second derivative tells where the slope rises and falls, so the largest
slope is at one of its zeros, at a kink, or in a limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from sympy import Abs, Expr, Poly, Rational, S, oo

from derive.analysis.decimals import decimal, interval
from derive.analysis.extremes import Extreme
from derive.analysis.facts import Facts, facts
from derive.analysis.outputs import OUTPUT, in_output
from derive.analysis.points import Number
from derive.analysis.variable import of_z, z
from derive.analysis.variations import slope_variations
from derive.derivation.model import Block, Context, Equation, Prose, Step
from derive.expr import Diff, Let, Program
from derive.verify.verdict import Verdict

METHOD = "sign chart"
Kind = Literal["exact", "enclosed", "unknown"]


@dataclass(frozen=True)
class Bound:
    """The supremum of |a'(z)| over all real z off the kinks.

    exact: `value` is the supremum (oo if there is none), `attained` says whether it is taken, `at` where.
    enclosed: the supremum is certainly not above `value` and not below `least`, both decimals.
    unknown: `value` and `least` are None, and `why` says what was not seen.
    `proof` are blocks for a page: equations in z and a, each with its own context.
    """

    kind: Kind
    value: Expr | None = None
    least: Expr | None = None
    attained: bool | None = None
    at: tuple[Expr, ...] = ()
    why: str = ""
    proof: tuple[Block, ...] = ()


def slope_bound(function: Callable[[Expr], Expr]) -> Bound:
    """The bound of the slope of a function of one number, such as `ACTIVATIONS["tanh"].function`.

    >>> from derive.expr import sigmoid
    >>> slope_bound(sigmoid).value, slope_bound(sigmoid).at
    (1/4, (0,))
    """
    return bound_of(facts(of_z(function)))


@lru_cache(64)
def bound_of(f: Facts) -> Bound:
    """The same, of a function whose facts are known."""
    size = f.slope.size()
    if size is None:
        return Bound("unknown", why=f.slope.trouble, proof=(Prose(f"No bound was found: {f.slope.trouble}."),))
    proof = (*squares(f), *slope_variations(f), *_conclusion(f, size))
    if size.exact is None:
        return Bound("enclosed", size.high, size.low, size.attained, (), "by ball arithmetic", proof)
    why = "the slope runs between its values at the zeros of the second derivative, at kinks, and its limits"
    return Bound("exact", size.exact, size.exact, size.attained, size.places, why, proof)


def context(f: Facts) -> Context:
    """What the output `a` is."""
    return Context(Program((Let(OUTPUT(), f.function),)))


def derivative() -> Expr:
    """da/dz, not carried out."""
    return Diff(OUTPUT(), z())


def given(relation: str) -> Verdict:
    """The verdict of a step that the sign chart proves."""
    return Verdict("proved", METHOD, f"the values at which the slope turns, and its limits, are {relation} this")


# -- the square --------------------------------------------------------------------------------------------------------


def squares(f: Facts) -> Iterator[Equation]:
    """a (1 - a) = 1/4 - (a - 1/2)^2 <= 1/4, where the slope is a quadratic polynomial in the output."""
    found = in_output(f)
    if found is None or found.also or not found.slope.has(OUTPUT()) or not found.slope.is_polynomial(OUTPUT()):
        return
    p = Poly(found.slope, OUTPUT())
    if p.degree() != 2 or not p.LC().is_negative:
        return
    c2, c1, c0 = p.all_coeffs()
    top = c0 - c1**2 / (4 * c2)
    square = top + c2 * (OUTPUT() + c1 / (2 * c2)) ** 2
    steps = [Step(found.slope, "insert", "in terms of the output")]
    if square != found.slope:
        steps.append(Step(square, "square", "complete the square"))
    steps.append(Step(top, "bound", "a square is not negative", relation="<="))
    yield Equation(derivative(), (), tuple(steps), context=context(f))


# -- the conclusion ----------------------------------------------------------------------------------------------------


def _where(size: Extreme) -> str:
    """At which place the bound is taken, where it is one number that can be said in a few letters."""
    if len(size.places) == 1 and size.places[0].is_Integer:
        return f"attained at $z = {size.places[0]}$"
    return "attained"


def _relation(f: Facts, size: Extreme) -> tuple[str, str]:
    """How the slope stands to its supremum, and why; at a kink a convention may say what it is, so that `<` is open."""
    if size.attained:
        return "<=", _where(size)
    assert size.exact is not None
    bound = Number.of(size.exact)
    ends = [c for c in f.slope.candidates if c.value.finite and c.value.absolute().same(bound)]
    if any(c.place.finite for c in ends):
        return "<=", "no smaller number will do: it is a limit of the slope at a kink"
    return "<", "not attained, but no smaller number will do: it is a limit of the slope"


def _conclusion(f: Facts, size: Extreme) -> Iterator[Block]:
    if size.exact == oo:
        yield Prose("So the slope is not bounded.")
        return
    if size.exact is None:
        yield Prose(
            f"So the slope is at most {decimal(size.high)} in absolute value; the supremum is between {interval(size)}."
            if size.high - size.low < Rational(1, 1000)
            else f"So the slope is at most {decimal(size.high)} in absolute value; its supremum is at least "
            f"{decimal(size.low)}, and nothing closer was found."
        )
        return
    relation, reason = _relation(f, size)
    if size.exact == 0:
        yield Equation(derivative(), (), (Step(S.Zero, "bound", "wherever it exists", verdict=given("all"),),),
                       context=context(f))  # fmt: skip
        return
    verdict = given("at most" if relation == "<=" else "below")
    step = Step(size.exact, "bound", reason, relation=relation, verdict=verdict)
    low = f.slope.least()
    rises = low is not None and low.low.is_nonnegative  # then the sign need not be taken away
    yield Equation(derivative() if rises else Abs(derivative()), (), (step,), context=context(f))
