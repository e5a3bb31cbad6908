"""True identities are proved, near misses are not, and numbers agree with both."""

from __future__ import annotations

import random

import pytest

from derive.prove import prove
from prove.identities import TABLE, Identity
from prove.numeric import agree

ROWS = [pytest.param(row, id=row.name) for row in TABLE]


@pytest.mark.parametrize("row", ROWS)
def test_identity_is_proved(row: Identity) -> None:
    proof = prove(row.left, row.right)
    assert proof.proved, proof.reason
    assert row.assumes in " / ".join(proof.assumptions)


@pytest.mark.parametrize("row", ROWS)
def test_near_miss_is_not_proved(row: Identity) -> None:
    assert not prove(row.left, row.miss).proved
    assert not prove(row.right, row.miss).proved


@pytest.mark.parametrize("row", ROWS)
def test_numbers_agree_with_the_table(row: Identity) -> None:
    rng = random.Random(row.name)
    assert agree(row.left, row.right, rng) is True
    assert agree(row.left, row.miss, rng, 16) is False


def test_names_are_unique() -> None:
    assert len({row.name for row in TABLE}) == len(TABLE)
