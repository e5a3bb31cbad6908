"""The clock of time limits: seconds of computation in this thread, and an alarm after so many of them.

A limit in seconds of the day would make a verdict depend on what else the machine does.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import thread_time as now
from typing import Any

__all__ = ["TooLong", "alarm", "now"]


class TooLong(BaseException):
    """The time is over. No `Exception`, so that nobody who is careful about those swallows it."""


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise TooLong after so many seconds of computation, where the system and the thread allow it.

    Within another alarm it is that one's time that counts.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    if signal.getitimer(signal.ITIMER_PROF)[0]:
        yield
        return

    def ring(number: int, frame: Any) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
