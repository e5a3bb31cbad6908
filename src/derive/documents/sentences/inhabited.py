"""`at least one 1 in every row`: a matrix of zeros and ones of which no row, or no column, is zero."""

from __future__ import annotations

import re

from derive.documents.names.symbols import Symbol
from derive.documents.sentences.prose import NEGATED

_ONE = (
    r"at least (?:one|a single|1) (?:\$?1\$?(?!\w)|one\b|(?:non-?zero|unit|positive) (?:entry|element|component)"
    r"|(?:entry|element) (?:that is |equal to |which is )?(?:one|\$?1\$?(?!\w)))"
)
_LINE = r"(?:(?P<row>rows?)|columns?)\b"
IN_EACH = re.compile(rf"\b{_ONE} (?:in|per) (?:each|every) {_LINE}", re.IGNORECASE)
"""M has at least one 1 in every row."""
NO_ZERO = re.compile(rf"\b(?:has|have|having|with) no (?:all[- ])?zero {_LINE}", re.IGNORECASE)
EACH_OF = re.compile(rf"\b(?:each|every|all)(?: of)?(?: the)? {_LINE} of(?: the)?(?: \w+)?[\s~]*$", re.IGNORECASE)
"""Each row of M contains at least one 1."""
HAS_ONE = re.compile(rf"\s*(?:has|have|contains?) {_ONE}", re.IGNORECASE)
NONE_OF = re.compile(rf"\bno {_LINE} of(?: the)?(?: \w+)?[\s~]*$", re.IGNORECASE)
IS_ZERO = re.compile(r"\s*(?:is|are) (?:all |identically |entirely )?(?:zeros?|empty)\b", re.IGNORECASE)
"""No row of M is zero."""
EACH_HAS = re.compile(
    rf"\b(?:with|in which|where|so that|such that) (?:each|every) {_LINE} (?:has|having|contains|containing) {_ONE}",
    re.IGNORECASE,
)

ALSO = re.compile(
    r",?\s*(?:and|or|as well as)(?: also)?(?: in| per)?(?: each| every)? (?:rows?|columns?)\b", re.IGNORECASE
)
OF_ONE_ENTRY = frozenset(("nonzero", "one_hot", "positive", "sum_to_one"))
"""What is said of one entry in these words, and not of all of them."""


def line(before: str, after: str) -> str:
    """Whether words say of the matrix between them that each row, or each column, has a one; empty if they do not.

    >>> line("The mask ", " has at least one 1 in every row."), line("Each column of ", " contains at least one one.")
    ('some_in_rows', 'some_in_columns')
    >>> line("", " has at most one 1 in every row."), line("", " need not have at least one 1 in each row")
    ('', '')
    """
    found = next((m for x in (IN_EACH, NO_ZERO, EACH_HAS) if (m := x.search(after))), None)
    if found is not None and NEGATED.search(after[: found.start()]):
        return ""
    for whose, says in ((EACH_OF, HAS_ONE), (NONE_OF, IS_ZERO)):
        if found is None and says.match(after):
            found = whose.search(before)
    if found is None:
        return ""
    if found.string is after and ALSO.match(after[found.end() :]):
        return "some_in_rows_and_columns"
    return "some_in_rows" if any(found.groupdict().values()) else "some_in_columns"


def only_without_zeros(before: str, after: str) -> bool:
    """Whether the words only say that no row is zero, which leaves out next to nothing where entries are any numbers.

    >>> only_without_zeros("No row of ", " is zero."), only_without_zeros("", " has at least one 1 in every row.")
    (True, False)
    """
    return bool(NO_ZERO.search(after) or (IS_ZERO.match(after) and NONE_OF.search(before)))


def fits(symbol: Symbol | None) -> bool:
    """Whether it is a matrix of zeros and ones."""
    return symbol is not None and len(symbol.dims) == 2 and not symbol.lead and "binary" in symbol.properties
