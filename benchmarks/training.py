"""Bars P1 to P3: a training step by generated code, against the matrix products alone and against other libraries.

Every case runs in one process with all contestants (see contestants.py), which agree on the result first.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

from contestants import CASES
from harness import ONE_THREAD, Result, ratios, run

OURS, FLOOR = "derive fast", "floor"
PEERS = {"JAX jit": 1.0, "PyTorch eager": 1.0, "autograd": 1.0}

#: case -> bar, and what the time of the fast style may be at most, in units of another's
BARS: dict[str, tuple[str, dict[str, float]]] = {
    "large-relu": ("P1", {FLOOR: 1.10, **PEERS}),
    "large-tanh": ("P1", {FLOOR: 1.18, **PEERS}),
    "small-relu": ("P1", {FLOOR: 1.15, "JAX jit": 0.9}),
    "small-tanh": ("P1", {FLOOR: 1.20, "JAX jit": 0.9}),
    "tiny": ("P2", {FLOOR: 5.0, "JAX jit": 0.5, "PyTorch eager": 0.15}),
    "logistic": ("P3", {FLOOR: 0.9, "JAX jit": 0.6}),
}


def training(rounds: int) -> Iterator[Result]:
    """A row for each case and contestant that has a bar; the note of the first says how all of them did."""
    for case, (bar, limits) in BARS.items():
        script = str(Path(__file__).with_name("contestants.py"))
        output = run([sys.executable, script, case, str(rounds)], ONE_THREAD)[1]
        found = json.loads(output.splitlines()[-1])
        times = found["times"]
        everyone = ", ".join(f"{name} {ratios(t, times[FLOOR])[0]:.3g}" for name, t in times.items() if name != FLOOR)
        unit = statistics.median(times[FLOOR]) * 1e6
        notes = [f"times of the matrix products alone ({unit:.0f} us): {everyone}", *found["notes"]]
        for against, limit in limits.items():
            if against in times:
                note = "; ".join(notes)
                yield Result(
                    bar, f"step, {CASES[case].name}", against, *ratios(times[OURS], times[against]), limit, note
                )
                notes = []
