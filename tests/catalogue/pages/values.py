"""What is on a page, as numbers: results by their left sides, evaluated with plain floats."""

from __future__ import annotations

import json

import numpy as np

from derive.cli.main import run
from derive.derivation.certify import certify
from derive.evaluate.oracle import evaluate
from derive.notation.document.check import unfaithful


def certified(page):
    """The page with its verdicts, all of them established, and matrix forms that mean what was derived."""
    derived = certify(page)
    assert derived.certificate.failures == ()
    assert list(unfaithful(derived, "full")) == []
    assert all(s.verdict is None or s.verdict.established for e in derived.equations() for s in e.steps)
    return derived


def equation(derived, lhs: str):
    """The first equation with this left side."""
    return next(e for e in derived.equations() if str(e.lhs) == lhs)


def number(e, values: dict, sizes: dict, at: dict | None = None) -> float:
    """An expression in floats; `values` has arrays by the names of tensors."""
    from derive.expr import tensors

    given = {t: np.asarray(values[t.name]).tolist() for t in tensors(e)}
    by_size = {t: sizes[t.name] for t in _sizes(e)}
    return float(evaluate(e, given, by_size, at or {}))


def _sizes(e):
    from derive.evaluate.sampling import sizes_in

    return sizes_in((e,))


def printed(capsys, *args: str) -> str:
    assert run([*args, "--no-cache"]) == 0
    return capsys.readouterr().out


def verdicts(capsys, *args: str) -> set[str]:
    """The kinds of all verdicts in the JSON of a page."""
    data = json.loads(printed(capsys, *args, "--format", "json", "--steps", "full"))
    blocks = (b for s in data["sections"] for b in s["blocks"] if b["kind"] == "equation")
    return {s["verdict"]["kind"] for b in blocks for s in b["steps"] if s["verdict"] is not None}
