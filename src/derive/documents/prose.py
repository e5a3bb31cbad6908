"""The few words of prose that matter: properties beside a declaration, and what introduces a condition."""

from __future__ import annotations

import re

PROPERTIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"symmetric (?:and )?positive[- ]definite|spd\b|positive[- ]definite|양의 정부호",
        ("positive_definite", "symmetric"),
    ),
    (r"symmetric|대칭", ("symmetric",)),
    (r"invertible|non-?singular|regular matri|full rank|가역", ("invertible",)),
    (r"orthogonal matri|orthogonal\b|직교", ("orthogonal",)),
    (r"one-?hot|원-?핫", ("one_hot",)),
    (r"non-?zero|영이 아닌|0이 아닌", ("nonzero",)),
    (r"diagonal matri|대각", ("diagonal",)),
    (r"sums? to one|probability vector|distribution over", ("sum_to_one",)),
)
MATRIX = frozenset(("positive_definite", "symmetric", "invertible", "orthogonal"))
NEGATED = re.compile(r"\b(?:not|need not|non|nor|without|neither)\b[\w\s-]{0,24}$|(?:않|아닌|없)")
SENTENCE = re.compile(r"[.!?](?=\s|$)|\\\\|\|[ \t]*\n|\n\s*\n|\\par\b|\\item\b|\n\s*[-*]\s")
CONDITION = re.compile(r"(?:\bfor|\bif|\bwhen|\bwhenever|\bwhere|\bprovided(?: that)?|\bwith|\bfor all|\bfor every|\bfor any|\bas|"
                       r"\bonly|\bfor each|\bfor nonzero|\bunless)[\s,~]*$", re.IGNORECASE)  # fmt: skip
CONDITION_AFTER = re.compile(r"^\s*(?:일 때|이면|인 경우|에서는|에 대해|에 대하여)")
ASSIGNING = re.compile(
    r"\b(?:let|define|put|set|redefine|write|denote)(?:\s+(?:now|us|also|instead))?\s*[:,]?\s*$", re.IGNORECASE
)
EQUATION = re.compile(
    r"\b(?:setting|solving|solve|equate|equating|putting|require|requiring|demand|suppose(?: that)?|equation|when|if|iff|unless)"
    r"(?: the (?:gradient|derivative))?[\s,~]*$",
    re.IGNORECASE,
)
HOLDS = re.compile(
    r"\s*(?:always |also |then )?(?:holds|is (?:true|valid|correct|well[- ]known|an identity)|follows)\b(?! if| when| only)",
    re.IGNORECASE,
)
STATED = re.compile(
    r"(?:^(?!.*\b(?:if|when\w*|suppos\w+|assum\w+|provided|unless)\b).*)\bequation[\s,~]*$", re.IGNORECASE | re.DOTALL
)
UNIT_AFTER = re.compile(
    r"^\W*(?:is|are|be|denotes?|for)\b[^.;]{0,50}?(?:unit|basis) vector"
    r"|^[\s$)]*the\b[\s\w$-]{0,20}\b(?:unit|basis) vector|^[^.;\w]{0,12}(?:번째)? ?(?:단위|기저) ?벡터",
    re.IGNORECASE,
)
ONE_HOT_AFTER = re.compile(r"^[\s$)\\]*(?:is|be|denotes?)\s+(?:the|a)\s+one-?hot", re.IGNORECASE)
PLURAL = re.compile(r"^\s*(?:be|are)\b(?! an?\b)", re.IGNORECASE)
UNIT_BEFORE = re.compile(r"(?:unit|basis) vectors?(?: are| is)?[\s,~]*$", re.IGNORECASE)
NUMBERS = r"(?:(?:all|any|given|known|fixed|arbitrary|some|the|real|(?P<sign>positive)) )*(?:numbers|scalars)"
NUMBERS_AFTER = re.compile(rf"[\s~]*(?:be|are|denote) {NUMBERS}\b(?! of\b)", re.IGNORECASE)
NUMBERS_BEFORE = re.compile(rf"\b{NUMBERS}[\s,~:]*$", re.IGNORECASE)
KIND_OF_FUNCTION = re.compile(
    r"\b(?:linear|affine|convex|concave|quadratic|homogeneous|even|odd|symmetric|invariant|lipschitz|smooth|constant|positive|non-?negative"
    r"|increasing|monotone|separable|norm|bilinear|isometry)\b(?!-)",
    re.IGNORECASE,
)
DEFINING = re.compile(
    r"\b(?:let|define|redefine|consider)(?: (?:now|also|instead|the|a|an|\w+)){0,4}\s*[:,]?\s*$", re.IGNORECASE
)
REBINDING = re.compile(
    r"\b(?:is|are|becomes?|reads?|be) (?:now|instead)\b|\bnow (?:is|consider|define|let|take)\b|\bconsider now\b|\b(?:redefine|instead|this time)\b"
    r"|\b(?:a|the) (?:new|second|third|different|other)\b|\banother\b|\balternative",
    re.IGNORECASE,
)
INSTEAD = re.compile(r"\s*,?\s*(?:instead|this time|from now on|from here on)\b", re.IGNORECASE)
NAMING = re.compile(
    r"\b(?:loss|cost|objective|model|energy|likelihood|criterion|error|risk|function|density|output|prediction|score|penalty|kernel"
    r"|regulari[sz]er|potential|map|distribution|estimator|network|layer|activation|entropy|posterior|prior|evidence)\b"
    r"[^.;$]{0,40}\b(?:is|are|reads|becomes|by|as)\s*:?\s*$|\b(?:minimi[sz]e|maximi[sz]e|optimi[sz]e|use)\s*:?\s*$",
    re.IGNORECASE,
)
UNDER = re.compile(
    r"\b(?:for|if|when|whenever|provided(?: that)?|in case|as long as|assuming|unless|except)\b(?![^.;]*\b(?:then|we|this|it)\b)[^,;:.]*$",
    re.IGNORECASE,
)
EXCEPT = re.compile(r"\b(?:unless|except)\b[^,;:.]*$", re.IGNORECASE)
OPENING = re.compile(
    r"(?:now |also |finally |further |first )?(?:let|assume|suppose|throughout|consider|take|define|put|write|denote|given)\b",
    re.IGNORECASE,
)
INTRODUCING = re.compile(
    r"\b(?:for|if|when|whenever|provided(?: that)?|at|given|as long as|unless|in case)$|인 경우$|일 때$", re.IGNORECASE
)
OTHERWISE = re.compile(r"\b(?:otherwise|else|in (?:the|all) other cases?|in the opposite case|if not)\b", re.IGNORECASE)
SUPPOSING = re.compile(
    r"(?:\b(?:with|where|if|when|whenever|assum(?:e|ing)|suppos(?:e|ing)|such that|provided|as long as|given|requir(?:e|ing)|satisfying"
    r"|mit|falls|wenn|sofern)(?: that)?[\s,~(]*|^ha(?:ve|s)\s*|가정하(?:면|자|고)\s*\(?)$",
    re.IGNORECASE,
)
PASSING = re.compile(r"\b(?:if|when|whenever|provided|as long as|falls|wenn|sofern)(?: that)?[\s,~(]*$", re.IGNORECASE)
SOLVING = re.compile(
    r"\b(?:setting|solv\w+|equat\w+|minimi[sz]\w*|maximi[sz]\w*|optim\w+|stationary|critical|roots?|vanish\w*)\b",
    re.IGNORECASE,
)
CONCLUDING = re.compile(
    r"(?:\b(?:then|hence|thus|therefore|consequently|moreover|in general|always|it follows(?: that)?|we (?:get|obtain|conclude)(?: that)?)"
    r"|(?<!such )(?<!so )\bso)[\s,:~]*$",
    re.IGNORECASE,
)
GENERAL = re.compile(
    r"\b(?:in general|generally|for (?:a )?general|arbitrary|for (?:all|every|any|each))\b|일반적으로", re.IGNORECASE
)
CONSEQUENCE = re.compile(
    r"(?:then|so|hence|thus|therefore|it follows|and|which|in (?:this|that|the latter|such) case|here|this)\b",
    re.IGNORECASE,
)
CONNECTIVE = re.compile(r"[\s,;~&]*(?:(?:and|or|as well as|및|와|과|,)[\s,;~]*)*")
ROLES = tuple(
    (role, re.compile(rf"(?<![\\{{\w])(?:{words})\b", re.IGNORECASE))
    for role, words in (
        ("if", "if|iff|when|whenever|provided|unless|assum(?:e|ing)|suppose|supposing|setting|solv(?:e|ing)|equat(?:e|ing)|requir(?:e|ing)"
               "|demand|equation|satisfying|such that|subject to|as long as|in case"),
        ("at", "at|inserting|substituting|substitute|insert|plug(?:ging)? in|evaluated?|evaluating"),
        ("for", "for|given"),
        ("let", "let|take|taking|set|put|choose|choosing|pick|picking|fix|fixing|consider|with|using|use|start|starting|starts"
                "|from|say|example"),
        ("where", "where"),
        ("so", "then|so|hence|thus|therefore|gives?|giving|get|gets|obtains?|obtaining|have|has|having|is|are|yields?|yielding|finds?"
               "|becomes?|equals?|means|follows|namely|forward|solution|result|find|compute|computes|reads|follow|shows?|prove"
               r"|given by|arriv\w+ at|look\w* at"),
    )
)  # fmt: skip
"""What the words before an equality make of it; the last of them counts."""
TRAILING = re.compile(
    r"\s*,?\s*(?:but |and )?(?:only |exactly |precisely )?(?:if|when|whenever|provided(?: that)?|for|at|unless|as long as|as soon as|in case)\s*",
    re.IGNORECASE,
)
EQUIVALENT = re.compile(
    r"\s*,?\s*(?:if and only if|iff|exactly when|exactly if|is equivalent to|precisely when)\s*", re.IGNORECASE
)
ENTRYWISE = re.compile(
    r"\b(?:entry|element|component|coordinate)[- ]?wise\b|\bentry by entry\b|\belement by element\b|(?:원소|성분) ?별",
    re.IGNORECASE,
)
ROWS = re.compile(r"\brows?\b|행", re.IGNORECASE)
ITS_ROW = re.compile(r"^[\s$)\\]*(?:be|is|denotes?)\s+(?:its|the)\s[\s$\w()\\-]{0,12}\b(?:row|column)\b", re.IGNORECASE)
ROWS_OR_COLUMNS = re.compile(r"\b(?:row|column)s?\b|행|열", re.IGNORECASE)
AS_COLUMN = re.compile(r"\bas (?:an? )?(?:column|row)s?(?: vectors?)?\b", re.IGNORECASE)
GRADIENTS = re.compile(
    r"\b(?:gradients?|derivatives?|nabla)\b.{0,60}\b(?:with respect to|w\.\s?r\.\s?t\.?|in)[\s~]*$",
    re.IGNORECASE | re.DOTALL,
)
ORTHONORMAL = re.compile(r"\borthonormal columns\b|\bcolumns\b[^.]*\borthonormal\b", re.IGNORECASE)
EIGENVALUES = re.compile(r"\beigenvalues\b[^.]*\b(?:in|between|interval)\s*$", re.IGNORECASE)
OTHER_LAYOUT = re.compile(r"denominator[- ]layout|분모 (?:배치|레이아웃)", re.IGNORECASE)


def properties(words: str) -> frozenset[str]:
    """The properties that words assert; a negated word asserts nothing.

    >>> sorted(properties("be invertible and not necessarily symmetric, "))
    ['invertible']
    """
    found: set[str] = set()
    taken: list[tuple[int, int]] = []
    for pattern, names in PROPERTIES:
        for m in re.finditer(pattern, words, re.IGNORECASE):
            if any(a <= m.start() < b for a, b in taken):
                continue
            taken.append(m.span())
            if not NEGATED.search(words[: m.start()]) and not re.match(r"\s*(?:이|가)? ?(?:아닌|않)", words[m.end() :]):
                found |= set(names)
    return frozenset(found)


def states(before: str, after: str) -> bool:
    """The equation ... holds: a claim, where another equation may be one that is to be solved."""
    return bool(HOLDS.match(after) and STATED.search(sentence_before(before)))


def sentence_after(words: str) -> str:
    """The rest of the sentence."""
    found = SENTENCE.search(words)
    return words[: found.start()] if found else words


def sentence_before(words: str) -> str:
    """The sentence so far."""
    ends = list(SENTENCE.finditer(words))
    return words[ends[-1].end() :] if ends else words


def ends_sentence(words: str) -> bool:
    return SENTENCE.search(words) is not None


def belongs_before(words: str) -> str:
    """Of the words before a formula, those that are about it: behind the last comma, and not an answer to the last formula."""
    words = sentence_before(words)
    return re.split(r"[,;:]|\band\b|\bis\b|\bare\b|\bbe\b", words)[-1]


def belongs_after(words: str) -> str:
    """Of the words behind a formula, those that are about it: up to a semicolon or 'let'."""
    words = sentence_after(words)
    return re.split(r";|\blet\b|\ba vector\b", words)[0]
