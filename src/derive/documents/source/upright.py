r"""Names in text mode: `\text{hidden} = \dots` anywhere in a note makes hidden a name, wherever it stands."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from derive.documents.source.clean import FUNCTION_WORDS, PROSE
from derive.documents.source.tokens import Token

GIVEN = re.compile(
    r"\\text(?:rm|bf|it|normal|sf|tt)?\{\s*([A-Za-z][A-Za-z0-9]+)\s*\}(?:\\[,;:!]|[\s&])*(?::=|=|\\coloneqq|\\in\b)"
)


def upright(tokens: list[Token], note: str) -> list[Token]:
    """The tokens of a formula with words for these names in place of prose."""
    names = _names(note)
    return [
        replace(t, kind="word", text=t.text.strip()) if t.kind == "text" and t.text.strip() in names else t
        for t in tokens
    ]


@lru_cache(4)
def _names(note: str) -> frozenset[str]:
    """The names that a formula of the note gives a value, or a set."""
    return frozenset(x for x in GIVEN.findall(note) if x.lower() not in PROSE and x not in FUNCTION_WORDS)
