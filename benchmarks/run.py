"""Measures the bars: `python benchmarks/run.py [NAME ...] [--rounds N]`. Leaves with 1 if one is not kept.

A run of all benchmarks is stored in `results/`; a run of some of them is only printed.
"""

from __future__ import annotations

import argparse
import sys

import checking
import hessians
import report
import startup
import symbolic
import training
from harness import Result, Unavailable

BENCHMARKS = {
    "help": startup.help_text,
    "main-job": startup.main_job,
    "depth": symbolic.depth,
    "width": symbolic.width,
    "scalar-diff": symbolic.scalar_diff,
    "claims": checking.claims,
    "training": training.training,
    "hessians": hessians.hessians,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"all by default: {', '.join(BENCHMARKS)}")
    parser.add_argument("--rounds", type=int, default=11, help="paired measurements of each comparison [11]")
    chosen = parser.parse_args()
    unknown = set(chosen.names) - set(BENCHMARKS)
    if unknown or chosen.rounds < 1:
        parser.error(f"unknown: {', '.join(sorted(unknown))}" if unknown else "--rounds: at least 1")
    results, missing = measure(chosen.names or list(BENCHMARKS), chosen.rounds)
    print(report.write(results, missing, chosen.rounds, keep=not chosen.names))
    return 0 if all(result.kept for result in results) and not missing else 1


def measure(names: list[str], rounds: int) -> tuple[list[Result], list[str]]:
    """What was measured, and what could not be."""
    results: list[Result] = []
    missing: list[str] = []
    for name in names:
        print(f"{name} ...", file=sys.stderr)
        try:
            results += BENCHMARKS[name](rounds)
        except Unavailable as reason:
            missing.append(f"{name}: {reason}")
    return results, missing


if __name__ == "__main__":
    sys.exit(main())
