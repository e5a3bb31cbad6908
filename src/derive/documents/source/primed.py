"""Primes that are a part of the name: `\\Sigma'(z) = \\operatorname{diag}(\\sigma'(z))`, where there is no \\Sigma."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from derive.documents.source.rows import Part, relations
from derive.documents.source.tokens import Token
from derive.documents.source.uses import STYLES, is_letter, only

Said = Sequence[tuple[list[list[Token]], str]]  # of each formula its pieces, and the words before it
DIAGONAL = frozenset(("diag", "Diag"))
IS_MATRIX = re.compile(
    r"\s*(?:is|for|as|denotes|are|ist|sei|für|[는은을를])\b[^.$]*(?:\bmatri(?:x|ces)\b|matri[xz]|행렬)", re.IGNORECASE
)
HAS_DIAGONAL = re.compile(r"diagonal|대각", re.IGNORECASE)
PRIMES = re.compile("(?:prime)+$")
MORE = re.compile(
    r"\b(?:inverse|square roots?|squares|minus|negatives?|off)\b|kehrwert|wurzel|quadrat\b|negativ|역수|제곱",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Primed:
    """The letters whose prime is a part of the name; and behind which formulas words say what it is."""

    names: frozenset[str] = frozenset()
    told: Mapping[int, tuple[Token, ...]] = field(default_factory=dict)

    def applied(self, tokens: list[Token]) -> list[Token]:
        """\\Sigma' as one letter; `\\Sigma'(z)` of which words say that it is a matrix as `\\Sigma'(z) = ...`."""
        if not self.names or not tokens:
            return tokens
        out: list[Token] = []
        for t in _without_carets(tokens):
            at = _named_at(out) if t.is_("'") else None
            if at is not None and PRIMES.sub("", out[at].text) in self.names:
                out[at] = replace(out[at], kind="letter", text=f"{out[at].text}prime")
            else:
                out.append(t)
        return [*out, *self.told.get(tokens[0].start, ())]


def primed(formulas: Said) -> Primed:
    """The capitals that have one prime and an argument wherever they stand, if they are matrices by what is said."""
    pieces = [tokens for found, _ in formulas for tokens in found]
    names = {tokens[0].text for tokens in pieces if _head_end(tokens)}
    names = {
        x
        for x in names
        if all(_is_applied(tokens, n) for tokens in pieces for n, t in enumerate(tokens) if t.text == x)
    }
    own = defined(formulas)
    if not names:
        return Primed(own)
    written = {tokens[0].text for tokens in pieces if _is_diagonal(tokens)}
    matrices = set(written)
    told: dict[int, tuple[Token, ...]] = {}
    for (found, _), (behind, words) in zip(formulas, [*formulas[1:], ([], "")], strict=False):
        head = found[0] if len(found) == 1 else []
        if _head_end(head) == len(head) > 0 and IS_MATRIX.match(words):
            matrices.add(head[0].text)
            slopes = behind[0] if len(behind) == 1 and HAS_DIAGONAL.search(words) and not MORE.search(words) else []
            if head[0].text not in written and (value := _diagonal(head, slopes)):
                told[head[0].start] = value
    return Primed(frozenset(names & matrices) | own, told)


def _head_end(tokens: Sequence[Token]) -> int:
    """The place behind `\\Sigma'(z)`, if the tokens begin with it; else 0."""
    if len(tokens) < 4 or not is_letter(tokens[0]) or not tokens[0].text[0].isupper() or not _is_applied(tokens, 0):
        return 0
    depth = 0
    for n in range(2, len(tokens)):
        depth += (tokens[n].kind == "open") - (tokens[n].kind == "close")
        if depth == 0:
            return n + 1
    return 0


def _is_applied(tokens: Sequence[Token], n: int) -> bool:
    """Whether one prime and a bracket follow."""
    return len(tokens) > n + 2 and tokens[n + 1].is_("'") and tokens[n + 2].kind == "open" and tokens[n + 2].text == "("


def _is_diagonal(tokens: list[Token]) -> bool:
    """`\\Sigma'(z) = \\operatorname{diag}(...)`."""
    part = relations(tokens)
    equation = bool(part.relations) and str(part.relations[0]) in ("=", "\\coloneq")
    return (
        equation
        and _head_end(part.sides[0]) == len(part.sides[0])
        and part.sides[1][:1] != []
        and (part.sides[1][0].text in DIAGONAL)
    )


def _diagonal(head: Sequence[Token], entry: Sequence[Token]) -> tuple[Token, ...]:
    """`= diag(\\sigma'(z))` behind `\\Sigma'(z)`, where the entries are \\sigma'(z_j)."""
    argument, inside = only(head[3:-1]), only(entry[3:-1]) if len(entry) > 4 and entry[1].is_("'") else None
    if argument is None or inside is None or argument.sub or len(inside.sub) != 1 or not is_letter(inside.sub[0]):
        return ()
    texts = [[t.text for t in x.sup] for x in (argument, inside)]
    if argument.name != inside.name or texts[0] != texts[1] or not _is_applied(entry, 0) or not is_letter(entry[0]):
        return ()
    at = head[-1]
    sign, diag = replace(at, kind="sym", text="="), replace(at, kind="word", text="diag")
    return (sign, diag, head[2], *entry[:2], *head[2:], at)


# -- names that the note gives a meaning ---------------------------------------------------------------------------
def defined(formulas: Said) -> frozenset[str]:
    """The arrays whose prime makes another name: `G' = (G W^\\top) \\odot M`, `W' \\in \\mathbb R^{m \\times n}`.

    Where nothing stands but the matrix itself, `A' = A`, and where other primes transpose, it is a transpose.
    """
    said = [(_without_carets(tokens), words) for found, words in formulas for tokens in found]
    shapes = {x: part.sides[1] for tokens, _ in said for part in [relations(tokens)] for x in _declared(part)}
    transposed = any(a.is_("^") and _is_top(tokens, n + 1) for tokens, _ in said for n, a in enumerate(tokens))
    every = {y for tokens, _ in said for y in _primes(tokens)}
    found: set[str] = set()
    used: set[str] = set()
    for tokens, words in said if every else ():
        part = relations(tokens)
        sign, items = (str(part.relations[0]), _items(part.sides[0])) if part.relations else ("", [])
        for x, _ in map(_alone, items) if sign == "\\in" else ():
            beside = any(_named_at(y) == len(y) - 1 and y[-1].text == x for y in items if y)
            if x and x not in used and (beside or not _is_reversed(part.sides[1], shapes.get(x, []))):
                found.add(x)
        x, array = _alone(part.sides[0]) if sign in ("=", "\\coloneq") else ("", False)
        array = array or (bool(x) and _is_update(part.sides[1], x, words))
        own = transposed or every <= {x, *found} or NAMING.search(words) is not None
        if x and x not in used and own and _makes(part.sides[1], x, array, words, found):
            found.add(x)
        places = (_named_at(tokens[:n]) for n, t in enumerate(tokens) if t.is_("'"))
        used |= {tokens[at].text for at in places if at is not None}
    applied = {tokens[n].text for tokens, _ in said for n in range(len(tokens)) if _is_applied(tokens, n)}
    return frozenset(found - applied)


NAMING = re.compile(
    r"(?:\b(?:let|put|set|define|write|denote|call|sei(?:en)?|setzen?|definieren?|schreiben?)\b|:=)[^.;$]{0,24}$",
    re.IGNORECASE,
)


def _without_carets(tokens: Sequence[Token]) -> list[Token]:
    """`G^{\\prime}` and `G^\\prime` as `G'`."""
    out: list[Token] = []
    n = 0
    while n < len(tokens):
        texts = [t.text for t in tokens[n : n + 4]]
        braced, plain = texts == ["^", "{", "'", "}"], texts[:2] == ["^", "'"]
        out.append(tokens[n + 2 if braced else n + 1 if plain else n])
        n += 4 if braced else 2 if plain else 1
    return out


def _named_at(tokens: Sequence[Token]) -> int | None:
    """The place of the letter at the end of the tokens, which may be set in a style: G, \\mathbf{G}, \\mathbf{g}."""
    n = len(tokens) - 1
    styled = n > 2 and tokens[n].is_("}") and tokens[n - 2].is_("{") and tokens[n - 3].text in STYLES
    n = n - 1 if styled else n
    return n if n >= 0 and is_letter(tokens[n]) else None


def _is_array(tokens: Sequence[Token], n: int) -> bool:
    """Whether the letter is a capital or bold, so that its prime is no slope."""
    return tokens[n].text[0].isupper() or any(t.is_("\\mathbf") for t in tokens[max(0, n - 2) : n])


def _primes(tokens: Sequence[Token]) -> list[str]:
    """What has a prime: capitals, bold letters, and `)` for a bracket; the slope f' is none of them."""
    out: list[str] = []
    for n, t in enumerate(tokens):
        if t.is_("'") and n:
            at = _named_at(tokens[:n])
            out += [tokens[at].text] if at is not None and _is_array(tokens, at) else []
            out += [")"] if tokens[n - 1].kind == "close" else []
    return out


def _alone(side: Sequence[Token]) -> tuple[str, bool]:
    """G of `G'`, and whether it is an array by its letter; nothing of anything else."""
    at = _named_at(side[:-1]) if side and side[-1].is_("'") else None
    if at is None or not all(t.is_("{") or t.text in STYLES for t in side[:at]):
        return "", False
    return side[at].text, _is_array(side, at)


UPDATING = re.compile(
    r"\b(?:updat|descent\b|new (?:weights?|values?|parameters?|bias))|aktualisier|갱신", re.IGNORECASE
)


def _is_update(right: Sequence[Token], x: str, words: str) -> bool:
    """Whether `v' = v - \\eta \\partial L / \\partial v` gives the next v: by a derivative in v itself, or by words."""
    texts = [t.text for t in right if not t.is_("{")]
    if texts[:1] != [x] or texts[1:2] not in (["-"], ["+"]):
        return False  # y' = a y is an equation for a function y
    in_itself = any(a in ("partial", "nabla") and x in texts[n + 1 : n + 3] for n, a in enumerate(texts))
    return in_itself or UPDATING.search(words) is not None


def _items(side: Sequence[Token]) -> list[list[Token]]:
    """Between the commas."""
    out: list[list[Token]] = [[]]
    for t in side:
        out[-1:] = [out[-1], []] if t.is_(",") else [[*out[-1], t]]
    return out


def _makes(right: Sequence[Token], x: str, array: bool, words: str, known: set[str]) -> bool:
    """Whether a right side gives the primed name a value: by words, out of the name itself and something else, or out
    of other primed names."""
    letters = {t.text for t in right if is_letter(t)}
    if set(_primes(right)) - {x, *known} or not letters - {x, "T", "top"}:
        return False
    of_others = any(t.is_("'") and n and right[n - 1].text in known - {x} for n, t in enumerate(right))
    return of_others or (array and (x in letters or NAMING.search(words) is not None))


def _is_top(tokens: Sequence[Token], n: int) -> bool:
    return any(t.is_("\\top", "T") for t in tokens[n : n + 2] if not t.is_("{"))


def _declared(part: Part) -> list[str]:
    """The letters that stand on the left of a membership."""
    if [str(r) for r in part.relations] != ["\\in"]:
        return []
    return [t.text for n, t in enumerate(part.sides[0]) if is_letter(t) and not _primes(part.sides[0][n : n + 3])]


def _is_reversed(now: Sequence[Token], before: Sequence[Token]) -> bool:
    """Whether a set of matrices has the sizes of another in the other order."""
    texts, others = ([t.text for t in side if is_letter(t) or t.kind == "num"] for side in (now, before))
    return len(texts) == 3 and texts[1:] == others[:0:-1] and texts != others
