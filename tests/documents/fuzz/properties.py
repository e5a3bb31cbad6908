"""What holds of the reading of any note, however broken, and of the verdicts on its claims."""

from __future__ import annotations

import json
import time
import traceback

from derive.check.result import VERDICTS
from derive.check.run.worker import Task, read, timed
from derive.documents.model import Note, Statement
from derive.documents.reading.formulas import FAULT
from derive.documents.source.document import decode

SECONDS = 1.0  # for the verdict on one claim
READING = 15.0  # seconds of CPU for one note
NONSENSE = "@"  # means nothing in mathematics: no claim that holds it may be judged
JUDGED = ("proved", "confirmed", "refuted", "convention")


def troubles(data: bytes, path: str, judge: int = 2) -> list[str]:
    """Everything that is wrong with how the checker takes these bytes; `judge` claims get a verdict."""
    task = Task(path, data, SECONDS)
    started = time.process_time()
    try:
        note = read(task)
    except Exception:
        return [f"reading: {traceback.format_exc(limit=-6)}"]
    found = [f"reading took {time.process_time() - started:.1f} s"] * (time.process_time() - started > READING)
    text, _ = decode(data)
    text = text.removeprefix("\ufeff")
    found += [x for s in note.statements for x in (*places(s, text), *slices(s, text, path), *parts(s))]
    return found + [x for s in chosen(note, judge) for x in verdict(s, task)]


def places(s: Statement, text: str) -> list[str]:
    """The place of a statement lies inside the file, and its right side stands there."""
    lines = text.split("\n")
    if not 1 <= s.line <= len(lines):
        return [f"line {s.line} of {len(lines)}: {s.rhs_text!r}"]
    if text.lstrip()[:1] != "{" and not 1 <= s.column <= len(lines[s.line - 1]) + 1:
        return [f"column {s.column} of line {s.line}, which has {len(lines[s.line - 1])}: {s.rhs_text!r}"]
    return []


def slices(s: Statement, text: str, path: str) -> list[str]:
    """The sides are slices of the source."""
    if path.endswith(".ipynb"):
        try:
            cells = json.loads(text)["cells"]
            text = "\n\n".join("".join(c["source"]) for c in cells).replace("\r\n", "\n").replace("\r", "\n")
        except (ValueError, KeyError, TypeError):
            return []
    return [f"no slice of the source: {side!r}" for side in (s.lhs_text, s.rhs_text) if side not in text]


def parts(s: Statement) -> list[str]:
    """A claim can be judged; what is unreadable says why, and the reason is not ours."""
    if FAULT in s.problem:
        return [f"{s.problem}: {s.lhs_text!r} {s.relation} {s.rhs_text!r}"]
    if s.kind == "claim" and s.sides is None and not s.instances and s.image is None and not s.problem:
        return [f"a claim without sides: {s.lhs_text!r} {s.relation} {s.rhs_text!r}"]
    if s.kind == "unreadable" and not s.problem:
        return [f"unreadable without a reason: {s.lhs_text!r} {s.relation} {s.rhs_text!r}"]
    return []


def chosen(note: Note, count: int) -> list[Statement]:
    """The claims to judge: those with nonsense first, for they must not be."""
    found = sorted(note.claims, key=lambda s: NONSENSE not in s.lhs_text + s.rhs_text)
    step = max(1, len(found) // max(1, count))
    return [*found[:1], *found[1::step]][:count]


def verdict(s: Statement, task: Task) -> list[str]:
    """The claim gets a verdict in the time allowed, and no error of ours is hidden in it."""
    claim = f"{s.lhs_text!r} {s.relation} {s.rhs_text!r}"
    started = time.monotonic()
    try:
        found = timed(s, task)
    except Exception:
        return [f"judging {claim}: {traceback.format_exc(limit=-6)}"]
    out = [f"{found.verdict} is no verdict: {claim}"] * (found.verdict not in VERDICTS)
    if time.monotonic() - started > task.seconds + 10:
        out.append(f"judging took {time.monotonic() - started:.1f} s: {claim}")
    if found.method == "checker" and "nested" not in found.detail:
        out.append(f"an error inside: {found.detail}: {claim}")
    if found.verdict in JUDGED and NONSENSE in _without_comments(s.lhs_text + s.rhs_text):
        out.append(f"{found.verdict} in spite of nonsense: {claim}")
    return out


def _without_comments(text: str) -> str:
    return "\n".join(line.partition("%")[0] for line in text.split("\n"))
