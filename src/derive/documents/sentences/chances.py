"""Words of zeros and ones that are drawn at random: `$m_i = 1$ with probability $q$ and $m_i = 0$ otherwise`."""

from __future__ import annotations

import re

from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_PROBABILITY = r"(?:with|mit)\s+(?:(?:the|an?|success|equal|keep|der|einer)\s+)*(?:probability|wahrscheinlichkeit)"
_ALONE = r"(?:,?\s*independently(?:\s+(?:of|from)\s+(?:each\s+other|one\s+another|the\s+others?|all\s+others?))?,?)?"
BEHIND = _words(rf"[\s~,]*{_ALONE}[\s~]*{_PROBABILITY}\b")
"""Behind `$m_i = 1$`."""
BEFORE = _words(rf"{_PROBABILITY}[\s~]*$")
"""Before the probability."""
OTHERWISE = _words(r"[\s~,]*(?:otherwise|else|sonst|andernfalls)\b")
"""Behind `$m_i = 0$`."""
IS_ONE = _words(
    rf"[\s~$]*(?:is|are|be|equals?|ist)\s+(?:one|\$\s*1\s*\$|1|eins)[\s~,]*{_ALONE}[\s~]*{_PROBABILITY}[\s~]*\$"
)
"""Behind `$m_i$`, with the formulas in it."""
INDEPENDENT = _words(
    r"(?<!linearly )(?<!linear )(?<!not )(?<!in)\bindependen(?:t(?:ly)?|ce)\b"
    r"(?!\s+(?:of|from)\s+(?!each|one|the other|all other))|\bi\.?\s?i\.?\s?d\b|\bunabhängig"
)
DENIED = _words(
    r"\b(?:not|no longer|dependent|nicht)\b[^.;]{0,30}\b(?:independent|unabhängig)|\b(?<!un)correlated\b|\bdependent\b"
)
AHEAD = _words(rf"{_PROBABILITY}[\s~,]*(?:(?:(?:we|one)\s+(?:have|has|sets?|gets?)|it\s+is|let|then|gilt|ist)[\s~]*)?$")
"""Before `$m_i = 1$`, the formulas left out: `With probability $q$ we have`."""
UNDER = _words(r"\b(?:if|when|whenever|where|given|conditional(?:ly)?|falls|wenn)\b")
"""Words that make it so under a condition."""
ELSE = _words(r"(?:^|[\s,~])(?:else|otherwise|sonst|andernfalls)[\s~,]*$")
NAMES = frozenset(("Bernoulli", "Ber", "Bern"))


def independent(words: str) -> bool:
    """Whether the words say of the entries that none depends on another.

    >>> independent("the mask has independent entries,"), independent("Each unit is kept independently with")
    (True, True)
    >>> independent("linearly independent columns"), independent("The mask is independent of $x$; its entries")
    (False, False)
    >>> independent("The entries, which are not independent,"), independent("of each other, they are i.i.d.")
    (False, True)
    """
    return INDEPENDENT.search(words) is not None and DENIED.search(words) is None


def is_else(before: str, after: str) -> bool:
    """Whether the words around a value say that it is the other one.

    >>> is_else(" and ", " otherwise."), is_else(" and ", " with probability "), is_else(", else ", ".")
    (True, True, True)
    """
    return bool(OTHERWISE.match(after) or BEHIND.match(after) or ELSE.search(before))


def of_ones(tree: s.Node) -> s.Node | None:
    """q of Bernoulli(q)."""
    if not isinstance(tree, s.Juxtaposed) or len(tree.factors) != 2:
        return None
    (_, name), (operator, bracket) = tree.factors
    if operator or not isinstance(name, s.Name) or name.name not in NAMES or not isinstance(bracket, s.Bracket):
        return None
    return bracket.items[0] if len(bracket.items) == 1 else None


def in_cases(tree: s.Node) -> tuple[s.Node, s.Node, s.Node] | None:
    """The first value, its probability and the second value, of cases that say `with probability`."""
    if not isinstance(tree, s.Cases) or len(tree.rows) != 2:
        return None
    (value, condition), (other, _) = tree.rows
    if len(condition) < 2 or condition[0].kind != "text" or not BEFORE.search(condition[0].text):
        return None
    end = len(condition) - condition[-1].is_(",", ".", ";")
    return value, parse(condition[1:end]), other
