"""Writes results as Markdown and JSON, with what is needed to judge them."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from harness import Result

FOLDER = Path(__file__).parent / "results"
_LIBRARIES = ("autograd", "click", "numpy", "python-flint", "sympy")
_PEERS = ("jax", "scikit-learn", "torch")  # where they are installed


def machine() -> dict[str, str]:
    """What the figures depend on."""
    installed = {d.name.lower() for d in importlib.metadata.distributions() if d.name}
    found = (*_LIBRARIES, *(name for name in _PEERS if name in installed))
    versions = " ".join(f"{name} {importlib.metadata.version(name)}" for name in found)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return {
        "python": python,
        "system": f"{sys.platform} {platform.machine()}, {os.cpu_count()} cores",
        "with": versions,
    }


def table(results: Sequence[Result]) -> str:
    """A Markdown table: one row a comparison."""
    rows = ["| bar | what | against | ratio (quartiles) | at most | kept |", "|---|---|---|---|---|---|"]
    for r in results:
        measured = f"{r.median:.3g} ({r.low:.3g} to {r.high:.3g})"
        kept = "yes" if r.kept else "**no**"
        rows.append(f"| {r.bar} | `{r.what}` | `{r.against}` | {measured} | {r.limit:g} | {kept} |")
    return "\n".join(rows)


def write(results: Sequence[Result], missing: Sequence[str], rounds: int, *, keep: bool) -> str:
    """The Markdown of a run; `keep` stores it in `results/`, which holds whole runs only."""
    about = machine()
    notes = [f"- {r.what}: {r.note}" for r in results if r.note] + [f"- not measured: {line}" for line in missing]
    head = f"Medians of paired CPU-time ratios, {rounds} rounds, contestants interleaved, one thread. " + "; ".join(
        about.values()
    )
    text = "\n".join(["# Results", "", head + ".", "", table(results), "", *notes]).rstrip() + "\n"
    if not keep:
        return text
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "results.md").write_text(text, encoding="utf-8")
    stored = {
        "machine": about,
        "rounds": rounds,
        "results": [{**asdict(r), "kept": r.kept} for r in results],
        "missing": list(missing),
    }
    (FOLDER / "results.json").write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
    return text
