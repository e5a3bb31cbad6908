"""Sentences that say what a word means: `A matrix with $P 1 = 1$ is called stochastic` says nothing of any P."""

from __future__ import annotations

import re

OPENING = re.compile(
    r"\s*(?:(?:recall|remember|note)(?: that)?,?\s+)?(?:(?:an?|any|every|each|all|those|eine?|jede)\s+"
    r"(?:[\w-]+\s+){0,3}?)?"
    r"(?:[\w-]+\s+){0,2}?(?:matri(?:x|ces|zen)|vectors?|functions?|numbers?|vektor\w*|zahl\w*)\b",
    re.IGNORECASE,
)
DEFINITE = re.compile(
    r"\s*(?:the|this|our|these|let|given|consider|take|choose|fix|assume|suppose|with|for|if|der|die|das|diese)\b",
    re.IGNORECASE,
)
CALLED = re.compile(
    r"[^,.;:]{0,60}?\b(?:is|are) (?:then |also |usually )*(?:called|termed|said to be|known as"
    r"|referred to as)\b(?! (?:the|this|its)\b)"
    r"|[^,.;:]{0,60}?\b(?:heißt|heißen|nennt man)\b",
    re.IGNORECASE,
)

WE_CALL = re.compile(
    r"\b(?:we|one) (?:then |also )?(?:calls?|says?)(?: that)? (?:an?|any|every)\b|\bnennt man\b", re.IGNORECASE
)
IF = re.compile(r"\b(?:if|when|iff|provided|wenn|falls)\b", re.IGNORECASE)
OF_A_KIND = "it is one of those that were given a name"


def means(spoken: str, rest: str) -> bool:
    """Whether a sentence defines a word, by the words before a formula and those behind it.

    >>> means("A matrix with ", " is called stochastic"), means("Matrices with", " are said to be orthogonal")
    (True, True)
    >>> means("The matrix with ", " is called stochastic"), means("A matrix with ", " is called the hat matrix")
    (False, False)
    """
    return OPENING.match(spoken) is not None and not DEFINITE.match(spoken) and CALLED.match(rest) is not None


def calls(spoken: str, rest: str) -> bool:
    """Whether a property is what a word means, `We call a matrix $A$ symmetric if`, and not one of this name.

    >>> calls("We call a matrix ", " symmetric if "), calls("A matrix ", " is called orthogonal if ")
    (True, True)
    >>> calls("Let ", " be symmetric, so that we call "), calls("We call ", " the weights ")
    (False, False)
    """
    return (WE_CALL.search(spoken) is not None and IF.search(rest) is not None) or means(spoken, rest)
