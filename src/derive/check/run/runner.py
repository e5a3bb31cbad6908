"""Many notes in parallel processes, with limits that really stop what takes too long."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import wait
from typing import Any

from derive.check.result import FileReport, Finding
from derive.check.run import sources
from derive.check.run.worker import Task, late, lines, work

SECONDS = 5.0
READING = 20.0  # seconds until a note must have been read, and more for a long one:
SPEED = 10_000  # bytes that a second more is allowed for
LONGEST = 120.0
PATIENCE = 12  # times as long on the wall, for a worker that has not computed for so long
GRACE = 4.0  # seconds after which a worker that does not stop by itself is killed
UNREAD = "the note could not be read in the time allowed"
OFTEN = 0.1  # seconds between two words on how far a note is
Progress = Callable[[str, int, int], None]
"""Is told what was checked last, or what is being checked, and how many files of how many are done."""


def check_files(
    paths: Sequence[str],
    *,
    seconds: float = SECONDS,
    jobs: int | None = None,
    hints: bool = True,
    explain: bool = False,
    progress: Progress | None = None,
) -> list[FileReport]:
    """The reports of all notes that the paths stand for, in their order. Folders are searched for notes.

    `explain` tells the reading of each claim in matrix notation, too.
    """
    names = sources.expanded(paths)
    jobs = max(1, min(jobs or os.cpu_count() or 1, len(names) or 1))
    import derive.check.examine
    import derive.documents  # noqa: F401  loaded once, before the workers are forked

    reports: dict[int, FileReport] = {}
    like = Task("", b"", seconds, 0, hints, explain)

    def far(job: Job) -> None:
        if progress:
            progress(job.far(), len(reports), len(names))

    for number, report in _in_parallel(names, jobs, like, sources.content, far):
        reports[number] = report
        if progress:
            progress(report.path, len(reports), len(names))
    return [reports[n] for n in range(len(names))]


def report_of(task: Task) -> FileReport:
    """The report of one note whose bytes are at hand."""
    ((_, report),) = _in_parallel([task.path], 1, task, lambda path: (task.data, ""))
    return report


def check_text(text: str, *, seconds: float = SECONDS, hints: bool = True) -> FileReport:
    """The report of a note that is no file; its format is guessed."""
    data = text.encode("utf-8", errors="replace")
    return report_of(Task(sources.TEXT, data, seconds, 0, hints))


Content = Callable[[str], tuple[bytes, str]]


def _in_parallel(
    names: list[str], jobs: int, like: Task, content: Content, far: Callable[[Job], None] | None = None
) -> Iterator[tuple[int, FileReport]]:
    said = time.monotonic()
    waiting = list(enumerate(names))[::-1]
    running: dict[int, Job] = {}
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                number, path = waiting.pop()
                data, trouble = content(path)
                if trouble:
                    yield number, FileReport(sources.shown(path), error=trouble)
                else:
                    running[number] = Job(replace(like, path=path, data=data))
            _listen(running.values())
            for number in [n for n, job in running.items() if job.finished]:
                yield number, running.pop(number).report()
            if far and running and time.monotonic() > said + OFTEN:
                said = time.monotonic()
                far(next(iter(running.values())))
    finally:
        for job in running.values():
            job.stop()


def _listen(running: Any) -> None:
    jobs = list(running)
    if not jobs:
        return
    soon = min(job.deadline for job in jobs) - time.monotonic()
    ready = wait([job.pipe for job in jobs], timeout=max(0.0, soon))
    for job in jobs:
        if job.pipe in ready:
            job.receive()
        elif time.monotonic() > job.deadline:
            job.late()


@dataclass
class Job:
    """A note that is being checked, in a worker that is replaced if it hangs or dies."""

    task: Task
    finished: bool = False
    error: str = ""
    deadline: float = 0.0  # on the wall: then it is asked how long the worker has computed
    end: float = 0.0  # of its computation, in its own seconds
    last: float = 0.0  # whatever it has computed until then
    total: int | None = None
    remarks: tuple[str, ...] = ()
    declared: dict[str, str] = field(default_factory=dict)
    current: Finding | None = None
    findings: dict[int, Finding] = field(default_factory=dict)
    number: int = 0

    def __post_init__(self) -> None:
        self._start(self.task)

    def _start(self, task: Task) -> None:
        context = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
        self.pipe, theirs = context.Pipe(duplex=False)
        self.process = context.Process(target=work, args=(task, theirs), daemon=True)
        self.process.start()
        theirs.close()
        allowed = min(READING + len(self.task.data) / SPEED, LONGEST)
        self.current = None
        self._allow(allowed)

    def receive(self) -> None:
        try:
            word, *rest = self.pipe.recv()
        except (EOFError, OSError):
            where = "this claim" if self.current else "this note"
            self._lost(f"the checker ended unexpectedly on {where}")
            return
        getattr(self, f"_{word}")(*rest)

    def _begun(self, total: int, remarks: tuple[str, ...], declared: dict[str, str]) -> None:
        self.total, self.remarks, self.declared = total, remarks, declared

    def _at(self, number: int, sketch: Finding) -> None:
        self.number, self.current = number, sketch
        self._allow(self.task.seconds + GRACE)

    def _found(self, number: int, finding: Finding) -> None:
        self.findings[number], self.current = finding, None

    def _fault(self, why: str) -> None:
        self._lost(why)

    def _done(self) -> None:
        self.stop()

    def _allow(self, seconds: float) -> None:
        now, used = time.monotonic(), computed(self.process.pid)
        self.deadline, self.last, self.end = now + seconds, now + PATIENCE * seconds, (used or 0.0) + seconds

    def late(self) -> None:
        """The time is over on the wall; on a busy machine the worker may not have had it yet."""
        used, now = computed(self.process.pid), time.monotonic()
        if used is not None and used < self.end and now < self.last:
            self.deadline = now + max(self.end - used, 0.1)
        else:
            self._lost("")

    def _lost(self, why: str) -> None:
        """Give the current claim up and go on behind it in a new worker."""
        self.process.kill()
        if self.current is None:
            self.error = self.error or why or UNREAD
            self.stop()
            return
        finding = late(self.current, self.task.seconds)
        self.findings[self.number] = replace(finding, detail=why) if why else finding
        self._close()
        if self.total is not None and self.number + 1 >= self.total:
            self.finished = True
        else:
            self._start(replace(self.task, first=self.number + 1))

    def _close(self) -> None:
        self.pipe.close()
        self.process.join(GRACE)

    def stop(self) -> None:
        self.finished = True
        if self.process.is_alive():
            self.process.join(0.2)
            if self.process.is_alive():
                self.process.kill()
        self._close()

    def far(self) -> str:
        """How far the note is, for people."""
        path = sources.shown(self.task.path)
        return f"{path}: {self.number + 1} of {self.total}" if self.total else f"{path}: reading"

    def report(self) -> FileReport:
        found = tuple(self.findings[n] for n in sorted(self.findings))
        path, source = sources.shown(self.task.path), lines(self.task.data)
        return FileReport(path, found, self.remarks, self.error, source, self.declared)


def computed(pid: int | None) -> float | None:
    """The seconds for which a process has computed; None where the system does not tell."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None
