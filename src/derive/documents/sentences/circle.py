"""Whether pi without an index is the number of the circle, beside weights pi_1, ..., pi_K."""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.documents.source.tokens import Token

_PI = r"(?:\$\s*\\pi\s*\$|\\\(\s*\\pi\s*\\\))"
_INDEX = r"(?:an?\s+|any\s+)?(?:index|indices|subscripts?)"
_NUMBER = r"(?:number|constant)\b(?!\s+(?:of|that|in)\b)"
SAID = re.compile(
    rf"{_PI}[\s,(]*(?:without|with\s+no)\s+{_INDEX}[\s,)]*(?:(?:is|denotes|means|remains|stands\s+for)\s+)?"
    rf"(?:as\s+usual\s+)?the\s+(?:\w+\s+){{0,2}}{_NUMBER}"
    rf"|(?:without|with\s+no)\s+{_INDEX}\s*,?\s*{_PI}\s+(?:is|denotes|means|remains|stands\s+for)\s+the\s+(?:\w+\s+){{0,2}}{_NUMBER}"
    rf"|\b(?:the|circle)\s+(?:\w+\s+)?{_NUMBER}\s+{_PI}(?!\s+(?:of|in)\b)"
    rf"|{_PI}\s*(?:(?:is|denotes|means|being)\s+)?(?:the\s+)?(?:usual\s+)?(?:circle\s+{_NUMBER}|{_NUMBER}\s+\$\s*3\.14)",
    re.IGNORECASE,
)
"""`where $\\pi$ without an index is the number`, `not to be confused with the number $\\pi$`."""


def is_circle(formulas: Sequence[list[Token]], text: str) -> bool:
    r"""Whether it is: by the words of the note, or because it stands behind numbers only, as in 2 pi.

    >>> is_circle([], r"where $\pi$ without an index is the number."), is_circle([], r"the number $\pi$ of samples")
    (True, False)
    """
    if SAID.search(text):
        return True
    bare = [
        n > 0 and tokens[n - 1].kind == "num"
        for tokens in formulas
        for n, t in enumerate(tokens)
        if t.is_("\\pi") and not (n + 1 < len(tokens) and tokens[n + 1].is_("_", "^"))
    ]
    return bool(bare) and all(bare)
