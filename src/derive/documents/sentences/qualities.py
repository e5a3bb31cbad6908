"""Properties in words: what is said of a name beside it, `be symmetric`, `positive`; and what is denied of it."""

from __future__ import annotations

import re

from derive.documents.names.symbols import FORMS, OBLONG, SOME
from derive.documents.sentences.prose import NEGATED, TRAILING


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


QUALITIES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (_words(pattern), names)
    for pattern, names in (
        (
            r"(?:skew|anti)[- ]?symmetric part|symmetric (?:part|about|around|under|function|in\b|with respect"
            r"|difference"
            r"|group)|(?:anti|schief)?symmetrische\w* (?:an)?teil|(?:반)?대칭 (?:부분|성분)"
            r"|orthogonal(?:e[nrs]?)? (?:columns?|rows?|directions?|vectors?|complement|basis|group|to\b|zu\b|spalten"
            r"|zeilen|vektoren|komplement)|(?:열|행)(?:이|들이)? 직교",
            (),
        ),
        (
            r"skew[- ]?symmetric|anti[- ]?symmetric|schiefsymmetrisch\w*|antisymmetrisch\w*|antisym[ée]trique|반대칭",
            ("skew",),
        ),
        (
            r"orthogonal(?:e[nrs]?)? proje(?:ct(?:or|ion)|ktor|ktion)\w*|orthogonalproje\w+|직교 ?사영|직교 ?투영",
            ("projection",),
        ),
        (
            r"positive[- ]semi-?[- ]?definite|positiv(?:e[nrs]?)?[- ]?semi-?definit\w*|\bpsd\b"
            r"|non-?negative[- ]definite"
            r"|semi-?d[ée]finie positive|양의 ?준정부호|양의 ?반정부호|준양정부호",
            ("semidefinite",),
        ),
        (r"negative[- ]definite|negativ(?:e[nrs]?)?[- ]?definit\w*|음의 ?정부호", ("negative_definite",)),
        (r"(?:negative|positive)?[- ]?semi-?definite|in-?definite|음의 ?준정부호", ()),
        (
            r"symmetric (?:and )?positive[- ]definite|spd\b|positiv(?:e|en?|es)?[- ]definit\w*|d[ée]finie positive"
            r"|양의 정부호",
            ("positive_definite", "symmetric"),
        ),
        (
            r"(?:far from |non-? ?|\bun|\ba|nicht-? ?)symmetri(?:c\b|sch\w*)|비대칭",
            (),
        ),
        (r"symmetric|symmetrisch\w*|sym[ée]trique|대칭", ("symmetric",)),
        (
            r"invertible|non-?singular|regular matri|full rank|invertierbar\w*|regul[äa]re? Matri|vollen Rang"
            r"|inversible|가역",
            ("invertible",),
        ),
        (r"orthogonal matri|orthogonal(?:e[nrs]?)?\b|직교", ("orthogonal",)),
        (r"orthonormal rows|\brows\b[^.,;]{0,30}\borthonormal|orthonormale\w* zeilen", ("orthonormal_rows",)),
        (
            r"one-?hot|원-?핫|(?:exactly|precisely) (?:one|a single)\b[^.,;]{0,20}\bin (?:each|every) row"
            r"|(?:has|contains?) (?:(?:exactly|precisely|just) )?(?:one|a single) (?:1|one)\b",
            ("one_hot",),
        ),
        (
            r"at (?:least|most) (?:\w+|\$\w+\$) (?:non-?zeros?|positive|negative)\b|non-?zero diagonal"
            r"|zero diagonal|off-?diagonal|diagonal (?:entries|elements|part|of)|diagonali[sz]\w+",
            (),
        ),
        (r"non-?zero|(?:ungleich|nicht) (?:null|0)\b|영이 아닌|0이 아닌|영벡터가 아니\w*", ("nonzero",)),
        (
            r"(?<!block )(?<!block-)(?:\bdiagonal\b|diagonalmatri\w*|diagonale matri\w*|대각 ?행렬|대각인)",
            ("diagonal",),
        ),
        (r"row[- ]stochastic|zeilenstochastisch\w*", ("sum_to_one", "nonnegative")),
        (
            r"\brows? (?:that |which )?(?:all |each )?sum(?:s|ming)? to (?:one|\$?1\$?)|zeilensummen? (?:eins|1)",
            ("sum_to_one",),
        ),
        (r"probability vector|distribution over|wahrscheinlichkeitsvektor|확률 ?벡터", ("sum_to_one", "nonnegative")),
        (r"columns?\b[^.;,]{0,20}\bsum(?:s|ming)? to (?:one|\$?1\$?)", ("stochastic_columns",)),
        (r"(?<!rows )(?<!columns )sum(?:s|ming)? to one", ("sum_to_one",)),
    )
)
"""The first rows take the words that only contain a property's, so that these are not heard."""
SQUARE = frozenset(("positive_definite", "symmetric", "invertible", "orthogonal")) | FORMS - OBLONG - SOME
CASE_OF = _words(
    r"\b(?:in|for) (?:(?:the|an?|all|any|every|special) )*(?P<what>(?:[\w-]+ ){1,3}?)"
    r"(?:case|(?P<noun>matri(?:x|ces)))\b(?! of\b)"
    r"|\bin (?:the )?(?:special )?case of (?:(?:an?|the|any|all) )?(?P<of>[\w-]+(?: [\w-]+)?)"
    r" (?P<nouns>matri(?:x|ces))\b"
    r"|(?:^|[.;]\s+)(?:(?:all|any|every|an?|the) )*(?P<subject>[\w-]+(?: [\w-]+)?) matri(?:x|ces)"
    r" (?=(?:satisf(?:y|ies)|obeys?|ha(?:s|ve)|preserves?|gives?|leaves?)\b)"
    r"|\b(?:if|when|whenever|provided(?: that)?) (?:the|our|this)(?: \w+)? matrix is (?P<is>[^,.;]{1,40})"
)
"""A case of a matrix that the words do not name: `in the symmetric case`, `if the matrix is diagonal`."""
OF_BOTH = _words(r"\b(?:and|or|general|arbitrary|not|non)\b")
TO_BEGIN_WITH = _words(r"\s*(?:(?:now|then|so|hence|thus|but|and|again|finally|further|also|here)[\s,]+)*")
ONE_CASE = _words(r"\bcase\W*$")
GIVES = _words(
    r"\s*(?:then )?(?:gives?|yields?|leads? to|makes?|has|have|implies|imply|results? in|means|turns?"
    r"|satisf(?:y|ies))\b"
)
"""`Symmetric $A$ give ...`: a case, and not what is so from here on."""
OR_NOT = _words(
    r"\s*(?:or not\b|oder nicht\b|(?:이|가)? ?(?:아닌|아니|않)|일 필요|인지|이?라고 (?:가정하지|하지) 않"
    r"|,?\s*(?:iff\b|if and only if|exactly (?:if|when)|precisely (?:if|when)|means\b|genau dann)"
    r"|[^.;]*\b(?:respectively|resp|bzw|beziehungsweise)\b)"
)
"""Behind a property: it is not asserted, or not of this name."""


def properties(words: str) -> frozenset[str]:
    """The properties that words assert; a negated word asserts nothing.

    >>> sorted(properties("be invertible and not necessarily symmetric, "))
    ['invertible']
    >>> sorted(properties("nothing is symmetric unless we say so"))
    []
    >>> sorted(properties("be not diagonal but symmetric"))
    ['symmetric']
    >>> sorted(properties("be skew-symmetric")), sorted(properties("be far from symmetric"))
    (['skew'], [])
    """
    return frozenset(name for name, denied in _heard(words) if not denied)


def begins(words: str) -> bool:
    """Whether words begin with a property, and no verb makes it that of the last name alone.

    >>> begins(" symmetric, "), begins(" positive definite."), begins(" is symmetric")
    (True, True, False)
    """
    first = " ".join(words.split()[:2])
    return any(pattern.match(first) for pattern, names in QUALITIES if names)


def denied(words: str) -> frozenset[str]:
    """The properties that words deny.

    >>> sorted(denied("need not be symmetric")), sorted(denied("for non-symmetric "))
    (['symmetric'], ['symmetric'])
    """
    found = {name for name, no in _heard(words) if no}
    return frozenset(found | {name for pattern, name in CONTRARIES if pattern.search(words)})


CONTRARIES = (
    (_words(r"(?:far from |non-? ?|\bun|\ba|nicht-? ?)symmetri(?:c\b|sch)|비대칭"), "symmetric"),
    (_words(r"non-?orthogonal"), "orthogonal"),
    (_words(r"\bsingular\b|non-?invertible"), "invertible"),
    (_words(r"indefinite"), "positive_definite"),
    (
        _words(r"(?:\bnot|n't)(?: be| assumed| necessarily)* cent(?:er|re)d|\bun-?cent(?:er|re)d|nicht zentriert"),
        "centred",
    ),
)


def _heard(words: str) -> list[tuple[str, bool]]:
    """Each property that words name, and whether they deny it."""
    words = re.sub(r"[ \t]*\n[ \t]*(?=\S)", " ", words)  # positive / definite, on two lines
    found: list[tuple[str, bool]] = []
    taken: list[tuple[int, int]] = []
    for pattern, names in QUALITIES:
        for m in pattern.finditer(words):
            if any(a <= m.start() < b for a, b in taken):
                continue
            taken.append(m.span())
            no = bool(NEGATED.search(words[: m.start()]) or OR_NOT.match(words[m.end() :]))
            found += [(name, no) for name in names]
    return found


def mentions(words: str) -> bool:
    """Whether words name a property or a sign at all."""
    return bool(_heard(words)) or re.search(r"positiv|negativ|양수|음수", words, re.IGNORECASE) is not None


SIGNED = (
    r"(?:strictly )?(?P<sign>positive|non-?negative|negative|non-?positive|positiv(?:e[nrs]?)?|negativ(?:e[nrs]?)?"
    r"|nicht-?negativ(?:e[nrs]?)?)\b"
    r"(?![- ](?:semi-?)?definite?| or | oder | and (?:positive|negative)|[- ]?semi"
    r"| (?:class|label|example|sample|part|pair|word|integer|side|sign|direction|diagonal|if|when|for|where|on"
    r"|only|exactly|precisely|just|whenever|wherever|unless|iff|genau|wenn|falls|sofern|für|nur)s?\b"
    r"| (?:as long|in case|provided)\b"
    r"|[^.;]*\b(?:respectively|resp|bzw)\b)"
)
SIGNED_AFTER = _words(
    r"[\s~]*,?\s*(?:(?:is|are|be|being|ist|sind|sei(?:en)?|(?:all|both) (?:of )?them) )?(?:(?:an?|all|both|some"
    r"|any|fixed"
    r"|given|known|real|entrywise|componentwise|eine?|beide|reelle?|feste?) )*(?:with |have |has "
    r"|having )?(?:only |all )?"
    rf"{SIGNED}|^\s*(?:는|은|가|이)?\s*(?P<ko>양수|음수)(?!가 아니|이 아니)"
)
_NUMBER = (
    r"(?:constant|number|parameter|scalar|coefficient|factor|weight|vector|value|rate|temperature)s?\b"
    r"|(?:zahl(?:en)?|konstanten?|parameter)\b"
)
ARTICLE = _words(r"\b(?:an?|eine?)\s[\s\w-]*$")
A_NUMBER = _words(rf"\s+(?:(?:real|finite|fixed|known|given|reelle?) )*(?:{_NUMBER})")
"""A positive number has that sign; a positive may be an example of its class."""
SIGNED_BEFORE = _words(
    rf"\b(?:(?:all|some|any|fixed|given|with|every|each|let|for|für|alle|jede[snr]?)\s+(?:real )?{SIGNED}(?: real)?"
    rf"(?: (?:{_NUMBER}))?|(?:an?|the|eine?)\s+(?:real )?{SIGNED.replace('<sign>', '<of>')}(?: real"
    rf"| reelle)? (?:{_NUMBER}))"
    r"[\s~,]*$|(?P<ko>양수|음수)(?:인)?\s*$"
)
WORDS = {"양수": "positive", "음수": "negative", "nicht": "nonnegative"}


def signs(before: str, after: str) -> frozenset[str]:
    """The sign that the words beside a name assert of it, or of all its entries.

    >>> signs("", " be positive."), signs("for any nonnegative number ", ""), signs("", " be positive definite")
    (frozenset({'positive'}), frozenset({'nonnegative'}), frozenset())
    >>> signs("", " be a positive and "), signs("", " is a positive real number")
    (frozenset(), frozenset({'positive'}))
    >>> signs("", " need not be positive"), signs("", " is positive or negative")
    (frozenset(), frozenset())
    >>> signs("für negatives ", ""), signs("", " positiv.")
    (frozenset({'negative'}), frozenset({'positive'}))
    """
    behind = SIGNED_AFTER.match(after)
    if behind is not None and ARTICLE.search(behind.group()) and not A_NUMBER.match(after[behind.end() :]):
        behind = None
    found = [m for m in (behind, SIGNED_BEFORE.search(before)) if m is not None]
    if NEGATED.search(before):
        return frozenset()
    return frozenset(_sign(x) for m in found for x in m.groupdict().values() if x)


EVERY = _words(r"(?:all|every|each|any|arbitrary|jede[sn]?|alle|beliebige\w*)[\s~]*")


def trails(before: str) -> bool:
    """Whether the words behind a claim begin a condition on it: `for negative`, `if the symmetric matrix`.

    >>> trails(" for negative "), trails(" if "), trails(". For negative ")
    (True, False, False)
    """
    found = TRAILING.match(before)
    rest = before[found.end() :] if found else ""
    if not rest or re.search(r"[.,;:]", rest) or len(rest) > 40:
        return False
    return bool(EVERY.fullmatch(rest) or properties(rest) or signs(before, ""))


UNDER = _words(r"(?:\b(?:falls|wenn|sofern|für|bei|si|pour)\b[^,;:.]*$|^(?:und\s+)?(?:ist|sind)\b[^,;:.]*$)")
UNDER_AFTER = _words(r"[^.,;]{0,24}(?:이면|라면|일 때|인 경우|인 한|하면)|[^.,;]{0,12}에 대(?:해|하여)")


def under(spoken: str, after: str) -> bool:
    """Whether what is said of a name is a condition, in German, French and Korean."""
    return bool(UNDER.search(spoken.strip()) or UNDER_AFTER.match(after))


def _sign(word: str) -> str:
    """The sign in English: of nicht-negatives, nonnegative."""
    word = word.lower().replace("-", "")
    if word in WORDS:
        return WORDS[word]
    not_ = "non" if word.startswith(("non", "nicht")) else ""
    return not_ + ("positive" if "positiv" in word else "negative")
