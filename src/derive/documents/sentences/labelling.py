"""Classes in words: `a label is one of the numbers $1, \\dots, K$`, `the class $y_i$, a number between $1$ and $K$`."""

from __future__ import annotations

import re
from typing import NamedTuple

_SET = (
    r"(?:\$\s*(?:\\\{)?\s*1\s*,\s*(?:2\s*,\s*)?\\[lc]?dots[cb]?\s*,\s*(?P<last>[A-Z])\s*(?:\\\})?\s*\$"
    r"|(?:\$\s*1\s*\$|1)\s+(?:up\s+)?(?:to|and|through)\s+\$\s*(?P<high>[A-Z])\s*\$)$"
)
_IS = (
    r"[\s,]*(?:(?:is|are|be|being|takes?|taking|has|have|lies?|lying|belongs?|which|that|all|each|always|in|one|of|to|an?"
    r"|the|its|set|values?|(?:whole\s+)?numbers?|integers?|class(?:es)?|labels?|from|between|among|out|taken|drawn"
    r"|coded|as)\s+)*"
)
_NAME = r"\$\s*(?P<{}>[^$]{{1,25}}?)\s*\$"
_NOUN = r"(?:class\s+)?(?:labels?|targets?|outcomes?|responses?|categor(?:y|ies))"
OF_PAIRS = re.compile(rf"(?<!of )(?<!no )(?<!number )\b{_NOUN}\s+(?=\w){_IS}{_SET}", re.IGNORECASE)
"""Up to the end of the set: whose label it is, the pairs of the note say."""
NAMED = re.compile(rf"\b(?:class(?:es)?|{_NOUN})\s+{_NAME.format('name')}{_IS}{_SET}", re.IGNORECASE)
NAME_FIRST = re.compile(
    rf"{_NAME.format('name')}[\s,]*(?:(?:is|are|be|denotes?|being)\s+)?(?:the|its|their)\s+(?:(?:true|correct)\s+)?"
    rf"(?:class(?:es)?|{_NOUN})\b(?:\s+of\s+(?:the\s+)?(?:[\w-]+\s+){{0,2}}(?:\$[^$]{{1,25}}\$)?)?{_IS}{_SET}",
    re.IGNORECASE,
)


class Labelled(NamedTuple):
    """The last class, and the name of a label as it is written; none where the words name none."""

    last: str
    name: str = ""


def labelled(text: str) -> Labelled | None:
    r"""What words say of labels, at the end of the text: that they are numbers from 1 to the last class.

    >>> labelled(r"and a label is one of the numbers $1, \dots, K$")
    Labelled(last='K', name='')
    >>> labelled(r"Let the class $y_i$, a number between 1 and $C$")
    Labelled(last='C', name='y_i')
    >>> labelled(r"where $y_i$ is the label of $x_i$, one of $1, \dots, K$")
    Labelled(last='K', name='y_i')
    >>> labelled(r"for the labels that are not in $\{1, \dots, K\}$")
    """
    for pattern in (NAMED, NAME_FIRST, OF_PAIRS):
        if found := pattern.search(text):
            groups = found.groupdict()
            last = next(groups[x] for x in ("last", "high") if groups.get(x))
            return Labelled(last, groups.get("name") or "")
    return None
