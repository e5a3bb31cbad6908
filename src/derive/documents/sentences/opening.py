"""The words that open a case, leave one out, go on with it, or suppose something: `Now let $i = j$.`"""

from __future__ import annotations

import re

_ORDER = (
    r"(?:now|then|next|first(?:ly)?|second(?:ly)?|third(?:ly)?|finally|so|and|but|again|instead|also|here"
    r"|on the (?:one|other) hand|on the contrary|conversely)"
)
_VERB = (
    r"(?:let(?: us)?(?: now| first| next)?(?: (?:take|fix|assume|suppose|consider|treat|look at|turn to))?"
    r"|fix|take|pick|choose|suppose|assume|consider|treat|look at|turn to|start with|begin with|continue with"
    r"|(?:we|it remains to|let['’]s)(?: (?:will|shall|can))?(?: (?:now|first|next|then|also|finally|still))*"
    r" (?:fix|take|assume|suppose|consider|treat|do|handle|look at|turn to|start with|begin with|continue with"
    r"|move on to|go on with)"
    r"|(?:what|all that) (?:remains|is left)(?: is)?|(?:it|there|now) remains"
    r"|turning to|moving on to|starting with|beginning with|sei(?:en)?|nehmen wir an,? dass|betrachten wir)"
)
OPENS = re.compile(
    rf"(?:{_ORDER}[\s,]+)*{_VERB}"
    rf"(?:[\s,]+(?:{_ORDER}|that|any|some|two|a pair of|distinct|different|equal|indices|classes|nun|jetzt|zuerst"
    r"|for (?:now|the moment)))*[\s,:~]*",
    re.IGNORECASE,
)
"""A sentence opens a case, before the formula for it."""
COUNTS = re.compile(
    r"(?:(?:now|next|first(?:ly)?|second(?:ly)?|third(?:ly)?|finally|last(?:ly)?|and)[\s,:]+)+", re.IGNORECASE
)
"""`First, $i = j$.`"""
EXCEPTS = re.compile(
    r"\b(?:except|excluding|unless|apart from|aside from|other than|away from|outside|beside|ignor\w+|leaving out"
    r"|not|never|no|außer)\b[^,;:.]*$|n['’]t\b[^,;:.]*$",
    re.IGNORECASE,
)
DENIED = re.compile(r"\bnot (?:the case|true|so)(?: that)?[\s~]*$", re.IGNORECASE)
EXCEPTED = re.compile(
    r"[\s)\]]*,?\s*(?:(?:is|are|being|case|entries|set) )*"
    r"(?:aside|excluded|excepted|exempt|left out|ignored|omitted|apart|not\b|fails|cannot"
    r"|trivial|impossible)",
    re.IGNORECASE,
)
"""What the words around a condition leave out."""
PARAGRAPH = re.compile(r"\n\s*\n\s*[^\sa-z,;.]")
PUTS = re.compile(
    rf"^(?:{_ORDER}[\s,]+)*(?:set|put|with)[\s~]*$"
    r"|\b(?:setting|putting|taking|letting|choosing|assuming|supposing)[\s~]*$"
    r"|\b(?:i\.\s?e\.|that is|namely|das heißt|d\.\s?h\.)[\s,~]*$|\b(?:diagonal|case|one|ones|it|indices),\s*$",
    re.IGNORECASE,
)
"""It is put in, in this sentence, or explains what was said: `off the diagonal, $i \\ne j$,`."""
MORE = re.compile(
    r"(?:moreover|furthermore|further|besides|also|additionally|in addition|likewise|similarly|analogously|it is also"
    r"|it also|as well|equally|we also|außerdem|ferner|ebenso|zudem)\b",
    re.IGNORECASE,
)
"""A sentence adds something to the one before it."""
TOGETHER = re.compile(
    r"\b(?:in general|generally|altogether|combin\w+|both cases|(?:either|any|every|all|each) cases?|in short|compactly"
    r"|in summary|summari[sz]\w*|overall|put(?:ting)? (?:\w+ )?together|taken together|collect\w*|unif\w+|arbitrary"
    r"|any|every|each|all|whole|entire|full|insgesamt|zusammen\w*|allgemein)\b",
    re.IGNORECASE,
)
"""Such words may leave the case behind."""
_CLASS = r"(?:class(?:es)?|labels?|categor(?:y|ies)|words?|tokens?|logits?|scores?|(?:output )?(?:units?|neurons?))"
_KIND = (
    r"(?:in-?correct|wrong|other|remaining|non-?target|negative|false|non-?true|true|correct|right|target|actual"
    r"|ground[- ]truth)"
)
OF_CLASS = re.compile(
    rf"\b(?:for|at|if|when|where|whenever|in (?:the )?case of)\s+(?:\$?\w\$? (?:is|being) )?(?:not )?"
    rf"(?:(?:all|any|every|each|the|an?|one of|of|these|those)\s+)*{_KIND}[\s-]+{_CLASS}\b",
    re.IGNORECASE,
)
"""A claim about the classes that are not, or the one that is, the true one."""
_ALIKE = r"(?:(?:un)?equal|different|distinct|identical|the same|same|coinciding|matching)"
OF_INDICES = re.compile(
    rf"\b(?:for|at|if|when|whenever|where|with)\s+(?:(?:all|any|the|two|both)\s+)*{_ALIKE}\s+(?:indices|subscripts|classes)\b"
    r"|\b(?:if|when|whenever|where)\s+(?:the |both |two )*(?:indices|subscripts|classes|they)\s+"
    rf"(?:differ|agree|coincide|match|are {_ALIKE})\b",
    re.IGNORECASE,
)
COMPARED = re.compile(
    rf"\s*(?:is|are|be|being)\s+(?:not\s+)?{_ALIKE}\s*(?:[,.;:]|then\b|we\b|and\b|$)"
    rf"|(?P<other>\s*(?:(?:(?:is|be|being)\s+)?(?:not\s+)?{_ALIKE} (?:to|from|as)|(?:does not )?equals?"
    r"|(?:differs?|differing) from|coincides? with|agrees? with)\s*$)",
    re.IGNORECASE,
)
"""Behind `$i$`, or behind `$i$ and $j$`; the other letter follows."""
TAG = re.compile(r"\\tag\*?\s*\{[^{}]*(?:=|\\neq?\b)")
ENDS_HEAD = re.compile(r"[\s)\]*_}]*(?::|---?|[–—]|→|\.\s*[*_]{1,2})")
ENDS_PART = re.compile(r"\s*(?:[.,;]|and\b|und\b|while\b|\Z|\n\s*\n)")
TRAILS = re.compile(r"\s*,?\s*(?:for|at|with|für|bei|mit)\s[^,;:.]*,\s*", re.IGNORECASE)
"""`for the others, $j > 1$`, behind a claim."""
ENDS_CLAUSE = re.compile(r"\s*[.:;]")
STARTS = re.compile(r"\s*(?:(?:[-*+•]|\d+[.)]|\(?\w{1,3}[.)])\s)?[\s*_(\[{]*")
OPEN_BRACKET = re.compile(r"[(\[]\s*$")
CLOSE_BRACKET = re.compile(r"\s*[)\]]")
CELL = re.compile(r"(?:\||(?<!\\)&|\\\\|\\(?:h|top|mid)(?:line|rule)|\\begin\{tabular\}\{[^{}]*\})\s*(?:\(\s*)?$")
CELL_BEHIND = re.compile(r"\s*(?:\)\s*)?(?:\||&|\\\\)")
SUPPOSING = re.compile(
    r"\b(?:if|when(?:ever)?|once|unless|suppos\w+|provided|as soon as|in case|wenn|falls|sofern)\b[^.;]*$",
    re.IGNORECASE,
)
EQUAL = re.compile(
    r"\s*(?:(?:is|are|all|both|each|now) )*"
    r"(?:equals?(?: to)?|coincides? with|agrees? with|(?:is|are) the same as|matche?s)\s*",
    re.IGNORECASE,
)
"""Between two formulas: if $a$ equals $b$."""
ALIKE = re.compile(
    r"\s*(?:(?:is|are|all|both|would|should|have to) )*"
    r"(?:vanish(?:es)?|coincides?|agree|identical|the same|uniform|all equal)\b",
    re.IGNORECASE,
)
"""Behind one: if $b$ vanishes."""
SUCH = re.compile(
    r"\b(?:for|with|if|when) (?:an? |the )?(?:uniform|vanishing|identical|coinciding|equal)[\s~]*$", re.IGNORECASE
)
"""In front of one: for uniform $q$."""
