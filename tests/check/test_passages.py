"""What a letter means where it stands: worked numbers, sections, conditions, families, entries; small notes with their truths.

A note begins with `%%% name: truths`, a letter for each claim: T and F must be found out, t and f may stay open;
what is true is never refuted, and what is false never accepted.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from derive.check.examine import examine
from derive.documents import read

FOLDER = Path(__file__).with_name("passages")
HEAD = re.compile(r"^%%% ([\w-]+): ([TFtf]+)\n", re.MULTILINE)
ACCEPTED = ("proved", "confirmed")


def _notes() -> list[object]:
    out = []
    for path in sorted(FOLDER.glob("*.md")):
        _, *rest = HEAD.split(path.read_text(encoding="utf-8"))
        for name, truths, text in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
            out.append(pytest.param(truths, text, id=f"{path.stem}-{name}"))
    return out


@pytest.mark.parametrize(("truths", "text"), _notes())
def test_note(truths: str, text: str) -> None:
    findings = [examine(claim, seconds=3.0, hints=False) for claim in read(text).claims]
    found = [(f.lhs, f.relation, f.rhs, f.verdict) for f in findings]
    assert len(found) == len(truths), found
    for truth, claim in zip(truths, found, strict=True):
        wrong = ("refuted",) if truth in "Tt" else ACCEPTED
        right = ACCEPTED if truth in "Tt" else ("refuted",)
        assert claim[-1] not in wrong, claim
        assert claim[-1] in right or truth in "tf", claim


def test_the_table_is_there() -> None:
    assert len(_notes()) > 200
