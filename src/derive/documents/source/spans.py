"""Ranges told in two formulas: `from $t = 1$ to $t = T$` is `$t = 1, \\dots, T$`; so is `$t = T$ down to $t = 1$`."""

from __future__ import annotations

import re
from dataclasses import replace

from derive.documents.source.document import Segment
from derive.documents.source.rows import Piece, relations
from derive.documents.source.tokens import Token

LETTERS = frozenset("ijklmnpqrst") | {"ell", "tau", "mu", "nu"}
TO = re.compile(
    r"[\s,~]*(?:(?:up|down|on|all the way|forwards?|back(?:wards?)?)[\s~]+)?(?:to|until|till|through|bis(?: zu)?)[\s~]*"
    r"|\s*부터\s*",
    re.IGNORECASE,
)
"""All that stands between the two formulas."""

Said = tuple[Segment, list[Piece]]


def span(first: Said, last: Said) -> Said | None:
    """The range that two formulas in the text tell, one behind the other, if the letter is one of an index or a step.

    One end is a number, and the other one has a name: between two numbers, or of a number x, nothing says that it runs.
    """
    (before, left), (after, right) = first, last
    if before.display or after.display or not TO.fullmatch(after.before):
        return None
    a, b = _end(left), _end(right)
    if a is None or b is None or a[0].text != b[0].text:
        return None
    low, high = sorted((a[1], b[1]), key=lambda tokens: not _is_number(tokens))
    if not _is_number(low) or _is_number(high):
        return None
    at = b[0]
    dots = [replace(at, kind="sym", text=","), replace(at, kind="cmd", text="dots"), replace(at, kind="sym", text=",")]
    tokens = [at, replace(at, kind="sym", text="="), *low, *dots, *high]
    return replace(after, before=before.before), [replace(right[0], tokens=tokens)]


def _end(pieces: list[Piece]) -> tuple[Token, list[Token]] | None:
    """The letter and the number of t = 1 or t = T - 1."""
    part = relations(pieces[0].tokens) if len(pieces) == 1 else None
    if part is None or [str(r) for r in part.relations] != ["="] or len(part.sides[0]) != 1:
        return None
    letter, end = part.sides[0][0], part.sides[1]
    plain = bool(end) and all(t.kind in ("letter", "cmd", "num") or t.is_("+", "-") for t in end)
    return (letter, end) if letter.text in LETTERS and plain and len(end) in (1, 3) else None


def _is_number(tokens: list[Token]) -> bool:
    return len(tokens) == 1 and tokens[0].kind == "num"
