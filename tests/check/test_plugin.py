"""`pytest --derive notes/`: each claim is a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from check.builders import claim
from derive.check.run import worker
from derive.documents.model import Note, Place, Statement

pytest_plugins = ["pytester"]

TRUE, FALSE = claim("s", "s"), claim("s", "t")
CONVENTION = claim("A", "A.T", derivative_kind="jacobian")
UNREADABLE = Statement("unreadable", Place(5, 2), "a", "=", "?", problem="expected a number")
OPEN = claim("s", "t", "\\approx")
DEFINITION = Statement("definition", Place(1, 1), "z", "=", "w")


@pytest.fixture(autouse=True)
def _not_loaded_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed derive offers the plugin by itself; here it is named on the command line."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    def go(*args: str, statements: tuple[Statement, ...]) -> Any:
        pytester.makefile(".md", note="text")
        monkeypatch.setattr(worker, "read", lambda task: Note(task.path, statements))
        loaded = [] if pytester.plugins else ["-p", "derive.pytest_plugin"]
        return pytester.runpytest_inprocess(*loaded, "--derive", "note.md", "-rs", "-W", "default", *args)

    return go


def test_each_claim_is_a_test(run: Callable[..., Any]) -> None:
    done = run("-v", statements=(DEFINITION, TRUE, replace(FALSE, place=Place(7, 3)), CONVENTION, UNREADABLE, OPEN))
    done.assert_outcomes(passed=2, failed=1, skipped=2, warnings=1)
    done.stdout.fnmatch_lines(["note.md::1: s = s PASSED*", "note.md::7: s = t FAILED*"])
    done.stdout.fnmatch_lines(["note.md:7:3: wrong (refuted, *", "    s = t", "        ^", "*left*right*"])
    done.stdout.fnmatch_lines(["derive: 4 of 5 claims read (80%): 1 proved, 1 convention, 1 refuted, 1 un*"])
    done.stdout.fnmatch_lines(["SKIPPED * note.md:5: unreadable: a = ?", "expected a number"])


def test_strict(run: Callable[..., Any]) -> None:
    run("--derive-strict", statements=(TRUE, UNREADABLE, OPEN)).assert_outcomes(passed=1, failed=2)


def test_the_same_claim_twice(run: Callable[..., Any]) -> None:
    run(statements=(TRUE, TRUE)).assert_outcomes(passed=2)


def _checked(pytester: pytest.Pytester, *args: str) -> Any:
    return pytester.runpytest_inprocess("-p", "derive.pytest_plugin", "-W", "default", *args)


def test_a_note_that_cannot_be_read_is_told(pytester: pytest.Pytester) -> None:
    pytester.makefile(".ipynb", note="{no notebook")
    pytester.makefile(".md", note="$1 = 1$ and $$2 = 2")
    done = _checked(pytester, "--derive", ".")
    done.assert_outcomes(passed=1, warnings=2)
    done.stdout.fnmatch_lines(["*NoteWarning: line 1: the notebook is not readable*", "*NoteWarning: *never closed*"])


def test_a_note_that_is_named_may_have_any_ending(pytester: pytest.Pytester) -> None:
    pytester.makefile(".txt", note="$1 = 2$", other="$2 = 3$")
    _checked(pytester, "--derive", "note.txt").assert_outcomes(failed=1)
    assert _checked(pytester, "--derive", ".").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_failure_of_an_assertion_shows_the_test_and_not_the_checker(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_gradient(derive_check):
            derive_check.assert_gradient("x @ x", lambda x: x, "x: n", "x")
        """
    )
    done = _checked(pytester)
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(['>       derive_check.assert_gradient("x @ x", *', "E *the gradient in x at*"])
    done.stdout.no_fnmatch_line("*in assert_gradient*")


def test_a_note_that_is_not_there(pytester: pytest.Pytester) -> None:
    done = pytester.runpytest_inprocess("-p", "derive.pytest_plugin", "--derive", "gone.md")
    assert done.ret == pytest.ExitCode.USAGE_ERROR


def test_notes_are_left_alone_without_the_option(pytester: pytest.Pytester) -> None:
    pytester.makefile(".md", note="$1 = 2$")
    done = pytester.runpytest_inprocess("-p", "derive.pytest_plugin")
    assert done.ret == pytest.ExitCode.NO_TESTS_COLLECTED
