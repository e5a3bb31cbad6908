"""Is this the limit? The order of growth decides, and balls far out have to agree."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from sympy import Expr

from derive.evaluate.oracle import Evaluator
from derive.evaluate.refusals import NoValue
from derive.evaluate.rings import Ball
from derive.evaluate.sampling import sample
from derive.expr import Limit, Program, unfold
from derive.prove.limits import limit
from derive.prove.prover import prove
from derive.verify.place import Claim
from derive.verify.verdict import Verdict

METHOD = "order of growth"
FAR = (2**6, 2**9, 2**12)
NEAR = 1e-2  # how near the value must have come at the last of these
PRECISION = 512
ROUNDING = 1e-30  # what balls of this precision leave of a gap that is zero


def decide_limit(claim: Limit, value: Expr, program: Program | None = None) -> Verdict:
    """Whether the limit is `value`: proved by the growth of the terms, and seen to come near in ball arithmetic.

    >>> from sympy import Integer, oo
    >>> from derive.expr import Tensor, sigmoid
    >>> z = Tensor("z")()
    >>> decide_limit(Limit(sigmoid(z), z, oo), Integer(1)).kind, decide_limit(Limit(sigmoid(z), z, oo), Integer(0)).kind
    ('proved', 'refuted')
    """
    x = claim.variable
    body = claim.body if program is None else unfold(claim.body, program, frozenset((x.tensor,)))
    found = limit(body, x, claim.point)
    if found is None:
        return Verdict("undecided", METHOD, "the growth of a part is not known")
    proof = prove(found, value)
    gaps = list(_gaps(body - value, claim))
    nearer = all(b <= max(a, ROUNDING) for a, b in pairwise(gaps))
    near = len(gaps) == len(FAR) and gaps[-1] < NEAR and nearer
    if proof.proved and near:
        return Verdict("proved", METHOD, "the greatest terms above and below", proof.assumptions)
    if not proof.proved and not near and gaps:
        return Verdict("refuted", METHOD, f"the limit is {found}")
    return Verdict("undecided", METHOD, "the order of growth and the values far out do not agree")


def _gaps(difference: Expr, claim: Limit) -> Iterator[Any]:
    """How far from the value the body is at most, at places further and further out; other names have random values."""
    from flint import ctx

    place = Claim(difference, difference)
    values = sample(place.inputs(), place.sizes(0), 0)
    sign = -1 if claim.point.is_extended_negative else 1
    for x in FAR:
        given = {**values, claim.variable.tensor: sign * x}
        try:
            found = Evaluator(given, place.sizes(0), Ball(PRECISION)).value(difference)
        except NoValue:
            return
        with ctx.workprec(PRECISION):
            if not found.is_finite():
                return
            yield float(found.abs_upper())
