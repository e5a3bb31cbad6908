"""What users pay all day: bar P6, and the parts of P5 that include starting up."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator

from harness import Result, child, derive_command, interleaved, ratios

MAIN_JOB = ("mlp", "--layers", "2", "--latex")


def help_text(rounds: int) -> Iterator[Result]:
    """P6: `derive --help` against `import click`."""
    times = interleaved({"derive": child(derive_command("--help")), "click": _python("import click")}, rounds)
    yield Result("P6", "derive --help", 'python -c "import click"', *ratios(times["derive"], times["click"]), limit=1.5)


def main_job(rounds: int) -> Iterator[Result]:
    """P5: the main job, verified, without and with the cache, against `import sympy`."""
    with tempfile.TemporaryDirectory() as folder:
        contestants = {
            "cold": child(derive_command(*MAIN_JOB, "--no-cache")),
            "cached": child(derive_command(*MAIN_JOB), XDG_CACHE_HOME=folder, DERIVE_CACHE="on"),
            "sympy": _python("import sympy"),
        }
        times = interleaved(contestants, rounds)
    against, shown = 'python -c "import sympy"', "derive " + " ".join(MAIN_JOB)
    yield Result("P5", f"{shown} --no-cache", against, *ratios(times["cold"], times["sympy"]), limit=1.8)
    yield Result("P5", f"{shown}, from the cache", against, *ratios(times["cached"], times["sympy"]), limit=0.3)


def _python(code: str):
    return child([sys.executable, "-c", code])
