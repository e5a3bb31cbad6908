"""Notes that are checked by the workers of a cluster, each in a process of its own.

`python -m derive.check.run.remote` is that process: a task comes in, a report goes out, both pickled by derive itself.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from derive import __version__
from derive.check.result import FileReport
from derive.check.run import sources
from derive.check.run.runner import SECONDS, Progress, report_of
from derive.check.run.worker import Task
from derive.cluster import connected

MODULE = "derive.check.run.remote"


def check_on_cluster(
    paths: Sequence[str],
    scheduler: str,
    *,
    seconds: float = SECONDS,
    hints: bool = True,
    explain: bool = False,
    progress: Progress | None = None,
) -> list[FileReport]:
    """The reports of all notes that the paths stand for, in their order; the files are read here."""
    names = sources.expanded(paths)
    like = Task("", b"", seconds, 0, hints, explain)
    reports: dict[int, FileReport] = {}

    def take(number: int, report: FileReport) -> None:
        reports[number] = report
        if progress:
            progress(names[number], len(reports), len(names))

    with connected(scheduler) as client:
        from distributed import as_completed  # pyright: ignore[reportMissingImports]

        futures: dict[Any, int] = {}
        for number, path in enumerate(names):
            data, trouble = sources.content(path)
            if trouble:
                take(number, FileReport(sources.shown(path), error=trouble))
            else:
                task = replace(like, path=path, data=data)
                futures[client.submit(in_process, task, __version__, pure=False)] = number
        for future in as_completed(list(futures)):
            take(futures[future], future.result())
    return [reports[n] for n in range(len(names))]


def in_process(task: Task, version: str) -> FileReport:
    """On a worker: the limits of a claim need a process that can be interrupted and killed."""
    if version != __version__:
        return FileReport(sources.shown(task.path), error=f"the worker has derive {__version__}, not {version}")
    command = [sys.executable, "-P", "-m", MODULE]
    done = subprocess.run(command, input=pickle.dumps(task), capture_output=True, check=False)
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        return FileReport(sources.shown(task.path), error=f"the checker ended unexpectedly: {' '.join(last)[:200]}")
    return pickle.loads(done.stdout)


def main() -> None:
    task = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(pickle.dumps(report_of(task)))


if __name__ == "__main__":
    main()
