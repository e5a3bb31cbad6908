"""Inverse slips: for each kind of mistake, the expressions that its correction could lead to.

A row of the tables is (class, sentence, rule). The rules of `whole` offer images of the whole right side, those of
`terms` and `indices` images of one node of it. Nothing here is a judgement: `causes` keeps what makes the claim right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from sympy import Expr

from derive.check.causes import indices, terms, whole
from derive.check.causes.offers import Rule, Surroundings
from derive.check.causes.walk import Spot, spots
from derive.expr import free_indices


class Candidate(NamedTuple):
    """A corrected right side, the class of the slip, and what one says about it ({} is the part in question)."""

    kind: str
    sentence: str
    expr: Expr
    part: Expr | None = None


Row = tuple[str, str, Rule]
Fits = Callable[[Spot, Expr], bool]


def candidates(
    e: Expr, around: Surroundings, *, late: bool = False, fits: Fits | None = None, most: int | None = None
) -> Iterator[Candidate]:
    """Everything that one inverse slip makes of e, likelier slips first; `late`: those that take long to undo.

    Of the first so many (`most`), those are put together of which `fits` thinks that they may be wanted.
    """
    seen = {e}
    for kind, sentence, spot, image, part in islice(_offers(e, around, late), most):
        if fits is None or fits(spot, image):
            found = spot.put(image)
            if found not in seen:  # two descriptions of one correction: the likelier one
                seen.add(found)
                yield Candidate(kind, sentence, found, part)


def _offers(e: Expr, around: Surroundings, late: bool) -> Iterator[tuple[str, str, Spot, Expr, Expr | None]]:
    places = list(spots(e, free_indices(e) | around.scope))
    for rows, where in ((LATE, places[:1]), (LATE_NODE, places)) if late else ((WHOLE, places[:1]), (NODE, places)):
        for kind, sentence, rule in rows:
            for spot in where:
                for image, part in rule(spot.node, spot.scope, around):
                    yield kind, sentence, spot, image, part


WHOLE: tuple[Row, ...] = (
    ("sign", "the sign is wrong", whole.opposite),
    ("factor", "a factor {} is missing", whole.two),
    ("size", "a factor {} is missing", whole.size),
    ("slope", "the slope {} is missing", whole.slope),
    ("exponent", "the exponent is wrong", whole.squared),
    ("diagonal", "the diagonal part {} is missing", whole.diagonal),
    ("scalar", "a factor {} is missing", whole.scalar),
    ("one off", "the number is off by one", whole.one_off),
)

NODE: tuple[Row, ...] = (
    ("sign", "the sign of {} is wrong", terms.term_sign),
    ("special case", "1 stands where {} belongs", terms.branch),
    ("factor", "a factor {} is missing in one term", terms.term_factor(whole.two)),
    ("bracket", "a bracket is missing: the factor {} belongs to all terms", terms.bracket),
    ("bracket", "the factor {} belongs to one term only", terms.narrow),
    ("size", "a factor {} is missing in one term", terms.term_factor(whole.size)),
    ("extra", "the factor {} is one too many", terms.extra_factor),
    ("index", "{} stands at the wrong index", indices.index),
    ("transpose", "{} must be transposed", indices.transpose),
    ("order", "the order of the product is wrong", indices.order),
    ("order", "two factors of {} are exchanged", indices.crossed),
    ("bracket", "the power is in the wrong place", terms.split_power),
    ("diagonal", "only the diagonal was written", indices.only_diagonal),
    ("product", "a matrix product stands where an entrywise one belongs", indices.hadamard),
    ("product", "an entrywise product stands where a matrix product belongs", indices.product),
    ("exponent", "the exponent of {} is wrong", terms.exponent),
    ("symbol", "{} stands where {} belongs", indices.symbol),
    ("slope", "the slope {} is missing", whole.slope),
    ("scalar", "a factor {} is missing in one term", terms.term_factor(whole.scalar)),
    ("extra term", "the term {} is one too many", terms.extra_term),
    ("sign", "the sign of the argument of {} is wrong", terms.argument_sign),
    ("argument", "a factor {} is missing in the argument of {}", terms.argument_factor),
    ("log and sum", "the logarithm and the sum are exchanged", terms.log_of_sum),
    ("absolute", "the absolute value of {} is needed", terms.absolute),
    ("absolute", "the sign of {} is needed", terms.signed),
    ("log base", "the base of the logarithm is wrong", terms.base),
)

# Slips that take long to undo: tried only where no other one explains the claim.
LATE: tuple[Row, ...] = (
    ("slope", "the slope must be {}, outside the product", whole.moved_slope),
    ("operand", "a factor {} is missing", terms.operand),
)
LATE_NODE: tuple[Row, ...] = (
    ("operand", "a factor {} is missing under the sum", terms.summand(terms.operand)),
    ("operand", "a factor {} is missing in one term", terms.term_factor(terms.operand)),
)
