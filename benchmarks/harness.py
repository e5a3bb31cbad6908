"""Ratios of CPU time: contestants take turns, each round gives one ratio, the median is reported.

Start-up is measured in child processes (`os.wait4`), one thread each. A single figure of a loaded machine says little;
a ratio of neighbours in time says a lot.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Contestant = Callable[[], float]

ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


class Unavailable(Exception):
    """A contestant that cannot run here; the benchmark says why and goes on."""


@dataclass(frozen=True)
class Result:
    """One line of the report: `median` (with its quartiles) is what the bar is about."""

    bar: str
    what: str
    against: str
    median: float
    low: float
    high: float
    limit: float
    note: str = ""

    @property
    def kept(self) -> bool:
        return self.median <= self.limit


def derive_command(*args: str) -> list[str]:
    """The command as installed beside this interpreter; `python -m derive` where it is not."""
    script = os.path.join(os.path.dirname(sys.executable), "derive")
    return [script, *args] if os.access(script, os.X_OK) else [sys.executable, "-m", "derive", *args]


def child(command: Sequence[str], **environment: str) -> Contestant:
    """The CPU seconds of a command, start-up included."""
    return lambda: run(command, environment)[0]


def reported(script: str, *args: str) -> Contestant:
    """The CPU seconds that a Python script measures itself and prints last, imports not included."""

    def measure() -> float:
        return float(run([sys.executable, "-c", script, *args], {})[1].split()[-1])

    return measure


def interleaved(contestants: Mapping[str, Contestant], rounds: int, *, warm: bool = True) -> dict[str, list[float]]:
    """The times of each, in rounds that begin with a different one each time, after a round that does not count."""
    names = list(contestants)
    for name in names if warm else ():
        contestants[name]()
    times: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds):
        for step in range(len(names)):
            name = names[(turn + step) % len(names)]
            times[name].append(contestants[name]())
    return times


def ratios(above: Sequence[float], below: Sequence[float]) -> tuple[float, float, float]:
    """Median and quartiles of the paired ratios."""
    paired = [a / b for a, b in zip(above, below, strict=True)]
    if len(paired) < 2:
        return paired[0], paired[0], paired[0]
    low, median, high = statistics.quantiles(paired, n=4, method="inclusive")
    return median, low, high


def run(command: Sequence[str], environment: Mapping[str, str]) -> tuple[float, str]:
    settings = {**os.environ, "DERIVE_CACHE": "off", **ONE_THREAD, **environment}
    settings.pop("PYTHONDONTWRITEBYTECODE", None)  # all contestants start from compiled files
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL, env=settings)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode != 0:
            last = (err.read().strip().splitlines() or ["no message"])[-1]
            raise Unavailable(f"{' '.join(command)[:80]!r} left with {process.returncode}: {last[:200]}")
        return used.ru_utime + used.ru_stime, out.read()
