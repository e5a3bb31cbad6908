"""The report for people: the line of the note, a caret under the right side, the verdict, the cause, the right form.

What was not understood has its caret under the token that was not expected.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from derive.check.result import DEFINITION, VERDICTS, FileReport, Finding, Summary, percent, summarised

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
TOKEN = re.compile(r"\\[A-Za-z]+|\w+|\S")
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
    if explain and (known := [*_known(report)]):
        yield "\n".join([f"{path}: as read", *(f"    {line}" for line in known)])
    for f in report.findings:
        if f.verdict in SHOWN or (explain and f.counted) or (not f.counted and f.detail):
            yield finding(report, f, explain, paint)
    yield paint(coverage(report), "path")


def _known(report: FileReport) -> Iterator[str]:
    """What was declared or inferred of each name, and the definitions as they stand."""
    for name, what in report.declared.items():
        yield printable(f"{name}: {what}")
    for f in report.findings:
        if f.method == DEFINITION:
            yield textwrap.shorten(printable(f"line {f.line}: {f.lhs} := {f.rhs}"), WIDTH, placeholder=" ...")


def finding(report: FileReport, f: Finding, explain: bool = False, paint: Paint = plain) -> str:
    """One claim: where it is, its line, and what became of it."""
    f = _pointed(report, f)
    where = paint(f"{printable(report.path)}:{f.line}:{f.column}:", "path")
    title, *known = filter(None, (TITLES.get(f.verdict, ""), f.verdict, f.method))
    head = " ".join((where, paint(title, f.verdict), f"({', '.join(known)})" if known else "")).rstrip()
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


def _pointed(report: FileReport, f: Finding) -> Finding:
    """The finding, at what was not understood, if the file shows it there; a notebook shows a claim otherwise."""
    if f.trouble is None or not _shown(report, f):
        return f
    line, column = f.trouble
    text = report.source[line - 1] if line <= len(report.source) else ""
    found = TOKEN.match(text, column - 1)
    return replace(located(f), rhs=found.group()) if found else f


def located(f: Finding) -> Finding:
    """The finding at what was not understood, which its sentence then need not say."""
    if f.trouble is None:
        return f
    line, column = f.trouble
    return replace(f, line=line, column=column, detail=f.detail.removeprefix(f"line {line}, column {column}: "))


def _excerpt(report: FileReport, f: Finding, paint: Paint) -> Iterator[str]:
    """The source line, and a caret under the first character of the right side with a line under the rest of it.

    In a notebook a line of the file is no line of the note: the claim itself stands for it.
    """
    line, start = _shown(report, f) or _claim(f)
    if not line:
        return
    first = max(0, start - WIDTH // 2) if columns(line) > WIDTH else 0
    window = line[first : first + WIDTH]
    marked = line[start : min(start + len(f.rhs.split("\n")[0].rstrip()), first + WIDTH)]
    yield f"    {printable(window).rstrip()}"
    mark = "^" + "~" * max(0, columns(marked) - 1)
    yield "    " + " " * columns(line[first:start]) + paint(mark, f.verdict)


def _shown(report: FileReport, f: Finding) -> tuple[str, int] | None:
    """The line of the file, and where in it the right side starts; None where the file does not have it there."""
    rhs = f.rhs.split("\n")[0]
    line = report.source[f.line - 1] if 1 <= f.line <= len(report.source) else ""
    start = f.column - 1
    while line[start : start + 1].isspace():
        start += 1
    return (line.replace("\t", " "), start) if rhs and line.startswith(rhs, start) else None


def _claim(f: Finding) -> tuple[str, int]:
    """The claim as a line, and where in it the right side starts."""
    lhs, rhs = " ".join(f"{f.lhs} {f.relation}".split()), f.rhs.split("\n")[0]
    return f"{lhs} {rhs}".strip().replace("\t", " "), len(lhs) + 1 if lhs else 0


def printable(text: str) -> str:
    """Without what would command a terminal or turn the direction of writing: notes are strangers' texts."""
    return "".join(c if c == " " or unicodedata.category(c) not in UNPRINTABLE else "\ufffd" for c in text)


UNPRINTABLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def columns(text: str) -> int:
    """How wide a text is on a terminal: East Asian wide characters take two columns, combining ones none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def coverage(report: FileReport) -> str:
    return f"{printable(report.path)}: {counted(summarised([report]))}"


def counted(total: Summary) -> str:
    """How many claims there are, how many of them were read, and what became of them."""
    if not total.claims:
        return "no claim was found"
    counts = ", ".join(f"{total.counts[v]} {v}" for v in VERDICTS if total.counts[v])
    return f"{total.read} of {total.claims} claims read ({total.coverage:g}%): {counts}"


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
