"""The report as HTML, for notebooks: a table for each note, a row for each claim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from derive.check.report.text import coverage, printable
from derive.check.result import FileReport, Finding

COLOURS = {"proved": "#1a7f37", "confirmed": "#1a7f37", "refuted": "#cf222e"}
OTHER = "#9a6700"


def as_html(reports: Sequence[FileReport]) -> str:
    return "\n".join(part for report in reports for part in _file(report)) or "<p>no notes were found</p>"


def _file(report: FileReport) -> Iterator[str]:
    if report.error:
        yield f"<p>{_safe(report.path)}: {_safe(report.error)}</p>"
        return
    if report.claims:
        yield "<table><thead><tr><th>line</th><th>claim</th><th>verdict</th><th></th></tr></thead><tbody>"
        yield from map(_row, report.claims)
        yield "</tbody></table>"
    yield f"<p>{_safe(coverage(report))}</p>"


def _row(f: Finding) -> str:
    claim = " ".join(f"{f.lhs} {f.relation} {f.rhs}".split())
    cause, _, right = f.hint.partition("right: ")
    told = (*f.detail.splitlines(), cause.removesuffix("; "), f"right: {right}" if right else "")
    said = "<br>".join(_safe(x) for x in told if x)
    verdict = f'<span style="color: {COLOURS.get(f.verdict, OTHER)}">{_safe(f.verdict)}</span>'
    cells = (str(f.line), f"<code>{_safe(claim)}</code>", verdict, said)
    return "".join(["<tr>", *(f'<td style="text-align: left">{cell}</td>' for cell in cells), "</tr>"])


def _safe(text: str) -> str:
    """No markup, and no dollar signs that a notebook would take for formulas."""
    return escape(printable(text)).replace("$", "&#36;")
