"""Which matrix has the rows, or the columns, that words speak of: `$A$ has the rows $x_1^\\top, \\dots, x_m^\\top$`.

Only words that tie the two to each other name it: `Let $A$ be square, and consider the matrix with rows $x_i^\\top$`
speaks of another matrix.
"""

from __future__ import annotations

import re


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_LINE = r"(?:rows?|columns?|zeilen?|spalten?)"
_NO_OTHER = (
    r"(?:(?!\b(?:and|or|but|of|let|not|no|another|other|first|last|some|und|oder|von|nicht|keine?|erste\w*|letzte\w*)\b)"
    r"[^.;:$])"
)
_HAS = (
    r"(?:has|have|having|with|whose|contains?|containing|holds?|holding|collects?|collecting|stores?|storing|stacks?"
    r"|hat|haben|mit|deren|dessen|enthält)"
)
_NOUN = r"(?:(?!(?:and|or|but|of|und|von)\b)[\w-]+\s+){0,3}?"
_SORT = r"(?:(?:real|design|data|feature|weight|input|tall)\s+)*"
CHANGED = _words(
    r"\b(?:scal|shuffl|permut|cent(?:er|r)|normali|standardi|weight|transform|shift|modif|sort|order|revers|cop(?:y|ies)"
    r"|multipl|differen|sum|product|squar|log|power|negat|skalier|zentrier|normier|gewichte|sortier|vertausch|umgekehrt)"
)
"""Words of rows that are not the members themselves, `contains scaled copies of`, or not in their order."""
_GIVEN = (
    r"(?:the\s+)?(?:(?:just|simply|exactly|precisely|then|here|now|gerade|genau|given by|denoted by|called|inputs"
    r"|samples|examples|data|feature)\s+)?(?:vectors?\s+)?"
)
ACTING = _words(
    r"\b(?:multipl|compar|combin|replac|product|append|augment|exten|exchang|swap|interchang|ersetz|vertausch)"
)
"""What is done to a matrix with rows that are not its own."""
HAS_LINES = _words(
    rf"\s*,?\s*(?:(?:be|is|denotes?|for|as|which|that|sei|ist)\s+)?(?:(?:(?:an?|the|our|eine?|die)\s+{_NOUN}|{_SORT})matrix\s*,?\s+)?"
    rf"{_HAS}\b(?P<what>{_NO_OTHER}{{0,60}})"
)
"""Behind the matrix: `contains the inputs in its rows,`, `be the matrix whose rows are`, `has the`."""
ITS_LINES = _words(rf"\s*(?:the|die)\s+{_LINE}\s*")
ARE = _words(rf"\s*(?:is|are|be|sind|ist|seien)\s+{_GIVEN}")
LINES_ARE = _words(
    rf"(?:^|[\s,(])(?:the|its|die|der|their)(?:\s+-?(?:st|nd|rd|th|te))?\s+{_LINE}\s+(?:of|von|der)\s+"
    rf"(?:the|a|an|our|der|einer)?\s*{_NOUN}(?:is|are|be|sind|ist|seien)\s+{_GIVEN}[\s~]*$"
)
"""All words before the members: `the rows of the matrix are`, with the formulas left out."""
AS_LINES = _words(
    rf"[\s$)\\]*(?:stacked |stored |collected |written )?(?:as|in|into|by|als|in) (?:its |the |ihren? )?{_LINE}\b"
)
OF_LINES = _words(
    rf"[\s$)\\]*{_NO_OTHER}{{0,40}}?\b(?:as|in|into|are|form|make up|be|als|in) (?:the |den )?{_LINE} (?:of|von) "
    rf"(?:(?:the|a|an|our|der|einer) )?{_NOUN}(?:\$|\\\()\s*(?P<of>[^$]*)"
)
"""Behind the members: `in the rows of the matrix $A$`."""
MAKING_UP = _words(
    r"[\s~$\\),;]*(?:(?:be|are) (?:given|fixed)[,;]?\s+)?(?:(?:and|which|that|they|these|und|die|sie)\s+)*"
    r"(?:(?:are|be|form|make up|become|sind|bilden)\s+(?:just |exactly )?(?:the\s+|die\s+)?"
    r"|(?:(?:are |be )?(?:stacked|stored|collected|written|put|arranged|gathered)\s+)?(?:as|in|into)\s+(?:the\s+)?)"
    rf"(?P<line>{_LINE})\s+(?:of|in|von|der)\s+(?:(?:the|a|an|our|der|einer)\s+)?{_NOUN}[\s~$\\(]*"
)
"""Between a list of vectors and the declaration of a matrix: `form the rows of the matrix`."""
OF = _words(rf"[\s$)\\]*(?:of|von|der) (?:(?:the|a|an|our|der|einer) )?{_NOUN}(?:\$|\\\()\s*(?P<of>[^$]*)")
_MATRIX = r"(?:\$|\\\()\s*(?:\\(?:math|bold|bm|bf)\w*\s*\{?)?\s*\\?(?P<%s>[A-Za-z]+)\}?\s*(?:\$|\\\))"
OF_BOTH = _words(
    rf"[\s$)\\]*,?\s*(?:be|are|denote|stand for|for)\s+the\s+(?:\$?\w\$?-?\s?th\s+)?(?P<line>{_LINE})\s+of\s+"
    rf"(?:the matrices\s+)?{_MATRIX % 'first'}\s*(?:and|und)\s+(?:of\s+)?{_MATRIX % 'second'}"
)
"""Behind `Let $b_j$ and $y_j$`: `denote the $j$-th columns of $B$ and $Y$`."""
LINE_BEFORE = _words(rf"\b{_LINE}\s*$")
LETTER = re.compile(r"(?:\\(?:math|bold|bm|bf)\w*\s*\{?)?\s*\\?(?P<name>[A-Za-z]+)\}?\s*(?=$|\\in\b|:=|=|,)")


def has_lines(between: str, behind: str, spoken: str) -> bool:
    """Whether the words between a matrix and members, those behind these, and all words before say that it has them.

    >>> has_lines(" contains the inputs in its rows, ", "", ""), has_lines(" holds the samples ", " as rows.", "")
    (True, True)
    >>> has_lines(" is square, and consider the matrix with rows ", "", "")
    False
    """
    if CHANGED.search(f"{between} {behind}") or ACTING.search(spoken):
        return False
    if ITS_LINES.fullmatch(between):  # and $B$ the rows
        return re.search(rf"\b{_HAS}\b", spoken, re.IGNORECASE) is not None
    said = HAS_LINES.fullmatch(between)
    if said is not None:
        return re.search(rf"\b{_LINE}\b", said["what"], re.IGNORECASE) is not None or bool(AS_LINES.match(behind))
    return ARE.fullmatch(between) is not None and LINES_ARE.search(spoken) is not None


def made_up(between: str) -> str:
    """What the text between a list of vectors and a matrix says that they are of it: its rows, its columns, or nothing.

    >>> made_up("$ and form the rows of $"), made_up("$, which are stored as columns in the data matrix $")
    ('rows', 'columns')
    >>> made_up("$ form the rows of the transpose of $"), made_up("$ form the rows of $X$; take another $")
    ('', '')
    """
    found = MAKING_UP.fullmatch(between)
    return found["line"] if found and not CHANGED.search(between) else ""


def named_behind(spoken: str, behind: str) -> str:
    """The matrix that the text behind the members names; empty if none. `behind` has the formulas in it.

    >>> named_behind("We collect the inputs ", " in the rows of $A \\\\in \\\\mathbb R^{m \\\\times n}$.")
    'A'
    >>> named_behind("They are the rows", " of $\\\\mathbf{B}$."), named_behind("Take", " as the rows of $A B$.")
    ('B', '')
    """
    if CHANGED.search(behind):
        return ""
    found = OF_LINES.match(behind) or (OF.match(behind) if LINE_BEFORE.search(spoken) else None)
    letter = LETTER.match(found["of"]) if found else None
    return letter["name"] if letter else ""


def of_both(behind: str) -> tuple[str, str, str] | None:
    r"""Whether two names before the text are rows or columns, and the matrices of the first and the second.

    >>> of_both(r" denote the $j$-th columns of $B$ and $\mathbf{Y}$, respectively")
    ('columns', 'B', 'Y')
    >>> of_both(" denote the sums of the columns of $B$ and $Y$")
    """
    found = OF_BOTH.match(behind)
    return (found["line"], found["first"], found["second"]) if found else None
