"""Ten notes with the truth of each of their claims: how much is read, and what is said of it."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from derive.check import check_files
from derive.check.result import ESTABLISHED, FileReport, Finding

NOTES = Path(__file__).with_name("examples")
SPACE = re.compile(r"\\(?:left|right|[bB]igg?[lr]?|[,;!:]|q?quad)(?![a-zA-Z])|[\s{}&.]")
RELATION = re.compile(r"=|\\approx|\\leq?|\\geq?|<|>")
CAUSES = {  # what the hint says for each class of slip that has one cause
    "wrong-sign": "sign|absolute value",
    "extra-factor": "too many",
    "missing-factor": "missing",
    "missing-chain-factor": "missing",
    "missing-parentheses": "bracket",
    "index-mixup": "index|stands where",
    "stale-variable": "stands where|value of",
    "wrong-order": "order|exchanged",
    "wrong-power": "exponent|power",
    "off-by-one": "off by one|exponent",
    "off-by-one-layer": "layer|slope",
    "activation-a-vs-z": "stands where",
    "log-base": "base 10",
    "symmetric-only": "symmetric",
    "missing-sign-or-abs": "sign of|absolute value",
    "special-case": "stands where",
    "wrong-numeric": "decimal point",
}


@pytest.fixture(scope="module")
def judged() -> list[tuple[str, dict[str, object], Finding | None]]:
    """(note, expected claim, finding) for every claim."""
    reports = check_files([str(NOTES)])
    return [(Path(r.path).name, e, f) for r in reports for e, f in aligned(r)]


def aligned(report: FileReport) -> list[tuple[dict[str, object], Finding | None]]:
    """Each expected claim with the finding whose right side and line are most like it."""
    free = list(report.claims)
    pairs: list[tuple[dict[str, object], Finding | None]] = []
    for expected in json.loads(Path(report.path).with_suffix(".expected.json").read_text()):
        rhs = SPACE.sub("", RELATION.split(expected["claim"])[-1])
        near = [f for f in free if abs(f.line - expected["line"]) <= 3]
        best = max(near, key=lambda f: likeness(rhs, f) - abs(f.line - expected["line"]), default=None)
        if best is not None:
            free.remove(best)
        pairs.append((expected, best))
    return pairs


def likeness(rhs: str, f: Finding) -> float:
    return difflib.SequenceMatcher(None, rhs, SPACE.sub("", f.rhs)).ratio()


def test_nearly_everything_is_read(judged: list[tuple[str, dict[str, object], Finding | None]]) -> None:
    read = [f for _, _, f in judged if f is not None and f.verdict != "unreadable"]
    assert len(read) >= 0.97 * len(judged)


def test_no_verdict_is_wrong(judged: list[tuple[str, dict[str, object], Finding | None]]) -> None:
    wrong = [
        (note, e["line"], e["claim"], f.verdict)
        for note, e, f in judged
        if f and (f.verdict == "refuted" if e["truth"] else f.verdict in ESTABLISHED)
    ]
    assert not wrong


def test_the_bars(judged: list[tuple[str, dict[str, object], Finding | None]]) -> None:
    counts = Counter((bool(e["truth"]), f.verdict if f else "missing") for _, e, f in judged)
    true, false = (sum(n for (t, _), n in counts.items() if t is truth) for truth in (True, False))
    assert counts[False, "refuted"] >= 0.98 * false
    assert counts[True, "proved"] + counts[True, "confirmed"] >= 0.95 * true


def test_likely_causes(judged: list[tuple[str, dict[str, object], Finding | None]]) -> None:
    """At least four of five slips of a known class are named."""
    hints = [(e["error"], f.hint) for _, e, f in judged if not e["truth"] and f and e["error"] in CAUSES]
    named = [bool(re.search(CAUSES[str(error)], hint)) for error, hint in hints]
    assert sum(named) >= 0.8 * len(hints)
