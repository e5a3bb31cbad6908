"""Letters with accents as TeX writes them: f\\"ur, caf\\'e, gro\\ss."""

from __future__ import annotations

import re
from unicodedata import normalize

MARKS = {'"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "c": "\u0327", "v": "\u030c"}
ACCENTED = re.compile(r"\{?\\(?:([\"'`^~])\{?([A-Za-z])\}?|([cv])\{([A-Za-z])\})\}?")
SHARP = re.compile(r"\\ss\b(?:\{\}|\s)?")


BLANKS = re.compile(r"[ \t]{2,}")
LINES = re.compile(r"\n(?:[ \t]*\n){2,}")


def spelt(words: str) -> str:
    r"""The words with the letters that they mean, and without long runs of blanks.

    >>> spelt(r"f\"ur alle, caf\'{e}, gr\"o\ss er")
    'für alle, café, größer'
    """
    words = LINES.sub("\n\n", BLANKS.sub("  ", words))
    if "\\" not in words:
        return words
    return ACCENTED.sub(_letter, SHARP.sub("ß", words))


def _letter(found: re.Match[str]) -> str:
    mark, letter = (found[1], found[2]) if found[1] else (found[3], found[4])
    return normalize("NFC", letter + MARKS[mark])
