"""Averages in brackets: `\\langle E \\rangle = \\sum_k p_k E_k` gives a name, or says what brackets do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from derive.documents.source.rows import EQUALS, relations
from derive.documents.source.tokens import Token, group_end
from derive.documents.source.uses import Use, is_letter, uses

BRACKETS = re.compile(
    r"\b(?:angle|angular|angled|pointed) brackets?\b|\bbrackets? (?:denote|stand|mean)\w*"
    r"|\bspitze\w* Klammer\w*|꺾쇠|홑화살괄호",
    re.IGNORECASE,
)
GENERAL = re.compile(
    r"\b(?:any|every|each|all|arbitrary) (?:\w+ )?(?:quantit(?:y|ies)|observables?|functions?|vectors?|variables?)\b"
    r"|\b(?:jede|alle|beliebige)\w* (?:\w+ )?(?:größe|observable|funktion|vektor|variable)\w*"
    r"|임의의|모든 (?:양|벡터|함수|변수)",
    re.IGNORECASE,
)
"""Words that make an equation for one average one for all of them; the second ones if they name that quantity."""
NAMED = 40  # characters behind such words
CONSTANTS = frozenset(("e", "pi"))
Key = tuple[str, ...]
Said = Sequence[tuple[list[list[Token]], str]]  # of each formula its pieces, and the words around it


LONGEST = 400  # tokens of an average that is written out


@dataclass(frozen=True)
class Form:
    """A bracket up to `end` with what it averages, and the subscript that says over what."""

    first: Token
    last: Token
    end: int
    kind: str
    inner: tuple[Token, ...]
    sub: tuple[Token, ...]

    @property
    def family(self) -> Key:
        """The sort of bracket, with the subscript."""
        return (self.kind, *map(str, self.sub))

    @property
    def key(self) -> Key:
        return (self.kind, *map(str, self.inner), "_", *map(str, self.sub))


@dataclass(frozen=True)
class Rule:
    """What brackets of a kind do with any array: the right side, in which the entries of `name` are its entries."""

    form: Form
    name: str
    letter: str
    body: tuple[Token, ...]

    @property
    def kind(self) -> Key:
        return self.form.family


@dataclass(frozen=True)
class Angles:
    """The averages that a note defines, each by an equation or all of them by one."""

    names: dict[Key, str] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    arrays: frozenset[str] = frozenset()  # letters that have entries
    numbers: frozenset[str] = frozenset()  # letters that have none
    functions: frozenset[str] = frozenset()
    unclear: frozenset[str] = frozenset()  # matrices, and what is defined in a way that does not tell

    def applied(self, tokens: list[Token]) -> list[Token]:
        """Names in place of the averages that have one; the others written out, where that is known."""
        if not self.names:
            return tokens
        out: list[Token] = []
        n = 0
        while n < len(tokens):
            form = _form(tokens, n)
            found = self._meant(form) if form is not None else None
            out += [tokens[n]] if found is None else found
            n = n + 1 if found is None or form is None else form.end
        return out

    def _meant(self, form: Form) -> list[Token] | None:
        if form.key in self.names:
            return [Token("letter", self.names[form.key], form.first.start, form.last.end)]
        rule = next((r for r in self.rules if r.kind == form.family), None)
        inside = self._entries(form, rule) if rule is not None else None
        if rule is None or inside is None:
            return None
        out: list[Token] = []
        n = 0
        for x in uses(rule.body):
            if x.name == rule.name and x.at >= n:
                out += [*rule.body[n : x.first], *inside]
                if x.sup:
                    out += [replace(inside[0], kind="sym", text="^"), *_braced(x.sup, inside[0])]
                n = x.end
        if len(out) > LONGEST:
            return None  # averages within averages, each of which stands several times in its rule
        at, stop = form.first.start, form.last.end
        out = [replace(t, start=at, end=at + 1) for t in _bracketed([*out, *rule.body[n:]], form.first)]
        return [*out[:-1], replace(out[-1], end=stop)]

    def _entries(self, form: Form, rule: Rule) -> list[Token] | None:
        """What is averaged at one place: A_k E_k of A E. None where it is not known what its entries are."""
        tokens = list(form.inner)
        found = {x.first: x for x in uses(tokens)}
        out: list[Token] = []
        n = 0
        while n < len(tokens):
            inner, x = _form(tokens, n), found.get(n)
            if inner is not None:
                if (value := self._meant(inner)) is None:
                    return None
                out += value
                n = inner.end
            elif x is None or x.name in (CONSTANTS - self.arrays - self.unclear) | self.numbers:
                out.append(tokens[n])
                n += 1
            elif x.name in self.unclear or x.sub or not x.plain or not self._is_array(x, tokens):
                return None
            else:
                at = tokens[x.at]
                index = [replace(at, kind="sym", text="_"), replace(at, kind="letter", text=rule.letter)]
                out += [*tokens[n : x.scripts], *index]
                n = x.scripts
        return _bracketed(out, form.inner[0])

    def _is_array(self, x: Use, tokens: Sequence[Token]) -> bool:
        applied = x.end < len(tokens) and tokens[x.end].kind == "open"
        return x.name not in self.functions and (x.name in self.arrays or not applied)


@dataclass
class Look:
    """What is found out in a first look over the formulas."""

    forms: dict[Key, list[Token]] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    arrays: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    matrices: set[str] = field(default_factory=set)
    defined: dict[str, list[Token]] = field(default_factory=dict)
    settled: set[Key] = field(default_factory=set)  # kinds of brackets of which an earlier formula says it all

    def formula(self, pieces: list[list[Token]], words: str) -> None:
        self.settled = {r.kind for r in self.rules}
        listed: set[str] = set()  # x of x, t \\in R^N
        for tokens in pieces:
            part = relations(tokens)
            signs = [str(r) for r in part.relations]
            for x in uses(tokens):
                if len(x.sub) == 1 and is_letter(x.sub[0]):
                    self.arrays.add(x.name)
            if signs and signs[0] in EQUALS:
                self._equation(part.sides, words)
            head = [x for x in uses(part.sides[0]) if x.first == 0 and not (x.sub or x.sup)]
            if signs and head and part.sides[0][head[0].end :][:1] and part.sides[0][head[0].end].kind == "open":
                self.functions.add(head[0].name)
            elif not signs and head and head[0].end == len(tokens):
                listed.add(head[0].name)
                continue
            elif signs and len(signs) < 3 and head and head[0].end == len(part.sides[0]):
                named = {head[0].name} | (listed if signs == ["\\in"] else set())
                array = any(t.is_("^") for t in part.sides[-1]) and signs == ["\\in"]
                if array and any(t.is_("\\times") for t in part.sides[-1]):
                    self.matrices |= named
                if signs[0] in EQUALS and ":" not in signs:
                    self.defined.setdefault(head[0].name, part.sides[1])
                else:
                    sort = self.arrays if array else self.functions if ":" in signs else self.numbers
                    sort |= named
            listed = set()

    def _equation(self, sides: list[list[Token]], words: str) -> None:
        for n, side in enumerate(sides[:-1]):
            form = _form(side, 0) if side else None
            if form is None or form.end != len(side) or form.key in self.forms or form.family in self.settled:
                continue
            behind = next((x for x in sides[n + 1 :] if not _is_form(x)), [])
            if any(t.is_("\\sum", "\\partial", "\\top") for t in behind):  # x = 0 says what it is, not how it is meant
                self.forms[form.key] = side
                if (rule := _rule(form, behind)) is not None and _is_general(rule.name, words):
                    self.rules.append(rule)

    def angles(self) -> Angles:
        names: dict[Key, str] = {}
        for key in self.forms:
            text = "avg" + "".join(x for x in "_".join(key[1:]) if x.isalnum())
            names[key] = f"{text}{len(names)}" if text in names.values() else text
        kinds = {r.kind for r in self.rules}
        rules = tuple(self.rules) if len(kinds) == len(self.rules) else ()
        self.numbers -= self.arrays
        unclear = frozenset(self._unclear() | self.matrices)
        sorts = (frozenset(x) for x in (self.arrays, self.numbers, self.functions))
        return Angles(names, rules, *sorts, unclear)

    def _unclear(self) -> set[str]:
        """Of what is defined, it is settled what is an array and what a number; the rest is not known."""
        rest = {n: side for n, side in self.defined.items() if n not in self.arrays}
        for _ in self.defined:
            for name, side in list(rest.items()):
                sort = self._sort(side)
                if sort:
                    (self.arrays if sort == "array" else self.numbers).add(name)
                    del rest[name]
        self.numbers -= rest.keys()
        return set(rest)

    def _sort(self, side: list[Token]) -> str:
        """Whether a right side is an array or a number; nothing where that is not plain."""
        if any(t.is_("\\top") or t.kind in ("bar", "bars") for t in side):
            return ""
        free: list[Use] = []
        n = 0
        found = {x.first: x for x in uses(side)}
        while n < len(side):
            form = _form(side, n)
            if form is not None and form.kind != "bar":
                n = form.end
                continue
            free += [found[n]] if n in found else []
            n += 1
        names = {x.name for x in free if not x.sub} - (CONSTANTS - self.arrays - self.defined.keys()) - self.numbers
        if any(t.is_("\\sum", "\\prod") for t in side):
            return "" if names - _runners(side) else "number"
        if not names:
            return "number"
        return "array" if names & self.arrays and not names & self.matrices and names <= self.arrays else ""


def angles(formulas: Said) -> Angles | None:
    """The averages in brackets that the equations of a note define."""
    look = Look()
    for pieces, words in formulas:
        look.formula(pieces, words)
    return look.angles() if look.forms else None


def _runners(side: Sequence[Token]) -> set[str]:
    """k of \\sum_{k=1}^K and of E_k, with K."""
    out: set[str] = set()
    for n, t in enumerate(side[:-1]):
        if t.is_("_", "^"):
            end = group_end(list(side), n + 1) if side[n + 1].is_("{") else n + 2
            out |= {u.text for u in side[n + 1 : end] if is_letter(u)} if n and side[n - 1].is_("\\sum", "}") else set()
    return out


def _is_general(name: str, words: str) -> bool:
    """Whether the words of the sentence say that the equation for this quantity stands for all quantities."""
    letter = name.rpartition(" ")[2]
    behind = [words[m.end() : m.end() + NAMED] for m in GENERAL.finditer(words)]
    return bool(BRACKETS.search(words)) or any(re.search(rf"\$[^$]*{letter}(?![a-z])", x) for x in behind)


def _rule(form: Form, body: list[Token]) -> Rule | None:
    """What the equation says of any A, where all that it says of A is A_k."""
    found = list(uses(form.inner))
    if len(found) != 1 or found[0].end != len(form.inner) or found[0].sub or found[0].sup:
        return None
    entries = [x for x in uses(body) if x.name == found[0].name]
    letters = {x.sub[0].text if len(x.sub) == 1 and x.plain and is_letter(x.sub[0]) else "" for x in entries}
    letter = next(iter(letters), "")
    return Rule(form, found[0].name, letter, tuple(body)) if len(letters) == 1 and letter else None


def _form(tokens: Sequence[Token], n: int) -> Form | None:
    """\\langle A \\rangle, \\mathbb E_p[A] or \\overline{A B} at n."""
    t = first = tokens[n]
    sub: tuple[Token, ...] = ()
    if t.is_("\\bar") and n + 1 < len(tokens) and tokens[n + 1].is_("{"):
        end = group_end(tokens, n + 1)
        several = len(list(uses(tokens[n + 2 : end - 1]))) > 1
        inner = tuple(tokens[n + 2 : end - 1])
        return Form(t, tokens[end - 1], end, "bar", inner, ()) if several else None
    if t.is_("\\mathbb"):
        letter = [str(u) for u in tokens[n + 1 : n + 4]]
        n += 4 if letter == ["{", "E", "}"] else 2 if letter[:1] == ["E"] else len(tokens)
        sub, n = _subscript(tokens, n)
        if not sub or len(sub) > 1 or n >= len(tokens) or tokens[n].kind != "open" or tokens[n].text not in "([":
            return None
    elif t.kind != "open" or t.text != "<":
        return None
    depth, end = 0, n
    for end in range(n, len(tokens)):
        depth += (tokens[end].kind == "open") - (tokens[end].kind == "close")
        if depth == 0:
            break
        if depth == 1 and (tokens[end].kind in ("bar", "bars") or tokens[end].is_(",", ";")):
            return None  # an inner product
    inner = tuple(tokens[n + 1 : end])
    if depth or not inner:
        return None
    end += 1
    if not sub:
        sub, end = _subscript(tokens, end)
    return Form(first, tokens[end - 1], end, t.text, inner, sub)


def _is_form(tokens: Sequence[Token]) -> bool:
    form = _form(tokens, 0) if tokens else None
    return form is not None and form.end == len(tokens)


def _subscript(tokens: Sequence[Token], n: int) -> tuple[tuple[Token, ...], int]:
    if n + 1 >= len(tokens) or not tokens[n].is_("_"):
        return (), n
    if not tokens[n + 1].is_("{"):
        return (tokens[n + 1],), n + 2
    end = group_end(tokens, n + 1)
    return tuple(tokens[n + 2 : end - 1]), end


def _bracketed(tokens: Sequence[Token], at: Token) -> list[Token]:
    return [replace(at, kind="open", text="("), *tokens, replace(at, kind="close", text=")")]


def _braced(tokens: Sequence[Token], at: Token) -> list[Token]:
    return [replace(at, kind="sym", text="{"), *tokens, replace(at, kind="sym", text="}")]
