"""pytest plugin: `pytest --derive notes/` makes every claim of the notes a test, with its file and line.

Refuted claims fail, `convention` warns, what is undecided or unreadable is skipped with the reason (and fails under
`--derive-strict`). The fixture `derive_check` offers `assert_gradient` and `assert_equal` for hand-written NumPy code.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from derive.check.result import Finding

SUFFIXES = (".md", ".markdown", ".tex", ".ipynb")
SKIPPED = ("undecided", "unreadable")


class ConventionWarning(pytest.PytestWarning):
    """A claim is right in the other layout."""


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
    if file_path.suffix.lower() not in SUFFIXES or file_path.name.startswith("."):
        return None
    roots = [Path(p).resolve() for p in notes(parent.config)]
    if not any(file_path.resolve().is_relative_to(root) for root in roots):
        return None
    return NoteFile.from_parent(parent, path=file_path)


def notes(config: pytest.Config) -> list[str]:
    """The notes and folders that were named."""
    return list(config.getoption("derive") or ())


class NoteFile(pytest.File):
    """A note; its claims are its tests."""

    def collect(self) -> Iterator[pytest.Item]:
        from derive.check.run.worker import Task, again, read

        task = Task(str(self.path), self.path.read_bytes(), self.config.getoption("derive_seconds"))
        taken: dict[str, int] = {}
        note = read(task)
        for number, statement in enumerate(note.statements):
            if statement.kind in ("claim", "unreadable"):
                name = title(statement)
                taken[name] = taken.get(name, 0) + 1
                name = name if taken[name] == 1 else f"{name} ({taken[name]})"
                reader = again(note, number)
                yield ClaimItem.from_parent(self, name=name, statement=statement, task=task, reader=reader)


def title(statement: Any) -> str:
    claim = " ".join(f"{statement.lhs_text} {statement.relation} {statement.rhs_text}".split())
    claim = claim if len(claim) <= 80 else f"{claim[:77]}..."
    return f"{statement.line}: {claim}"


class ClaimItem(pytest.Item):
    """One claim."""

    def __init__(self, *, statement: Any, task: Any, reader: Any, **rest: Any) -> None:
        super().__init__(**rest)
        self.statement, self.task, self.reader = statement, task, reader

    def runtest(self) -> None:
        from derive.check.run.worker import timed

        found = timed(self.statement, self.task, self.reader)
        if found.verdict == "convention":
            self.warn(ConventionWarning(said(found)))
        elif found.verdict in SKIPPED and not self.config.getoption("derive_strict"):
            pytest.skip(said(found))
        elif found.verdict == "refuted" or found.verdict in SKIPPED:
            raise ClaimFailed(said(found))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, ClaimFailed):
            return f"{self.path}:{self.statement.line}\n{excinfo.value}"
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
