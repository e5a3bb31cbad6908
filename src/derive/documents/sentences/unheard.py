"""What words say of a name and no reading has: nothing is refuted about it, since it may hold by that."""

from __future__ import annotations

import re

from derive.documents.sentences import prose, qualities


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_LEAD = (
    r"(?:\s*(?:,|and|which|that|is|are|be|being|have|has|having|with|both|all|each|pairwise|mutually|an?|the|two"
    r"|real|some"
    r"|any|fixed|given|matri(?:x|ces)|vectors?|numbers?|we|denotes?|for|write|sei(?:en)?|ist|sind|hat|haben"
    r"|eine?|einen|mit"
    r"|das|der|die|bezeichne|는|은|가|이|를|을|의)(?![\w-]))*\s*"
)
_VALUES = r"(?:trace|determinant|diagonal|sum|norm|length|rank|spur|determinante|rang)"
_MADE = (
    r"(?:inverse|transposed?|adjoint|angle|median|variance|projection"
    r"|complement"
    r"|null ?space|kernel|determinant|trace|norm|length|sum|product|inversen?|transponierte|winkel)"
)
UNHEARD = (
    r"commut\w+|kommutieren\w*|vertauschbar\w*|교환\w*",
    rf"trace-?less|trace[- ]free|spurlos\w*|(?:zero|unit|vanishing|equal|constant) {_VALUES}s?\b",
    rf"{_VALUES} (?:zero|one|equal\w*)|(?:norm|length|rank|trace|determinant)\s*$",
    r"(?:same|equal|opposite) (?:sign|norm|length|direction)s?\b|equal to\b"
    r"|lies? between|(?:contains? )?at (?:most|least) (?:zero|one|two|three|half|\d|\$)(?! of)"
    r"|lies? in (?:the|its) (?:null|kernel|range|span)",
    r"orthonormal\w*(?! (?:columns|rows|spalten|zeilen))|orthogonale?n?(?! matri| columns| rows)|perpendicular"
    r"|senkrecht\w*",
    r"linearly independent(?! columns| rows)|linear unabhängig\w*(?! Spalten| Zeilen)|eigenvec\w+|eigenvektor\w*"
    r"|고유벡터|null ?space|kernel of",
    r"weights summing|even\b|odd\b|gerade\b|ungerade\b|affine\b|homogeneous\b",
    r"convex\b|bilinear\b|monoton\w*|sorted|permut\w+",
    r"(?<!row)(?<!row-)(?<!row )(?:column|doubly)?[- ]?\bstochastic|rotation|reflection|projections?\b|projektor",
    r"idempotent\w*|involut\w+|nilpotent\w*|circulant|toeplitz|triangular|block[- ]diagonal|unitary",
    r"standardi[sz]ed|normali[sz]ed|normiert\w*",
    rf"(?:(?:its|their|dessen|deren|ihr\w*|sein\w*) ){_MADE}\b|{_MADE} (?:of|von|between|zwischen)\b|역행렬|전치",
    r"(?:unit vectors?|einheitsvektor) (?:in|along|pointing)|(?:the )?(?:entrywise|elementwise) \w+",
    r"(?:an?|one) (?:one|1) appended",
    r"(?:(?:entr(?:y|ies)|values?) )?(?:equal to )?(?:zeros?|ones?)(?![\w-])(?: \w+){0,4} (?:where(?:ver)?|if|when)\b",
    r"(?:columns?|rows?|spalten|zeilen|열|행)\b[^.;]*\b(?:sum(?:s|ming)?|mean|norm|summ\w+|orthogonal|합)\b",
)
SAID = _words(rf"{_LEAD}(?P<what>{'|'.join(UNHEARD)})")
NOUNS = (
    r"(?:inverse|transpose|norm|trace|determinant|eigenvalues?|eigenvectors?|eigenwert\w*"
    r"|eigenvektor\w*"
    r"|variances?|median|angle|slope|inversen?|고유값|고유벡터)"
)
NOT_SIGNED = _words(
    rf"{_LEAD}(?:not|nicht|keine?|no)\s+(?:positiv|negativ)\w*|\s*[은는이가]?\s*(?:양수|음수)[가이] 아니"
)
CALLED = _words(
    rf"(?:\b|(?<=[가-힣])){NOUNS}(?:\s+(?:is|be|value|vector|denoted by|called|by))*[\s~]*$"
    r"|(?:고유값|고유벡터)[을를]\s*$"
)
DENOTED = _words(rf"\bdenote[^.;]*\b{NOUNS}\b[^.;]*\bby[\s~]*$")
ABOUT = _words(
    r"(?<!columns )(?<!rows )(?<!entries )(?<!column )(?<!row )"
    r"\b(?:of|to|at|in|on|by|from|through|von|nach|bei|around|over|than)(?: the)?[\s~]*$"
)
"""What is said behind such words is said of something else: the gradient at $x$ is zero."""
LAWS = _words(r"\b(?:gaussian|normal|distribut\w+|density|law|random|poisson|normalverteil\w*|verteil\w*|정규)")
SOME = _words(
    r"\b(?:the (?:latter|former)|the (?:first|second|last)(?= (?:is|being|one|of|symm|pos|inv|orth|diag)|\s*$)"
    r"|(?<!least )one of (?:which|them|these)|respectively|resp|bzw|beziehungsweise)\b|각각"
)


INDEPENDENT = _words(r"linearly independent|linear unabhängig\w*")
LINES = _words(r"\b(?:columns|rows|spalten|zeilen)\s+(?:of|von)[\s~]*$")
AT = _words(r"(?:^|,)\s*(?:with|at|for|mit|bei|für)[\s~]*$")
A_NUMBER = _words(
    r"\s*(?:equal to|gleich)\s+(?:the |dem |der )?(?:zero|one|null|eins?|0|1)(?:[ -]?ve[ck]tor)?\s*,\s*\S"
)
"""`with $\\theta$ equal to the zero vector, each example contributes ...`: so it is in this sentence."""
SUPPOSED = _words(r"\b(?:if|when|whenever|provided(?: that)?|assuming(?: that)?|falls|wenn|sofern)[\s~]*$")
IS_SO = _words(
    r"\s*(?:is|are|were|has|have|ist|sind|hat|haben)\b(?! (?:not zero|not nonzero|positive"
    r"|negative|nonnegative|nonzero|large|small"
    r"|(?:itself )?the (?:output|result) of (?:an?|the|some) (?:earlier|previous|preceding|lower) layer\b))[^.;,]*"
)
"""Whatever an earlier layer gives: that says nothing of values."""
OF_THE_NEXT = _words(r"\s*(?:,|;|and|und|sowie)\s+(?:(?:and|und) )?(?:an?|the|eine?n?|der|die|das)\s")
"""A score $\\eta$, a mean $m$: what is said last is said of the next name."""


PURPOSE = _words(
    r"\b(?:multipli(?:er|kator)|parameter|penalty|price|weight|factor|coefficient|strafe|gewicht|faktor)(?:e?[ns]|en)?[\s~]*$"
)


def of_full_rank(said: str, before: str) -> bool:
    """Whether rows or columns are independent: `the columns of $X$ are linearly independent`."""
    return INDEPENDENT.fullmatch(said) is not None and LINES.search(prose.sentence_before(before)) is not None


def passing(before: str, after: str) -> bool:
    """Whether the words set the name between them to a number for their own sentence.

    >>> passing("Before training, with ", " equal to zero, the cost is"), passing("Let ", " be equal to zero.")
    (True, False)
    """
    return bool(AT.search(prose.sentence_before(before)) and A_NUMBER.match(prose.sentence_after(after)))


def supposed(before: str, after: str) -> str:
    """What the words suppose of the name between them, whatever it is.

    >>> supposed("If ", " is the logistic function, then"), supposed("Here ", " is a vector.")
    ('is the logistic function', '')
    """
    said = IS_SO.match(prose.sentence_after(after))
    return said.group().strip() if said and SUPPOSED.search(prose.sentence_before(before)) else ""


def of_names(before: str, after: str, spoken: str, *, bare: bool) -> str:
    """What the words say of the name between them, if no reading has it; empty if they say nothing.

    >>> of_names("Let ", " commute.", "Let ", bare=False), of_names("with norm ", ".", "with norm ", bare=True)
    ('commute', 'norm')
    >>> of_names("Let ", " be symmetric.", "Let ", bare=False)
    ''
    """
    said = prose.sentence_after(after)
    about = ABOUT.search(prose.sentence_before(before))
    found = SAID.match(said)
    if found and PURPOSE.search(before) and said.split()[:1] in (["for"], ["für"]):
        found = None  # a multiplier $\\mu$ for the length of $w$
    if found and not said[found.end() :].strip() and OF_THE_NEXT.match(said):
        found = None
    if not about and found and not prose.NEGATED.search(said[: found.start("what")]):
        return found["what"]
    if signed := NOT_SIGNED.match(said):
        return signed.group().strip()
    if (some := SOME.search(said.partition(";")[0])) and qualities.mentions(said):
        return said[: some.end()].strip(" ,")
    before = prose.sentence_before(before)
    if bare and (called := CALLED.search(before)) and not LAWS.search(spoken):
        return called.group().strip()
    denoted = DENOTED.search(spoken)
    return denoted.group().strip() if denoted else ""
