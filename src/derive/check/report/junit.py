"""The report as JUnit XML: a suite for each note, a case for each claim."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from derive.check.result import FileReport, Finding

FAILURES = ("refuted",)
UNFIT = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SKIPPED = ("undecided", "unreadable", "convention")


def as_junit(reports: Sequence[FileReport]) -> str:
    suites = "\n".join(map(_suite, reports))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="derive check">\n{suites}\n</testsuites>'


def _suite(report: FileReport) -> str:
    claims = report.claims
    counts = {
        "tests": len(claims) + bool(report.error),
        "failures": sum(f.verdict in FAILURES for f in claims),
        "skipped": sum(f.verdict in SKIPPED for f in claims),
        "errors": int(bool(report.error)),
    }
    numbers = " ".join(f'{name}="{n}"' for name, n in counts.items())
    cases = [_case(report, f) for f in claims]
    if report.error:
        head = f'  <testcase classname={_quoted(report.path)} name="reading">'
        cases.append(f"{head}<error message={_quoted(report.error)}/></testcase>")
    return "\n".join([f" <testsuite name={_quoted(report.path)} {numbers}>", *cases, " </testsuite>"])


def _case(report: FileReport, f: Finding) -> str:
    name = " ".join(f"{f.lhs} {f.relation} {f.rhs}".split())
    head = f"  <testcase classname={_quoted(report.path)} name={_quoted(f'{f.line}: {name}')}" \
        f" file={_quoted(report.path)} line=\"{f.line}\""  # fmt: skip
    said = "\n".join(filter(None, (f.detail, f.hint)))
    if f.verdict in FAILURES:
        return f"{head}><failure message={_quoted(f.verdict)}>{_clean(escape(said))}</failure></testcase>"
    if f.verdict in SKIPPED:
        return f"{head}><skipped message={_quoted(f'{f.verdict}: {said}')}/></testcase>"
    return f"{head}/>"


def _quoted(text: str) -> str:
    return quoteattr(_clean(text), {"\n": "&#10;"})


def _clean(text: str) -> str:
    """Without the characters that XML does not admit."""
    return UNFIT.sub("\ufffd", text)
