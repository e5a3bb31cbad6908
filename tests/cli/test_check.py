"""`derive check` as a command: what it reads, what it prints where, when it ends, and how."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from derive.cli.main import run

WRONG = "Let $x \\in \\mathbb{R}$. Then $2x = x$.\n"
RIGHT = "Let $x \\in \\mathbb{R}$. Then $2x = x + x$.\n"
UNREAD = "Let $x \\in \\mathbb{R}$. Then $2x = x + x$ and $x = \\foo x$.\n"
TEX = "\\documentclass{article}\n\\begin{document}\n% $ half\n" + WRONG

SETTINGS = [
    (RIGHT, [], 0, ""),
    (WRONG, [], 1, ""),
    (UNREAD, [], 0, ""),
    (UNREAD, ["--strict"], 1, "1 of 2 claims is not established (--strict)"),
    (UNREAD, ["--fail-under", "50"], 0, ""),
    (UNREAD, ["--fail-under", "50.1"], 1, "50% of the claims are proved or confirmed; --fail-under asks for 50.1%"),
    ("no mathematics", [], 1, "no claim was found"),
    ("", ["--format", "json"], 1, "no claim was found"),
    ("$x = \\foo$ and $1 = \\foo$", [], 1, "fewer than half of the claims were read (0 of 2)"),
]


@pytest.fixture
def note(tmp_path: Path) -> Callable[..., str]:
    def write(text: str, name: str = "note.md") -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return write


@pytest.mark.parametrize(("text", "options", "code", "said"), SETTINGS)
def test_exit_codes_and_why(note: Any, capsys: Any, text: str, options: list[str], code: int, said: str) -> None:
    assert run(["check", note(text), *options]) == code
    assert capsys.readouterr().err.strip() == said


def test_a_file_that_is_not_there(capsys: Any, tmp_path: Path) -> None:
    assert run(["check", str(tmp_path / "gone.md")]) == 2
    assert "there is no such file" in capsys.readouterr().out


def test_standard_input_that_is_closed(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert run(["check", "-"]) == 2
    assert "standard input is closed" in capsys.readouterr().out


@pytest.mark.parametrize(("text", "expected"), [(WRONG, "-:1:36"), (TEX, "-:4:36")])
def test_standard_input(derive: Any, text: str, expected: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "derive", "check", "-"], input=text, capture_output=True, text=True, env=_environment(),
        timeout=300, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"{expected}: wrong (refuted")


def test_forty_scripts(note: Any, capsys: Any, tmp_path: Path) -> None:
    for n in range(40):
        note(WRONG if n % 4 == 0 else RIGHT, f"script{n:02}.md")
    assert run(["check", str(tmp_path), "--jobs", "3"]) == 1
    out, err = capsys.readouterr()
    assert err == ""  # no progress where there is no terminal
    *rows, line, total = out.splitlines()[-42:]
    assert set(line) == {"-"}
    assert [row.split()[0] for row in rows] == [str(tmp_path / f"script{n:02}.md") for n in range(40)]
    assert total.split() == ["40", "files", "40", "100%", "30", "0", "0", "10", "0", "0"]


NAMES = ["a,b:c%.md", "new\nline.md", "esc\x1b[31m.md", os.fsdecode(b"bad\xff.md"), "<&\"'.md", "::error ::.md"]


@pytest.mark.parametrize(("name", "start"), [("r.json", "{"), ("r.XML", "<?xml"), ("r.txt", "/"), ("r", "/")])
def test_the_ending_tells_the_format(note: Any, tmp_path: Path, name: str, start: str) -> None:
    assert run(["check", note(WRONG), "-o", str(tmp_path / name)]) == 1
    assert (tmp_path / name).read_text().startswith(start)
    assert run(["check", note(WRONG), "-o", str(tmp_path / name), "--format", "github"]) == 1
    assert (tmp_path / name).read_text().startswith("::error")


@pytest.mark.skipif(sys.platform != "linux", reason="names that other systems refuse")
@pytest.mark.parametrize("format", ["text", "json", "junit", "github"])
def test_odd_names_and_contents(note: Any, capsys: Any, tmp_path: Path, format: str) -> None:
    for name in NAMES:
        note(WRONG, name)
    note("$\x1b[2J = \u202e 1$ and $1 = 2 \x07$", "control.md")
    cell = {"cell_type": "markdown", "source": "$x \\in \\mathbb{R}$ and $2x = x\ud800$"}
    note(json.dumps({"cells": [cell]}), "half.ipynb")
    assert run(["check", str(tmp_path), "--format", format]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    assert not set(out) & set("\x1b\x07\u202e\ud800") or format != "text"
    out.encode()
    if format == "json":
        assert len(json.loads(out)["files"]) == len(NAMES) + 2
    elif format == "junit":
        assert len(ElementTree.fromstring(out)) == len(NAMES) + 2
    elif format == "github":
        lines = [line for line in out.splitlines() if line.startswith("::")]
        assert all(line.split("::")[1].split(" file=")[0] in ("error", "warning", "notice") for line in lines)
        assert sum(",line=1,col=36,title=2x = x::refuted: " in line for line in lines) == len(NAMES)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_line_is_shown_as_it_is_counted(tmp_path: Path, capsys: Any, end: str, encoding: str) -> None:
    (tmp_path / "note.md").write_bytes(f"# A{end}{end}{WRONG}".encode(encoding))
    run(["check", str(tmp_path / "note.md")])
    head, line, caret, *_ = capsys.readouterr().out.splitlines()
    assert head.startswith(f"{tmp_path / 'note.md'}:3:36: wrong")
    assert (line.strip(), line[caret.index("^")]) == (WRONG.strip(), "x")


def test_a_claim_in_a_notebook_is_shown_as_it_stands_in_its_cell(note: Any, capsys: Any) -> None:
    cells = [{"cell_type": "markdown", "source": ["Let $x \\in \\mathbb{R}$:\n", "\n", "$2x = x$\n"]}]
    path = note(json.dumps({"cells": cells}, indent=1), "n.ipynb")
    run(["check", path])
    head, line, caret, *_ = capsys.readouterr().out.splitlines()
    assert head.startswith(f"{path}:8:7: wrong")
    assert (line, caret) == ("    2x = x", "         ^")


# -- --watch ---------------------------------------------------------------------------------------------------


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PYTHONUNBUFFERED": "1"}


def _can_be_interrupted() -> None:
    """A shell has its background jobs ignore SIGINT, and their children with them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Watching:
    """The command in a process of its own; what it says on standard error, line by line."""

    def __init__(self, *args: str) -> None:
        command = [sys.executable, "-m", "derive", "check", *args, "--watch"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_environment(),
            preexec_fn=_can_be_interrupted if os.name == "posix" else None,
        )  # fmt: skip
        self.said: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stderr
        self.said.extend(iter(self.process.stderr.readline, ""))

    def checks(self, count: int) -> None:
        """Wait until the notes were checked so often."""
        stop = time.monotonic() + 300
        while sum("waiting for changes" in line for line in self.said) < count:
            assert time.monotonic() < stop, self.said
            assert self.process.poll() is None, self.said
            time.sleep(0.05)

    def interrupted(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGINT)
        out, _ = self.process.communicate(timeout=300)
        return self.process.returncode, out


@pytest.fixture
def watching() -> Iterator[Callable[..., Watching]]:
    started: list[Watching] = []

    def start(*args: str) -> Watching:
        started.append(Watching(*args))
        return started[-1]

    yield start
    for w in started:
        w.process.kill()
        w.process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for a child")
def test_watch(note: Any, watching: Any, tmp_path: Path) -> None:
    note(WRONG)
    w = watching(str(tmp_path))
    w.checks(1)
    note(RIGHT)
    w.checks(2)
    note(WRONG, "other.md")
    w.checks(3)
    time.sleep(1.2)
    w.checks(3)
    code, out = w.interrupted()
    assert code == 0
    assert out.count("wrong (refuted") == 2
    assert "1 of 1 claims read (100%): 1 proved" in out
    assert "\x1b" not in out  # nothing is cleared where there is no terminal
    assert "Traceback" not in "".join(w.said)
    assert sum("waiting for changes" in line for line in w.said) == 3


@pytest.mark.parametrize(("path", "said"), [("-", "standard input cannot be watched"), ("gone.md", "no such file")])
def test_what_cannot_be_watched(capsys: Any, path: str, said: str) -> None:
    assert run(["check", path, "--watch"]) == 2
    assert said in capsys.readouterr().err
