"""Subscripts that are labels: the ir of W_{ir}, beside W_{iz} and W_{hr}, is a part of the name and no two indices."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from derive.documents.source.clean import BIG
from derive.documents.source.rows import EQUALS, relations
from derive.documents.source.tokens import Token, group_end
from derive.documents.source.uses import Use, is_letter, only, uses

Said = tuple[list[list[Token]], str]
"""A formula in pieces, and the words before it."""

_LETTERS = r"(?P<letters>(?:(?:\$[^$]{1,40}\$|\\\([^)]{1,40}\\\))[\s,]*(?:(?:and|und|or|sowie|및|와|과)\s+)?)+)"
_OF = r"[^.;$\\]{0,80}?"
_OF_THINGS = r"(?!\s*(?:of|for|in|von|für|der|aus)\b(?![^.;]{0,60}\b(?:not?|nicht|keine?)\s+(?:\w+\s+)?ind[ei]))"
_NAMES = (
    rf"(?:(?:names?|labels?|namen)\b{_OF_THINGS}|parts? of (?:the|their|its) names?\b|not? (?:an )?ind(?:ices|ex)\b"
    r"|(?:be|kenn)zeichnungen\b|(?:bestand)?teile? des namens\b|keine (?:lauf)?indizes\b)"
)
SAID = re.compile(
    rf"\b(?:subscripts?|indices|indizes|indexe)\s+{_LETTERS}{_OF}\b(?:are|is|sind|ist)\s+"
    rf"(?:(?:just|only|merely|simply|pure|part|an?|mere|nur|bloße?[nr]?|lediglich|reine?|eine?)\s+){{0,2}}{_NAMES}"
    rf"|첨자(?:들)?\s*{_LETTERS.replace('letters', 'those')}{_OF}(?:이름|라벨|레이블)(?!이? ?아니)",
    re.IGNORECASE,
)
"""`The subscripts $i$, $h$, $r$ of weights are names, not indices`."""
EACH = re.compile(r"(?:\b(?:each|every|all|any|jede\w?|alle\w?)|모든|각)(?: \w+){0,2}[\s$(\\]*$", re.IGNORECASE)
RUNNING = frozenset((*BIG, "\\sup", "\\inf", "\\forall"))
SETS = frozenset(("R", "C"))
INDICES = frozenset("ijklmn")
SHORT_GREEK = frozenset(("mu", "nu", "pi", "xi"))
OPPOSED = frozenset(("in", "out"))


@dataclass(frozen=True)
class Labels:
    """Names with the subscripts that belong to them, and letters that are labels wherever a subscript has no others."""

    names: frozenset[tuple[str, str]]
    letters: frozenset[str]
    arrays: frozenset[str] = frozenset()  # declared with their sizes and without a subscript: x_k is an entry of x

    def applied(self, tokens: list[Token]) -> list[Token]:
        """The tokens with one word in place of each such subscript."""
        out = list(tokens)
        for x in reversed(list(uses(tokens))):
            if self._is_label(x):
                at = next(n for n in range(x.scripts, x.end) if tokens[n] is x.sub[0])
                label = ".".join(text) if (text := _text(x)) in SHORT_GREEK else text  # W_{xi} has no \xi
                out[at : at + len(x.sub)] = [replace(x.sub[0], kind="word", text=label, end=x.sub[-1].end)]
        return out

    def _is_label(self, x: Use) -> bool:
        text = _text(x)
        return bool(text) and ((x.name, text) in self.names or self._has_letters(x.name, text))

    def _has_letters(self, name: str, text: str) -> bool:
        return name not in self.arrays and self.letters.issuperset(text)


def labels(said: Sequence[Said], text: str) -> Labels | None:
    """The labels of a note: those that its words tell, and those of arrays of one letter declared with their sizes.

    Where two arrays are told apart by such subscripts, one of which has a letter that is no usual index, and nothing
    runs over any of the letters, they are names. So are numbers that are told apart by one letter each.
    """
    running = set(_running(said))
    letters = frozenset(_letters(text)) - running
    declared: dict[str, set[str]] = defaultdict(set)
    used: dict[str, set[str]] = defaultdict(set)
    arrays: set[str] = set()
    for pieces, _ in said:
        for x in _declared(pieces):
            if len(_text(x)) > 1:
                declared[x.name].add(_text(x))
            elif not x.sub:
                arrays.add(x.name)
        for x in (x for tokens in pieces for x in uses(tokens)):
            used[x.name] |= {sub} if len(sub := _text(x)) > 1 else set()
    names = set(_counted([tokens for pieces, _ in said for tokens in pieces], running))
    names |= {(base, sub) for base, subs in declared.items() if _are_names(subs, used[base], running) for sub in subs}
    return Labels(frozenset(names), letters, frozenset(arrays)) if names or letters else None


def _counted(formulas: list[list[Token]], running: set[str]) -> Iterator[tuple[str, str]]:
    """T and p, T and n of `T_p = 42`, `T_n = 136`: no T_n is a number for all n and another one for all p.

    Nothing runs over the letters, and T has no other subscripts.
    """
    found: dict[str, set[str]] = defaultdict(set)
    used: dict[str, set[str]] = defaultdict(set)
    for tokens in formulas:
        part = relations(tokens)
        head = only(part.sides[0])
        number = len(part.relations) == 1 and str(part.relations[0]) in EQUALS and _is_number(part.sides[1])
        if head is not None and number and len(_text(head)) == 1 and not head.sup:
            found[head.name].add(_text(head))
        for x in uses(tokens):
            used[x.name] |= {"".join(t.text for t in x.sub)} if x.sub else set()
    for base, subs in found.items():
        if len(subs) > 1 and used[base] == subs and not subs & running:
            yield from ((base, sub) for sub in subs)


def _is_number(side: list[Token]) -> bool:
    digits = side[1:] if side and side[0].is_("-") else side
    return len(digits) == 1 and digits[0].kind == "num"


def _are_names(subs: set[str], used: set[str], running: set[str]) -> bool:
    if subs >= OPPOSED:
        return True
    all_letters = {c for sub in subs for c in sub}
    swapped = any(sub[::-1] in subs for sub in subs if sub != sub[::-1])
    return len(subs) > 1 and used <= subs and not swapped and not all_letters & running and not all_letters <= INDICES


def _text(x: Use) -> str:
    """ir of W_{ir}; nothing of W_{i,r}, W_1 and W_{\\mathrm{in}}."""
    return "".join(t.text for t in x.sub) if x.sub and all(_is_latin(t) for t in x.sub) else ""


def _is_latin(t: Token) -> bool:
    return t.kind == "letter" and len(t.text) == 1 and t.text.islower()


def _declared(pieces: list[list[Token]]) -> Iterator[Use]:
    """W_{ir} and W_{iz} of W_{ir}, W_{iz} \\in \\mathbb R^{H \\times D}."""
    listed: list[Use] = []
    for part in map(relations, pieces):
        head = only(part.sides[0])
        listed += [head] if head is not None and not head.sup else []
        if part.relations:
            sized = str(part.relations[0]) == "\\in" and any(t.is_("^") for t in part.sides[1])
            yield from listed if sized else ()
            listed = []


def _running(said: Sequence[Said]) -> Iterator[str]:
    """Letters that run: under a sum, in i = 1, \\dots and in `for each pair $(i, j)$`."""
    for pieces, before in said:
        listed: list[str] = []
        for tokens in pieces:
            yield from _bound(tokens)
            part = relations(tokens)
            head = tokens[0].text if len(part.sides[0]) == 1 and is_letter(tokens[0]) else ""
            listed = [*listed, head] if head else []
            if not part.relations and EACH.search(before) and all(map(_is_listed, tokens)):
                yield from (t.text for t in tokens if t.kind == "letter")
            if part.relations:
                yield from listed if _is_range(str(part.relations[0]), part.sides[1]) else ()
                listed = []


def _is_listed(t: Token) -> bool:
    """i, j and (i, j)."""
    return t.kind in ("letter", "open", "close") or t.is_(",")


def _is_range(relation: str, right: list[Token]) -> bool:
    if relation == "\\in":
        return not any(t.text in SETS for t in right[:3])
    return bool(right) and right[0].kind == "num" and relation in ("=", "\\ne", "<", ">", "\\le", "\\ge")


def _bound(tokens: list[Token]) -> Iterator[str]:
    for n, t in enumerate(tokens[:-1]):
        if t.is_(*RUNNING):
            braced = tokens[n + 2 : n + 3] and tokens[n + 2].is_("{")
            stop = group_end(tokens, n + 2) if braced else n + 3
            yield from (u.text for u in tokens[n + 1 : stop] if u.kind == "letter")


def _letters(text: str) -> Iterator[str]:
    for found in SAID.finditer(text):
        listed = found.group("letters") or found.group("those")
        yield from re.findall(r"(?<![\\a-zA-Z])[a-z](?![a-zA-Z])", re.sub(r"\b(?:and|und|or|sowie)\b", " ", listed))
