"""What words say of the sum of numbers: `weights that add up to one`, `whose sum is $1$`, `summing to one over $k$`."""

from __future__ import annotations

import re
from typing import NamedTuple

from derive.documents.sentences import prose


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_SUMS = r"\b(?:sum(?:s|ming)?|add(?:s|ing)?)(?:\s+up)?\s+to\b"
_SUM = (
    r"\b(?:whose|with|of|having|has|have)\s+(?:an?\s+|the\s+)?(?:total\s+)?(?:sum|total)\b"
    r"(?:\s+(?:is|are|of|equals?(?:\s+to)?))*"
)
_ONE = r"(?:one|unity|1|\$\s*1\s*\$|\\\(\s*1\s*\\\))(?!\w|\.\d|\$)"
_KINDS = (
    r"(?:weights?|probabilit(?:y|ies)|proportions?|coefficients?|numbers?|shares?|fractions?|entries|components?|scalars"
    r"|reals|constants|parameters|values|masses|priors?)"
)
_LEAD = (
    r"(?:\s|[,~]|\b(?:that|which|and|they|all|both|together|always|are|is|be|being|an?|the|some|any|given|fixed|known|real"
    r"|strictly|positive|non-?negative|mixing|mixture|component|class|prior|vector|of|with|must|have|has|to|denote"
    rf"|{_KINDS})\b)*"
)
BEHIND = _words(
    rf"(?P<lead>[^$.;:()]{{0,90}}?)(?:(?:{_SUMS}|{_SUM})\s*(?:(?P<one>{_ONE})(?P<rest>[^.;:]{{0,60}})|(?!\$\s*\\?[A-Za-z]+\s*=)(?P<other>\S))"
    r"|\bof\s+(?:unit|total)\s+(?:sum|mass)\s+one)"
)
"""Between the end of a name, or of what is said of it, and the sum; `with total $s = ...` gives the sum a name."""
SURE = _words(rf"{_LEAD}")
AHEAD = _words(
    rf"\b{_KINDS}\b[\s,]*(?:that\s+|which\s+)?(?:must\s+|all\s+|together\s+)?(?:{_SUMS}|{_SUM})\s*{_ONE}"
    r"[\s,]*(?:(?:be|are|denoted|called|by|namely|say)[\s,]*)*$"
)
"""`with weights summing to one, $w_1, \\dots, w_K$`."""
OVER = _words(r"[\s,]*(?:when\s+summed\s+)?over\s+(?:all\s+)?(?:the\s+\w+\s+)?\$\s*(?P<over>[a-z])\s*(?:\$|=\s*1\b)")
EACH = _words(r"[\s,]*(?:for|at|in)\s+(?:each|every|all|any|fixed)\s+(?:\w+\s+)?\$\s*(?P<each>[a-z])\s*\$")
ORDINAL = _words(
    r"\$\s*(?P<letter>[a-z])\s*\$(?=-?(?:th|st|nd|rd)\b)"
    r"|\b(?P<noun>point|sample|example|observation|document|node|item|token) \$\s*(?P<number>[a-z])\s*\$"
)
"""`of the $n$-th point`, `of point $n$`."""
OWN = _words(
    r"\s*(?:be|is|are|denotes?|stands? for)\s"
    r"(?:(?!\b(?:and|with|whose|whence|while|whereas|where|when|if|unless|but|for|from|under|like|such)\b)[\w\s-])*"
    r",?\s*\b(?:which|that|and)\s+(?:(?:all|always|they|must|together|have to)\s+)*"
)
"""One noun, of something or other, that sums to one over an index of the name: `be the shares of point n, which`."""
LINES = _words(r"\b(?:rows?|columns?)\b")
CLOSES = re.compile(r"\s*(?:\$|\\\))")


class Summed(NamedTuple):
    """That numbers sum to one, or to something that is not read; over which index, or for each value of which."""

    to_one: bool
    over: str = ""
    each: str = ""


def summed(before: str, following: str) -> Summed | None:
    r"""What words around a name say of its sum; None where they say nothing of it, or deny it.

    `before`: the sentence so far; `following`: the text behind the formula, with the formulas in it.

    >>> summed("", " be weights that add up to one, and"), summed("", " of which the weights sum to $K$.")
    (Summed(to_one=True, over='', each=''), Summed(to_one=False, over='', each=''))
    >>> summed("", " need not sum to one."), summed("", " and the rows of $W$ sum to one.")
    (None, None)
    """
    if AHEAD.search(before):
        return Summed(to_one=True)
    following = ORDINAL.sub(lambda n: n["letter"] or f"{n['noun']} {n['number']}", following)
    said = BEHIND.match(CLOSES.sub("", following, count=1) if CLOSES.match(following) else following)
    if said is None or prose.ends_sentence(said["lead"]) or LINES.search(said["lead"]):
        return None
    if prose.NEGATED.search(said["lead"]) or prose.HEDGED.search(said["lead"]):
        return None
    if not said["one"]:
        return Summed(to_one=False)
    over, each = OVER.match(said["rest"]), EACH.match(said["rest"])
    if not SURE.fullmatch(said["lead"]) and not (over and OWN.fullmatch(said["lead"])):
        return Summed(to_one=False)
    return Summed(True, over["over"] if over else "", each["each"] if each else "")
