"""No token is passed over: without it, the claim reads as another one, or does not read."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from derive.documents import read
from derive.documents.model import Note, Statement

HEARD = re.compile(r"\\[A-Za-z]+|\\.|[A-Za-z0-9]|[-+/^_'=]|\s|.", re.DOTALL)
MATTERS = re.compile(r"[A-Za-z0-9]|[-+/^_']")


def deaf(text: str, path: str, rng: Random, tries: int = 8) -> list[str]:
    """Claims of a note whose reading stays the same when a letter, a digit or a sign of theirs is left out."""
    note = read(text, path)
    claims = [n for n, s in enumerate(note.statements) if s.kind == "claim" and s.sides is not None]
    found = []
    for n in rng.sample(claims, min(tries, len(claims))):
        s = note.statements[n]
        start = _offset(text, s)
        if text[start : start + len(s.rhs_text)] != s.rhs_text:
            continue
        places = list(_places(s.rhs_text))
        if not places:
            continue
        at = rng.choice(places)
        without = f"{s.rhs_text[:at]} {s.rhs_text[at + 1 :]}"
        other = read(f"{text[:start]}{without}{text[start + len(s.rhs_text) :]}", path)
        if same(note, other, n):
            found.append(f"{path}: {s.lhs_text!r} {s.relation} {s.rhs_text!r} reads the same as {without!r}")
    return found


def _offset(text: str, s: Statement) -> int:
    return sum(len(line) + 1 for line in text.split("\n")[: s.line - 1]) + s.column - 1


def _places(text: str) -> list[int]:
    """Where a token stands that matters: not in words, names of commands and environments, or an empty exponent."""
    plain = re.sub(
        r"\\(?:text\w*|mbox|label|tag|begin|end|mathrm|operatorname)\*?\{[^}]*\}", lambda m: "\0" * len(m.group()), text
    )
    plain = re.sub(r"\b0(?=\.)", "\0", plain)  # .5 is 0.5
    plain = re.sub(r"%.*", lambda m: "\0" * len(m.group()), plain)
    return [m.start() for m in HEARD.finditer(plain) if MATTERS.fullmatch(m.group())]


def same(note: Note, other: Note, n: int) -> bool:
    if len(other.statements) != len(note.statements) or other.statements[n].kind != "claim":
        return False
    a, b = (replace(x.statements[n], rhs_text="") for x in (note, other))
    return (a.reading, a.digits, repr(a.sides)) == (b.reading, b.digits, repr(b.sides))
