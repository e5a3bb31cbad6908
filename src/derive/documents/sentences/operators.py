"""What words say of operators: which a note has, and in what a bare \\nabla is taken, in three languages."""

from __future__ import annotations

import re

from derive.documents.sentences import prose
from derive.documents.source.document import Segment

SIGN = r"\\nabla\s*(?:\$|\\\))"
BEFORE = re.compile(
    rf"{SIGN}[^.;$]{{0,90}}\b(?:with respect to|w\.\s?r\.\s?t\.?|nach|bezüglich|hinsichtlich)\s*(?:\w+\s+){{0,3}}$"
)
GRADIENT = re.compile(
    r"\b(?:Gradient|Ableitung|Hesse)\w*\b[^.;$]{0,40}\b(?:nach|bezüglich|hinsichtlich)\s*(?:\w+\s+){0,3}$"
)
SIGN_BEFORE = re.compile(rf"{SIGN}\s*[은는][^.;$]{{0,40}}$")
BEHIND = re.compile(
    r"[\s})$]*에\s*(?:대한|관한|대하여|대해|관하여)\s*(?:\S+\s+)?(?:미분|기울기|그래디언트|그레이디언트|경사|도함수)"
)
DENIED = re.compile(r"\b(?:not|never|nicht|nie|kein\w*)\b|아니|않")


SPOKEN_OF = {
    "J": re.compile(r"jacobi|funktionalmatrix|야코비|자코비", re.IGNORECASE),
    "H": re.compile(r"\bhess(?:ian|e)|헤세|헤시안", re.IGNORECASE),
    "D": re.compile(
        r"directional derivative|derivatives? (?:of [^.;]{1,30} )?(?:along|in (?:the|every|any) direction)"
        r"|richtungsableitung|방향\s*(?:도함수|미분)",
        re.IGNORECASE,
    ),
}


def spoken_of(text: str) -> frozenset[str]:
    """The letters of the operators that the words of a note speak of."""
    return frozenset(letter for letter, words in SPOKEN_OF.items() if words.search(text))


def names_variable(text: str, spoken: str, segment: Segment) -> bool:
    """Whether the words around a name say that gradients are taken in it; `text` is that of the note, `spoken` that
    of the sentence without its formulas."""
    before = text[max(0, segment.start - 200) : segment.start].rstrip("$(\\ \n")
    before, after = f"{before} ", prose.sentence_after(segment.after)
    if DENIED.search(re.split(r"[.;]\s", before)[-1]) or DENIED.search(after):
        return False
    if prose.GRADIENTS.search(spoken) or BEFORE.search(before) or GRADIENT.search(before):
        return True
    return SIGN_BEFORE.search(before) is not None and BEHIND.match(after) is not None
