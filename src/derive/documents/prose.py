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
SENTENCE = re.compile(r"[.!?](?=\s|$)|\n\s*\n|\\par\b|\\item\b|\n\s*[-*]\s")
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
ROWS = re.compile(r"\brows?\b|행", re.IGNORECASE)
COLUMNS = re.compile(r"\bcolumns?\b|열", re.IGNORECASE)
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
