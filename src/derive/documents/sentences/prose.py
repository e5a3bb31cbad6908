"""The few words of prose that matter: what introduces a condition, a definition, rows and columns."""

from __future__ import annotations

import re


def any_case(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """The pattern, in large or small letters."""
    return re.compile(pattern, re.IGNORECASE | flags)


NEGATED = any_case(
    r"(?:\b(?:not|no|non|none|nothing|never|neither|nor|without|cannot|few|unlike|instead of|rather than|rarely"
    r"|hardly|seldom|sometimes|often|fails? to|were|would|weder|noch|nicht|kein\w*|ohne|selten"
    r"|(?:can|could|may|might) be(?! (?:assum|tak|chos|suppos)))\b"
    r"|n['’]t\b)"
    r"(?:(?!\b(?:but|yet|however|although|though)\b)[^,;:.])*$|(?:않|아닌|없)"
)
HEDGED = any_case(
    r"\b(?:neither|nor|not(?! only)|never|no|nothing|without(?! (?:any )?loss of generality)|whether|hardly|rarely"
    r"|seldom|sometimes|would|were|weder|noch|nicht|kein\w*|ohne|ob|selten|manchmal)\b|n['’]t\b"
)
DENIED = any_case(
    r"\b(?:neither|nor|weder|noch|whether|ob|nothing)\b"
    r"|(?:\b(?:not|without|nicht|ohne)|n['’]t)\b.*\b(?:assum|suppos|requir|impos|demand|ask|claim|annehm|angenommen|voraus)\w*"
)
"""Of the hedges, those after which what is said is certainly not asserted."""
TURN = any_case(r"[,;:]|\b(?:but|while|whereas|though|although|yet|aber|sondern)\b|\band\b(?=\s+\w)")
SENTENCE = re.compile(
    r"(?<!\bi\.e)(?<!\be\.g)(?<!\bi\.i\.d)(?<!\bd\.h)(?<!\bz\.B)(?<!\bs\.t)[.!?](?=\s|$|\\end)"
    r"|\\\\|\|[ \t]*\n|\n\s*\n|\\par\b|\\item\b"
    r"|\n\s*[-*]\s|\\begin\{(?:theorem|lemma|proposition|corollary|remark|example|definition|claim|fact|proof)\*?\}"
)
ITEM = re.compile(r"\s*\n\s*(?:[-*+]|\d+[.)])\s")
CAPITAL = re.compile(r"\s*[A-Z]")
CONDITION = any_case(
    r"(?:\bfor|\bif|\bwhen|\bwhenever|\bwhere|\bprovided(?: that)?|\bwith|\bfor all|\bfor every|\bfor any|\bas|\bonly"
    r"|\bfor each|\bfor nonzero|\bunless|\bon|\bfür|\bfalls|\bwenn|\bsofern|\bbei)[\s,~]*$"
)
WITH = any_case(r"\b(?:with|where|such that|satisfying|having|mit|avec)(?: all)?[\s,~]*$")
CASE = any_case(r"\b(?:for|if|when|whenever|unless|provided(?: that)?)[\s,~]*$")
CONDITION_AFTER = re.compile(r"^\s*(?:일 때|이면|인 경우|에서는|에 대해|에 대하여|인\s|[을를] 만족하는)")
ASSIGNING = any_case(r"\b(?:let|define|put|set|redefine|write|denote)(?:\s+(?:now|us|also|instead))?\s*[:,]?\s*$")
EQUATION = any_case(
    r"\b(?:setting|solving|solve|equate|equating|putting|require|requiring|demand|suppose(?: that)?|equation|when|if"
    r"|(?:the|a|under|this) (?:special )?(?:choice|condition|constraint|assumption|case|requirement)"
    r"|iff|unless|(?:solutions?|roots?|zeros?) (?:of|to)|solv(?:es|ed by)|systems?(?: of equations)?"
    r"|Lösung(?:en)? (?:von|der|des)|löst|Gleichung(?:ssystem)?)"
    r"(?: the (?:(?:linear )?(?:gradient|derivative|system|equations?)))?[\s,~]*$"
)
HOLDS = any_case(
    r"\s*(?:always |also |then )?(?:holds|is (?:true|valid|correct|well[- ]known|an identity)|follows)\b(?! if| when"
    r"| only)"
)
STATED = any_case(r"(?:^(?!.*\b(?:if|when\w*|suppos\w+|assum\w+|provided|unless)\b).*)\bequation[\s,~]*$", re.DOTALL)
FIXING = any_case(
    r"\bfix(?:ed)?(?: (?:one|an?|some|any))?(?: (?:index|sample|example|row|class|pair))?[\s~]*$"
    r"|\b(?:on|after|from|with|using|draw|pick|choose|see|sees) (?:only |just )?(?:the |a |one )?(?:single )?"
    r"(?:sample|example|observation|data point|training point)(?: number)?[\s~]*$"
)
ELSEWHERE = any_case(
    r"^[\s$,]*(?:for|at|with) (?:all |any |every )?(?:the )?other\b|^[\s$,]*(?:otherwise|elsewhere|outside|beyond)\b"
)
"""What is said of the entries of an array beyond its range."""
KIND_OF_FUNCTION = any_case(
    r"\b(?:linear|affine|convex|concave|quadratic|homogeneous|even|odd|symmetric|invariant|lipschitz|smooth|constant"
    r"|positive|non-?negative|increasing|monotone|separable|norm|bilinear|isometry)\b(?!-)"
)
DEFINING = any_case(r"\b(?:let|define|redefine|consider)(?: (?:now|also|instead|the|a|an|\w+)){0,4}\s*[:,]?\s*$")
NO_OTHER = (
    r"(?!\w* (?:gives?|yields?|into|from|shows?|follows|(?:\w+ )?(?:side|hand|way|end|direction|order|words|lines?"
    r"|rows?|columns?|equations?|identit\w+|equalit\w+|terms?|summands?|factors?|steps?|stages?|sums?|parts?"
    r"|hal(?:f|ves)|derivatives?|moments?|layers?|inputs?|outputs?|entr\w+|components?|class(?:es)?|samples?"
    r"|arguments?|brackets?|branch(?:es)?|paths?|inequalit\w+|formulas?|expressions?|relations?|results?|claims?"
    r"|statements?|propert\w+|rules?|neurons?|units?|variables?|parameters?|coordinates?|weights?|applications?"
    r"|uses?|looks?|representations?|consequences?|differentiations?|integrals?|differences?|values?|points?|gates?"
    r"|numbers?|matri\w+|vectors?|index|indices|exponents?|powers?))\b)"
)
"""`The second line`, `another application of`: no name gets another meaning by that."""
REBINDING = any_case(
    r"\b(?:is|are|becomes?|reads?|be) (?:now|instead)\b|\bnow (?:is|consider|define|let|take)\b|\bconsider now\b"
    r"|\b(?:loss|objective|cost|function|criterion|energy|model) (?:then |now |thus )?becomes\b"
    r"|\badding (?:an? |the )?(?:penalty|regulari[sz]er|regulari[sz]ation|decay)\b"
    r"|\bfor (?:ridge|lasso|weighted|regulari[sz]ed|penali[sz]ed)\b"
    r"|\b(?:redefine|instead)\b|\bthis time,?\s*(?:let|define|consider|take|use|put|set)?\s*:?\s*$|\banother\b"
    rf"{NO_OTHER}|\b(?:a|the) (?:new|second|third|different|other)\b{NO_OTHER}|\balternative{NO_OTHER}"
)
COMPUTED = any_case(
    r"\b(?:one|we|you|it)\b (?:(?:can|may|could|might|also|often|then|just) )*(?:inverts?|solves?|computes?|writes?"
    r"|obtains?|gets?|finds?|evaluates?|has|have)\b[^.;]*\binstead\b"
)
"""The same thing in another way: `one inverts the smaller matrix instead`."""
INSTEAD = any_case(r"\s*,?\s*(?:instead|this time|from now on|from here on)\b")
NAMING = any_case(
    r"\b(?:loss|cost|objective|model|energy|likelihood|criterion|error|risk|function|density|output|prediction|score"
    r"|penalty|kernel|regulari[sz]er|potential|map|distribution|estimator|network|layer|activation|entropy|posterior"
    r"|prior|evidence)\b[^.;$]{0,40}\b(?:is|are|reads|becomes|by|as)\s*:?\s*$|\b(?:minimi[sz]e|maximi[sz]e"
    r"|optimi[sz]e|use)\s*:?\s*$"
)
UNDER = any_case(
    r"\b(?:for|if|when|whenever|provided(?: that)?|in (?:the )?(?:special )?case|as long as|assuming|unless|except)\b"
    r"(?![^.;]*\b(?:then|we|this|it)\b)[^,;:.]*$"
)
ALSO = any_case(
    r"\b(?:also|even|likewise|too|auch|sogar|selbst|même) "
    r"(?:for|if|when(?:ever)?|where|at|für|wenn|falls|bei|pour|si)\b[^,;:.]*$"
    r"|\b(?:including|inclusive of|einschließlich|y compris)\b[^,;:.]*$|에 대해서도|일 때도|인 경우에도"
)
"""Before a case that is one of those in which a claim holds, and not the only one."""
INDICATING = any_case(
    r"\b(?:ones?|zeros?|[01]|eins(?:en)?|null(?:en)?)\b[^.;]{0,40}\b(?:where(?:ver)?|if|when(?:ever)?|wo|falls|wenn)[\s~]*$"
)
"""A mask is one where $z$ is positive: nothing is said of z."""
EXCEPT = any_case(r"\b(?:unless|except)\b[^,;:.]*$")
OPENING = any_case(
    r"(?:now |also |finally |further |first )?(?:let|assume|suppose|throughout|consider|take|define|put|write|denote"
    r"|given)\b"
)
OPENED = any_case(r"\b(?:let|assume|suppose|throughout|consider|take|define|put|write|denote|given|call|set)\b")
INTRODUCING = any_case(
    r"\b(?:for|if|when|whenever|provided(?: that)?|at|given|as long as|unless|in case)$|인 경우$|일 때$"
)
OTHERWISE = any_case(
    r"(?<!zero )(?<!one )(?<!nothing )(?<!null )(?<!eins )"
    r"(?<!say )(?<!says )(?<!said )(?<!stated )(?<!noted )(?<!mentioned )(?<!specified )"
    r"\b(?:otherwise|else|in (?:the|all) (?:other|remaining) cases?|in the opposite case|if not"
    r"|sonst|andernfalls)\b|\bfor (?:all |any |every )?(?:the )?other[\s~]*$|\bfür alle anderen[\s~]*$|그렇지 않으면"
)
AWAY = any_case(
    r"\b(?:away from|elsewhere|everywhere else|apart from|except (?:there|at|for)|at all other|sonst überall)\b"
)
KINK = any_case(
    r"\b(?:kinks?|corners?|jumps?|breaks?|poles?|discontinu\w+|singular\w*|(?:not|non-?|un)\s?(?:differentiable|defined)"
    r"|knicke?|sprung)\b[^.;]{0,40}$"
)
"""What has no derivative at a place: nothing that follows is claimed there."""
_FROM_NOW = (
    r"(?:[\s,]+(?:from (?:now|here) on|henceforth|throughout|further(?:more)?|moreover|in addition|additionally|also"
    r"|now|in (?:the following|what follows|the sequel)|for (?:simplicity|convenience|now|the rest)"
    r"|ab (?:jetzt|hier)),?)*"
)
SUPPOSING = any_case(
    rf"(?:\b(?:with|where|if|when|whenever|(?:assum(?:e|ing)|suppos(?:e|ing)|requir(?:e|ing)|demand){_FROM_NOW}"
    r"|such that|provided|as long as|given|(?:by|under) (?:our|the|this) assumption"
    r"|(?:restrict(?:ed|ing)?|limit(?:ed|ing)?|confined?|confining)(?: (?:ourselves|attention|it|this))? to"
    r"|chosen (?:so|such)"
    r"|satisfying|mit|falls|wenn|sofern|for|für|pour|si|avec)(?: that)?[\s,~(]*"
    r"|^ha(?:ve|s)\s*|가정하(?:면|자|고)\s*\(?)$"
)
UPFRONT = any_case(
    r"(?:(?:then|now|so|but|and|hence|thus|also|finally)[\s,]+)?(?:(?:for|with|under|given|choosing|taking)"
    r"|(?:for|with|under|given)\b[\w\s-]{1,60}\band)\s*"
)
"""A sentence begins with what it supposes: `For centred inputs and $v = 1/n$ the variance stays`."""
RESULT = any_case(
    r"\s*,?\s*(?:(?:we|one) (?:then |now |also |further )?(?:gets?|ha(?:ve|s)|obtains?|finds?|sees?|arrives? at)\b"
    r"|(?:this|it|that|the [\w\s-]{1,40}?) (?:then |now |further )?(?:becomes?|simplifies|reduces)\b|it follows)"
)
"""Behind what a sentence supposes: what is so there."""
BESIDE = any_case(
    r"(?:\b(?:with|under|where|let|choose|chosen|take|set|put|fix|impose|constrained by|mit|unter|wobei|sei(?:en)?"
    r"|avec|sous|où|soit)[\s~]*|\([\s~]*)$"
)
"""What is said beside another thing, as in: with $a b = 1$ the product is; centred data ($\\sum_n x_n = 0$)."""
SATISFYING = any_case(
    r"\b(?:let|suppose|assume|choose|take|fix)\b[^.;]*\b(?:satisfy|satisfies|obey|fulfil|be such that)[\s~]*$"
)
"""`Let U satisfy`: what follows is so, and no claim."""
SATISFIES = any_case(r"\b(?:satisf(?:ies|y)|obeys?|fulfils?|erfüllt)[\s~]*$")
SATISFIED_AFTER = re.compile(r"^[\s$]*[을를] 만족")
ANY = any_case(r"\b(?:any|every|each|all|arbitrary|beliebige\w*|jede\w*)[\s~]*$")
OTHER_CASE = any_case(r"\b(?:otherwise|elsewhere|or else|else|and zero|and \$?0\$? if|sonst|andernfalls)\b")
GOES_ON = re.compile(r"\s*,?\s*[^\W\d_]")
PASSING = any_case(r"\b(?:if|when|whenever|provided|as long as|falls|wenn|sofern|for|für|pour|si)(?: that)?[\s,~(]*$")
SOLVING = any_case(
    r"\b(?:setting|solv\w+|equat\w+|minimi[sz]\w*|maximi[sz]\w*|optim\w+|stationary|critical|roots?|vanish\w*)\b"
)
SAYING = any_case(r"\b(?:is|are|was|were|be|ist|sind|sei(?:en)?|lauten?)[\s~:]*$")
CONCLUDING = any_case(
    r"(?:\b(?:then|hence|thus|therefore|consequently|moreover|in general|always|it follows(?: that)?|we (?:get|obtain"
    r"|conclude)(?: that)?)|(?<!such )(?<!so )\bso)[\s,:~]*$"
)
GENERAL = any_case(
    r"\b(?:in general|generally|always|for (?:a )?general|arbitrary|im allgemeinen|allgemein gilt"
    r"|for (?:all|every|any|each))\b|일반적으로"
)
RANGING = any_case(r"for (?:all|every|any|each)")
"""By itself it says what runs: `if $a_k = 0$ for all $k$`."""
CONSEQUENCE = any_case(
    r"(?:then|so|hence|thus|therefore|it follows|and|which|in (?:this|that|the latter|such) case|here|this"
    r"|그러면|따라서|이때|그런)\b"
)
CONNECTIVE = re.compile(r"[\s,;~&]*(?:(?:and|or|as well as|및|와|과|,)[\s,;~]*)*")
ROLES = tuple(
    (role, any_case(rf"(?<![\\{{\w])(?:{words})\b"))
    for role, words in (
        ("if", "if|iff|angenommen|nehmen an,? dass|gelte|falls|wenn|sofern|when|whenever|provided|unless|assum(?:e|ing)"
               "|suppose|supposing|setting|solv(?:e|ing)"
               "|equat(?:e|ing)|requir(?:e|ing)|demand|equation|satisfying|such that|subject to"
               "|(?<!times )(?<!twice )(?<!half )(?<!is )(?<!are )(?<!just )as long as|in case"),
        ("at", r"at(?! (?:first|last|once|all|least|most|the (?:beginning|start|outset|end))\b)"
               "|inserting|substituting|substitute|insert|plug(?:ging)? in|evaluated?|evaluating"),
        ("for", "for|given"),
        ("let", "let|take|taking|set|put|choose|choosing|pick|picking|fix|fixing|consider|with|using|use|start|starting"
                "|starts|from|say|example"),
        ("where", "where"),
        ("so", "then|so|hence|thus|therefore|gives?|giving|get|gets|obtains?|obtaining|have|has|having|is|are|yields?"
               "|yielding|finds?|becomes?|equals?|means|follows|namely|forward|solution|result|find|compute|computes"
               r"|reads|follow|shows?|prove|given by|arriv\w+ at|look\w* at"
               "|(?:comes?|amounts?|evaluates?|adds? up|works? out) to"
               "|ergibt|ergeben|erhält|erhalten|beträgt|betragen|somit|folglich|liefert|따라서|그러므로|계산하면"),
    )
)  # fmt: skip
"""What the words before an equality make of it; the last of them counts."""
TRAILING = any_case(
    r"\s*,?\s*(?:holds |is (?:true|valid|correct) |gilt )?(?:(?:but|and|while|whereas|und|aber) )?"
    r"(?:only |exactly |precisely |nur )?(?:if|when|whenever"
    r"|provided(?: that)?|for|at|on|where|unless|except(?: (?:at|for|when|if|where))?|as long as|as soon as|in case"
    r"|falls"
    r"|wenn|sofern|für|bei|außer(?: (?:bei|für|wenn))?)(?: (?:all |any |two )?(?:distinct|different|unequal))?\s*"
)
ONE_CASE = any_case(
    r"\s*,?\s*(?:and )?(?:only )?(?:if|when|whenever|provided(?: that)?|(?:for|at)(?! which)|unless|as long as)\b\s*"
)
NAMED_FOR = any_case(
    r"\s*for (?:the|its|their|our|this)\b[^$,.;:\\(]*(?:[.;:]|,\s*(?:and\s+)?(?=it\b|this\b|which\b|that\b))"
    r"\s*(?:it|this|which|that)\s+(?:is|equals|can|may|has|also)\b"
)
"""Behind `Write $s = \\frac1n \\sum_i x_i$`: for the mean of the inputs; what follows is no other case."""
WRITING = any_case(r"\b(?:write|writing|abbreviat(?:e|ing)|us(?:e|ing)|introduc(?:e|ing))[\s~]*$")
LEADING = any_case(
    r"\s*,?\s*(?:we|one|it|this|that|there|the|its|you|both|all|gilt|ist|hat|haben|erh\w+|wird|then|dann)\b|\s*so\b"
)
"""Behind a condition: a claim follows, so that the condition is none on the claim before; it is of `A if C, so B`."""
UNLESS = any_case(r"\b(?:unless|except(?: (?:at|for|when|if|where))?|außer(?: (?:bei|für|wenn))?|es sei denn)[\s,~]*$")
EQUIVALENT = any_case(r"\s*,?\s*(?:if and only if|iff|exactly when|exactly if|is equivalent to|precisely when)\s*")
ENTRYWISE = any_case(
    r"\b(?:entry|element|component|coordinate)[- ]?wise\b|\bentry by entry\b|\belement by element\b|(?:원소|성분) ?별"
)
EACH_ABSOLUTE = any_case(
    r"\babsolute values?\b[^.;]{0,80}\b(?:entry|element|component|coordinate)[- ]?wise"
    r"|\b(?:entry|element|component)[- ]?wise absolute"
    r"|\bbetr(?:ag|äge)\b[^.;]{0,60}\b(?:element|komponenten|eintrags)weise"
    r"|절댓?값[^.]{0,40}(?:원소|성분) ?별|(?:원소|성분) ?별 절댓?값"
)
PLURAL = any_case(r"^\s*(?:be|are)\b(?! an?\b)")


def hedged(spoken: str, after: str) -> bool:
    """Whether the words before a formula keep what is said of it from being asserted.

    >>> hedged("Neither  nor", " is assumed symmetric"), hedged("We do not assume that", " is symmetric")
    (True, True)
    >>> hedged("Without loss of generality", " is symmetric"), hedged(" is not symmetric, but", " is")
    (False, False)
    """
    clause = TURN.split(spoken)[-1]
    if re.search(r"\band\s*$", clause) and "neither" not in clause.lower() and not PLURAL.match(after):
        return False  # $x$ is not zero and $A$ is symmetric
    return bool(HEDGED.search(clause))


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


APART = any_case(
    r"[,;:](?!\s*(?:(?:stacked|stored|collected|kept)\s+)?(?:in|as|into) (?:the |a |one )?(?:rows of|matrix)\b)"
    r"|\b(?:and|is|are|be|but|while|whereas|though|although|und|ist|sind|sei|seien|aber|während|et|est|sont|soit"
    r"|soient|mais)\b|(?:고|며|지만|는데)(?=[,\s]*$)"
)
"""What stands between the words about one name and those about the next."""


def belongs_before(words: str) -> str:
    """Of the words before a formula, those about it: behind the last comma, and no answer to the last formula."""
    words = sentence_before(words)
    return APART.split(words)[-1]


_PLAIN = (
    r"(?:(?!(?:of|in|with|from|for|by|to|that|which|whose|such|so|it|its|is|are|be|has|have|where|when|if|assume|suppose"
    r"|von|mit|aus|für|dass|deren|dessen|es|ist|sind|sei|seien|hat|haben|wo|wenn)\b)[\w-]+[\s~]*){0,5}"
)
_ARTICLE = r"(?:an?|the|another|some|any|eine?[nmrs]?|der|die|das|dem|den)"
OF_NEXT = any_case(
    rf"(?:^|[\s,~])(?:and|or|und|oder|sowie)[\s~]+{_ARTICLE}[\s~]+{_PLAIN}$|^[\s,~]*(?:and|or|und|oder|sowie)[\s~]+{_PLAIN}$"
)
"""Up to the next formula, of which they are: ` and a symmetric `, ` is invertible and a symmetric matrix `."""
NEXT_DECLARED = any_case(rf"[\s$)\\]*,[\s~]+{_ARTICLE}[\s~]+{_PLAIN}\$[^$]*\\in\b[^$]*\$")
"""Behind a formula, with the formulas in it: `, a symmetric $D \\in \\mathbb{R}^{n \\times n}$`."""


def belongs_after(words: str) -> str:
    """Of the words behind a formula, those that are about it: up to a semicolon or 'let', and to those about the next.

    >>> belongs_after(" is invertible and a symmetric matrix "), belongs_after(" is symmetric and positive ")
    (' is invertible', ' is symmetric and positive ')
    """
    of_next = OF_NEXT.search(words)
    words = sentence_after(words[: of_next.start()] if of_next else words)
    return re.split(r";|\blet\b|\ba vector\b", words)[0]


def leads(before: str, after: str) -> bool:
    """Whether a claim follows a condition, so that the condition is none on the claim before it.

    >>> leads(" for ", " we have "), leads(" and for ", ", "), leads(" if ", ", ")
    (True, True, False)
    """
    joined = re.match(r"[\s,]*(?:and|but|while|whereas|und|aber)\b", before, re.IGNORECASE)
    return LEADING.match(after) is not None or (joined is not None and after.strip() in ("", ","))
