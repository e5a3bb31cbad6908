"""The layout of Jacobians that a note declares in words: rows for the outputs, or rows for the inputs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from derive.documents.sentences import prose

Layout = Literal["numerator", "denominator", "unknown"]

_OUT = (
    r"(?:outputs?|numerator|(?:components|entries|coordinates) of the (?:function|map|output)"
    r"|composantes de la fonction|Ausgaben?|Ausgang|Ausgänge|Ausgangs\w*)"
)
_IN = r"(?:inputs?|denominator|Eingaben?|Eingang|Eingänge|Eingangs\w*)"
_ROW, _COLUMN = r"(?:rows?|lignes?|Zeilen?)", r"(?:columns?|colonnes?|Spalten?)"
_STAND = (
    r"(?:is|are|always|stands?|corresponds?|belongs?|runs?|goe?s?|index|indexe[sd]|correspondent|gehören|entsprechen)"
)
_FOR = (
    rf"\W{{1,2}}(?:{_STAND}\s+)*(?:per|pro|je|für|for|to|aux|zu|den|by|over|with|as|is|are|index|of its own for)?\s*"
    r"(?:(?:the|each|every|one|an|different|den|die|jeden?|jede)\s+)*"
)


def _laid(rows: str, columns: str, name: str) -> re.Pattern[str]:
    return re.compile(
        rf"\b{_ROW}{_FOR}{rows}\b|\b{_COLUMN}{_FOR}{columns}\b|\b{rows} as (?:the )?rows\b"
        rf"|\b{columns} as (?:the )?columns\b|\brow (?:index|indices|number):? (?:is |the )*{rows}\b"
        rf"|\b{rows} in (?:the|their|its) rows\b|\b{columns} in (?:the|their|its) columns\b|\b{name}"
        rf"|\b{rows} (?:\w+ ){{0,2}}(?:along|down|index(?:ing)?) (?:the |its )?rows\b"
        rf"|\b{columns} (?:\w+ ){{0,2}}(?:along|across|index(?:ing)?) (?:the |its )?columns\b",
        re.IGNORECASE,
    )


SAYS = {
    "numerator": _laid(_OUT, _IN, r"numerator[- ]layout|Zähler[- ]?layout\w*|분자 (?:배치|레이아웃)"),
    "denominator": _laid(_IN, _OUT, r"denominator[- ]layout|Nenner[- ]?layout\w*|분모 (?:배치|레이아웃)"),
}
OF_JACOBIANS = re.compile(
    r"\b(?:jacobi|deriv|layout)|layout|[Jj]acobi|야코비|자코비|도함수|미분|배치|레이아웃", re.IGNORECASE
)
OF_OTHERS = re.compile(
    r"\b(?:some|others?|many|most|unlike|often|sometimes|usually|if|would|could|may|might|instead|rather|contrast"
    r"|transposed?|not|never|no longer|neither|elsewhere|either|whereas|differs?|books?|texts?|authors|literature"
    r"|nicht|manche|andere|oft)\b|않|아니|다른|어떤",
    re.IGNORECASE,
)
ADOPTED = re.compile(
    r"\b(?:we|I) (?:always |also )?(?:use|adopt|follow|keep|work|write)\b|\b(?:throughout"
    r"|in this (?:note|course|lecture|text)|wir (?:verwenden|benutzen)|we are using|using)\b",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"(?<=[.;!?])\s+|\n\s*\n|\n(?=#)")
ENTRY = re.compile(
    r"\(\s*(?P<i>[a-z])\s*,\s*(?P<j>[a-z])\s*\)[^.;]{0,60}?\\partial\s*\{?[\\\w]+_\{?(?P<a>[a-z])\}*\s*(?:\{|/)"
    r"\s*\\partial\s*\{?[\\\w]+_\{?(?P<b>[a-z])\b"
)
"""Of the Jacobian, the entry (i, j) is \\partial y_i / \\partial x_j."""

DEFINED = re.compile(
    r"\b(?:defin\w+|denot\w+|conventions?|write|mean|means|collect\w*)\b.*\)\s*_\s*\{\s*(?P<i>[a-z])\s*,?\s*(?P<j>[a-z])\s*\}"
    r"\s*=\s*\\[dt]?frac\s*\{\\partial\s*\{?[\\\w]+_\{?(?P<a>[a-z])\}*\s*\{\s*\\partial\s*\{?[\\\w]+_\{?(?P<b>[a-z])\b",
    re.IGNORECASE | re.DOTALL,
)
"""We define (\\partial y / \\partial x)_{ij} = \\partial y_i / \\partial x_j."""

INDEXED = re.compile(
    r"\\partial\s*\{?\s*\\?(?P<y>[A-Za-z]+)\s*\}?\s*(?:/|\{)\s*\\partial\s*\{?\s*\\?(?P<x>[A-Za-z]+)\s*\}*\s*\$"
    r"[^.;$]{0,80}\b(?:(?P<row>rows?|Zeilen?)|columns?|Spalten?)\b[^.;$]{0,40}\$\s*\\?(?P<by>[A-Za-z]+)\s*\$"
)
"""\\partial y / \\partial x has rows indexed by x."""

ROWS_OF = re.compile(
    r"\b(?:(?P<row>rows|Zeilen)|columns|Spalten) (?:of|von) "
    r"\$\s*\\[dt]?frac\s*\{?\s*\\partial\s*\{?\s*\\?(?P<y>[A-Za-z]+)\s*\}*"
    r"\s*\{\s*\\partial\s*\{?\s*\\?(?P<x>[A-Za-z]+)\s*\}*\s*\$[^.;$]{0,60}\$\s*\\?(?P<by>[A-Za-z]+)\s*\$"
)
"""The rows of \\partial y / \\partial x correspond to the entries of x."""
PLACED = re.compile(
    r"\\partial\s*\{?[\\\w]+_\{?(?P<a>[a-z])\}*\s*(?:\{|/)\s*\\partial\s*\{?[\\\w]+_\{?(?P<b>[a-z])\b[^.;]{0,30}"
    r"\b(?:in|im?n?) (?:the )?(?:row|Zeile)[\s$]+(?P<i>[a-z])\b[^.;]{0,30}\b(?:column|Spalte)[\s$]+(?P<j>[a-z])\b"
)
"""\\partial y_j / \\partial x_i stands in row i and column j."""
SHOWN = re.compile(
    r"\\partial\s*\\?[A-Za-z]+\s*(?:/|\}\s*\{)\s*\\partial\s*\\?[A-Za-z]+\s*\}?\s*(?:\\(?:right|[bB]igg?r?)\s*)?[)\]]\s*_\s*"
    r"\{\s*(?P<i>[a-z])\s*,?\s*(?P<j>[a-z])\s*\}\s*:?=\s*(?:\\[dt]?frac\s*\{\s*)?"
    r"\\partial\s*\\?[A-Za-z]+_\{?(?P<a>[a-z])\}?\s*(?:/|\}\s*\{)\s*\\partial\s*\\?[A-Za-z]+_\{?(?P<b>[a-z])\b"
)
"""(\\partial y / \\partial x)_{ij} = \\partial y_i / \\partial x_j, whatever the words are."""


def layout_of(text: str) -> Layout | None:
    """The layout that a note says its own Jacobians have; `unknown` where it speaks of layouts and none is sure.

    >>> layout_of("Jacobians have one row per output."), layout_of("We use denominator layout.")
    ('numerator', 'denominator')
    >>> layout_of("Some books have it that in a Jacobian rows are outputs.")
    'unknown'
    >>> layout_of(r"The Jacobian has the $(i,j)$ entry $\\partial y_j/\\partial x_i$.")
    'denominator'
    >>> layout_of("The rows of X are the inputs.") is None
    True
    """
    found = list(_said(text))
    own = {layout for layout, adopted in found if adopted} or {layout for layout, _ in found}
    if len(own) > 1:
        return "unknown"
    return own.pop() if own else None


OF_MATRIX = (
    re.compile(
        r"\\partial\s*\w+\s*(?:/|\}\s*\{)\s*\\partial\s*[A-Z]_\{?(?P<a>[a-z]),?(?P<b>[a-z])\}*\s*\$[^.;$]{0,30}"
        r"\b(?:in|im?n?) (?:the )?(?:row|Zeile)[\s$]+(?P<i>[a-z])\b[^.;]{0,30}\b(?:column|Spalte)[\s$]+(?P<j>[a-z])\b"
    ),
    re.compile(
        r"\\partial\s*\w+\s*(?:/|\}\s*\{)\s*\\partial\s*[A-Z]\s*\}?\s*(?:\\(?:right|[bB]igg?r?)\s*)?[)\]]\s*_\s*"
        r"\{?\s*(?P<i>[a-z])\s*,?\s*(?P<j>[a-z])\s*\}?\s*:?=\s*(?:\\[dt]?frac\s*\{\s*)?"
        r"\\partial\s*\w+\s*(?:/|\}\s*\{)\s*\\partial\s*[A-Z]_\{?(?P<a>[a-z]),?(?P<b>[a-z])\b"
    ),
)
"""Where \\partial L / \\partial A_{ji} stands in the derivative of a number in a matrix."""


SHAPED = re.compile(
    r"\b(?:gradient|derivative)s?\b(?: is| are)?(?: of| with respect to| in)? [^.;]{0,120}?\b"
    r"(?:(?:has|have|takes?|keeps?) (?:always |exactly )?the (?:same )?shape (?:of|as)\b|shaped (?:exactly )?like\b"
    r"|(?:matrix|array|vector) (?:of|with|in) the (?:same )?shape (?:of|as)\b"
    r"|(?:laid out|arranged) (?:exactly )?(?:like|as) (?:the|its|that|\$))",
    re.IGNORECASE,
)
"""`The gradient of a scalar with respect to a matrix has the shape of that matrix`."""


def keeps_shapes(text: str) -> bool:
    """Whether the note says that gradients of numbers have the shape of what they are taken in.

    >>> keeps_shapes("The gradient of a loss in a matrix has the same shape as the matrix.")
    True
    >>> keeps_shapes("In some books the gradient has the shape of the transpose.")
    False
    """
    sentences = [x for x in SENTENCE.split(text) if SHAPED.search(" ".join(x.split()))]
    return any(not OF_OTHERS.search(x) for x in sentences)


def transposes_matrices(text: str) -> bool:
    """Whether the note says that the derivative of a number in a matrix has the shape of the transpose.

    >>> transposes_matrices(r"the matrix with entry $\\partial L/\\partial A_{ji}$ in row $i$ and column $j$")
    True
    >>> transposes_matrices(r"where $(\\frac{\\partial L}{\\partial A})_{ij} = \\frac{\\partial L}{\\partial A_{ij}}$")
    False
    """
    found = [m for pattern in OF_MATRIX for m in pattern.finditer(text)]
    return bool(found) and all((m["a"], m["b"]) == (m["j"], m["i"]) for m in found)


HERE = re.compile(
    r"\b(?:in|with|using|under|im|in der|mit)\s+(?:the\s+)?"
    r"(?:(?P<numerator>numerator|Zähler)|(?:denominator|Nenner))[- ]?layout",
    re.IGNORECASE,
)


def layout_here(before: str, after: str) -> Layout | None:
    """The layout that the words beside a formula say it is in: `in numerator layout this reads`.

    >>> layout_here("whereas in numerator layout ", ". "), layout_here("We have ", " in the denominator layout.")
    ('numerator', 'denominator')
    >>> layout_here("The numerator layout is common. Here ", ".") is None
    True
    """
    ahead = list(HERE.finditer(prose.sentence_before(before)))
    behind = HERE.search(prose.sentence_after(after)[:40]) if not prose.CAPITAL.match(after) else None
    found = ahead[-1] if ahead else behind
    if found is None:
        return None
    return "numerator" if found["numerator"] else "denominator"


def _said(text: str) -> Iterator[tuple[Layout, bool]]:
    """What the note says, and whether it adopts it."""
    for entry in (*SHOWN.finditer(text), *PLACED.finditer(text)):
        if {entry["i"], entry["j"]} == {entry["a"], entry["b"]}:
            yield "numerator" if entry["i"] == entry["a"] else "denominator", True
    for m in (*INDEXED.finditer(text), *ROWS_OF.finditer(text)):
        if m["by"] in (m["x"], m["y"]) and m["x"] != m["y"]:
            by_output = (m["by"] == m["y"]) == bool(m["row"])
            yield "unknown" if OF_OTHERS.search(m.group()) else "numerator" if by_output else "denominator", True
    for sentence in SENTENCE.split(text):
        if OF_JACOBIANS.search(sentence) is not None:
            yield from _of_sentence(sentence)


def _of_sentence(sentence: str) -> Iterator[tuple[Layout, bool]]:
    """What is said of others, behind `unlike` or `not`, is no layout of this note."""
    other, adopted = OF_OTHERS.search(sentence), ADOPTED.search(sentence)
    own = sentence[: other.start()] if other and adopted and adopted.start() < other.start() else sentence
    said: set[Layout] = {name for name, words in SAYS.items() if words.search(own)}  # type: ignore[misc]
    entry = ENTRY.search(own) or DEFINED.search(own)
    if entry is not None and {entry["i"], entry["j"]} == {entry["a"], entry["b"]}:
        said.add("numerator" if entry["i"] == entry["a"] else "denominator")
    if said:
        sure = len(said) == 1 and (own is not sentence or other is None)
        yield (said.pop() if sure else "unknown"), bool(adopted) and sure
