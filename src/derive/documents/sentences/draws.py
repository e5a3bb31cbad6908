"""Indices that a note draws at random: where `$i$ is drawn uniformly`, E[x_i] is a mean."""

from __future__ import annotations

import re

_LETTERS = r"(?:\$\(?|\\\()\s*(?P<{0}>[a-z](?:\s*,\s*[a-z])?)\s*\)?(?:\$|\\\))"
_HOW = (
    r"(?:(?:drawn|sampled|chosen|picked|selected|draw|sample|choose|pick|select|gezogen|gewählt|ausgewählt)\b"
    r"[^.;$]{0,40}?\b(?:uniform(?:ly)?|(?:equal|same) probability|equally likely|gleichverteilt)\b"
    r"|(?:uniform(?:ly)? (?:drawn|sampled|chosen|distributed|random)|gleichverteilt)\b)"
)
DRAWN = re.compile(
    rf"{_LETTERS.format('letters')}\s*(?:is|are|be|being|wird|sei|werde)?\s*(?:\w+\s+){{0,2}}?{_HOW}"
    rf"|\b(?:drawing|draw|sampling|sample|choosing|choose|picking|pick)\b[^.;$]{{0,40}}{_LETTERS.format('named')}"
    r"[^.;$]{0,30}\buniform(?:ly)?\b"
    rf"|{_LETTERS.format('korean')}\s*[을를이가은는][^.;$]{{0,20}}균등",
    re.IGNORECASE,
)
DENIED = re.compile(r"\b(?:not|non-?uniform\w*|nicht)\b|아니|않", re.IGNORECASE)


def drawn(text: str) -> tuple[str, ...]:
    """The letters of the indices that the words draw uniformly.

    >>> drawn("Let $i$ be drawn uniformly from the sample."), drawn("The pair $(i,j)$ is sampled uniformly at random.")
    (('i',), ('i', 'j'))
    >>> drawn("The index $i$ is not drawn uniformly."), drawn("Let $i$ be drawn with probability $p_i$.")
    ((), ())
    """
    found: dict[str, None] = {}
    for m in DRAWN.finditer(text):
        letters = m["letters"] or m["named"] or m["korean"]
        if not DENIED.search(m.group()):
            found |= dict.fromkeys(x.strip() for x in letters.split(","))
    return tuple(found)
