"""Many notes at once; claims that hang or kill their process cost themselves only."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from check.builders import claim
from derive.check.result import Finding
from derive.check.run import runner, sources, worker
from derive.documents.model import Note, Statement

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a patched worker needs fork")


def _computes(statement: Statement) -> None:
    while True:
        pass


def _ignores_the_alarm(statement: Statement) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})
    _computes(statement)


def _sleeps(statement: Statement) -> None:
    time.sleep(600)


def _dies(statement: Statement) -> None:
    os._exit(11)


def _raises(statement: Statement) -> None:
    raise RuntimeError("of the checker")


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., list[Any]]:
    """`checked(what the second of three claims does)`: the findings of a note."""

    def run(misbehave: Callable[[Statement], None], seconds: float = 0.2) -> list[Finding]:
        note = tmp_path / "note.md"
        note.write_text("text")
        statements = (claim("s", "s"), claim("t", "t"), claim("s", "t"))
        examine = worker.examine

        def odd(statement: Statement, **options: Any) -> Finding:
            if statement.lhs_text == "t":
                misbehave(statement)
            return examine(statement, **options)

        monkeypatch.setattr(worker, "read", lambda task: Note(task.path, statements))
        monkeypatch.setattr(worker, "examine", odd)
        monkeypatch.setattr(runner, "GRACE", 1.0)
        monkeypatch.setattr(runner, "PATIENCE", 4)
        monkeypatch.setattr(worker, "EXTRA", 0.5)
        (report,) = runner.check_files([str(note)], seconds=seconds)
        return list(report.findings)

    return run


@pytest.mark.parametrize("misbehave", [_computes, _ignores_the_alarm, _sleeps, _dies, _raises])
def test_one_claim_cannot_stop_the_others(
    checked: Callable[..., list[Finding]], misbehave: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    started = time.monotonic()
    found = checked(misbehave)
    assert [f.verdict for f in found] == ["proved", "undecided", "refuted"]
    assert time.monotonic() - started < 300
    assert capfd.readouterr().err == ""


def test_a_note_that_is_never_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("text")
    monkeypatch.setattr(worker, "read", lambda task: time.sleep(60))
    monkeypatch.setattr(runner, "READING", 0.5)
    monkeypatch.setattr(runner, "PATIENCE", 2)
    (report,) = runner.check_files([str(note)])
    assert report.error == runner.UNREAD


def test_how_far_a_note_is_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(worker, "read", lambda task: Note(task.path, (claim("s", "s"),) * 3))
    monkeypatch.setattr(runner, "OFTEN", 0.0)
    (tmp_path / "note.md").write_text("x")
    path, told = str(tmp_path / "note.md"), []
    runner.check_files([path], progress=lambda *where: told.append(where))
    assert (f"{path}: 2 of 3", 0, 1) in told
    assert told[-1] == (path, 1, 1)


def test_files_come_back_in_order(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("b.md", "a.tex", "c.ipynb", "d.txt", ".hidden.md"):
        (tmp_path / name).write_text("x")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "e.md").write_text("x")
    monkeypatch.setattr(worker, "read", lambda task: Note(task.path, (claim("s", "s"),)))
    seen: list[str] = []
    reports = runner.check_files([str(tmp_path)], jobs=2, progress=lambda path, done, total: seen.append(path))
    names = [os.path.relpath(r.path, tmp_path) for r in reports]
    assert names == ["a.tex", "b.md", "c.ipynb", os.path.join("sub", "e.md")]
    assert sorted(path for path in seen if ": " not in path) == sorted(r.path for r in reports)
    assert all(r.claims[0].verdict == "proved" for r in reports)


def test_what_is_no_file(tmp_path: Path) -> None:
    assert sources.content(str(tmp_path / "gone.md")) == (b"", "there is no such file")
    assert sources.content(str(tmp_path))[1] == "this is no ordinary file"
    assert [r.error for r in runner.check_files([str(tmp_path / "gone.md")])] == ["there is no such file"]


def test_a_file_named_twice_is_checked_once(tmp_path: Path) -> None:
    note = tmp_path / "n.md"
    note.write_text("x")
    assert sources.expanded([str(note), str(tmp_path), str(note)]) == [str(note)]


def test_too_large(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sources, "LARGEST", 10)
    note = tmp_path / "n.md"
    note.write_text("x" * 11)
    assert "larger" in sources.content(str(note))[1]
