"""The words that say what a name stands for: numbers, unit vectors, rows and columns, ones."""

from __future__ import annotations

import re

from derive.documents.sentences.prose import NEGATED, any_case

UNIT_AFTER = any_case(
    r"^\W*(?:is|are|be|denotes?|for)\b[^.;]{0,50}?(?:unit|basis) vector|^[\s$)]*the\b[\s\w$-]{0,20}\b(?:unit"
    r"|basis) vector|^[^.;\w]{0,12}(?:번째)? ?(?:단위|기저) ?벡터"
)
ONE_HOT_AFTER = any_case(r"^[\s$)\\]*(?:is|be|denotes?)\s+(?:the|a)\s+one-?hot")
UNIT_BEFORE = any_case(r"(?:unit|basis) vectors?(?: are| is)?[\s,~]*$")
NUMBERS = (
    r"(?:(?:all|any|given|known|fixed|constant|arbitrary|some|the|non-?zero|real|real-valued|scalar"
    r"|(?P<sign>positive)) )*"
    r"(?:(?:numbers|scalars|reals|counts|probabilities|frequencies)(?! of\b)"
    r"|(?:(?<=real )|(?<=real-valued )|(?<=scalar ))(?:gradients|values|constants|parameters|numbers|scores|weights"
    r"|targets|labels|measurements|observations|outcomes|responses|readings|samples|inputs|features|coefficients"
    r"|predictions|residuals|errors|slopes|steps|counts|losses|rewards|data)\b)"
)
NUMBERS_AFTER = any_case(rf"[\s~]*(?:be|are|denote) {NUMBERS}\b")
NUMBER_AFTER = any_case(
    r"[\s~]*(?:is|be|are|denotes?) (?:(?:an?|any|given|known|fixed|arbitrary|some|the|(?P<sign>positive)"
    r"|(?:non-?)?negative|non-?positive) )*"
    r"(?:real (?P<more>(?:positive ))?(?:number|variable|parameter|constant)s?|scalars?|numbers?)\b(?! of\b)"
)
BETWEEN_AFTER = any_case(
    r"[\s~]*(?:(?:is|be)(?: an?\b[\w\s]{0,30}?)? |(?:lies? |lying |which lies )?)"
    r"(?:strictly )?between (?:zero|\$?0\$?) and"
    r" (?:one|\$?1\$?)(?![\w.])"
)
_ONE = (
    r"(?:(?:one|a|a single|this|each) (?:scalar |real )?(?:feature|coordinate|covariate|predictor|neuron|pixel)"
    r"|(?:one|a|a single) (?:scalar|real) (?:variable|quantity|component))"
)
NUMBERS_BEFORE = any_case(
    rf"\b(?:{NUMBERS}|(?:takes?|taking|took) (?:on )?(?:the )?(?:real )?values"
    rf"|{_ONE}\b[^.;$]*\b(?:its|the|with|has) values|values (?:of|that) {_ONE}(?: by| as| are| be)?)[\s,~:]*$"
)
"""`one feature and its values`; values alone may be vectors, as keys and queries are."""
ARRAYS = any_case(r"\b(?:vectors?|points?|matri(?:x|ces)|iterates?|states?|inputs?|images?|blocks?|functions?)\b")
A_MATRIX = any_case(r"\b(?:(?P<symmetric>covariances?)(?: matri(?:x|ces))?|matri(?:x|ces))[\s~]*$")
ROWS = any_case(r"\brows?\b|\bZeilen?\b|행")
ITS_ROW = any_case(
    r"^[\s$)\\]*(?:(?:be|is|denotes?|for|,)\s+(?:(?:its|the)\s[\s$\w()\\^{}-]{0,20})?|the\s[\s$\w()\\^{}-]{1,20})"
    r"\b(?:row|column)\b"
    r"(?!s? vectors?)(?: (?:number )?\$?\w\$?(?= of\b))?"
    r"|^[\s$)\\]*(?:are|form|make up|build|constitute) the (?:row|column)s\b"
    r"|^[\s$)\\]*,?\s*(?:(?:one|each|stacked|stored|collected|written|listed) )?"
    r"(?:(?:in|as|into|per) (?:(?:each|every|its|the) )?(?:\$?\w\$?(?:-?th)? )?(?:row|column)s?)\b(?! vectors?)"
)
ROWS_OR_COLUMNS = any_case(r"\b(?:row|column)s?\b|\b(?:Zeile|Spalte)n?\b|행|열")
STACKED = any_case(
    r"\b(?:as|in|into|by) (?:the |its )?(?:rows|(?P<as_>columns))\b|\b(?:the )?(?:rows|(?P<of>columns)) of\b"
    r"|(?P<side>\bside by side\b)|\b(?:die|als) (?:zeilen|(?P<spalten>spalten))\b"
    r"|(?:행|(?P<ko>열))(?:\s?\((?:row|column)s?\))?(?:으)?로 ?(?:쌓|모|놓|하는|둔|배열|나열)"
)
STACKED_AFTER = any_case(
    r"\s*(?:be|is|which|that)?\s*(?:contains?|has|have|hold|holds|with|by)[^.;,]{0,24}"
    r"(?:as (?:its |the )?(?:rows|(?P<as_>columns))|(?P<side>side by side))"
)
MAKE_UP = any_case(
    r"\b(?:are|form|make up|become) (?:not the \w+ but )?the (?:(?P<row>row)|column)s of(?: (?:a|the) matrix)?\s*$"
)
ROWS_OF = any_case(r"\b(?:(?P<row>row)|column)(?P<many>s?) of\s*(?:the (?:matrix )?)?$")
AS_COLUMN = any_case(r"\bas (?:an? )?(?:column|row)s?(?: vectors?)?\b")
GRADIENTS = any_case(
    r"\b(?:gradients?|derivatives?|nabla)\b.{0,60}\b(?:with respect to|w\.\s?r\.\s?t\.?|in)[\s~]*"
    r"(?:the (?:inputs?|weights?|vectors?|parameters?|variables?)(?: vectors?)?[\s~]*)?$",
    re.DOTALL,
)
LYING = any_case(
    r"(?:(?:both |all |also )*(?:lies?|lives?|is|are)(?: both| all| also| again)* )?in"
    r"|(?:both |all |also )*(?:is|are)(?: both| all| also)* (?:an? )?(?:elements?|members?) of"
)
OF_ITS_OWN = (  # what is such a matrix is no other one, and a declaration of its sizes would say that it is any
    "identity|unit|zero|null|ones|permutation|rotation|reflection|projection|cent(?:er|r)ing|exchange|hat|covariance"
    "|gram|hessian|jacobian|stochastic|transition|adjacency|laplacian|confusion"
)
ORTHONORMAL = any_case(
    r"\borthonormal (?:columns|(?P<rows>rows))\b|\b(?:columns|(?P<rows_>rows))\b[^.]*\borthonormal\b"
    r"|orthonormale\w* (?:spalten|(?P<zeilen>zeilen))"
)
EIGENVALUES = any_case(r"\beigenvalues\b[^.]*\b(?:in|between|interval)\s*$")
_ONES = r"\b(?:vector|matrix|array|column) of (?:all )?ones\b|\ball[- ]?ones? (?:vector|matrix)"
ONES_ARE = any_case(
    rf"(?:{_ONES})(?: in dimension \S+)? (?:(?:is|be)(?: (?:denoted|written|called)(?: by)?)?|by|as)\s*$"
)
ALL_ONES = any_case(
    rf"{_ONES}"
    r"|\b(?:has|have|with) (?:all|only) (?:its |their )?(?:entries|components) (?:equal to )?(?:ones?|\$?1\$?)\b"
    r"|\bentries (?:are|all equal|equal) (?:all )?(?:equal to )?(?:ones?|\$?1\$?)\b"
    r"|\b(?:entry|component) (?:is|equals) (?:one|\$?1\$?)\b"
)
RESTRICTED = any_case(
    r"^\W*(?:(?:is|be|are|denotes?|for|an?|the|any|some|matrix|vector|matrices|vectors|numbers?) )*"
    r"(?:(?:all )?(?:of )?whose (?:entries|components|diagonal|eigenvalues|trace|norm|determinant|rank)|such that"
    r"|satisfying|obeying|subject to|with the property|for which|non-?positive"
    r"|(?:strictly )?negative(?! (?!and|for|number|constant|real|scalar)\w)"
    r"|(?:lower|upper|strictly|unit)?[- ]?(?:lower |upper )?triangular|unit vectors|normali[sz]ed"
    r"|(?:doubly )?stochastic"
    r"|skew\b|skew-symmetric|antisymmetric|idempotent|nilpotent|unitary|increasing|decreasing|sorted|ordered"
    r"|bounded|integers?)\b"
)
"""What is said of a name that was just declared, and may not be understood."""


def of_the_transpose(words: str) -> str:
    """Words that end before a transpose, as if they ended before the matrix: its columns are the rows of that.

    >>> of_the_transpose("The columns of ")
    'The rows of '
    """
    return ROWS_OF.sub(lambda m: f"{'column' if m['row'] else 'row'}{m['many']} of ", words)


def are_ones(words: str) -> bool:
    """Whether words say that all entries are one.

    >>> are_ones(" be the vector of ones"), are_ones(" is not the vector of ones")
    (True, False)
    """
    found = ALL_ONES.search(words)
    return found is not None and not NEGATED.search(words[: found.start()])
