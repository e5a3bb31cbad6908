"""What is said of inputs beside declaring them: `centred, i.e. $\\sum_n x_n = 0$`, `we assume that $a + b = 1$`."""

from __future__ import annotations

import re

THAT_IS = re.compile(
    r"(?:\b(?:i\.\s?e\.?|that is|which means(?: that)?|meaning(?: that)?|in other words|viz\.?|d\.\s?h\.?|das heißt"
    r"|c'est[- ]à[- ]dire)|즉)[\s,:~(]*$",
    re.IGNORECASE,
)
"""What the words before an equation explain: `have mean zero, i.e.`"""
SO_THAT = re.compile(
    r"\b(?:cent(?:er|re)d|zentriert\w*|mean(?: is)? zero|zero[- ]mean|normali[sz]ed|standardi[sz]ed|whitened"
    r"|ortho(?:normal|gonal)\w*|scaled|balanced|cho(?:ose|sen|osing)|picked|normiert|skaliert)\b[^.;$]*"
    r"\b(?:so that|such that|sodass|so dass)[\s,:~]*$",
    re.IGNORECASE,
)
"""What is chosen so: `centred, so that`; but not `x in R^n, so that`."""
SO_CHOSEN = re.compile(r"\b(?:so that|such that|sodass|so dass)[\s,:~]*$", re.IGNORECASE)
"""What is a property of an input that the sentence has just declared can only be chosen so."""
PICKED = re.compile(
    r"\b(?:those|the ones|diejenigen"
    r"|(?:only|nur)(?: the| die)? (?:entries|pairs|ratings|samples|examples|points|terms|cells|einträge|paare|punkte))"
    r"\s+(?:with|where|for which|mit|für die)[\s~]*$",
    re.IGNORECASE,
)
PREDICATE = re.compile(
    r"\s*(?:,\s*)?(?:are|were|is|was|have|has|had|count|contribute|enter|matter|remain|survive|appear|get|do"
    r"|sind|waren|werden|wurden|zählen|bleiben)\b",
    re.IGNORECASE,
)
CONCLUDES = re.compile(
    r"\b(?:have|has|see|find|get|obtain|know|note|observe|check|show|prove|claim|impl(?:y|ies)|means?|gives?|yields?"
    r"|follows?|is|are|holds?|that|then|so|thus|hence|therefore|clearly|obviously|always|never|whether|because|since|as"
    r"|gilt|folgt|ist|sind|also|daher|somit|dass|da|weil|denn)\b[\s,:~($]*$",
    re.IGNORECASE,
)
OF_A_PARAMETER = re.compile(
    r"^(?!.*\b(?:then|hence|thus|so|therefore|because|since|that)\b)"
    r".*\b(?:step[- ]?sizes?|(?:learning |decay )?rates?|parameters?|momentum|temperature|constants?)[\s,]+"
    r"(?:satisf(?:y|ies)|obeys?|fulfils?|is (?:chosen|taken) (?:so|such)(?: that)?)\s*$",
    re.IGNORECASE | re.DOTALL,
)
"""`The step size $\\eta$ satisfies $0 < \\eta\\lambda < 1$`: that can only be required."""
HOLDS = re.compile(
    r"[\s$)]*(?:always |never |also )?(?:holds?\b|is (?:true|false|clear|obvious)|follows\b|gilt\b|이다|가 성립)"
)
"""Words around an inequality that say that it is so, and do not ask for it."""
KINDS = (
    r"(?:symmetric|diagonal|orthogonal|normal|diagonali[sz]able|square|invertible|singular|(?:low|full)[- ]rank"
    r"|hermitian|(?:semi)?definite|covariance|symmetrisch\w*|diagonali?sierbar|orthogonale?|diagonale?)\b"
)
IN_ONE_CASE = re.compile(
    rf"\b(?:if|when(?:ever)?|in case|provided|falls|wenn|sofern)\s+(?:is|are|were|happens?|turns? out|ist|sind)\b"
    rf"[^.;]*\b{KINDS}|\b(?:falls|wenn|sofern)\s+{KINDS}|\b(?:for|für) (?:an? |any |all |every )?{KINDS}",
    re.IGNORECASE,
)
"""Words behind which an equation for a declared matrix says what it is in one case: `if $W$ is symmetric`."""
OF_A_KIND = re.compile(
    r"\b(?:for|in|under|with) (?:an? |the )?(?:special |simple(?:st)? )?(?:spherical|isotropic|round"
    r"|homoscedastic|scalar|tied|shared|common|special)(?: [\w-]+){1,2}[\s,]*$",
    re.IGNORECASE,
)
"""The same: `for a spherical component, $\\Sigma = s I$`, `in the isotropic case`."""

ASSUMED = re.compile(
    r"\b(?:assum(?:e|es|ed|ing)|suppos(?:e|ed|ing)|angenommen|nehmen\b[^.;]*\ban|gelte)\b|가정", re.IGNORECASE
)
"""What is assumed holds until further notice, and nobody says until when."""
KOREAN_LET = re.compile(r"^[\s,)]*(?:이?라고? (?:하자|가정)|[을를이가]? ?가정|[을를] 만족)")
DROPPED = re.compile(
    r"\b(?:drop|omit|suppress|leave out|skip|lassen)\w*\s+(?:(?:the|den|all|its)\s+)*"
    r"(?:sub|super)?(?:script|ind(?:ex|ices|izes))\w*[\s~]*$"
    r"|인덱스[를을]?[\s~]*$",
    re.IGNORECASE,
)
"""From here on x may be x_n, and the table does not know it."""


_THEN = re.compile(r"\bthen\b|\bdann\b", re.IGNORECASE)
_RESULT = re.compile(
    r"^\W*,\s*(?:we|one)\s+(?:then\s+)?(?:gets?|ha(?:ve|s)|obtains?|finds?|sees?)\b|,\s*(?:then|dann)\b", re.IGNORECASE
)
OF_SOME = re.compile(
    r"\W*(?:for|if|when(?:ever)?|where(?:ver)?|unless|except)\b(?!\s+(?:all|every|each|any)\s+\$\s*[a-z]\s*\$)",
    re.IGNORECASE,
)
WANTED = re.compile(
    r"\b(?:at (?:least|most)|minim\w+|maxim\w+|smallest|largest|fewest|optim\w+|best|need\w*|requir\w*|not|never"
    r"|no longer|instead of|rather than|up to|unless|except|would|were|mindestens|höchstens)\b",
    re.IGNORECASE,
)
"""Words by which a number is one among others: `we need at least $n = 2$ samples`."""
FROM_HERE = re.compile(
    r"\b(?:(?:rest|remainder) of|from (?:now|here) on|in what follows|in the (?:following|sequel)|henceforth|throughout"
    r"|in this (?:section|part|paragraph|chapter)|im (?:folgenden|weiteren)|ab (?:jetzt|hier))\b",
    re.IGNORECASE,
)
"""Words by which what is said holds for all that follows."""
_SUPPOSING = re.compile(
    r"\W*(?:(?:and|but|so|now|then|thus)\s+)?(?:if|when(?:ever)?|for|with|in (?:the |this )?(?:special )?case|suppose"
    r"|assum(?:e|ing)|given|wenn|falls|für|bei|mit|im fall)\b",
    re.IGNORECASE,
)


def supposes(spoken: str) -> bool:
    """Whether a sentence begins with what it supposes.

    >>> supposes("If there are just two classes, "), supposes("But with two samples, i.e. "), supposes("We have ")
    (True, True, False)
    """
    return _SUPPOSING.match(spoken) is not None


def repeats(spoken: str, rest: str) -> bool:
    """Whether a formula repeats what the sentence supposes: `if all are equal, $g_k = c$, then ...`.

    >>> repeats("If all are equal, ", "$, then"), repeats("If all are equal, ", "$."), repeats("If so, then ", "$, the")
    (True, False, False)
    """
    supposed = supposes(spoken) and spoken.rstrip(" ~\n").endswith((",", "i.e.", "that is", "namely", "so that"))
    return supposed and not _THEN.search(spoken) and _RESULT.search(rest) is not None


def explains(before: str, *, declared: bool) -> bool:
    """Whether the words before an equation say that it is what was meant by the words about the inputs.

    `declared`: the sentence has just said where these lie. Else `that is` says a claim once more.

    >>> explains("have mean zero, i.e. ", declared=True), explains("We have, i.e. ", declared=False)
    (True, False)
    >>> explains(" be centred, so that ", declared=False), explains("in R^n, so that ", declared=True)
    (True, False)
    """
    return bool((declared and THAT_IS.search(before)) or SO_THAT.search(before))


def picks(before: str, after: str) -> bool:
    """Whether a formula says which things are meant, and not what is so: `only those with M_{ij} = 1 were observed`.

    >>> picks("of which only those with ", " were observed"), picks("Choose those with ", ", and then")
    (True, False)
    """
    return bool(PICKED.search(before) and PREDICATE.match(after))


DESCRIBED = re.compile(
    r"\$\s*\\?(?P<name>[A-Za-z]+)\s*\$\s+(?:is|be|are|denotes?|ist|sei(?:en)?)\s"
    r"(?:(?!\b(?:if|when|for|falls|wenn|für)\b)[^.;,$])*\b(?:with|such that|satisfying|mit)[\s~$]*$",
    re.IGNORECASE,
)


def describes(before: str, name: str) -> bool:
    """Whether a formula behind these words says of the name what is so from here on.

    >>> describes(r"where $\\alpha$ is a number with $", "alpha"), describes(r"$f$ is convex for $x$ with $", "x")
    (True, False)
    """
    found = DESCRIBED.search(before[-160:])
    return found is not None and found["name"] == name
