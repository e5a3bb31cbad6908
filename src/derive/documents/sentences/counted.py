"""Numbers that count, and functions that a note numbers: what an interval, or f^{(2)}, may be instead."""

from __future__ import annotations

import re

WHOLE = re.compile(
    r"\bintegers?\b|\b(?:whole|natural) numbers?\b|ganze Zahl|정수|자연수"
    r"|(?P<letter>[a-z])\s*\\in\s*(?:\\\{\s*-?\d|\\mathbb\s*\{?\s*[ZN]\b)",
    re.IGNORECASE,
)
ITERATES = re.compile(
    r"\biterat\w+|\bfold\w*|\bcompos\w+|\btwice\b|\bagain and again|\bplayers?\b|\bagents?\b"
    r"|\b[kij]-th (?:class|layer)",
    re.IGNORECASE,
)


def whole_numbers(text: str) -> frozenset[str]:
    """The letters of which a note says that they are whole numbers; "" where words speak of whole numbers.

    >>> sorted(whole_numbers("Let $s \\\\in \\\\{0, 1\\\\}$.")), sorted(whole_numbers("for integers $n$"))
    (['s'], [''])
    """
    return frozenset(m["letter"] or "" for m in WHOLE.finditer(text))


def iterates(text: str) -> bool:
    """Whether f^{(2)} may be f applied twice, or the function of the second player.

    >>> iterates("its second iterate"), iterates("its second derivative")
    (True, False)
    """
    return ITERATES.search(text) is not None
