"""`derive check`: read notes and say which lines are wrong, and why."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from derive.cli.files import check_apart
from derive.cli.output import check_writable, say, write
from derive.cli.table import BY_NAME
from derive.errors import OptionError

if TYPE_CHECKING:
    from derive.check.result import FileReport
    from derive.check.run.runner import Progress

FORMATS = ("text", "json", "junit", "github")
ENDINGS = {".json": "json", ".xml": "junit"}  # of the file that is written: its format, unless --format says it
POLL = 0.5  # seconds between two looks at the files that are watched
PROGRESS = 78  # columns of the line that tells the progress
COLOURS = {"refuted": "red", "convention": "yellow", "undecided": "yellow", "unreadable": "magenta", "right": "green"}

Stamps = dict[str, tuple[int, int]]

_EXAMPLES = """\b
Examples:
  derive check notes.md
  derive check scripts/ --jobs 8 -o report.xml
  derive check homework.tex --explain
  pandoc draft.docx -t markdown | derive check -
  derive check notes.tex --watch
  derive check corpus/ --scheduler tcp://host:8786

\b
Exit code: 0 nothing is wrong; 1 a claim is refuted, fewer than half of the claims were read, or less than
--fail-under or --strict asks for; 2 a file that cannot be read.
"""


@dataclass(frozen=True)
class CheckOptions:
    """What to check, how long to think about it, and how to tell."""

    paths: tuple[str, ...]
    format: str
    strict: bool
    fail_under: float | None
    explain: bool
    jobs: int | None
    seconds: float
    scheduler: str | None
    output: str | None


@click.command("check", help=BY_NAME["check"].help, epilog=_EXAMPLES)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--format", "format", type=click.Choice(FORMATS), help="Format. [by the ending of -o, else text]")
@click.option("--strict", is_flag=True, help="Exit with 1 unless every claim is proved or confirmed.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="N",
    help="Exit with 1 if fewer than N percent of the claims are proved or confirmed.",
)
@click.option("--explain", is_flag=True, help="Print how each claim was read, and what was assumed.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until interrupted.")
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="Processes. [one for each core]")
@click.option(
    "--seconds", type=click.FloatRange(0.1, 3600), metavar="S", default=5.0, help="Time limit for one claim. [5]"
)
@click.option("--scheduler", metavar="ADDRESS", help="Check on the workers of a dask cluster: tcp://host:8786.")
@click.option("-o", "--output", metavar="FILE", help="Write to a file instead of standard output.")
def check(*, watch: bool, format: str | None, output: str | None, **given: Any) -> int:
    ending = os.path.splitext(output or "")[1].lower()
    options = CheckOptions(format=format or ENDINGS.get(ending, "text"), output=output, **given)
    check_writable(options.output)
    if options.output is not None:
        from derive.check.run.sources import expanded

        check_apart([("-o", options.output)], [("the note", note) for note in expanded(options.paths)])
    if watch:
        return watched(options)
    return once(options)


def once(options: CheckOptions) -> int:
    """Check everything and write the report; the exit code."""
    from derive.check.result import exit_code, shortcomings

    terminal = sys.stderr is not None and sys.stderr.isatty()
    reports = checked(options, progress if terminal else None)
    write(rendered(reports, options), options.output)
    for shortcoming in shortcomings(reports, strict=options.strict, fail_under=options.fail_under):
        say(shortcoming, colour="yellow")
    return exit_code(reports, strict=options.strict, fail_under=options.fail_under)


def checked(options: CheckOptions, show: Progress | None) -> list[FileReport]:
    """By processes here, or by a cluster."""
    how: dict[str, Any] = {"seconds": options.seconds, "explain": options.explain, "progress": show}
    if options.scheduler is None:
        from derive.check.run.runner import check_files

        return check_files(options.paths, jobs=options.jobs, **how)
    from derive.check.run.remote import check_on_cluster

    if options.jobs is not None:
        raise OptionError("--jobs counts processes here; the cluster has its own number. Try: without --jobs")
    return check_on_cluster(options.paths, options.scheduler, **how)


def rendered(reports: list[FileReport], options: CheckOptions) -> str:
    from derive.check.report import FORMATS as WRITERS
    from derive.check.report import as_text
    from derive.check.report.text import plain
    from derive.check.run.sources import SUFFIXES

    if options.format in WRITERS:
        return WRITERS[options.format](reports)
    if not reports:
        return f"no notes were found ({', '.join(SUFFIXES)})"
    return as_text(reports, explain=options.explain, paint=paint if coloured(options.output) else plain)


def coloured(output: str | None) -> bool:
    return output in (None, "-") and not os.environ.get("NO_COLOR") and sys.stdout.isatty()


def paint(text: str, kind: str) -> str:
    return click.style(text, fg=COLOURS.get(kind), bold=kind == "path")


def progress(path: str, done: int, total: int) -> None:
    """A line on standard error that the next one replaces; the last one is wiped."""
    from derive.check.report.text import printable

    count = f"[{done}/{total}] " if total > 1 else ""
    line = "" if done == total else f"{count}{printable(path)}"[:PROGRESS]
    click.echo(f"\r\033[K{line}", nl=False, err=True)


def watched(options: CheckOptions) -> int:
    """Check, then again after every change, until the user interrupts, which is how it ends: exit code 0."""
    seen = stamps(options.paths)
    absent = [path for path in options.paths if not os.path.exists(path)]
    if absent:
        what = "standard input cannot be watched" if absent[0] == "-" else "there is no such file or folder"
        raise OptionError(f"--watch {absent[0]}: {what}. Try: a file, or a folder of notes")
    try:
        while True:
            if options.format == "text" and options.output is None and sys.stdout.isatty():
                click.clear()
            once(options)
            sys.stdout.flush()
            say(f"checked at {time.strftime('%H:%M:%S')}; waiting for changes (Ctrl-C ends)")
            seen = changed(options.paths, seen)
    except KeyboardInterrupt:
        return 0


def changed(paths: tuple[str, ...], seen: Stamps) -> Stamps:
    """Wait until the notes are not what they were."""
    while (now := stamps(paths)) == seen:
        time.sleep(POLL)
    return now


def stamps(paths: tuple[str, ...]) -> Stamps:
    """When each note was last changed, and its size; an editor may have a file away for a moment."""
    from derive.check.run.sources import expanded

    found: Stamps = {}
    for path in expanded(paths):
        with contextlib.suppress(OSError):
            state = os.stat(path)
            found[path] = (state.st_mtime_ns, state.st_size)
    return found
