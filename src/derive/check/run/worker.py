"""One note, checked in a process of its own: what takes too long is interrupted from inside, or killed from outside.

The worker sends (word, ...) tuples: `begun` with the number of statements, `at` with the number of the one it starts,
`found` with the finding, and `done`.
"""

from __future__ import annotations

import contextlib
import gc
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from derive.check.examine import examine
from derive.check.result import Finding
from derive.check.run.readings import in_matrices
from derive.check.run.sources import named
from derive.evaluate.clock import TooLong, alarm

if TYPE_CHECKING:
    from derive.documents.model import Note, Statement

EXTRA = 2.0  # seconds for the likely cause
MEMORY = 6 << 30  # bytes of address space for one worker


@dataclass(frozen=True)
class Task:
    """A note to check: its bytes, from which statement on, and how long one claim may take."""

    path: str
    data: bytes
    seconds: float
    first: int = 0
    hints: bool = True
    explain: bool = False


def work(task: Task, pipe: Any) -> None:
    """The main function of a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends it
    _limit_memory()
    collect_seldom()
    try:
        note = read(task)
        pipe.send(("begun", len(note.statements), remarks(note), dict(note.declared)))
        for number, statement in enumerate(note.statements[task.first :], task.first):
            pipe.send(("at", number, _sketch(statement)))
            pipe.send(("found", number, timed(statement, task, again(note, number))))
        pipe.send(("done",))
    except (BrokenPipeError, EOFError):
        pass
    except (Exception, MemoryError) as error:  # the parent goes on behind this claim
        with contextlib.suppress(OSError):
            pipe.send(("fault", f"a fault of derive ({type(error).__name__}: {str(error)[:200]})"))
    finally:
        pipe.close()


def read(task: Task) -> Note:
    from derive.documents import Diagnostic, Place
    from derive.documents import read as read_note
    from derive.documents.source.document import decode

    text, problems = decode(task.data)
    note = read_note(text, named(task.path, task.data))
    found = tuple(Diagnostic(Place(1, 1), p) for p in problems)
    return replace(note, diagnostics=(*found, *note.diagnostics))


def lines(data: bytes) -> tuple[str, ...]:
    """The lines of a note, as the reader counts them."""
    from derive.documents.source.document import decode

    return tuple(decode(data)[0].split("\n"))


def remarks(note: Note) -> tuple[str, ...]:
    return tuple(f"line {d.place.line}: {d.message}" for d in note.diagnostics)


def again(note: Note, number: int) -> Callable[[str], Statement | None] | None:
    """Reads a statement once more with another right side, in its place in the note."""
    edited = note.edited
    return (lambda rhs: edited(number, note.statements[number], rhs)) if edited else None


def timed(statement: Statement, task: Task, reader: Callable[[str], Statement | None] | None = None) -> Finding:
    """The finding, or that it took too long."""
    try:
        with alarm(task.seconds + min(EXTRA, task.seconds)):
            found = examine(statement, seconds=task.seconds, hints=task.hints, again=reader)
            return replace(found, matrices=in_matrices(statement)) if task.explain else found
    except TooLong:
        return late(_sketch(statement), task.seconds)
    except MemoryError:
        return given_up(_sketch(statement), "the claim takes more memory than it may")


def _sketch(statement: Statement) -> Finding:
    """The statement before it is judged: what the parent reports if the worker never answers."""
    s = statement
    return Finding(s.line, s.column, s.lhs_text, s.relation, s.rhs_text, "undecided", reading=s.reading)


def late(sketch: Finding, seconds: float) -> Finding:
    return given_up(sketch, f"not decided within the {seconds:g} s of a claim; more seconds may do")


def given_up(sketch: Finding, why: str) -> Finding:
    return replace(sketch, verdict="undecided", method="time", detail=why)


def collect_seldom() -> None:
    """Expressions are trees: to look for cycles among so many of them finds nothing, and takes a tenth of the time."""
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)


def _limit_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    except (ImportError, ValueError, OSError):
        return
