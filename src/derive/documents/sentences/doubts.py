"""Words that may take something back of names that they do not mention: `in general`, `if it were not symmetric`."""

from __future__ import annotations

import re

from derive.documents.names.symbols import SIGNS
from derive.documents.sentences import prose, qualities
from derive.documents.sentences.lifting import MATRIX, NOUNS, related


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


KINDS = MATRIX - {"invertible"} | {"centred", "skew", "diagonal"}
"""What a general matrix or list is not."""
GENERALLY = _words(
    r"\b(?:more generally|in (?:full |complete )?generality|generally|in general(?! position)|general (?:case|matri\w+"
    r"|square|real|vectors?)|(?:an arbitrary|any|every) (?:square |real )?matri(?:x|ces)"
    r"|(?:all|the|these|our) matrices are (?:now )?(?:just|only|merely)|(?:not|un)[- ]?necessarily (?:so|the case)"
    r"|im allgemeinen|allgemeine\w* (?:fall|matri\w+)|fully general|en général|cas général)\b|일반적|일반 ?행렬"
)
OF_PROCEDURE = _words(
    r"\b(?:in general|generally|im allgemeinen)\b.*\b(?:steps?|iterations?|descent|methods?|algorithms?|converge\w*"
    r"|training|expensive|costly?|comput\w+|exact|slow\w*|fast\w*|schritte?|verfahren)\b"
    r"|\b(?:steps?|iterations?|descent|methods?|algorithms?|training|verfahren)\b.*\b(?:in general|generally)\b"
)
"""A sentence without a formula: `In general, gradient descent needs many steps`."""
OF_KIND = _words(
    r"\b(?:matri\w+|symmetr\w+|definit\w+|orthogonal\w*|diagonal\w*|vectors?|cases?|assum\w+|conditions?|more generally"
    r"|arbitrary|fails?|holds?|true|valid|signs?)\b"
)
EITHER_SIGN = _words(
    r"\b(?:either|any|both|whatever|arbitrary) signs?\b|\b(?:beider|beliebigen) vorzeichens?\b"
    r"|\bextend\w*\b[^.;]*\b(?:all|any|every) (?:real|numbers?|values?)\b"
)
NOT = _words(
    r"\b(?:not|no|never|nor|neither|without|were|cannot|unnecessary|superfluous|irrelevant|nicht|ohne|kein\w*|weder"
    r"|sans|pas)\b|n['’]t\b|않|아니|아닌|없"
)
ASSUMPTION = _words(
    r"\b(?:assumptions?|conditions?|restrictions?|requirements?|constraints?|hypothes[ie]s|annahmen?|bedingung\w*"
    r"|voraussetzung\w*)\b|가정|조건"
)
DROPPED = _words(
    r"\b(?:drop(?:s|ped|ping)?|lift(?:s|ed|ing)?|relax\w*|remov\w+|abandon\w*|giv(?:e|en|ing) up|weaken\w*|no longer"
    r"|not (?:really )?(?:need|requir|necessar|assum|us)\w*|unnecessary|superfluous|fails?|violated|without"
    r"|fallen ?(?:ge)?lassen|weglassen|verletzt|verzichten)\b|버리|없애|필요 ?없"
)
NONE = _words(
    r"\b(?:neither(?: of (?:them|these))? (?:is|are|need)|none of (?:them|these)|not (?:both|all) (?:are|of)|both are"
    r" not|keine[rs]? (?:von|der) beiden)\b"
)
ONLY = _words(r"\b(?:only|just|merely|nur|bloß|lediglich)[\s~]*$")
MERELY = _words(
    r"[\s~]*,?\s*(?:(?:is|are|be|being|was|were|ist|sind|sei(?:en)?) )?(?:(?:now|then|nun|jetzt) )?(?:an? |eine? )?"
    r"(?:(?:only|just|merely|simply|nur|bloß|lediglich)(?: an?| known to be| assumed(?: to be)?| required to be)?"
    r" (?:square|real|invertible|non-?singular|regular|quadrat\w+|reell\w*|invertierbar\w*|symmetri\w+|positiv\w*"
    r"|non-?zero|given|\$)|[^.;]{0,40}\b(?:instead|otherwise arbitrary|but arbitrary|stattdessen|anything)\b)"
)
BEGINS = re.compile(r"\s*[A-Z]|\s+(?![은는이가을를와과의])[가-힣]")
OF = _words(r"\b(?:of|von|de)[\s~]*$")
BESIDE = _words(r"(?:\s*(?:an?|the|our|such|matri(?:x|ces)|vectors?|square|real))*\s*$")
"""Between a denied property and the formula behind it, if that is the name it is denied of."""


def of_words(words: str) -> frozenset[str]:
    """The properties on which words between two formulas cast doubt, whatever has them.

    What a sentence denies that began before the formula may be of that.

    >>> sorted(of_words(". If it were not symmetric, "))
    ['positive_definite', 'semidefinite', 'symmetric']
    >>> sorted(of_words(" and not symmetric. Then ")), sorted(of_words(". For a non-symmetric matrix "))
    ([], [])
    >>> of_words(". In general, descent needs many steps. We have ")
    frozenset()
    >>> "centred" in of_words("The general case is "), "positive" in of_words("We drop this assumption. ")
    (True, True)
    """
    found = frozenset[str]()
    sentences = _sentences(words)
    for number, sentence in enumerate(sentences):
        if 0 < number < len(sentences) - 1 and OF_PROCEDURE.search(sentence) and not OF_KIND.search(sentence):
            continue
        found |= _of_any(sentence) or (related(_denied(sentence)) if number or BEGINS.match(sentence) else frozenset())
    return found


def _sentences(words: str) -> list[str]:
    ends = [m.end() for m in prose.SENTENCE.finditer(words)]
    return [words[a:b] for a, b in zip([0, *ends], [*ends, len(words)], strict=True)]


def _of_any(sentence: str) -> frozenset[str]:
    if EITHER_SIGN.search(sentence):
        return SIGNS | {"low", "negative"}
    if GENERALLY.search(sentence):
        return KINDS
    if (ASSUMPTION.search(sentence) and DROPPED.search(sentence)) or NONE.search(sentence):
        return KINDS | SIGNS | {"low", "sum_to_one", "nonzero"}
    return frozenset()


def _denied(sentence: str) -> frozenset[str]:
    """The properties that a sentence denies of something that it does not name by a formula."""
    nouns = [names for pattern, names in NOUNS if pattern.search(sentence)] if NOT.search(sentence) else []
    denied = qualities.denied(sentence)
    spoken = [m.end() for pattern, _ in qualities.QUALITIES for m in pattern.finditer(sentence)]
    if denied and spoken and BESIDE.match(sentence[max(spoken) :]):
        denied = frozenset[str]()
    return denied.union(*nouns)


def of_it(before: str, after: str) -> frozenset[str]:
    """The property that is said not to be needed of the name between the words.

    >>> sorted(of_it("The symmetry of ", " is not needed: ")), sorted(of_it("By symmetry of ", " it holds. "))
    (['positive_definite', 'semidefinite', 'symmetric'], [])
    """
    spoken = prose.sentence_before(before)
    if not OF.search(spoken) or not (NOT.search(prose.sentence_after(after)) or NOT.search(spoken)):
        return frozenset()
    return frozenset(x for pattern, names in NOUNS if pattern.search(spoken[-60:]) for x in names)


def is_merely(after: str) -> bool:
    """Whether the words behind a name say that it is no more than what follows.

    >>> is_merely(" is only invertible, "), is_merely(" be triangular instead. "), is_merely(" is symmetric. ")
    (True, True, False)
    """
    return MERELY.match(prose.sentence_after(after)) is not None
