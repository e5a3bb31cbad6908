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
    reading: str = ""  # entry by entry
    matrices: str = ""  # the same in matrix notation, where there is one and it was asked for
    trouble: tuple[int, int] | None = None  # line and column of what was not understood

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
            "errors": self.errors,
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


def shortcomings(reports: Iterable[FileReport], *, strict: bool = False, fail_under: float | None = None) -> list[str]:
    """Why the exit code is not 0, in words; what is refuted or could not be read stands in the report."""
    total = summarised(reports)
    reached = 100 * total.established / total.claims if total.claims else 0.0
    loose = total.claims - total.established
    found = []
    if not total.claims:
        found.append("no claim was found")
    elif 2 * total.read < total.claims:
        found.append(f"fewer than half of the claims were read ({total.read} of {total.claims})")
    if fail_under is not None and reached < fail_under:
        found.append(f"{reached:.4g}% of the claims are proved or confirmed; --fail-under asks for {fail_under:g}%")
    if strict and loose:
        found.append(f"{loose} of {total.claims} claims {'is' if loose == 1 else 'are'} not established (--strict)")
    return found


def exit_code(reports: Iterable[FileReport], *, strict: bool = False, fail_under: float | None = None) -> int:
    """0 fine; 1 refuted, hardly read, below `fail_under` percent established, or (strict) anything not established;
    2 a file that could not be read."""
    reports = tuple(reports)
    total = summarised(reports)
    if total.errors:
        return 2
    return int(total.counts["refuted"] > 0 or bool(shortcomings(reports, strict=strict, fail_under=fail_under)))
