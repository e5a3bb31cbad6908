"""An index that is chosen, the true class o, and the one-hot vector that marks it: `one-hot with $y_o = 1$`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derive.documents.names.symbols import Definition, Range
from derive.documents.names.table import Table
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s

LETTER = r"\$\s*(?P<letter>[a-z])\s*\$"
NOUN = r"(?:class|label|word|token|category|index|position|place|entry|component|coordinate|element)"
TRUE = r"(?:true|correct|target|right|observed|actual|outside|context|ground[- ]truth)"
WHICH = re.compile(
    rf"\b(?:(?:index|number|position) of the {TRUE} (?:{NOUN})|{TRUE} (?:{NOUN})(?: (?:index|number))?"
    rf"|(?:{NOUN}) (?:index|number))"
    r"(?: (?:is|be|has(?: the)? (?:index|number)|by|as|,))?[\s~]*$"
    r"|(?:정답|실제|주변|참)\s*(?:단어|클래스|레이블|범주|토큰)?(?:의)?\s*(?:번호|인덱스|위치|클래스|레이블)(?:은|는|을|를|가|이)\s*$",
    re.IGNORECASE,
)
"""Words before the letter."""

IS_WHICH = re.compile(
    rf"\s*(?:(?:be|is|denotes?|for|,)? ?(?:the )?(?:(?:index|number|position) of the {TRUE} {NOUN}|{TRUE} {NOUN})"
    r"|(?:is|was) (?:the )?(?:(?:true|correct|right|target|observed) one|observed)(?! (?:to|that|at|in|from|as|by)))\b",
    re.IGNORECASE,
)
"""And behind it."""

MARKED = (
    re.compile(
        rf"[^$.;:]*\bone-?hot\b[^$.;]*\b(?:of|for|at|in|whose|with(?: its)?|{NOUN}|klasse|stelle)\s*{LETTER}",
        re.IGNORECASE,
    ),
    re.compile(
        r"[^$.;:]*\bone-?hot\b[^$.;]*\$\s*(?P<name>[A-Za-z]+)_\{?(?P<letter>[a-z])\}?\s*=\s*1\s*\$", re.IGNORECASE
    ),
    re.compile(rf"\s*(?:는|은|를|을|이|가)?\s*{LETTER}\s*번째[^$.;]*1[^$.;]*(?:one-?hot|원-?핫)", re.IGNORECASE),
)
"""What words say behind the name of a one-hot vector of the place of its one."""


ALIKE = re.compile(r"\b([A-Za-z]{3,})[\s~]*$")
NO_KIND = re.compile(
    r"the|and|with|for|that|then|let|where|vector|matrix|number|scalar|parameter|weight|function|constant|letter|name|gate",
    re.IGNORECASE,
)
"""Words before a letter that do not tell what it counts."""


def is_alike(letter: str, before: str, text: str, table: Table) -> bool:
    """Whether the letter stands for one of what an index counts: `word $o$` beside `word $w$`, and u_o beside u_w.

    >>> is_alike("o", "if word ", "Word $w$ has a vector $u_w$. If word $o$ is seen, $u_o$ is.", Table(indices={"w"}))
    True
    """
    noun = ALIKE.search(before)
    if noun is None or NO_KIND.fullmatch(noun[1]):
        return False
    others = set(re.findall(rf"\b{noun[1]}[\s~]*\$\s*([a-z])\s*\$", text, re.IGNORECASE)) - {letter}
    below = _names_with(letter, text)
    return any(below & _names_with(x, text) for x in others & (table.indices | table.ranges.keys()))


def _names_with(letter: str, text: str) -> set[str]:
    """u of u_o."""
    return set(re.findall(rf"(\\?[A-Za-z]+)_\{{?{letter}\b", text))


def marked(after: str, name: str) -> str:
    """The letter of the place at which the one-hot vector of this name is one, by the words behind it."""
    for pattern in MARKED:
        if (said := pattern.match(after)) is not None and said.groupdict().get("name", name) == name:
            return said["letter"]
    return ""


def is_chosen(before: str, after: str) -> bool:
    """Whether the words around a letter say that it is the true class: `the index of the true word is $o$`."""
    return bool(WHICH.search(before) or IS_WHICH.match(after))


def choose(letter: str, table: Table) -> bool:
    """Enter the letter as an index that nothing sums over, unless it is anything else."""
    taken = letter in table.symbols.keys() | table.definitions.keys() | table.sizes.keys() | table.steps | table.depths
    if taken or letter in table.indices or letter not in table.subscripts:
        return False
    table.indices.add(letter)
    table.labels.add(letter)
    table.touch()
    return True


def mark(name: str, letter: str, at: int, table: Table) -> bool:
    """Enter y_k = [k = o], where y is a declared vector and o an index."""
    symbol = table.symbols.get(name)
    if symbol is None or len(symbol.dims) != 1 or symbol.lead or symbol.letter or name in table.definitions:
        return False
    if letter not in table.labels and not choose(letter, table):
        return False
    table.ranges.setdefault(letter, Range(1, symbol.dims[0]))
    k = "k" if letter != "k" else "j"
    condition = (Token("letter", k, at, at), Token("sym", "=", at, at), Token("letter", letter, at, at))
    table.define(Definition(name, s.Indicator(at, condition), at, letters=(k,)))
    return True


def unlinked(used: set[str], table: Table) -> Iterator[str]:
    """Of a claim that speaks of p_c and of a one-hot y: y may mark the class c, though no words say so."""
    chosen = sorted({letter for name in used if (letter := name.rpartition("_")[2]) in table.labels})
    for name in sorted(used & table.symbols.keys() - table.definitions.keys() if chosen else ()):
        if "one_hot" in table.symbols[name].properties:
            yield f"{name} marks something else than {chosen[0]}"
