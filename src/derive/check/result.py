"""What a check gives: plain values only, so that they travel between processes and into every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

ESTABLISHED = ("proved", "confirmed")
VERDICTS = ("proved", "confirmed", "convention", "refuted", "undecided", "unreadable")
DEFINITION = "definition"


@dataclass(frozen=True)
class Finding:
    """One statement of a note, with its verdict. `line` and `column` (from 1) are where the right side starts."""

    line: int
    column: int
    lhs: str
    relation: str
    rhs: str
    verdict: str
    method: str = ""
    detail: str = ""
    hint: str = ""
    counterexample: dict[str, Any] | None = None
    assumptions: tuple[str, ...] = ()
    reading: str = ""

    @property
    def counted(self) -> bool:
        return self.verdict != DEFINITION


@dataclass(frozen=True)
class FileReport:
    """A note: its lines (for the report), its findings, what was odd about the file; `error` where it was not read."""

    path: str
    findings: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()
    error: str = ""
    source: tuple[str, ...] = ()
    declared: dict[str, str] = field(default_factory=dict)

    @property
    def claims(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.counted)


@dataclass(frozen=True)
class Summary:
    """Counts over one file or many."""

    files: int
    counts: Counter[str]
    errors: int = 0

    @property
    def claims(self) -> int:
        return sum(self.counts[v] for v in VERDICTS)

    @property
    def read(self) -> int:
        return self.claims - self.counts["unreadable"]

    @property
    def established(self) -> int:
        return sum(self.counts[v] for v in ESTABLISHED)

    @property
    def coverage(self) -> float:
        """The share of the claims that were read, in percent."""
        return percent(self.read, self.claims)

    def as_dict(self) -> dict[str, Any]:
        counted = {v: self.counts[v] for v in VERDICTS}
        return {
            "files": self.files,
            "claims": self.claims,
            "read": self.read,
            "coverage": self.coverage,
            **counted,
            "definitions": self.counts[DEFINITION],
        }


def percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def summarised(reports: Iterable[FileReport]) -> Summary:
    reports = tuple(reports)
    counts = Counter(f.verdict for r in reports for f in r.findings)
    return Summary(len(reports), counts, sum(bool(r.error) for r in reports))


def exit_code(reports: Iterable[FileReport], *, strict: bool = False, fail_under: float | None = None) -> int:
    """0 fine; 1 refuted, hardly read, below `fail_under` percent established, or (strict) anything not established;
    2 a file that could not be read."""
    total = summarised(reports)
    if total.errors:
        return 2
    refuted = total.counts["refuted"] > 0
    hardly_read = total.claims == 0 or 2 * total.read < total.claims
    below = fail_under is not None and percent(total.established, total.claims) < fail_under
    loose = strict and total.established < total.claims
    return int(refuted or hardly_read or below or loose)
