"""Alarms after so many seconds of computation."""

from __future__ import annotations

import signal

import pytest

from derive.evaluate.clock import TooLong, alarm

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no such alarm on this system")


def _computes() -> None:
    while True:
        pass


def test_it_rings() -> None:
    with pytest.raises(TooLong), alarm(0.05):
        _computes()
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_what_is_in_time_is_left_alone() -> None:
    before = signal.getsignal(signal.SIGPROF)
    with alarm(60):
        assert signal.getitimer(signal.ITIMER_PROF)[0] > 0
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0
    assert signal.getsignal(signal.SIGPROF) == before


def test_within_another_alarm_that_one_counts() -> None:
    with pytest.raises(TooLong), alarm(0.05), alarm(60):
        _computes()
    with pytest.raises(TooLong), alarm(0.05):
        with alarm(1e-4):
            pass
        _computes()
