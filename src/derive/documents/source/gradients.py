"""dZ or \\bar Z for a gradient: where words say that dV stands for the derivative of J in V, it is written out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from derive.documents.source.rows import relations
from derive.documents.source.tokens import Token, group_end

STANDS_FOR = re.compile(
    r"\W*(?:(?:always|simply|just|also|briefly) )?(?:abbreviates?|denotes?|means?|stands? for"
    r"|(?:is|are|be|as)(?: an?)? (?:short(?:hand)?|abbreviation|symbol) (?:for|of)|for|(?:is|be) (?:written|used) for"
    r"|(?:will |shall )?(?:be|stand for|denote|mean|abbreviate)|instead of|in place of"
    r"|(?:steht|stehe|kurz) (?:kurz )?für|für|bezeichne[nt]?|bedeutet|[은는])"
    r"(?: (?:the|den|die) (?:gradient|derivative|gradienten|ableitung))?\W*",
    re.IGNORECASE,
)
"""What stands between dV and the derivative."""
WRITTEN_AS = re.compile(
    r"\W*(?:(?:which|and|die|und) )?(?:(?:we|is|are|will be|wird|(?:(?:kürzen|bezeichnen|schreiben|nennen) )?wir) )*"
    r"(?:(?:also|simply|just|kurz) )?(?:(?:write|written|denote[ds]?|abbreviated?|called|mit|als)(?: (?:as|by|to))?"
    r"|[을를]|[을를]? ?간단히)\W*",
    re.IGNORECASE,
)
"""And between the derivative and dV."""
JOINED = re.compile(r"\s*(?:,|and|und|, and)\s*")
SPEAKS_OF_BARS = re.compile(
    r"\b(?:bars?|overbars?|overlines?|(?:Quer)?strich|Balken)\b|(?:막대|바)[는를가로]", re.IGNORECASE
)
DEFINES = (["="], ["\\coloneq"])
ACCENTS = frozenset(("mathbf", "hat", "bar", "tilde", "mathcal", "widehat", "boldsymbol"))


@dataclass(frozen=True)
class Gradients:
    """dV is the derivative of `of` in V: for every V, or for these names only. `upright`: of a \\mathrm d only."""

    of: tuple[Token, ...]
    upright: bool
    names: frozenset[str] = frozenset()  # none: every V
    barred: bool = False  # \\bar V, the adjoint of V, in place of dV

    def applied(self, tokens: list[Token]) -> list[Token]:
        """The tokens with each dV written out; a transpose of dV is one of the derivative.

        Of the equation that says what a bar is, the derivative is left: no V need be there.
        """
        part = relations(tokens)
        if self.barred and [str(r) for r in part.relations] in DEFINES and _abbreviation(*part.sides) is not None:
            return part.sides[1]
        out: list[Token] = []
        n = 0
        while n < len(tokens):
            end = self._end(tokens, n)
            if end is None:
                out.append(tokens[n])
                n += 1
                continue
            variable, transposed = _untransposed(tokens[n + 1 : end])
            out += self._written_out(tokens[n], variable, transposed)
            n = end
        return out

    def _end(self, tokens: list[Token], n: int) -> int | None:
        """The place behind V, where a dV begins at n."""
        sign = tokens[n].is_("\\bar") if self.barred else is_sign(tokens[n], self.upright)
        if not sign or n + 1 == len(tokens) or (n and tokens[n - 1].is_("_", "^")):
            return None
        if not self.upright and not self.barred and tokens[n + 1].start != tokens[n].end:
            return None
        end = name_end(tokens, n + 1)
        if end is None or (self.names and base_letter(tokens[n + 1 : end]) not in self.names):
            return None
        return end

    def _written_out(self, d: Token, variable: Sequence[Token], transposed: bool) -> list[Token]:
        def sign(text: str, kind: str = "sym") -> Token:
            return Token(kind, text, d.start, d.end)

        partial = sign("partial", "cmd")
        of = [replace(t, start=d.start, end=d.end) for t in self.of]
        fraction = [sign("frac", "cmd"), sign("{"), partial, *of, sign("}"), sign("{"), partial, *variable, sign("}")]
        if not transposed:
            return fraction
        return [sign("(", "open"), *fraction, sign(")", "close"), sign("^"), sign("top", "cmd")]


def gradients(formulas: Sequence[tuple[list[list[Token]], str]]) -> Gradients | None:
    """What the note says of dV; of each formula its pieces, and the words before it.

    `dV stands for \\partial J/\\partial V` holds for every V, `dW = \\partial J/\\partial W` for W.
    """
    for (first, _), (second, words) in pairwise(formulas):
        single = len(first) == len(second) == 1 and STANDS_FOR.fullmatch(words)
        if single and (found := _abbreviation(first[0], second[0])) is not None:
            return found[0]
        single = len(first) == len(second) == 1 and WRITTEN_AS.fullmatch(words)
        if single and (found := _abbreviation(second[0], first[0])) is not None:
            return found[0]
    if (bars := _bars(formulas)) is not None:
        return bars
    if (listed := _listed(formulas)) is not None:
        return listed
    equations = [relations(tokens) for pieces, _ in formulas for tokens in pieces]
    sides = [p.sides for p in equations if len(p.relations) == 1 and str(p.relations[0]) in ("=", "\\coloneq")]
    said = [found for left, right in sides if (found := _abbreviation(left, right)) is not None]
    if not said or len({text_of(g.of) for g, _ in said}) > 1:
        return None
    if len(said) == 1 and _is_any(said[0][1], formulas):
        return said[0][0]
    return replace(said[0][0], names=frozenset(name for _, name in said))


def _listed(formulas: Sequence[tuple[list[list[Token]], str]]) -> Gradients | None:
    """`dS and dW are short for \\partial J/\\partial S and \\partial J/\\partial W`: these names only."""
    said = [(tokens, words if n == 0 else ",") for pieces, words in formulas for n, tokens in enumerate(pieces)]
    for middle in (n for n, (_, words) in enumerate(said) if STANDS_FOR.fullmatch(words)):
        first = middle - 1
        while first > 0 and JOINED.fullmatch(said[first][1]):
            first -= 1
        pairs = zip(said[first:middle], said[middle : 2 * middle - first], strict=False)
        found = [_abbreviation(short, long) for (short, _), (long, _) in pairs]
        known = [x for x in found if x is not None]
        if 1 < len(known) == middle - first and len({text_of(g.of) for g, _ in known}) == 1:
            return replace(known[0][0], names=frozenset(name for _, name in known))
    return None


def _is_any(name: str, formulas: Sequence[tuple[list[list[Token]], str]]) -> bool:
    """Whether Z of dZ = \\partial J/\\partial Z is no array of the note: it stands elsewhere by itself only."""
    pieces = [tokens for found, _ in formulas for tokens in found]
    return sum(len(tokens) > 1 and any(t.text == name for t in tokens) for tokens in pieces) == 1


def _bars(formulas: Sequence[tuple[list[list[Token]], str]]) -> Gradients | None:
    """`A bar marks derivatives, \\bar M = \\partial L/\\partial M`: of every M, as the words speak of bars."""
    sentence = ""
    found: list[Gradients] = []
    spoken = False
    for pieces, words in formulas:
        sentence = f"{sentence} {words}".rpartition(". ")[2]
        for part in map(relations, pieces):
            if [str(r) for r in part.relations] in DEFINES and (said := _abbreviation(*part.sides)) is not None:
                found += [said[0]] if said[0].barred else []
                spoken = spoken or (said[0].barred and SPEAKS_OF_BARS.search(sentence) is not None)
    return found[0] if spoken and len(found) == 1 else None  # several: each is a name of its own


def _abbreviation(short: list[Token], long: list[Token]) -> tuple[Gradients, str] | None:
    """dV and \\partial J/\\partial V, in the same V: what they say, and V."""
    barred = bool(short) and short[0].is_("\\bar")
    if len(short) < 2 or not (barred or is_sign(short[0], False)) or name_end(short, 1) != len(short):
        return None
    signs = [n for n, t in enumerate(long) if t.is_("\\partial") or t.text == "∂"]
    if len(signs) != 2:
        return None
    of = [t for t in long[signs[0] + 1 : signs[1]] if not t.is_("/", "{", "}")]
    variable = [t for t in long[signs[1] + 1 :] if not t.is_("{", "}")]
    plain = [t for t in short[1:] if not t.is_("{", "}")]
    before = [t for t in long[: signs[0]] if not t.is_("\\frac", "{")]
    if before or len(of) != 1 or of[0].kind not in ("letter", "cmd") or text_of(variable) != text_of(plain):
        return None
    upright = not barred and short[0].end - short[0].start > 1
    return Gradients(tuple(of), upright, barred=barred), base_letter(short[1:])


def is_sign(t: Token, upright: bool) -> bool:
    return t.kind == "letter" and t.text == "d" and (t.end - t.start > 1 or not upright)


def text_of(tokens: Sequence[Token]) -> str:
    return " ".join(map(str, tokens))


def base_letter(tokens: Sequence[Token]) -> str:
    return next((t.text for t in tokens if t.kind in ("letter", "cmd") and t.text not in ACCENTS), "")


def name_end(tokens: Sequence[Token], n: int, *, scripts: bool = True) -> int | None:
    """The place behind a name with its scripts."""
    while n < len(tokens) and tokens[n].kind == "cmd" and tokens[n].text in ACCENTS:
        n += 1
    if n == len(tokens):
        return None
    if tokens[n].is_("{"):
        n = group_end(tokens, n)
    elif tokens[n].kind != "letter" and not (tokens[n].kind == "cmd" and tokens[n].text[1:].isalpha()):
        return None
    else:
        n += 1
    while scripts and n + 1 < len(tokens) and tokens[n].is_("_", "^"):
        n = group_end(tokens, n + 1) if tokens[n + 1].is_("{") else n + 2
    return n


def _untransposed(tokens: list[Token]) -> tuple[list[Token], bool]:
    """Z^{[l]} of Z^{[l]T}, and W of W^T."""
    for n, t in enumerate(tokens):
        if not t.is_("\\top", "\\intercal") and not (t.kind in ("letter", "word") and t.text == "T"):
            continue
        if n and tokens[n - 1].is_("^"):
            return tokens[: n - 1] + tokens[n + 1 :], True
        closing = n + 1 < len(tokens) and tokens[n + 1].is_("}")
        if closing and n > 1 and tokens[n - 1].is_("{") and tokens[n - 2].is_("^"):
            return tokens[: n - 2] + tokens[n + 2 :], True
        if closing and tokens[n - 1].kind == "close":
            return tokens[:n] + tokens[n + 1 :], True
    return tokens, False
