"""The report for people: the line of the note, a caret under the right side, the verdict, the cause, the right form."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from derive.check.result import VERDICTS, FileReport, Finding, percent, summarised

WIDTH = 100
SHOWN = ("refuted", "convention", "undecided", "unreadable")
TITLES = {
    "refuted": "wrong",
    "convention": "right in the other layout",
    "undecided": "not decided",
    "unreadable": "not understood",
}


def as_text(reports: Sequence[FileReport], *, explain: bool = False) -> str:
    blocks = [block for report in reports for block in _file(report, explain)]
    if len(reports) > 1:
        blocks.append(table(reports))
    return "\n\n".join(blocks)


def _file(report: FileReport, explain: bool) -> Iterator[str]:
    if report.error:
        yield f"{report.path}: {report.error}"
        return
    for remark in report.remarks:
        yield f"{report.path}: {remark}"
    if explain and report.declared:
        yield "\n".join([f"{report.path}: as read", *(f"    {name}: {what}" for name, what in report.declared.items())])
    for f in report.findings:
        if f.verdict in SHOWN or (explain and f.counted) or (not f.counted and f.detail):
            yield _finding(report, f, explain)
    yield coverage(report)


def _finding(report: FileReport, f: Finding, explain: bool) -> str:
    lines = [f"{report.path}:{f.line}:{f.column}: {TITLES.get(f.verdict, f.verdict)} ({f.verdict}, {f.method})"]
    lines += _excerpt(report, f)
    lines += [f"    {line}" for line in f.detail.splitlines()]
    lines += [f"    {part}" for part in f.hint.split("; right: ", 1)[:1] if part]
    if "right: " in f.hint:
        lines.append(f"    right: {f.hint.rpartition('right: ')[2]}")
    if explain:
        lines += [f"    read as: {f.reading}"] * bool(f.reading)
        lines += [f"    assuming: {'; '.join(f.assumptions)}"] * bool(f.assumptions)
    return "\n".join(dict.fromkeys(lines))


def _excerpt(report: FileReport, f: Finding) -> Iterator[str]:
    """The source line, and a caret under the first character of the right side with a line under the rest of it."""
    if not 1 <= f.line <= len(report.source):
        return
    line = report.source[f.line - 1].replace("\t", " ")
    start = min(f.column - 1, len(line))
    first = max(0, start - WIDTH // 2) if len(line) > WIDTH else 0
    window = line[first : first + WIDTH]
    marked = line[start : min(start + len(f.rhs.split("\n")[0].rstrip()), first + WIDTH)]
    yield f"    {window}"
    yield "    " + " " * columns(line[first:start]) + "^" + "~" * max(0, columns(marked) - 1)


def columns(text: str) -> int:
    """How wide a text is on a terminal: East Asian wide characters take two columns, combining ones none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def coverage(report: FileReport) -> str:
    total = summarised([report])
    if not total.claims:
        return f"{report.path}: no claim was found"
    counts = ", ".join(f"{total.counts[v]} {v}" for v in VERDICTS if total.counts[v])
    return f"{report.path}: {total.read} of {total.claims} claims read ({total.coverage}%): {counts}"


def table(reports: Sequence[FileReport]) -> str:
    """One row for each file, and the totals."""
    head = ("file", "claims", "read", *VERDICTS)
    rows = [_row(r.path, [r]) for r in reports]
    rows.append(_row(f"{len(reports)} files", reports))
    widths = [max(columns(row[k]) for row in [head, *rows]) for k in range(len(head))]
    lines = ["  ".join(_padded(cell, w, k == 0) for k, (cell, w) in enumerate(zip(row, widths, strict=True)))
             for row in [head, *rows]]  # fmt: skip
    return "\n".join(line.rstrip() for line in [*lines[:-1], "-" * max(map(columns, lines)), lines[-1]])


def _row(name: str, reports: Sequence[FileReport]) -> tuple[str, ...]:
    total = summarised(reports)
    if len(reports) == 1 and reports[0].error:
        return (f"{name} ({reports[0].error})", *["-"] * (2 + len(VERDICTS)))
    read = f"{percent(total.read, total.claims):g}%"
    return (name, str(total.claims), read, *(str(total.counts[v]) for v in VERDICTS))


def _padded(cell: str, width: int, left: bool) -> str:
    gap = " " * (width - columns(cell))
    return cell + gap if left else gap + cell
