"""The report as annotations of GitHub Actions, one line for each claim that is not established; then the coverage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.check.report.text import coverage, located
from derive.check.result import FileReport, Finding

LEVELS = {"refuted": "error", "convention": "warning", "undecided": "notice", "unreadable": "warning"}


def annotations(reports: Sequence[FileReport]) -> str:
    return "\n".join(line for report in reports for line in _lines(report))


def _lines(report: FileReport) -> Iterator[str]:
    if report.error:
        yield f"::error file={_property(report.path)}::{_data(report.error)}"
    for f in report.claims:
        if f.verdict in LEVELS:
            at = located(f)
            said = "\n".join(filter(None, (f"{f.verdict}: {at.detail}", f.hint)))
            where = f"file={_property(report.path)},line={at.line},col={at.column}"
            yield f"::{LEVELS[f.verdict]} {where},title={_property(_title(f))}::{_data(said)}"
    if not report.error:
        yield f"derive check: {coverage(report)}"


def _title(f: Finding) -> str:
    claim = " ".join(f"{f.lhs} {f.relation} {f.rhs}".split())
    return claim if len(claim) <= 100 else f"{claim[:97]}..."


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
