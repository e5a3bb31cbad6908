"""Every line of derivations/notes is accepted; in derivations/mistakes the slips are found, and nothing else."""

from __future__ import annotations

import collections
import json
import pathlib
from typing import Any

import pytest

from derive.check import check_files

FOLDER = pathlib.Path(__file__).parents[2] / "derivations"
NOTES = sorted(p for p in (FOLDER / "notes").iterdir() if p.suffix in {".md", ".tex"})
MISTAKES = sorted(p for p in (FOLDER / "mistakes").iterdir() if p.suffix in {".md", ".tex"})
ACCEPTED = {"proved", "confirmed"}
SECONDS = 60.0  # for one claim: a slow machine must not turn a proof into a timeout


def expected(note: pathlib.Path) -> list[dict[str, Any]]:
    return json.loads(note.with_suffix(".expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def reports() -> dict[pathlib.Path, list[Any]]:
    """The claims of every note, definitions left out."""
    paths = [*MISTAKES, *NOTES]  # the one that takes longest is among the first
    found = check_files([str(path) for path in paths], seconds=SECONDS)
    assert not [report.error for report in found if report.error]
    return {
        path: [f for f in report.findings if f.verdict != "definition"]
        for path, report in zip(paths, found, strict=True)
    }


@pytest.mark.parametrize("note", NOTES, ids=lambda path: path.name)
def test_every_claim_of_a_note_is_accepted(reports, note):
    wrong = [(f.line, f.verdict, f.rhs, f.detail) for f in reports[note] if f.verdict not in ACCEPTED]
    assert not wrong
    assert 10 <= len(reports[note]) <= 30


def test_each_part_of_the_curriculum_has_a_note():
    assert {path.name[0] for path in NOTES} == set("ABCDEFG")
    assert sum(any("가" <= letter <= "힣" for letter in path.read_text(encoding="utf-8")) for path in NOTES) == 2


@pytest.mark.parametrize("note", MISTAKES, ids=lambda path: path.name)
def test_the_mistakes_and_nothing_else_are_found(reports, note):
    slips = {(slip["line"], slip["claim"]): slip for slip in expected(note)}
    seen = {(f.line, f"{f.lhs} {f.relation} {f.rhs}"): f for f in reports[note]}
    assert set(slips) <= set(seen)
    for place, finding in seen.items():
        if place not in slips:
            assert finding.verdict in ACCEPTED, (place, finding.detail)
            continue
        slip = slips[place]
        assert finding.verdict in {slip["verdict"], "refuted"}, (place, finding.detail)
        assert slip.get("hint", "") in finding.hint, place


def test_the_slips_cover_the_classes():
    slips = [slip for note in MISTAKES for slip in expected(note)]
    seeds = {slip["class"].partition(":")[0] for slip in slips if slip["class"].startswith("H")}
    assert seeds == {f"H{number}" for number in range(1, 10)}
    others = collections.Counter(slip["class"] for slip in slips if not slip["class"].startswith("H"))
    assert others.total() >= 30
    assert len(others) >= 20
    assert {"sign", "factor", "order", "transpose", "symmetric only", "diagonal only", "slope dropped"} <= set(others)
    assert sum("hint" in slip for slip in slips) >= 25
