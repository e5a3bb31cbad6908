"""Names of identities and zeros: `let $I \\in \\mathbb R^{n \\times n}$ be the identity`, `the zero vector $z$`."""

from __future__ import annotations

import re

from derive.documents.names.symbols import Symbol
from derive.documents.sentences.prose import NEGATED
from derive.documents.syntax import tree as s

_LEAD = (
    r"\s*(?:(?:(?:the|an?|die|der|eine?|size|[은는을를])[\s~]*\$[^$]{1,40}\$(?:[- ]dimensional\w*)?|,|be|is|are|being"
    r"|denotes?|for|write|we|as|sei(?:en)?|ist|bezeichne\w*|als|für|the|die|der|den|das|an?|eine?[nrs]?|usual|real"
    r"|[은는이가을를])(?![\w-])\s*)*"
)
_END = r"(?=\s*(?:$|[.,;:)]|(?:with|where|mit|wobei)[\s~]*(?:\$|$)|(?:and|so"
_END += r"|of (?:the )?(?:size|order|dimension|appropriate|suitable|this|length)"
_END += r"|in|und|(?:mit )?der (?:Größe|Ordnung)|이|로|을|를|라|이라|의 크기)(?![a-zA-Z])))"
_IDENTITY = (
    r"(?:\bidentity(?:[- ]matrix)?\b|\bunit matrix\b|\beinheitsmatrix\b|\bidentität(?:smatrix)?\b|(?:단위|항등)\s*행렬)"
)
_ZERO = r"(?:\b(?:zero|null)[- ](?:vector|matrix)\b|\bnull(?:vektor|matrix)\b|\borigin\b|\bursprung\b"
_ZERO += r"|영\s*(?:벡터|행렬)|원점)"
_BASIS = (
    r"(?:\b(?:standard|canonical)(?: (?:unit|basis))*(?: vectors| basis)\b|\bstandardbasis\b|\bkanonische Basis\b"
    r"|표준\s*기저(?:벡터)?)"
)
_CALLED = r"(?:[\s~]|\(|\b(?:is|be|are)\b|\b(?:denoted|written|called)\b|\bby\b|\bmit\b|\bals\b|[을를은는])*$"
SUPPOSED = re.compile(
    r"\b(?:if|when|whenever|unless|case|suppose|supposing|assum\w+|except|falls|wenn|sofern|fall|angenommen)\b|경우|이면|만약",
    re.IGNORECASE,
)
OTHER = re.compile(
    r"\b(?:other than|different from|close to|near|unlike|multiple of|plus|minus|außer|verschieden von)\b",
    re.IGNORECASE,
)
LIKENED = "like the identity"
NAMING = re.compile(r"\b(?:denot|writ|call|nam|bezeichn|schreib|nenn)\w*", re.IGNORECASE)
BARELY = re.compile(r"\b(?:by|mit|als)[\s~(]*$", re.IGNORECASE)
"""`The identity by $B$`: a name where the words name something, and something else where they replace or shift it."""
_BUT = (
    r"(?=\s*(?:,?\s*(?:but|aber|jedoch|whose|deren|dessen|(?:with|mit) (?:its?|the|ones?|an?|two|eine[mnr]?|de[mnr])\b"
    r"(?! (?:size|order|dimension|Größe|Ordnung|same|right|appropriate|suitable))|in which"
    r"|in der (?:die|der|das|eine?))|(?:with|where|mit|wobei)(?!\s*(?:\$|$)))(?![a-zA-Z]))"
)
CHANGED = re.compile(rf"{_LEAD}(?:{_IDENTITY}|{_ZERO}){_BUT}", re.IGNORECASE)
"""`The identity with two rows swapped`, `the zero vector with a one in the last place`: neither of these."""
LIKE = re.compile(
    _LEAD + _IDENTITY + r"(?=\s*(?:on|times|plus|minus|up to|outside|except|auf|bis auf|außer)\b)", re.IGNORECASE
)
KINDS = {
    "the identity": tuple(re.compile(x, re.IGNORECASE) for x in (_LEAD + _IDENTITY + _END, _IDENTITY + _CALLED)),
    "the standard basis": tuple(re.compile(x, re.IGNORECASE) for x in (_LEAD + _BASIS, _BASIS + _CALLED)),
    "zero": tuple(re.compile(x, re.IGNORECASE) for x in (_LEAD + _ZERO + _END, _ZERO + _CALLED)),
}


def constant(before: str, after: str) -> str:
    """Which constant array the words of a sentence say that the name between them is; empty if none.

    >>> constant("Let ", " be the identity."), constant("with the identity matrix ", ", we get")
    ('the identity', 'the identity')
    >>> constant("If ", " is the identity, then"), constant("Let ", " be a multiple of the identity.")
    ('like the identity', '')
    """
    supposed = SUPPOSED.search(before)
    if CHANGED.match(after):
        return LIKENED
    barely = BARELY.search(before) and not NAMING.search(before[-120:])
    for kind, (behind, ahead) in KINDS.items():
        if supposed:
            if behind.match(after):
                return LIKENED
            continue
        said = None if barely else ahead.search(before)
        if kind == "the identity" and LIKE.match(after):
            return LIKENED
        if behind.match(after) or (said and not NEGATED.search(before[: said.start()]) and not OTHER.search(before)):
            return kind
    return ""


def value(kind: str, symbol: Symbol, at: int) -> s.Node | None:
    """The constant as a formula, of the shape that the symbol was declared with; None where it has none such."""
    if symbol.lead or symbol.letter or not symbol.dims or symbol.numbered != (kind == "the standard basis"):
        return None
    if kind == LIKENED:
        return None
    if kind == "zero":
        return s.Num(at, "0")
    if not _is_square(symbol):
        return None
    return s.Call(at, "diag", (s.Script(at, s.Special(at, "ones"), symbol.dims[0]),), bracketed=True)


def _is_square(symbol: Symbol) -> bool:
    return len(symbol.dims) == 2 and [t.text for t in symbol.dims[0]] == [t.text for t in symbol.dims[1]]


def may_be_identity(name: str, symbol: Symbol) -> bool:
    """Whether nothing but the letter I tells what a square matrix is."""
    return name == "I" and _is_square(symbol) and not symbol.lead and not symbol.properties
