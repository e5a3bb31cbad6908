"""What words say of means: `with mean $\\mu$`, `let $\\bar x$ denote their mean`, `be centred`."""

from __future__ import annotations

import re

from derive.documents.sentences import prose


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_KINDS = r"(?:(?:sample|arithmetic|empirical|overall|arithmetische[rsn]?|empirische[rsn]?) )*"
MEAN_BEFORE = _words(
    rf"(?:\b(?:{_KINDS}(?P<many>means)|{_KINDS}(?:mean|average)|Mittelwert|Mittel)|평균[을이은]?)"
    r"(?:\s+(?:is|be|are|by|denoted|called|ist|sei))*\s*$"
)
MEAN_OF = _words(
    r"\b(?:mean|average|Mittel(?:wert)?) (?:of|von) (?:(?:the|all|these|den)\s+)*(?:is|be|ist|sei|denoted by|by)\s*$"
)
"""The mean of the $x_n$ is."""
MEAN_AFTER = _words(
    r"[\s~$)\\]*,?\s*(?:(?:be|is|denotes?|denoting|for|sei|ist|bezeichne|as)\s+)*(?:its|their|the|das|der|dessen|deren|ihr|sein)\s+"
    rf"{_KINDS}(?:mean|average|Mittelwert|Mittel)\b(?:\s+(?:value|vector))?"
    r"(?=\s*(?:[.,;:)]|$|and\b|und\b|(?:of|von)\b))(?:\s*(?:of|von)\s*(?:(?:the|all|den)\s+)*\$\s*(?:\\bar\s*)?\\?(?P<of>[A-Za-z]+)[^$]*\$)?"
)
OTHER = _words(
    r"\b(?:weight\w*|moving|running|geometric|harmonic|conditional|posterior|prior|population|true|class|row|column|batch|largest|smallest|positive|negative|nonzero"
    r"|first|last|other|remaining|selected|squared?|absolute|trimmed|some"
    r"|random|distribut\w*|gaussian|normal(?:ly)?|law|density|expect\w*|covariance|gewichtet\w*|zufäll\w*|verteil\w*)\b|확률|정규"
)
"""Of another kind, or of a distribution: no average of the entries."""
CHANCE = _words(
    r"\bi\.?\s?i\.?\s?d\b|\b(?:independent\w*|samples?(?! mean| average)|draws?|drawn|observ\w+|measure\w+|noise"
    r"|errors?|variables?|Stichprobe\w*|unabhängig\w*)\b|표본"
)
"""What has a mean that is not that of the numbers at hand, unless its name says so: $\\bar x$."""
WRITTEN = _words(r"\b(?:mean|average|Mittel(?:wert)?)\s+(?:is|be|ist|sei)\s+(?:written|denoted|called)(?: as| by)?\s*$")
CENTRED_AFTER = _words(
    r"[\s~]*,?\s*(?:(?:be|is|are|have|has|having|with|sei(?:en)?|ist|sind|habe[n]?|mit|i\.e\.|all|a|that)[\s,]+)*"
    r"(?:cent(?:red|ered)|mean zero|zero[- ]mean|zero (?:sample |empirical )?mean|zentriert"
    r"|Mittelwert (?:null|0|\$0\$))\b(?! or\b| oder\b)"
)

_ZERO = (
    r"(?:(?:all )?(?:have |having |with )?(?:zero (?:sample |empirical )?means?|means? zero)"
    r"|(?:are |is )?cent(?:red|ered))"
)
COLUMNS_AFTER = _words(
    r"[\s~]*,?\s*(?:(?:be|is|have|has|having|with|whose|sei|hat|mit)\s+)*"
    r"(?:cent(?:red|ered) columns|zentrierten? spalten"
    rf"|(?:all )?columns (?:that |which )?(?:of )?{_ZERO})\b"
)
COLUMNS_BEFORE = _words(r"\b(?:columns|spalten) (?:of|von)[\s~]*$")


def mean_of(before: str, after: str) -> tuple[bool, str]:
    """Whether the words say that the name between them is a mean, and of what, where they name it.

    >>> mean_of("with mean ", "."), mean_of("let ", " denote their mean."), mean_of("where ", " is the mean of $x$.")
    ((True, ''), (True, ''), (True, 'x'))
    >>> mean_of("normally distributed with mean ", "."), mean_of("", " is the mean squared error")
    ((False, ''), (False, ''))
    """
    before = prose.sentence_before(before)
    behind = MEAN_AFTER.match(after)
    found = MEAN_BEFORE.search(before) or behind
    if found is None or OTHER.search(before) or OTHER.search(prose.sentence_after(after)[:60]):
        return False, ""
    return True, (behind["of"] or "") if behind is not None else ""
