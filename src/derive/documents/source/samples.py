"""Superscripts that number samples: `\\xi_j^\\mu` with `\\mu = 1, \\dots, P` belongs to pattern mu, and is no power."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from derive.documents.source.layers import LETTERS
from derive.documents.source.rows import relations
from derive.documents.source.tokens import Token
from derive.documents.source.uses import EACH, Use, added_up, is_letter, is_transpose, only, uses

NEVER = frozenset(("e", "pi", "partial", "nabla"))
NUMBERED = re.compile(
    r"\b(?:patterns?|samples?|examples?|instances?|observations?|pairs|data|data ?points?|superscripts?"
    r"|(?:trainings)?muster|(?:trainings)?beispiele?|datenpunkte?|stichproben?|beobachtung(?:en)?|hochgestellte\w*)\b"
    r"|패턴|표본|샘플|예제|데이터|관측|사례|위\s*첨자",
    re.IGNORECASE,
)
"""What words say of a letter that numbers something."""

POWERS = re.compile(
    r"(?<!never a )(?<!not a )(?<!no )\b(?:powers?|exponents?|degrees?|monomials?|potenz(?:en)?|exponenten?|grade?)\b"
    r"|거듭제곱|지수",
    re.IGNORECASE,
)
"""What words say of one that does not."""

Said = Sequence[tuple[list[list[Token]], str]]  # of each formula its pieces, and the words around it


@dataclass(frozen=True)
class Samples:
    """Names with a superscript that is an index; for those `apart`, the name without it is another: E and E^\\mu."""

    names: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    letters: frozenset[str] = frozenset()  # these indices
    bare: frozenset[str] = frozenset()  # of those apart, what stands without a superscript: E^2 may be a square

    def applied(self, tokens: list[Token]) -> list[Token]:
        """`\\xi_j^\\mu` as `\\xi_{\\mu j}`."""
        out: list[Token] = []
        n = 0
        for x in uses(tokens) if self.names else ():
            if x.at >= n and x.name in self.names and (index := x.index) is not None:
                doubtful = index.kind == "num" and index.text != "1" and (x.name in self.bare or x.sub)
                base = _doubted(tokens[x.at]) if doubtful else self._base(tokens[x.at], x.name)
                out += [*tokens[n : x.at], base, *tokens[x.at + 1 : x.scripts]]
                out += tokens[x.scripts : x.end] if doubtful else lowered(x, index)
                n = x.end
        return [*out, *tokens[n:]]

    def _base(self, t: Token, name: str) -> Token:
        return replace(t, kind="letter", text=f"{t.text}{EACH}") if name in self.apart else t


def _doubted(t: Token) -> Token:
    """The E of E^2 beside E and E^\\mu: a square, or the second; it is not understood."""
    return replace(t, kind="sym", text=f"{t.text} with a number that may be a power or an index")


def lowered(x: Use, index: Token) -> Iterator[Token]:
    """The index before those of the subscript; a transpose stays."""
    yield replace(index, kind="sym", text="_")
    yield replace(index, kind="sym", text="{")
    yield index
    if any(t.is_(",") for t in x.sub):
        yield replace(index, kind="sym", text=",")
    yield from x.sub
    yield replace(index, kind="sym", text="}")
    if len(x.sup) > 1:
        yield replace(index, kind="sym", text="^")
        yield x.sup[-1]


@dataclass
class Look:
    """What is found out in a first look over the formulas."""

    found: dict[str, list[Use]] = field(default_factory=lambda: defaultdict(list))
    ranged: set[str] = field(default_factory=set)  # letters of \mu = 1, \dots, P
    summed: set[str] = field(default_factory=set)  # and of \sum_{\mu=1}^P
    ends: set[str] = field(default_factory=set)  # P
    named: set[str] = field(default_factory=set)  # letters that words speak of as numbers of samples
    members: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # x^\mu \in ...: x, and the letters
    vectors: set[str] = field(default_factory=set)  # x of x^\mu \in \mathbb R^N
    listed: set[str] = field(default_factory=set)  # x of x^1, \dots, x^P
    other: set[str] = field(default_factory=set)  # E and x that are declared or defined without an index
    totals: set[str] = field(default_factory=set)  # E of E = \sum_\mu E^\mu
    numbers: set[str] = field(default_factory=set)  # x of x \in \mathbb R, and of f(x) = \sum_n c_n x^n

    def formula(self, pieces: list[list[Token]], words: str) -> None:
        for tokens in pieces:
            for x in uses(tokens):
                self.found[x.name].append(x)
            self._sums(tokens)
            self._member(tokens)
            self._total(tokens)
            self._parameter(tokens)
        before = self.ranged.copy()
        for n, tokens in enumerate(pieces):
            self._range(tokens, pieces[n + 1 : n + 3])
        if NUMBERED.search(words) and not POWERS.search(words):
            self.named |= (self.ranged - before) | {t.text for p in pieces if len(p) == 1 for t in p if is_letter(t)}
        for first, dots, last in zip(pieces, pieces[1:], pieces[2:], strict=False):
            ends = [only(first), only(relations(last).sides[0])]
            if dots and dots[0].is_("\\dots") and ends[0] and ends[1] and ends[0].name == ends[1].name:
                self.listed.add(ends[0].name)

    def _range(self, tokens: list[Token], behind: list[list[Token]]) -> None:
        """`\\mu = 1, \\dots, P`, `1 \\le \\mu \\le P`, `\\mu \\in \\{1, \\dots, P\\}`."""
        part = relations(tokens)
        signs = [str(r) for r in part.relations]
        dotted = any(t.is_("\\dots") for t in tokens) or (bool(behind) and behind[0][0].is_("\\dots"))
        middle = part.sides[1] if signs == ["\\le", "\\le"] else part.sides[0]
        set_of = signs == ["\\in"] and len(part.sides[1]) > 2 and part.sides[1][0].kind == "open"
        number = signs == ["="] and bool(part.sides[1]) and part.sides[1][0].kind == "num" and dotted
        ordered = signs == ["\\le", "\\le"] and any(map(is_letter, part.sides[2]))
        counts = number or (set_of and (dotted or len(part.sides[1]) == 3)) or ordered
        if counts and len(middle) == 1 and is_letter(middle[0]):
            self.ranged.add(middle[0].text)
            last = [tokens, *behind][-1] if number and behind and behind[0][0].is_("\\dots") else tokens
            self.ends |= {t.text for t in last if is_letter(t)} - {middle[0].text}

    def _sums(self, tokens: list[Token]) -> None:
        for sign, sub in pairwise(range(len(tokens))):
            if tokens[sign].is_("\\sum", "\\prod") and tokens[sub].is_("_") and len(tokens) > sub + 3:
                braced = tokens[sub + 1].is_("{")
                letter = tokens[sub + 1 + braced]
                if is_letter(letter) and (not braced or tokens[sub + 3].is_("=", "}")):
                    self.summed.add(letter.text)

    def _member(self, tokens: list[Token]) -> None:
        """`x^\\mu \\in \\mathbb R^N`."""
        part = relations(tokens)
        x = only(part.sides[0]) if [str(r) for r in part.relations] == ["\\in"] else None
        if x is not None and not x.sup:
            self.other.add(x.name)
            if not any(t.is_("^") for t in part.sides[1]):
                self.numbers |= {x.name} if any(t.text in ("R", "(", "[") for t in part.sides[1]) else set()
        if x is None or x.index is None or len(x.sup) > 1 or not is_letter(x.index):
            return
        self.members[x.name].add(x.index.text)
        of = part.sides[1]
        real = any(t.text == "R" for t in of) and any(t.is_("^") for t in of)
        if real and not any(t.is_("\\times") for t in of) and not x.sub:
            self.vectors.add(x.name)

    def _total(self, tokens: list[Token]) -> None:
        part = relations(tokens)
        head = only(part.sides[0])
        equation = bool(part.relations) and str(part.relations[0]) in ("=", "\\coloneq")
        if head is None or head.sub or head.sup or not equation:
            return
        self.other.add(head.name)
        summed = [x for side in part.sides[1:] for letter, x in added_up(side) if _text(x) == letter]
        self.totals |= {head.name} & {x.name for x in summed}

    def _parameter(self, tokens: list[Token]) -> None:
        """x of `f(x) = \\sum_n c_n x^n`: without the powers nothing depends on it."""
        part = relations(tokens)
        head = [] if len(part.sides) < 2 else part.sides[0]
        if len(head) == 4 and is_letter(head[0]) and head[1].kind == "open" and is_letter(head[2]):
            mine = [x for side in part.sides[1:] for x in uses(side) if x.name == head[2].text]
            self.numbers |= {head[2].text} if mine and all(x.index is not None for x in mine) else set()

    def samples(self, other: frozenset[str]) -> Samples:
        letters = (self.ranged & self.named) | {
            x
            for name, of in self.members.items()
            for x in of & (self.ranged | self.summed)
            if self.fits(name) or name in self.vectors
        }
        names = {n for n, xs in self.found.items() if n not in other and any(_text(x) in letters for x in xs)}
        alone = {n for n in names if self.fits(n)}
        several = (self.vectors - self.numbers) | self.totals | (self.members.keys() - self.other)
        apart = {n for n in names - alone if n in several and self.fits_apart(n)}
        used = {_text(x) for n in alone | apart for x in self.found[n] if x.index is not None and is_letter(x.index)}
        bare = {n for n in apart if any(x.index is None for x in self.found[n])}
        return Samples(frozenset(alone | apart), frozenset(apart), frozenset(used - self.ends), frozenset(bare))

    def fits(self, name: str) -> bool:
        """Whether the name never stands without such an index, nor with a power."""
        return all(self._is_index(x) for x in self.found[name])

    def fits_apart(self, name: str) -> bool:
        """Whether it stands there with such an index, or without any superscript, or squared."""
        return all(x.plain and (self._is_index(x) or not x.sup or _acts(x)) for x in self.found[name])

    def _is_index(self, x: Use) -> bool:
        index = x.index
        if index is None or not x.plain:
            return False
        if index.kind == "num":
            return index.text == "1" or x.name in self.listed
        return index.text not in self.ends or x.name in self.listed


def samples(formulas: Said, layers: frozenset[str]) -> Samples:
    """The names of the note with a superscript that numbers samples; those of `layers` have numbers of their own."""
    look = Look()
    for pieces, words in formulas:
        look.formula(pieces, words)
    numbered = {n for n in layers if any(_text(x) in LETTERS for x in look.found[n])}
    return look.samples(NEVER | numbered)


def _text(x: Use) -> str:
    return x.index.text if x.index is not None else ""


def _acts(x: Use) -> bool:
    """Whether it is squared, or transposed."""
    return len(x.sup) == 1 and (x.sup[0].kind == "num" or is_transpose(x.sup[0]))
