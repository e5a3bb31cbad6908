"""Notes in other hands, some six hundred: nothing unsound, and the rates reached.

Each was new to the checker once; what it got wrong then was mended, so the rates say nothing of notes that are new now.
"""

from __future__ import annotations

import difflib
import json
import re
from pathlib import Path

import pytest

from derive.check import check_files
from derive.check.result import FileReport, Finding

NOTES = Path(__file__).with_name("held")
SPACE = re.compile(r"\\(?:left|right|[bB]igg?[lr]?|[,;!:]|q?quad)(?![a-zA-Z])|[\s{}&.]")
RELATION = re.compile(r"=|\\approx|\\leq?(?![a-z])|\\geq?(?![a-z])|<|>")
Judged = list[tuple[str, dict[str, object], Finding | None]]


@pytest.fixture(scope="module")
def judged() -> Judged:
    """(note, expected claim, finding) for every claim."""
    return [(Path(r.path).name, e, f) for r in check_files([str(NOTES)]) for e, f in _aligned(r)]


def _aligned(report: FileReport) -> list[tuple[dict[str, object], Finding | None]]:
    free = list(report.claims)
    pairs: list[tuple[dict[str, object], Finding | None]] = []
    for expected in json.loads(Path(report.path).with_suffix(".expected.json").read_text()):
        claim = SPACE.sub("", expected["claim"])
        near = [f for f in free if f.line == expected["line"]]
        best = max(near, key=lambda f: _likeness(claim, f), default=None)
        if best is not None:
            free.remove(best)
        pairs.append((expected, best))
    return pairs


def _likeness(claim: str, finding: Finding) -> tuple[float, float]:
    """Of the right sides, which a claim in a chain begins with no left side of its own, and then of all of it."""
    right = SPACE.sub("", RELATION.split(claim)[-1]), SPACE.sub("", RELATION.split(finding.rhs)[-1])
    whole = claim, SPACE.sub("", f"{finding.lhs}{finding.relation}{finding.rhs}")
    alike = [difflib.SequenceMatcher(None, *pair).ratio() for pair in (right, whole)]
    return max(alike), sum(alike)


def _share(judged: Judged, truth: bool, verdicts: tuple[str, ...]) -> float:
    found = [f for _, e, f in judged if e["truth"] is truth]
    return sum(f is not None and f.verdict in verdicts for f in found) / len(found)


@pytest.mark.slow
def test_nothing_unsound_and_the_rates(judged: Judged) -> None:
    wrong = [(n, e["line"], e["claim"]) for n, e, f in judged
             if f is not None and f.verdict in (("refuted",) if e["truth"] else ("proved", "confirmed"))]  # fmt: skip
    assert wrong == []
    read = sum(f is not None and f.verdict != "unreadable" for _, _, f in judged) / len(judged)
    assert len(judged) > 8500 and read >= 0.985
    assert _share(judged, True, ("proved", "confirmed")) >= 0.98
    assert _share(judged, False, ("refuted",)) >= 0.965
