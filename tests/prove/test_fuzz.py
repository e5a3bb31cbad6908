"""Random expressions: a normal form is worth what the expression is worth, and what is proved is true.

The seed of a failure is in its message: `Generator(seed)` gives the expression again.
"""

from __future__ import annotations

import random

import pytest
from sympy import Expr, S

from derive.prove import Exhausted, Undefined, as_expr, normal_form, prove
from prove.generator import Generator, c, i, j
from prove.numeric import agree

BATCH = 30
BATCHES = range(8)
NOT_REAL = (S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity, S.ImaginaryUnit)


def cases(batch: int, depth: int) -> list[tuple[int, Generator, Expr]]:
    found = []
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        generator = Generator(seed)
        e = generator.expression(depth, generator.rng.choice(((), (i,), (i, c), (i, j))))
        if not e.has(*NOT_REAL):
            found.append((seed, generator, e))
    return found


@pytest.mark.parametrize("batch", BATCHES)
def test_normal_form_has_the_same_value(batch: int) -> None:
    evaluated = 0
    for seed, _, e in cases(batch, 4):
        try:
            back = as_expr(normal_form(e))
        except (Exhausted, Undefined, RecursionError):
            continue
        outcome = agree(e, back, random.Random(seed), 3)
        assert outcome is not False, f"seed {seed}: {e} became {back}"
        evaluated += outcome is True
    assert evaluated > BATCH // 2


@pytest.mark.parametrize("batch", BATCHES)
def test_equal_rewritings_are_proved(batch: int) -> None:
    tried = proved = 0
    for _, generator, e in cases(batch, 3):
        other = generator.rewritten(e)
        if other != e and not other.has(*NOT_REAL):
            tried += 1
            proved += prove(e, other).proved
    assert proved >= 0.9 * tried, f"batch {batch}: {proved} of {tried}"


@pytest.mark.parametrize("batch", BATCHES)
def test_what_is_proved_is_true(batch: int) -> None:
    """Slips at random places: most are wrong and must not be proved; those that are proved must be harmless."""
    refused = 0
    for seed, generator, e in cases(batch, 4):
        try:
            other = generator.mutated(e)
        except TypeError:  # a slip that has no value
            continue
        if other.has(*NOT_REAL):
            continue
        proof = prove(e, other)
        refused += not proof.proved
        if proof.proved:
            assert agree(e, other, random.Random(seed), 5) is not False, f"seed {seed}: {e} is not {other}"
    assert refused > BATCH // 2


@pytest.mark.parametrize("batch", BATCHES)
def test_normal_form_is_stable(batch: int) -> None:
    """Back to an expression and forth again: the same polynomial, or at least the difference is proved to vanish."""
    for seed, _, e in cases(batch, 3):
        try:
            back = as_expr(normal_form(e))
        except (Exhausted, Undefined, RecursionError):
            continue
        proof = prove(e, back)
        assert proof.proved or "not decided" in proof.reason, f"seed {seed}: {e} became {back}"
