"""pytest plugin: `pytest --derive notes/` makes every claim of the notes a test, with its file and line.

Refuted claims fail, `convention` warns, what is undecided or unreadable is skipped with the reason (and fails under
`--derive-strict`). The fixture `derive_check` offers `assert_gradient` and `assert_equal` for hand-written NumPy code.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from derive.check.result import FileReport, Finding

SUFFIXES = (".md", ".markdown", ".tex", ".ipynb")
SKIPPED = ("undecided", "unreadable")
VERDICT = "derive"  # the property of a report that holds the verdict


class ConventionWarning(pytest.PytestWarning):
    """A claim is right in the other layout."""


class NoteWarning(pytest.PytestWarning):
    """Something about a note that keeps parts of it from being read."""


class ClaimFailed(Exception):
    """A claim of a note that is not right, or (strict) not established."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("derive", "claims in notes")
    group.addoption(
        "--derive", action="append", default=[], metavar="PATH", help="claims in this note or folder, beside the tests"
    )
    group.addoption("--derive-strict", action="store_true", help="undecided and unreadable claims fail")
    group.addoption("--derive-seconds", type=float, default=5.0, metavar="S", help="time limit for one claim")


def pytest_configure(config: pytest.Config) -> None:
    for path in notes(config):
        if not os.path.exists(path):
            raise pytest.UsageError(f"--derive {path}: there is no such file or folder")
        config.args.append(str(path))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> NoteFile | None:
    roots = [Path(p).resolve() for p in notes(parent.config)]
    path = file_path.resolve()
    note = file_path.suffix.lower() in SUFFIXES and not file_path.name.startswith(".")
    if path in roots or (note and any(path.is_relative_to(root) for root in roots)):
        return NoteFile.from_parent(parent, path=file_path)
    return None


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """How many claims were read, and what became of them."""
    if not notes(config):
        return
    from derive.check.report.text import counted
    from derive.check.result import Summary

    done = [r for group in terminalreporter.stats.values() for r in group if isinstance(r, pytest.TestReport)]
    verdicts = [value for r in done if r.when == "call" for name, value in r.user_properties if name == VERDICT]
    terminalreporter.write_line(f"derive: {counted(Summary(0, Counter(map(str, verdicts))))}")


def notes(config: pytest.Config) -> list[str]:
    """The notes and folders that were named."""
    return list(config.getoption("derive") or ())


class NoteFile(pytest.File):
    """A note; its claims are its tests."""

    def collect(self) -> Iterator[pytest.Item]:
        from derive.check.result import FileReport
        from derive.check.run.sources import content
        from derive.check.run.worker import Task, again, lines, read, remarks

        data, trouble = content(str(self.path))
        if trouble:
            raise self.CollectError(f"{self.path}: {trouble}")
        task = Task(str(self.path), data, self.config.getoption("derive_seconds"))
        note = read(task)
        for remark in remarks(note):
            self.warn(NoteWarning(remark))
        path = os.path.relpath(self.path, self.config.invocation_params.dir)
        report = FileReport(path, source=lines(data))
        taken: dict[str, int] = {}
        for number, statement in enumerate(note.statements):
            if statement.kind in ("claim", "unreadable"):
                name = title(statement)
                taken[name] = taken.get(name, 0) + 1
                name = name if taken[name] == 1 else f"{name} ({taken[name]})"
                reader = again(note, number)
                yield ClaimItem.from_parent(
                    self, name=name, statement=statement, task=task, reader=reader, report=report
                )


def title(statement: Any) -> str:
    claim = " ".join(f"{statement.lhs_text} {statement.relation} {statement.rhs_text}".split())
    claim = claim if len(claim) <= 80 else f"{claim[:77]}..."
    return f"{statement.line}: {claim}"


class ClaimItem(pytest.Item):
    """One claim."""

    def __init__(self, *, statement: Any, task: Any, reader: Any, report: FileReport, **rest: Any) -> None:
        super().__init__(**rest)
        self.statement, self.task, self.reader, self.report = statement, task, reader, report

    def runtest(self) -> None:
        from derive.check.report.text import finding
        from derive.check.run.worker import timed

        found = timed(self.statement, self.task, self.reader)
        self.user_properties.append((VERDICT, found.verdict))
        if found.verdict == "convention":
            self.warn(ConventionWarning(said(found)))
        elif found.verdict in SKIPPED and not self.config.getoption("derive_strict"):
            raise pytest.skip.Exception(said(found), _use_item_location=True)
        elif found.verdict == "refuted" or found.verdict in SKIPPED:
            raise ClaimFailed(finding(self.report, found))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, ClaimFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str], int, str]:
        return self.path, self.statement.line - 1, self.name


def said(found: Finding) -> str:
    claim = " ".join(f"{found.lhs} {found.relation} {found.rhs}".split())
    return "\n".join(filter(None, (f"{found.verdict}: {claim}", found.detail, found.hint)))


@pytest.fixture
def derive_check() -> Any:
    """The assertions about hand-written functions: `derive_check.assert_gradient(...)`."""
    from derive.check.handwritten import functions

    return functions
