"""What words say of operators: which a note has, and in what a bare \\nabla is taken, in three languages."""

from __future__ import annotations

import re

from derive.documents.sentences import nouns, prose
from derive.documents.source.document import Segment

SIGN = r"\\nabla\s*(?:\$|\\\))"
BEFORE = re.compile(
    rf"{SIGN}[^.;$]{{0,90}}\b(?:with respect to|w\.\s?r\.\s?t\.?|nach|bezüglich|hinsichtlich)\s*(?:\w+\s+){{0,3}}$"
)
GRADIENT = re.compile(
    r"\b(?:Gradient|Ableitung|Hesse)\w*\b[^.;$]{0,40}\b(?:nach|bezüglich|hinsichtlich)\s*(?:\w+\s+){0,3}$"
)
SIGN_BEFORE = re.compile(rf"{SIGN}\s*[은는][^.;$]{{0,40}}$")
BEHIND = re.compile(
    r"[\s})$]*에\s*(?:대한|관한|대하여|대해|관하여)\s*(?:\S+\s+)?(?:미분|기울기|그래디언트|그레이디언트|경사|도함수)"
)
DENIED = re.compile(r"\b(?:not|never|nicht|nie|kein\w*)\b|아니|않")


SPOKEN_OF = {
    "J": re.compile(r"jacobi|funktionalmatrix|야코비|자코비", re.IGNORECASE),
    "H": re.compile(r"\bhess(?:ian|e)|헤세|헤시안", re.IGNORECASE),
    "D": re.compile(
        r"directional derivative|derivatives? (?:of [^.;]{1,30} )?(?:along|in (?:the|every|any) direction)"
        r"|richtungsableitung|방향\s*(?:도함수|미분)",
        re.IGNORECASE,
    ),
}


_PRODUCT = (
    r"(?:hadamard|schur|\b(?:entry|element|component|coordinate|point)[- ]?wise\b"
    r"|\b(?:element|komponenten|eintrags|punkt)weise\w*)"
    r"[\s-]*(?:product|multiplication|produkt|multiplikation)|(?:원소|성분|점) ?별\s*곱|아다마르\s*곱"
)
_CIRC = r"(?:\\circ(?![a-zA-Z])|∘)"
_COMPOSED = rf"\(\s*(?P<f>\\?\w+)\s*{_CIRC}\s*(?P<g>\\?\w+)\s*\)\s*\([^()$]*\)\s*"
_AGAINST = r"\s*&?\s*(?:(?P=g)\s*\(\s*(?P=f)\s*\(|(?P=f)\s*\([^()$]*\)[^=$]{0,20}(?P=g)\s*\()"
_SAYS = r"\b(?:convention|writ|mean|defin|denot|schreib|bezeichn|bedeut|versteh|left to right|von links)\w*|쓴다|정의"
OTHER_CIRC = tuple(
    re.compile(x, re.IGNORECASE)
    for x in (
        rf"(?:{_PRODUCT})[^.;]{{0,40}}{_CIRC}|{_CIRC}[^.;]{{0,60}}(?:{_PRODUCT})",
        rf"{_COMPOSED}(?::=|\\coloneqq){_AGAINST}",
        rf"(?:{_SAYS})[^.;]{{0,60}}{_COMPOSED}={_AGAINST}",
    )
)
"""Words that say that \\circ is a product, or that f \\circ g is not f(g(x))."""
MEANT_OTHERWISE = {
    "J": re.compile(
        r"jacobian? determinant|determinant of the jacobi|(?:funktional|jacobi-?)determinante|야코비 ?(?:행렬식|판별식)"
        r"|jacobian?[^.;]{0,60}\b(?:mean|denote)\w* the determinant",
        re.IGNORECASE,
    ),
    "D": re.compile(
        r"(?:directional derivative|richtungsableitung|방향 ?(?:도함수|미분))[^.;]{0,120}"
        r"(?:\bunit\b|normali[sz]|normiert|einheitsvektor|length one|länge eins|단위 ?벡터|정규화)"
        r"|(?:\bunit\b|normali[sz]|normiert|einheitsvektor|단위 ?벡터|정규화)[^.;]{0,120}"
        r"(?:directional derivative|richtungsableitung|방향 ?(?:도함수|미분))",
        re.IGNORECASE,
    ),
}
"""Words of such operators that are something else: J_f a number, and D_v along v/|v|."""


def spoken_of(text: str) -> frozenset[str]:
    """The letters of the operators that the words of a note speak of; and \\circ, where it composes nothing."""
    found = {letter for letter, words in SPOKEN_OF.items() if words.search(text)}
    found -= {letter for letter, words in MEANT_OTHERWISE.items() if words.search(text)}
    return frozenset(found | {"\\circ"} if any(x.search(text) for x in OTHER_CIRC) else found)


def names_variable(text: str, spoken: str, segment: Segment) -> bool:
    """Whether the words around a name say that gradients are taken in it; `text` is that of the note, `spoken` that
    of the sentence without its formulas."""
    before = text[max(0, segment.start - 200) : segment.start].rstrip("$(\\ \n")
    before, after = f"{before} ", prose.sentence_after(segment.after)
    if DENIED.search(re.split(r"[.;]\s", before)[-1]) or DENIED.search(after):
        return False
    if nouns.GRADIENTS.search(spoken) or BEFORE.search(before) or GRADIENT.search(before):
        return True
    return SIGN_BEFORE.search(before) is not None and BEHIND.match(after) is not None
