"""Shapes told in words: `$W$ is an $M \\times D$ matrix`, `a vector $x$ with $D$ entries`, `$W_l$ has the size ...`.

A sentence is a row of formulas with words between them. The names come first and then their size, or the size comes
first and then the names; the words between the two, and those behind, say which. What they say of an identity, of a
row or of anything else with a meaning of its own is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from derive.documents.names.symbols import Tokens
from derive.documents.sentences import nouns
from derive.documents.source.tokens import Token

LONGEST = 12  # tokens of a size


@dataclass(frozen=True)
class Said:
    """A formula without a relation, and the words before it in its sentence."""

    words: str
    tokens: Tokens


@dataclass(frozen=True)
class Told:
    """The names, and the set that the words place them in."""

    names: tuple[Tokens, ...]
    of: Tokens


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


LINKS = "and|or|of|to|in|for|by|with|from|on|at|und|et|mit|von|de|des|du|avec|whose|which|that"
OWN = rf"(?!(?:not|nicht|row|one-hot|{LINKS}|{nouns.OF_ITS_OWN})\b)"
ADJECTIVES = rf"(?:{OWN}[^\W\d_][\w'-]*\s+){{0,4}}?"
IS = r"(?:is|are|be|being|denotes?|stands? for|forms?|as|ist|sind|sei(?:en)?|est|sont|soit|는|은|가|이|를|을)"
A = r"(?:(?:an?|the|both|all|two|some|any|eine?|die|der|das|une?|la|le)\s+)?"
HAS = r"(?:has|have|having|with|of|hat|haben|mit|der|von|avec|de|à|a)"
MATRIX = r"(?:matri(?:x|ces|zen)|matrices?|행렬)"
VECTOR = r"(?:vectors?|vektor(?:en|s)?|vecteurs?|벡터)"
SIZE = r"(?:sizes?|shapes?|dimensions?|orders?|lengths?|größe|länge|dimension|taille|longueur|크기|길이)"
ENTRIES = (
    r"(?:real )?(?:entries|components|elements|coordinates|einträgen?|komponenten|entrées|composantes|coordonnées"
    r"|성분|원소)"
)

JOINED = _words(r"\s*(?:,|and|or|, and|und|et|및|와|과)\s*")
NOUN = r"the\s+(?:(?:input|output|weight|bias|hidden|target|mean|scale|model|data)\s+)?(?!and\b|or\b)[^\W\d_][\w'-]*\s*"
AND_THE = _words(rf"\s*(?:,|and|, and)\s*{NOUN}")
SUBJECT = _words(rf"(?:^|[.;:,]|\b(?:and|let|where|here))\s*(?:both\s+)?{NOUN}$")
MANY = _words(r"(?:both |all |also )*(?:are|lie|live)\b")
BY = _words(r"\s*-?\s*by\s*-?\s*")
ABOUT = _words(r"\b(?:of|to|in|for|by|from|at|on|from|von|de|des|du)\s+(?:the\s+|an?\s+)?$")  # the Jacobian of f
FROM_HERE = _words(r"\b(?:from (?:here|now|this point)|later|early) on\b[\s,]*$|\bvon (?:nun|jetzt|hier) an\b[\s,]*$")
SIZE_OF = _words(rf"\b{SIZE} of\s+(?:the\s+)?(?:\w+\s+)?$")

IS_OWN = _words(
    rf"\b(?:{nouns.OF_ITS_OWN})(?:\s+{MATRIX})?\s*$|\b(?:einheitsmatrix|identität)\s*$|(?:단위|항등) ?행렬\s*$"
)
"""The identity $I$ of size $n$ is no array of that length."""
A_MATRIX = _words(rf"\b{MATRIX}\s*$")
IS_A = _words(rf"\s*(?:{IS}\s+|of\s+|,\s*)?(?:the\s+[a-z]+(?:\s+[a-z]+)?,\s+)?{A}{ADJECTIVES}")
IS_ONLY = _words(rf"\s*(?:{IS}|\()\s*")
OF_SIZE = _words(
    rf"\s*(?:(?:{IS}\s+|of\s+|,\s*)?{A}{ADJECTIVES}(?:{MATRIX}|{VECTOR})?\s*)?(?:{IS}\s+)?{HAS}\s+(?:the\s+)?(?:same\s+)?{SIZE}\s*"
)
IS_IN = _words(
    rf"\s*(?:{IS}\s+|of\s+|,\s*)?{A}{ADJECTIVES}"
    rf"(?:{VECTOR}\s+(?:lying |living )?in|(?:points?|elements?)\s+(?:lying |living )?(?:in|of))\s*"
)
IS_DIAGONAL = _words(
    rf"\s*(?:{IS}\s+)?{A}diagonal matrix\s+(?:with|of|whose)\s+(?:the\s+|its\s+)?(?:diagonal\s+)?"
    rf"(?:{ENTRIES}\s+)?(?:are\s+)?(?:the\s+)?(?:on (?:its|the) diagonal\s+)?"
)
IS_VECTOR_WITH = _words(rf"\s*(?:{IS}\s+|of\s+|,\s*)?{A}{ADJECTIVES}{VECTOR}\s+{HAS}\s+")
IS_VECTOR_OF = _words(rf"\s*(?:{IS}\s+|,\s*)?{A}{ADJECTIVES}{VECTOR}\s+(?:of|von|de)\s+")
HAS_ONLY = _words(rf"\s*{HAS}\s+")
BRACKET = _words(rf"\s*\(\s*(?:of\s+)?(?:{SIZE}\s+)?")
SQUARE = _words(r"\bsquare\b")
KOREAN_LENGTH = _words(rf"\s*{IS}\s*(?:길이|크기)(?:가)?\s*")

MATRIX_AFTER = _words(rf"[\s-]*{ADJECTIVES}{MATRIX}(?![\w-])|[\s-]*행렬")
PICKED = r"(?!\s*(?:that|which|equal|different|not|above|below|larger|smaller|greater|less|of|are|is)\b)"
ENTRIES_AFTER = _words(rf"\s*{ENTRIES}\b{PICKED}|\s*(?:개의 )?(?:성분|원소)")
NOUNS_AFTER = _words(r"\s*(?:[a-z]+ ){0,2}[a-z]+s\b")
DIMENSIONAL_AFTER = _words(rf"-?\s*(?:dimensional|dimensionale?r?|차원)\s*{ADJECTIVES}{VECTOR}|-{VECTOR}\b")
CLOSED = _words(r"\s*(?:$|[,.;:)]|\b(?:and|or|with|but|while|where|whose|so|und|et)\b)")
MATRIX_BEFORE = _words(rf"[\s-]*{ADJECTIVES}{MATRIX}\s*")
VECTOR_BEFORE = _words(rf"-?\s*(?:dimensional|dimensionale?r?|차원)\s*{ADJECTIVES}{VECTOR}\s*|-{VECTOR}\s*")
VECTOR_AFTER = _words(r"\s*인\s*벡터")


def told(trail: Sequence[Said], after: str, is_name: Callable[[Tokens], bool]) -> list[Told]:
    """What the words up to the last formula, and those behind it, say about shapes."""
    row = _with_by(trail)
    if row and (each := _one_each(row, after, is_name)):
        return each
    found = _all_alike(row, after, is_name) if row else None
    return [found] if found is not None else []


def _one_each(row: Sequence[Said], after: str, is_name: Callable[[Tokens], bool]) -> list[Told]:
    """`$b$ and $c$ have length $q$ and $r$`: as many sizes as names."""
    at = next((n for n in range(len(row) - 1, -1, -1) if not JOINED.fullmatch(row[n].words)), 0)
    sizes = row[at:]
    letters = {t.text for x in sizes for t in x.tokens}  # the widths are $q$ and $r$, and $W$, $V$ are ...
    names = _names(row[:at], lambda tokens: is_name(tokens) and not letters & {t.text for t in tokens})
    if len(sizes) < 2 or len(names) != len(sizes) or _is_about(names[0].words):
        return []
    found = [_size(Said(row[at].words, x.tokens), after) for x in sizes]
    pairs = zip(names, found, strict=True)
    return [Told((x.tokens,), of) for x, of in pairs if of is not None] if None not in found else []


def _all_alike(row: Sequence[Said], after: str, is_name: Callable[[Tokens], bool]) -> Told | None:
    last = row[-1]
    if (of := _size(last, after)) is not None:
        names = _subjects(row[:-1], is_name) if MANY.match(last.words.strip()) else []
        names = names or _names(row[:-1], is_name)
        if not names or _is_about(names[0].words) or IS_OWN.search(names[0].words):
            return None
        if A_MATRIX.search(names[0].words) and not _is_product(of) and OF_SIZE.fullmatch(last.words):
            of = _reals((*last.tokens, Token("cmd", "times", of[0].start, of[0].start), *last.tokens))
        return Told(tuple(x.tokens for x in names), of)
    names = _names(row, is_name)
    rest = row[: len(row) - len(names)]
    if names and rest:
        words, size = names[0].words, rest[-1].tokens
        if (MATRIX_BEFORE if _is_product(size) else VECTOR_BEFORE).fullmatch(words) and len(size) <= LONGEST:
            return Told(tuple(x.tokens for x in names), _reals(size))
    return None


def diagonal(trail: Sequence[Said], is_name: Callable[[Tokens], bool]) -> tuple[Tokens, Tokens] | None:
    """S and p_n (1 - p_n), of `$S$ is the diagonal matrix with the entries $p_n (1 - p_n)$`."""
    if len(trail) < 2 or not IS_DIAGONAL.fullmatch(trail[-1].words) or not is_name(trail[-2].tokens):
        return None
    return trail[-2].tokens, trail[-1].tokens


def _with_by(trail: Sequence[Said]) -> list[Said]:
    """`$M$ by $D$` is one size."""
    row: list[Said] = []
    for x in trail:
        if row and BY.fullmatch(x.words) and not _is_product(row[-1].tokens):
            at = x.tokens[0].start
            row[-1] = Said(row[-1].words, (*row[-1].tokens, Token("cmd", "times", at, at), *x.tokens))
        else:
            row.append(x)
    return row


def _size(last: Said, after: str) -> Tokens | None:
    """The set, if the last formula is a size, or a set, of the names before it."""
    words, tokens = last.words, last.tokens
    if tokens[0].is_("\\mathbb") and any(t.text == "R" for t in tokens[:3]):
        return tokens if nouns.LYING.fullmatch(words.strip()) or IS_IN.fullmatch(words) else None
    if len(tokens) > LONGEST:
        return None
    if _is_product(tokens):
        is_matrix = IS_A.fullmatch(words) and MATRIX_AFTER.match(after)
        alone = (IS_ONLY.fullmatch(words) or BRACKET.fullmatch(words)) and CLOSED.match(after)
        return _reals(tokens) if is_matrix or alone or OF_SIZE.fullmatch(words) else None
    whole = OF_SIZE.fullmatch(words) or (BRACKET.fullmatch(words) and words.strip() != "(" and CLOSED.match(after))
    counted = (IS_VECTOR_WITH.fullmatch(words) or HAS_ONLY.fullmatch(words)) and ENTRIES_AFTER.match(after)
    counted = counted or (IS_VECTOR_OF.fullmatch(words) and NOUNS_AFTER.match(after))
    named = IS_A.fullmatch(words) and DIMENSIONAL_AFTER.match(after)
    korean = KOREAN_LENGTH.fullmatch(words) and VECTOR_AFTER.match(after)
    if whole and re.search(MATRIX, words, re.IGNORECASE):
        times = Token("cmd", "times", tokens[0].start, tokens[0].start)
        return _reals((*tokens, times, *tokens)) if SQUARE.search(words) else None
    return _reals(tokens) if whole or counted or named or korean else None


def _names(row: Sequence[Said], is_name: Callable[[Tokens], bool]) -> list[Said]:
    """The names at the end of the row, which words join."""
    out: list[Said] = []
    for x in reversed(row):
        if not is_name(x.tokens):
            break
        out.insert(0, x)
        if not JOINED.fullmatch(x.words):
            break
    return out


def _subjects(row: Sequence[Said], is_name: Callable[[Tokens], bool]) -> list[Said]:
    """`the gains $g$ and the offsets $b$ are in ...`: both, where the first begins a clause."""
    out: list[Said] = []
    for n in range(len(row) - 1, 0, -1):
        if not is_name(row[n].tokens) or not (AND_THE.fullmatch(row[n].words) or JOINED.fullmatch(row[n].words)):
            break
        if is_name(row[n - 1].tokens) and SUBJECT.search(row[n - 1].words):
            out = list(row[n - 1 :])
    return out


def _is_about(words: str) -> bool:
    """The Jacobian of $f$ is something else than f; the size of $W$ is that of W."""
    return bool(ABOUT.search(FROM_HERE.sub("", words))) and not SIZE_OF.search(words)


def _is_product(tokens: Tokens) -> bool:
    return sum(t.is_("\\times") for t in tokens) == 1


def _reals(size: Tokens) -> Tokens:
    at = size[0].start
    head = (Token("cmd", "mathbb", at, at), Token("letter", "R", at, at), Token("sym", "^", at, at))
    return (*head, Token("sym", "{", at, at), *size, Token("sym", "}", at, at))
