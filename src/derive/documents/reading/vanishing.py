"""Derivatives that words set to zero: `Setting to zero the gradient $\\nabla J(w) = ...$` says what the gradient is."""

from __future__ import annotations

import re

from derive.documents.declarations.orders import is_zero
from derive.documents.sentences import prose
from derive.documents.source.document import Document, Segment
from derive.documents.source.rows import Part
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.syntax.tree import walk

_SETTING = r"\b(?:set(?:s|ting)?|put(?:s|ting)?|equat(?:e|es|ing))"
_ZERO = r"(?:equal\s+)?(?:to\s+)?(?:be\s+)?(?:zero|nought|0|\$\s*0\s*\$)(?!\w)"
_SLOPE = (
    r"(?:the|this|its|their)\s+(?:[\w-]+\s+){0,2}?(?:gradients?|(?:partial\s+)?derivatives?|slopes?|stationarity"
    r"\s+conditions?)(?:\s+of\s+the\s+[\w-]+(?:\s+[\w-]+)?)?[\s,:~]*$"
)
ZERO_FIRST = re.compile(rf"{_SETTING}\s+{_ZERO}\s+{_SLOPE}", re.IGNORECASE)
SLOPE_FIRST = re.compile(rf"{_SETTING}\s+{_SLOPE}", re.IGNORECASE)
ZERO_BEHIND = re.compile(rf"[\s$,)\]\\]*{_ZERO}", re.IGNORECASE)


def sets_to_zero(before: str, after: str) -> bool:
    """Whether words set a derivative to zero, and the equation between them only says what it is.

    >>> sets_to_zero("Setting to zero the gradient ", " leads to"), sets_to_zero("Setting the gradient ", " to zero")
    (True, True)
    >>> sets_to_zero("Setting the gradient ", " gives"), sets_to_zero("Setting ", " to zero")
    (False, False)
    """
    behind = SLOPE_FIRST.search(before) and ZERO_BEHIND.match(after)
    return bool(ZERO_FIRST.search(before) or behind)


def is_what_vanishes(part: Part, segment: Segment, document: Document) -> bool:
    """Whether an equation says what a derivative is, and words besides that it is set to zero: that is a claim."""
    if len(part.relations) != 1 or is_zero(part.sides[1]):
        return False
    before, after = prose.sentence_before(segment.before), document.text[segment.end : segment.end + 40]
    slope = any(isinstance(t, s.Derivative) for t in walk(parse(part.sides[0])))
    return slope and sets_to_zero(before, after)
