"""What is added to a cost: `Add $\\lambda \\|w\\|^2$ to the cost and call the result $J_\\lambda$`."""

from __future__ import annotations

import re
from typing import NamedTuple

_NOUN = r"(?:cost|loss|objective|risk|criterion|energy)"
_CALLED = (
    r"(?:and\s+(?:let\s+us\s+|we\s+)?(?:call|denote|name)\s+(?:the\s+)?(?:result|sum|total|new\s+\w+)(?:\s+(?:by|as))?"
    r"|(?:gives|yields|defines)\s+(?:the|a|our)\s+(?:new|regulari[sz]ed|penali[sz]ed|total)\s+\w+)"
)
ADDED = re.compile(
    r"\badd(?:ing)?\s+(?:(?:the|a|an)\s+(?:\w+\s+){1,3})?\$(?P<what>[^$]+)\$\s*(?:,?\s*with\s+\$[^$]+\$\s*,?\s*)?to\s+"
    rf"(?:\$(?P<name>[^$]+)\$|(?:the|our|this)\s+(?P<noun>{_NOUN})(?:\s+function)?)\s*,?\s*{_CALLED}\s*\$(?P<new>[^$]+)\$$",
    re.IGNORECASE,
)


class Added(NamedTuple):
    """The formulas of a sum, as they are written: what is added, to what, and the name of the result."""

    what: str
    to: str
    new: str


def added(text: str) -> Added | None:
    """What the words at the end of the text add to a cost; None where they do not say surely to which."""
    found = ADDED.search(text)
    if found is None:
        return None
    to = found["name"]
    if to is None:
        named = re.compile(
            rf"\b{found['noun']}\b(?:\s+function)?[^.;$\\]{{0,40}}(?:\$\$?|\\\[|\\begin\{{\w+\*?\}})\s*"
            r"(?P<name>\\?[A-Za-z]+)\s*(?:\([^)]*\)\s*)?=",
            re.IGNORECASE,
        )
        names = {m["name"] for m in named.finditer(text)}
        to = names.pop() if len(names) == 1 else ""
    return Added(found["what"].strip(), to.strip(), found["new"].strip()) if to else None
