"""The report for people: the line of the note, a caret under the right side, the verdict, the cause, the right form."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from derive.check.result import VERDICTS, FileReport, Finding, percent, summarised

WIDTH = 100
SHOWN = ("refuted", "convention", "undecided", "unreadable")
TITLES = {
    "refuted": "wrong",
    "convention": "right in the other layout",
    "undecided": "not decided",
    "unreadable": "not understood",
}
TOGETHER = re.compile(r"\S+ = (?:\[[^=]*\]|\S+)")  # a name and its value are not torn apart
TIE = "\0"
Paint = Callable[[str, str], str]
"""A text and the verdict (or `right`, `path`) that colours it."""


def plain(text: str, kind: str) -> str:
    return text


def as_text(reports: Sequence[FileReport], *, explain: bool = False, paint: Paint = plain) -> str:
    blocks = [block for report in reports for block in _file(report, explain, paint)]
    if len(reports) > 1:
        blocks.append(table(reports))
    return "\n\n".join(blocks)


def _file(report: FileReport, explain: bool, paint: Paint) -> Iterator[str]:
    path = printable(report.path)
    if report.error:
        yield paint(f"{path}: {printable(report.error)}", "refuted")
        return
    if report.remarks:
        yield "\n".join(f"{path}: {printable(remark)}" for remark in report.remarks)
    if explain and report.declared:
        declared = [f"    {name}: {what}" for name, what in report.declared.items()]
        yield "\n".join([f"{path}: as read", *map(printable, declared)])
    for f in report.findings:
        if f.verdict in SHOWN or (explain and f.counted) or (not f.counted and f.detail):
            yield _finding(report, f, explain, paint)
    yield paint(coverage(report), "path")


def _finding(report: FileReport, f: Finding, explain: bool, paint: Paint) -> str:
    title = paint(TITLES.get(f.verdict, f.verdict), f.verdict)
    head = f"{paint(f'{printable(report.path)}:{f.line}:{f.column}:', 'path')} {title} ({f.verdict}, {f.method})"
    cause, _, right = f.hint.partition("right: ")
    lines = [*_excerpt(report, f, paint), *wrapped(f.detail)]
    lines += wrapped(cause.removesuffix("; "))
    lines += [f"    {paint(f'right: {printable(right)}', 'right')}"] * bool(right)
    if explain:
        lines += [f"    read as: {printable(f.reading)}"] * bool(f.reading)
        lines += [f"    in matrices: {printable(f.matrices)}"] * bool(f.matrices)
        lines += [f"    assuming: {printable('; '.join(f.assumptions))}"] * bool(f.assumptions)
    return "\n".join([head, *dict.fromkeys(lines)])


def wrapped(text: str) -> list[str]:
    """A sentence over several lines, preferably broken behind its semicolons."""
    lines: list[str] = []
    for part in [p for line in text.splitlines() for p in _parts(line)]:
        whole = TOGETHER.sub(lambda found: found.group().replace(" ", TIE), printable(part))
        shown = textwrap.wrap(whole, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
        lines += [f"    {line.replace(TIE, ' ')}" for line in shown]
    return lines


def _parts(line: str) -> list[str]:
    if len(line) <= WIDTH:
        return [line]
    *first, last = line.split("; ")
    return [*(f"{part};" for part in first), last]


def _excerpt(report: FileReport, f: Finding, paint: Paint) -> Iterator[str]:
    """The source line, and a caret under the first character of the right side with a line under the rest of it.

    In a notebook a line of the file is no line of the note: the claim itself stands for it.
    """
    line, start = _line(report, f)
    if not line:
        return
    first = max(0, start - WIDTH // 2) if columns(line) > WIDTH else 0
    window = line[first : first + WIDTH]
    marked = line[start : min(start + len(f.rhs.split("\n")[0].rstrip()), first + WIDTH)]
    yield f"    {printable(window).rstrip()}"
    mark = "^" + "~" * max(0, columns(marked) - 1)
    yield "    " + " " * columns(line[first:start]) + paint(mark, f.verdict)


def _line(report: FileReport, f: Finding) -> tuple[str, int]:
    """The line to show, and where in it the right side starts."""
    rhs = f.rhs.split("\n")[0]
    line = report.source[f.line - 1] if 1 <= f.line <= len(report.source) else ""
    start = f.column - 1
    while line[start : start + 1].isspace():
        start += 1
    if rhs and line.startswith(rhs, start):
        return line.replace("\t", " "), start
    lhs = " ".join(f"{f.lhs} {f.relation}".split())
    return f"{lhs} {rhs}".strip().replace("\t", " "), len(lhs) + 1 if lhs else 0


def printable(text: str) -> str:
    """Without what would command a terminal or turn the direction of writing: notes are strangers' texts."""
    return "".join(c if c == " " or unicodedata.category(c) not in UNPRINTABLE else "\ufffd" for c in text)


UNPRINTABLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def columns(text: str) -> int:
    """How wide a text is on a terminal: East Asian wide characters take two columns, combining ones none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def coverage(report: FileReport) -> str:
    total, path = summarised([report]), printable(report.path)
    if not total.claims:
        return f"{path}: no claim was found"
    counts = ", ".join(f"{total.counts[v]} {v}" for v in VERDICTS if total.counts[v])
    return f"{path}: {total.read} of {total.claims} claims read ({total.coverage:g}%): {counts}"


def table(reports: Sequence[FileReport]) -> str:
    """One row for each file, and the totals."""
    head = ("file", "claims", "read", *VERDICTS)
    rows = [_row(printable(r.path), [r]) for r in reports]
    rows.append(_row(f"{len(reports)} files", reports))
    widths = [max(columns(row[k]) for row in [head, *rows]) for k in range(len(head))]
    lines = ["  ".join(_padded(cell, w, k == 0) for k, (cell, w) in enumerate(zip(row, widths, strict=True)))
             for row in [head, *rows]]  # fmt: skip
    return "\n".join(line.rstrip() for line in [*lines[:-1], "-" * max(map(columns, lines)), lines[-1]])


def _row(name: str, reports: Sequence[FileReport]) -> tuple[str, ...]:
    total = summarised(reports)
    if len(reports) == 1 and reports[0].error:
        return (f"{name} ({printable(reports[0].error)})", *["-"] * (2 + len(VERDICTS)))
    read = f"{percent(total.read, total.claims):g}%" if total.claims else "-"
    return (name, str(total.claims), read, *(str(total.counts[v]) for v in VERDICTS))


def _padded(cell: str, width: int, left: bool) -> str:
    gap = " " * (width - columns(cell))
    return cell + gap if left else gap + cell
