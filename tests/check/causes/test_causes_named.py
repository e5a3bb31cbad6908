"""Slips of every class put into true claims of real notes: the cause that is named is the slip, and never another
one where it is called likely."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from check.causes.forward_slips import SAME, slips
from derive.check.causes.causes import explain
from derive.check.verdicts.claims import judge
from derive.documents import Statement, read_file
from derive.expr import tensors

HERE = Path(__file__).parents[1]
NOTES = sorted(p for p in (*(HERE / "held").iterdir(), *(HERE / "examples").iterdir()) if p.suffix in (".md", ".tex"))
MOST = 200


def true_claims() -> Iterator[Statement]:
    for note in NOTES:
        for s in read_file(note).statements:
            plain = s.kind == "claim" and s.relation == "=" and s.sides is not None and not s.instances
            if plain and not s.clash and s.sides is not None and s.sides[1].expr.args:
                yield s


@pytest.fixture(scope="module")
def named() -> list[tuple[str, str, bool, str]]:
    """(class of the slip, class that is named or empty, whether it is called likely, where) of wrong claims."""
    rng = random.Random(7)
    claims = list(true_claims())
    rng.shuffle(claims)
    found: list[tuple[str, str, bool, str]] = []
    for s in claims:
        assert s.sides is not None
        left, right = s.sides
        if len(found) >= MOST or judge(s).kind != "proved":
            continue
        by_class: dict[str, list[object]] = {}
        for kind, wrong in slips(right.expr, sorted(tensors(right.expr) | tensors(left.expr), key=str)):
            by_class.setdefault(kind, []).append(wrong)
        for kind in rng.sample(sorted(by_class), min(2, len(by_class))):
            wrong = replace(s, sides=(left, replace(right, expr=rng.choice(by_class[kind]))))
            if judge(wrong).kind == "refuted":
                cause = explain(wrong)
                told = cause.kind if cause and cause.sentence else ""
                found.append((kind, told, bool(cause and cause.certain), f"{s.lhs_text} = {s.rhs_text}"))
    return found


@pytest.mark.slow
def test_what_is_called_likely_is_the_slip(named: list[tuple[str, str, bool, str]]) -> None:
    assert [row for row in named if row[2] and row[1] not in SAME[row[0]]] == []


@pytest.mark.slow
def test_most_slips_are_named(named: list[tuple[str, str, bool, str]]) -> None:
    assert len(named) > 150
    assert sum(told in SAME[kind] for kind, told, _, _ in named) >= 0.8 * len(named)
