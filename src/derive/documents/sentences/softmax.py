"""Whether a softmax of a matrix is one of its rows, as in the field's code, or of its columns, where a note says so."""

from __future__ import annotations

import re

from derive.documents.sentences.prose import any_case

ROWS, COLUMNS, EITHER = "rows", "columns", "either"

_CLAUSE = re.compile(r"(?<=[.;!?:])\s|\n\s*\n|\n\s*[-*]\s")
_SOFTMAX = any_case(r"soft-?max|log-?sum-?exp")
_EACH = (
    r"\b{0}-?wise\b|\b{0} by {0}\b|\b(?:each|every|any|per|a single|one)(?: of (?:the|its))? {0}s?\b"
    r"|(?<!along )(?<!over )(?<!across )(?<!down )\b(?:all|its|the)(?: of (?:the|its))? {0}s?\b"
)
_ROWS = any_case(_EACH.format("row") + r"|\bzeilenweise|\bjede[rn]? zeile|각 행|행별|행마다")
_COLUMNS = any_case(_EACH.format("column") + r"|\bspaltenweise|\bjede[rn]? spalte|각 열|열별|열마다")
_ACROSS = any_case(r"\b(?:along|over|across|down)(?: (?:the|its|all))? (?:rows?|columns?)\b")
_SAMPLES = r"\b(?:samples?|examples?|inputs?|observations?|data points?|images?|instances?|batch)\b"
_IN_COLUMNS = any_case(
    rf"{_SAMPLES}[^.;:]{{0,40}}\b(?:per|as|in|into|form|are|is) (?:(?:a|an|one|its|the|each) )?columns?\b"
    rf"|\bcolumns?\b[^.;:]{{0,30}}{_SAMPLES}"
    r"|\b(?:beispiele?|daten\w*|stichproben?)\b[^.;:]{0,40}\bspalten?\b"
)


def softmax_of(text: str) -> str:
    """Of what a softmax of a matrix is. EITHER: of both, or nobody says so and the samples are in columns.

    >>> softmax_of("the softmax acts on every column separately"), softmax_of("P = softmax(S)")
    ('columns', 'rows')
    >>> softmax_of("One sample per column. P = softmax(S)"), softmax_of("the softmax runs over the columns")
    ('either', 'either')
    """
    said = [clause for clause in _CLAUSE.split(text) if _SOFTMAX.search(clause)]
    rows, columns, across = (any(words.search(x) for x in said) for words in (_ROWS, _COLUMNS, _ACROSS))
    if rows != columns:
        return ROWS if rows else COLUMNS
    return EITHER if rows or across or _IN_COLUMNS.search(text) else ROWS
