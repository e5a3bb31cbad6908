r"""Numbers with a comma in braces: 0{,}5 and 2{,}75 have a decimal comma, 1{,}000{,}000 has its thousands apart.

16{,}384 may be either; what the other numbers of the note say decides, and then its language.
"""

from __future__ import annotations

import re
from dataclasses import replace

from derive.documents.source.tokens import Token
from derive.documents.trouble import Unreadable

DECIMAL_COMMA = re.compile(r"(?<![\d}])(?:0\{,\}\d|\d+\{,\}(?:\d{1,2}|\d{4,})(?!\d|\{,\}))")
ENGLISH = re.compile(r"\b(?:the|with|and)\b")


def has_decimal_commas(text: str) -> bool | None:
    """Whether the numbers of a note have a decimal comma; None where nothing tells."""
    if DECIMAL_COMMA.search(text):
        return True
    return False if ENGLISH.search(text) else None


def joined(tokens: list[Token], text: str) -> list[Token]:
    """The tokens of a formula of the note, each number of several groups as one. Raises Unreadable if it may be two."""
    out: list[Token] = []
    n = 0
    while n < len(tokens):
        groups = _groups(tokens, n)
        if groups > 1:
            parts = tokens[n : n + 4 * groups - 3 : 4]
            out.append(replace(parts[0], text=_number(parts, text), end=parts[-1].end))
        else:
            out.append(tokens[n])
        n += 4 * groups - 3
    return out


def _groups(tokens: list[Token], n: int) -> int:
    """How many numbers with {,} between them begin here; 1 where this is no such number."""
    count = 1
    while tokens[n].kind == "num" and [str(t) for t in tokens[n + 1 : n + 4]] == ["{", ",", "}"]:
        if n + 4 >= len(tokens) or tokens[n + 4].kind != "num":
            break
        count, n = count + 1, n + 4
    return count


def _number(parts: list[Token], text: str) -> str:
    first, *rest = (t.text for t in parts)
    if any("." in x for x in (first, *rest[:-1])) or (len(rest) > 1 and any(len(x) != 3 for x in rest[:-1])):
        raise Unreadable(parts[0].start, "a number with commas and points", "digits, with one point or comma")
    thousands = first[0] != "0" and len(first) <= 3 and all(len(x.partition(".")[0]) == 3 for x in rest)
    if len(rest) > 1 and not thousands:
        raise Unreadable(parts[0].start, "a number with several commas", "thousands, or one decimal comma")
    if thousands and len(rest) == 1 and "." not in rest[0]:
        commas = has_decimal_commas(text)
        if commas is None:
            raise Unreadable(parts[0].start, f"{first}{{,}}{rest[0]}, which may be two numbers", "it without the comma")
        thousands = not commas
    return "".join((first, *rest)) if thousands else f"{first}.{rest[0]}"
