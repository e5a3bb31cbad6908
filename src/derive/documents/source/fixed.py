"""One sample x_i at a time: where `s = f(x_i)` has no i on its left, s is that of the sample.

Where nothing runs over i, the i of x_i, y_i and L_i is a label of the one sample. Where a sum runs over i, as in
`L = \\frac1N \\sum_i L_i`, there is an s for each sample, and s_j is written s_{ij}.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from derive.documents.source.clean import BIG
from derive.documents.source.rows import EQUALS, relations
from derive.documents.source.tokens import Token, group_end
from derive.documents.source.uses import Use, is_letter, only, uses

LETTERS = frozenset(("i", "n", "mu"))
RUNNING = frozenset((*BIG, "\\max", "\\min", "\\sup", "\\inf", "\\lim", "\\mathbb", "\\argmax", "\\argmin"))

_ALL = r"(?:all|every|each|any|alle|jede[sn]?)"
_SAME = (
    r"\b(?:for|für) {all} (?:\w+ )?\${i}\b|\b(?:not|nicht) (?:depend on|von) [^.$]{{0,20}}\${i}\$"
    r"|\b(?:independent(?:ly)? of|unabhängig von|the same for|constant|equal|gleich|konstant)\b"
    r"|(?:모든|각) \${i}\b|\${i}\$(?:에|와|과)? ?(?:의존하지|무관|관계없|대해)|같다|같은|상수|일정"
)
_FIXED = (
    r"\b(?:fix|fixed|feste\w*|fixier\w*)\b[^.$]{{0,20}}\${i}\b|\${i}\$ (?:be |is |sei |ist )?(?:fix|fixed|fest)\b"
    r"|\${i}\$[를을] ?고정|고정된 [^.$]{{0,10}}\${i}\b"
)


@dataclass(frozen=True)
class Fixed:
    """The index of the sample; its names: to which it is a label, or which get it for an index."""

    letter: str = ""
    labelled: frozenset[str] = frozenset()
    each: frozenset[str] = frozenset()
    made: frozenset[str] = frozenset()  # what is defined of one sample, where the index is a label
    same: frozenset[str] = frozenset()  # c = a_i/b_i for all i: one number, or a = x_i of one i among others: not read

    def applied(self, tokens: list[Token]) -> list[Token]:
        if not self.letter:
            return tokens
        if self.same:
            at = {x.at for x in uses(tokens) if x.name in self.same}
            said = f" for one or all {self.letter}"
            return [replace(t, kind="sym", text=t.text + said) if n in at else t for n, t in enumerate(tokens)]
        return self._indexed(tokens) if self.each else self._named(tokens)

    def _named(self, tokens: list[Token]) -> list[Token]:
        """x_i as one letter; in a sum over i, what is defined of one sample is not understood."""
        out: list[Token] = []
        n = 0
        bound = _binds(tokens, self.letter)
        for x in uses(tokens):
            if x.at < n:
                continue
            own = _is_of(x, self.letter) and x.name in self.labelled
            if bound and (own or x.name in self.made - self.labelled):
                t = tokens[x.at]
                out += [*tokens[n : x.at], replace(t, kind="sym", text=f"{t.text} of one sample")]
                n = x.at + 1
            elif own and not bound:
                t = tokens[x.at]
                end = t.end if x.sup else max(t.end, tokens[x.end - 1].end)
                out += [*tokens[n : x.at], replace(t, kind="letter", text=f"{t.text}_{self.letter}", end=end)]
                out += [*tokens[x.at + 1 : x.scripts], *_behind(x, tokens)]
                n = x.end
        return [*out, *tokens[n:]]

    def _indexed(self, tokens: list[Token]) -> list[Token]:
        """s_j as s_{ij}."""
        found = [x for x in uses(tokens) if x.name in self.each]
        out = list(tokens)
        for x in reversed(found):
            t, before = tokens[x.at], len(out)
            at = next((k for k in range(x.scripts, x.end) if tokens[k].is_("_")), None)
            index = replace(t, kind="letter" if len(self.letter) == 1 else "cmd", text=self.letter)
            opened, closed = replace(t, kind="sym", text="{"), replace(t, kind="sym", text="}")
            if at is None:
                out[x.scripts : x.scripts] = [replace(t, kind="sym", text="_"), opened, index, closed]
            elif tokens[at + 1].is_("{"):
                comma = [replace(t, kind="sym", text=",")] if any(u.is_(",") for u in x.sub) else []
                out[at + 2 : at + 2] = [index, *comma]
            else:
                out[at + 1 : at + 2] = [opened, index, tokens[at + 1], closed]
            if x.first and tokens[x.first - 1].is_("_", "^"):
                end = x.end + len(out) - before
                out[x.first : end] = [opened, *out[x.first : end], closed]
        return out


@dataclass
class Look:
    """What is found out of one letter."""

    letter: str
    pieces: Sequence[list[Token]]
    words: Sequence[str] = ()  # the sentences of the pieces
    found: dict[str, list[Use]] = field(default_factory=lambda: defaultdict(list))
    made: set[str] = field(default_factory=set)  # L of L_i = ..., s of s = ...
    each: set[str] = field(default_factory=set)  # s alone

    def fixed(self) -> Fixed | None:
        for tokens in self.pieces:
            for x in uses(tokens):
                self.found[x.name].append(x)
        if not self.own or not all(map(self._fits, self.pieces)) or not self._are_apart():
            return None
        while self._grown():
            pass
        if any(self._is_of_all(n) for n in range(len(self.words))):
            return Fixed(self.letter, same=frozenset(self.each))
        if not self.each and not self.chosen:
            return None
        if not self.summed or self.chosen:
            return Fixed(self.letter, self.own, made=frozenset(self.made))
        return Fixed(self.letter, self.own, each=frozenset(self.each)) if self._may_be_indexed() else None

    @cached_property
    def own(self) -> frozenset[str]:
        """x, y and L of x_i, y_i and L_i."""
        free = (t for t in self.pieces if not _binds(t, self.letter))
        return frozenset(x.name for tokens in free for x in uses(tokens) if _is_of(x, self.letter))

    @cached_property
    def chosen(self) -> bool:
        """Whether some y_i chooses an entry, as in s_{y_i}."""
        return any(
            inner.name in self.own and _is_of(inner, self.letter)
            for tokens in self.pieces
            if not _binds(tokens, self.letter)
            for x in uses(tokens)
            if (inner := only(x.sub)) is not None
        )

    @cached_property
    def summed(self) -> bool:
        own = (t for t in self.pieces if any(x.name in self.own and _is_of(x, self.letter) for x in uses(t)))
        return any(_binds(tokens, self.letter) for tokens in own)

    def _fits(self, tokens: list[Token]) -> bool:
        """Whether the letter is an index of names there, or all that is spoken of."""
        part = relations(tokens)
        if any(len(side) == 1 and side[0].text == self.letter for side in part.sides):
            return True  # i = 1, \dots, N
        own = sum(_is_of(x, self.letter) for x in uses(tokens))
        return own + _bound(tokens, self.letter) == sum(t.text == self.letter and is_letter(t) for t in tokens)

    def _are_apart(self) -> bool:
        """Whether no name of a sample stands with another index, nor without one, but for a total and a parameter."""
        sets = [p.sides[-1] for p in map(relations, self.pieces) if p.relations and str(p.relations[-1]) == "\\in"]
        if any(x.name in self.own for of in sets for x in uses(of)):
            return False  # R^{n_i}
        for tokens in self.pieces:
            free = _parameters(tokens) | ({h.name} if (h := _head(tokens)) and _binds(tokens, self.letter) else set())
            for x in uses(tokens):
                if x.name in self.own and not _is_of(x, self.letter):
                    total = not x.sub and (x.name in free or x.name in self.totals)
                    if not (total or (x.sub and x.sub[0].kind == "num" and x.first == 0 and x.end == len(tokens))):
                        return False
        return True

    @cached_property
    def totals(self) -> set[str]:
        """L of L = \\sum_i L_i."""
        heads = [h.name for t in self.pieces if _binds(t, self.letter) and (h := _head(t)) and not h.sub]
        return set(heads)

    def _grown(self) -> bool:
        before = len(self.made)
        for tokens in self.pieces:
            head = _head(tokens)
            if head is None or _binds(tokens, self.letter) or _is_list(relations(tokens).sides[1]):
                continue
            names = list(uses([t for side in relations(tokens).sides[1:] for t in side]))
            own = _is_of(head, self.letter)
            if own or any(_is_of(x, self.letter) or x.name in self.each for x in names):
                self.made.add(head.name)
                self.each |= set() if own else {head.name}
        return len(self.made) > before

    def _is_of_all(self, n: int) -> bool:
        """Whether c = a_i/b_i is said to be so for all i: one c; or of one i, while sums run over others."""
        head = _head(self.pieces[n])
        if head is None or head.name not in self.each or head.sub:
            return False
        i = re.escape(self.letter)
        pattern = _SAME.format(all=_ALL, i=i) + ("|" + _FIXED.format(i=i) if self.summed else "")
        return re.search(pattern, self.words[n].replace("$\\mu", "$mu"), re.IGNORECASE) is not None

    def _may_be_indexed(self) -> bool:
        heads = [h.name for tokens in self.pieces if (h := _head(tokens)) is not None and h.name in self.each]
        plain = all(
            x.plain and not any(u.name in self.each for u in uses(x.sub))
            for name in self.each
            for x in self.found[name]
        )
        return plain and not self.each & self.own and not self.each & self.totals and len(set(heads)) == len(self.each)


def fixed(pieces: Sequence[list[Token]], words: Sequence[str] = ()) -> Fixed | None:
    """The index of which the note says what is so of one sample; None where there is none, or more than one."""
    looks = (Look(letter, pieces, words).fixed() for letter in sorted(LETTERS))
    found = [x for x in looks if x is not None]
    return found[0] if len(found) == 1 else None


def _is_of(x: Use, letter: str) -> bool:
    """x_i, x_{ij} and x_{i,j}; a bracket, or a sum, is no name."""
    first = x.sub[:1]
    alone = len(x.sub) == 1 or (len(x.sub) > 1 and (x.sub[1].is_(",") or is_letter(x.sub[1]) or x.sub[1].kind == "num"))
    return bool(first) and first[0].text == letter and is_letter(first[0]) and alone and x.name != "delta"


def _behind(x: Use, tokens: list[Token]) -> Iterator[Token]:
    """The scripts of x_{ij} without the i."""
    t, last = tokens[x.at], tokens[x.end - 1]
    rest = x.sub[2:] if len(x.sub) > 1 and x.sub[1].is_(",") else x.sub[1:]
    for sign, inner in (("_", rest), ("^", x.sup)):
        if inner:
            yield from (replace(t, kind="sym", text=sign), replace(t, kind="sym", text="{"), *inner)
            yield replace(last, kind="sym", text="}")


def _head(tokens: list[Token]) -> Use | None:
    part = relations(tokens)
    head = only(part.sides[0]) if part.relations and str(part.relations[0]) in EQUALS else None
    return head if head is not None and head.plain and not head.sup else None


def _is_list(side: Sequence[Token]) -> bool:
    """(x_i), \\{x_i\\}: all of them."""
    return len(side) > 1 and side[0].kind == "open" and side[-1].kind == "close"


def _parameters(tokens: list[Token]) -> set[str]:
    """The names in the brackets on the left of f(x; W) = ..."""
    part = relations(tokens)
    side = part.sides[0]
    named = bool(part.relations) and str(part.relations[0]) in EQUALS and bool(side) and side[-1].kind == "close"
    at = next((n for n, t in enumerate(side) if t.kind == "open"), 0) if named else 0
    return {x.name for x in uses(side[at:]) if not x.sub} if at else set()


def _bound(tokens: list[Token], letter: str) -> int:
    """How often the letter stands under a sum, or behind a bracket, to say what runs."""
    count = 0
    for n, t in enumerate(tokens[:-1]):
        if not t.is_("_"):
            continue
        base = tokens[n - 1] if n else None
        if base is None or not (base.is_(*RUNNING) or base.kind in ("close", "word", "cmd")) or is_letter(base):
            continue
        end = group_end(tokens, n + 1) if tokens[n + 1].is_("{") else n + 2
        under = tokens[n + 1 : end]
        count += sum(u.text == letter and is_letter(u) and not under[k - 1].is_("_") for k, u in enumerate(under))
    return count


def _binds(tokens: list[Token], letter: str) -> bool:
    """Whether something runs over the letter; a sum of which nothing is said may."""
    bare = any(t.is_("\\sum", "\\prod") and not u.is_("_") for t, u in pairwise(tokens))
    return bool(_bound(tokens, letter)) or (bare and any(_is_of(x, letter) for x in uses(tokens)))
