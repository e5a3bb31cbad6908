"""`derive check`: read notes and say which lines are wrong, and why."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from derive.cli.output import check_writable, write
from derive.cli.table import BY_NAME

if TYPE_CHECKING:
    from derive.check.result import FileReport

FORMATS = ("text", "json", "junit", "github")
POLL = 0.5  # seconds between two looks at the files that are watched

_EXAMPLES = """\b
Examples:
  derive check notes.md
  derive check scripts/ --jobs 8 --format junit -o report.xml
  derive check homework.tex --explain
  pandoc draft.docx -t markdown | derive check -
  derive check notes.tex --watch

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
    output: str | None


@click.command("check", help=BY_NAME["check"].help, epilog=_EXAMPLES)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--format", "format", type=click.Choice(FORMATS), default="text", help="Format of the report. [text]")
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
@click.option("-o", "--output", metavar="FILE", help="Write to a file instead of standard output.")
def check(*, watch: bool, **given: object) -> int:
    options = CheckOptions(**given)  # type: ignore[arg-type]
    check_writable(options.output)
    if watch:
        return watched(options)
    return once(options)


def once(options: CheckOptions) -> int:
    """Check everything and write the report; the exit code."""
    from derive.check.result import exit_code
    from derive.check.runner import check_files

    reports = check_files(
        options.paths, seconds=options.seconds, jobs=options.jobs, progress=progress if sys.stderr.isatty() else None
    )
    write(rendered(reports, options), options.output)
    return exit_code(reports, strict=options.strict, fail_under=options.fail_under)


def rendered(reports: list[FileReport], options: CheckOptions) -> str:
    from derive.check.report import FORMATS as WRITERS
    from derive.check.report import as_text

    if options.format in WRITERS:
        return WRITERS[options.format](reports)
    return as_text(reports, explain=options.explain) if reports else "no notes were found"


def progress(path: str, done: int, total: int) -> None:
    """A line on standard error that the next one replaces; the last one is wiped."""
    if total > 1:
        line = "" if done == total else f"[{done}/{total}] {path}"[:100]
        click.echo(f"\r\033[K{line}", nl=False, err=True)


def watched(options: CheckOptions) -> int:
    """Check, then again after every change, until the user interrupts."""
    seen: dict[str, float] = {}
    code = 0
    try:
        while True:
            now = stamps(options.paths)
            if now != seen:
                seen = now
                if options.format == "text" and sys.stdout.isatty():
                    click.clear()
                code = once(options)
                click.echo(f"checked at {time.strftime('%H:%M:%S')}; waiting for changes (Ctrl-C ends)", err=True)
            time.sleep(POLL)
    except KeyboardInterrupt:
        return code


def stamps(paths: tuple[str, ...]) -> dict[str, float]:
    """When each note was last changed."""
    from derive.check.sources import expanded

    return {path: os.path.getmtime(path) for path in expanded(paths) if os.path.isfile(path)}
