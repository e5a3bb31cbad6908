"""Biases as entries with the index 0: the `w_{k0}` beside `w_{ki}` are a list of their own, and `x_0 = 1` is a name.

Nothing is so where a range says that the index runs from 0; a sum from 0 is one from 1 and its first term then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from derive.documents.source.rows import RELATIONS, relations
from derive.documents.source.tokens import Token, group_end
from derive.documents.source.uses import Use, is_letter, only, uses

COMMON = frozenset("ijklmn")
OFFSET = "0"  # behind a name that is such a list, or such a number
NEVER = frozenset(("delta", "e", "I", "partial", "nabla"))  # \delta_{k0} is Kronecker's
MOST, LONGEST = 12, 2000  # sums of a formula that are split, and its tokens: a sum in a sum doubles what is in it
ENDS = ("+", "-", ",", ";", "&", "\\\\", "\\quad")


@dataclass(frozen=True)
class Sum:
    """`\\sum_{i=0}^D` at `at`: where its first index, and its term, stand among the tokens."""

    at: int
    letter: str
    low: int
    last: str
    body: int
    end: int


@dataclass(frozen=True)
class Offsets:
    """The names that have such entries, and those of which sums from 0 take one more than the array has."""

    lists: frozenset[str] = frozenset()
    longer: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()  # w of w_0 + \sum_{i=1}^D w_i x_i, where w lies in R^D

    def applied(self, tokens: list[Token]) -> list[Token]:
        for _ in range(MOST if self.longer else 0):
            found = next((x for x in _sums(tokens) if _has(x, tokens, self.longer)), None)
            if found is None or len(tokens) > LONGEST:
                break
            tokens = _split(found, tokens)
        return _named_apart(tokens, self.lists, self.numbers)


@dataclass
class Look:
    """What a first look over the formulas finds out."""

    found: dict[str, list[Use]] = field(default_factory=lambda: defaultdict(list))
    sums: list[tuple[Sum, list[Token]]] = field(default_factory=list)
    ranged: set[str] = field(default_factory=set)  # letters of i = 0, \dots, D
    summed: set[str] = field(default_factory=lambda: set(COMMON))  # letters that indices are
    listed: set[str] = field(default_factory=set)  # x of x_0, \dots, x_N
    arrays: set[str] = field(default_factory=set)  # w of w \in R^D
    apart: set[str] = field(default_factory=set)  # h of h_0 \in R^H, which is an array itself
    longer: set[str] = field(default_factory=set)  # x of x_0 = 1 and x_{n0} = 1
    with_it: set[str] = field(default_factory=set)  # theta of \\theta \\in R^{n+1}: theta_0 is the first entry

    def formula(self, pieces: list[list[Token]]) -> None:
        for n, tokens in enumerate(pieces):
            self.ranged |= set(_from("0", tokens, pieces[n + 1 : n + 2]))
            self.summed |= set(_from("1", tokens, pieces[n + 1 : n + 2]))
            self.sums += [(x, tokens) for x in _sums(tokens)]
            for x in uses(tokens):
                self.found[x.name].append(x)
            part = relations(tokens)
            sign = "".join(map(str, part.relations[:1]))
            one = only(part.sides[0]) if sign in ("=", "\\in", "") else None
            if one is not None and not sign and [t.text for t in one.sub] == ["0"] and _dotted(pieces[n + 1 : n + 2]):
                self.listed.add(one.name)
            if one is not None and sign == "\\in" and any(t.is_("^") for t in part.sides[1]):
                beside = (only(p) for p in pieces[:n])  # w, x \in \mathbb R^D
                told = [x for x in (*beside, one) if x is not None]
                self.arrays |= {x.name for x in told if not x.sub}
                if [t.text for t in part.sides[1][-3:]] == ["+", "1", "}"]:
                    self.with_it |= {x.name for x in told if not x.sub}
                self.apart |= {x.name for x in told if [t.text for t in x.sub] == ["0"]}
            head = one if sign == "=" else None
            number = head is not None and len(part.sides[1]) == 1 and part.sides[1][0].kind == "num"
            if head is not None and number and not head.sup and head.name.split()[-1] not in NEVER:
                self.longer |= {head.name} if _letter(head) or [t.text for t in head.sub] == ["0"] else set()

    def offsets(self) -> Offsets:
        self.summed |= {x.letter for x, _ in self.sums}
        lists = {n for n, xs in self.found.items() if n.split()[-1] not in NEVER and any(map(self._letter, xs))}
        self.longer |= {n for n in lists if self._is_added(n)}
        self.longer = {n for n in self.longer if self._fits(n, set())} - self._up_to_the_last_but_one()
        for _ in range(2):
            split = [(x, tokens) for x, tokens in self.sums if not x.low and _has(x, tokens, self.longer)]
            self.longer |= {u.name for x, tokens in split for u in _indexed(x, tokens)}
        lists |= self.longer
        whole = {x.letter for x, tokens in self.sums if not x.low and not _has(x, tokens, self.longer)}
        numbers = {u.name for x, tokens in self.sums if x.low for u in _indexed(x, tokens)} | self.longer
        fitting = {n for n in lists | numbers if self._fits(n, whole)}
        numbers = (numbers & fitting & self.arrays) - self.apart
        return Offsets(frozenset(lists & fitting), frozenset(self.longer), frozenset(numbers))

    def _letter(self, x: Use) -> bool:
        return _letter(x) in self.summed

    def _up_to_the_last_but_one(self) -> set[str]:
        """x of \\sum_{i=0}^{D-1} x_i: an array that begins at 0."""
        return {u.name for x, tokens in self.sums if x.last.endswith("-1") for u in _indexed(x, tokens)}

    def _is_added(self, name: str) -> bool:
        """Whether its entries are added up from 1, and to the same place from 0."""
        ends = [
            {x.last for x, tokens in self.sums if x.low == low and any(u.name == name for u in _indexed(x, tokens))}
            for low in (0, 1)
        ]
        return bool(ends[0] & ends[1])

    def _fits(self, name: str, letters: set[str]) -> bool:
        """Whether no index of it runs from 0, or stands beside another one as in h_{n,t-1}."""
        leading = [x for x in self.found[name] if x.sub and x.sub[0].kind == "num"]
        if any(map(_letter, leading)) and not all(map(_letter, leading)):
            return False  # h_{0k} beside h_0
        inside = [t for x in self.found[name] for t in x.sub]
        return name not in self.listed | self.with_it and not any(
            t.text in self.ranged | letters or t.is_("+", "-") for t in inside
        )


def offsets(formulas: Sequence[list[list[Token]]]) -> Offsets:
    """What a note says of entries with the index 0; its formulas in pieces."""
    look = Look()
    for pieces in formulas:
        look.formula(pieces)
    return look.offsets()


def _named_apart(tokens: list[Token], lists: frozenset[str], numbers: frozenset[str]) -> list[Token]:
    """`w_{k0}` as an entry k of a list with a name of its own, and `w_0` as a number with that name."""
    out: list[Token] = []
    n = 0
    for x in uses(tokens) if lists | numbers else ():
        letter = _letter(x) if x.name in lists else ""
        number = x.name in numbers and x.first == x.at and [t.text for t in x.sub] == ["0"]
        if x.at < n or not (letter or number):
            continue
        out += [*tokens[n : x.at], replace(tokens[x.at], kind="letter", text=f"{tokens[x.at].text}{OFFSET}")]
        at = next(m for m in range(x.scripts, x.end) if tokens[m] is x.sub[0])
        if letter:
            out += [*tokens[x.at + 1 : at], next(t for t in x.sub if t.text == letter)]
            n = at + len(x.sub)
        else:
            braced = tokens[at - 1].is_("{")
            out += tokens[x.at + 1 : at - 1 - braced]
            n = at + 1 + braced
    return [*out, *tokens[n:]]


def _letter(x: Use) -> str:
    """k of w_{k0}, w_{k,0} and w_{0k}; but h_{0,k} is an entry of h_0."""
    leading = bool(x.sub) and x.sub[0].text == "0"
    parts = [t for t in x.sub if leading or not t.is_(",")]
    letters = [t.text for t in parts if is_letter(t)]
    zeros = [t for t in parts if t.kind == "num" and t.text == "0"]
    return letters[0] if len(parts) == 2 and len(letters) == len(zeros) == 1 else ""


def _split(x: Sum, tokens: list[Token]) -> list[Token]:
    """`(w_{j0} x_0 + \\sum_{i=1}^D w_{ji} x_i)` for the sum from 0."""
    at, body = tokens[x.at], tokens[x.body : x.end]
    first = [replace(t, kind="num", text="0") if t.text == x.letter else t for t in body]
    zero = next(n for n in range(x.at, x.body) if tokens[n].text == "0")
    total = [*tokens[x.at : zero], replace(tokens[zero], text="1"), *tokens[zero + 1 : x.end]]
    opened, plus = replace(at, kind="open", text="("), replace(at, kind="sym", text="+")
    return [*tokens[: x.at], opened, *first, plus, *total, replace(body[-1], kind="close", text=")"), *tokens[x.end :]]


def _has(x: Sum, tokens: list[Token], names: set[str] | frozenset[str]) -> bool:
    """Whether it is a sum from 0 of entries of one of these, its letter being nothing but an index."""
    indexed = _indexed(x, tokens)
    places = sum(t.text == x.letter for u in indexed for t in u.sub)
    alone = places == sum(t.text == x.letter for t in tokens[x.body : x.end])
    return not x.low and alone and any(u.name in names for u in indexed)


def _indexed(x: Sum, tokens: list[Token]) -> list[Use]:
    """The names in a sum that carry its letter."""
    return [u for u in uses(tokens[x.body : x.end]) if any(t.text == x.letter for t in u.sub)]


def _sums(tokens: list[Token]) -> Iterator[Sum]:
    """The sums of one letter from 0 or from 1."""
    for n, t in enumerate(tokens[:-6]):
        under = tokens[n + 1 : n + 7]
        signs = [under[m].text for m in (0, 1, 3, 5)] == ["_", "{", "=", "}"] and tokens[n + 7 : n + 8]
        if not (t.is_("\\sum") and signs and is_letter(under[2]) and under[4].text in ("0", "1")):
            continue
        if not tokens[n + 7].is_("^") or len(tokens) < n + 10:
            continue
        body = group_end(tokens, n + 8) if tokens[n + 8].is_("{") else n + 9
        last = "".join(u.text for u in tokens[n + 8 : body] if not u.is_("{", "}"))
        end = _end(tokens, body)
        if end > body:
            yield Sum(n, under[2].text, int(under[4].text), last, body, end)


def _end(tokens: list[Token], n: int) -> int:
    """The place behind the term of a sum that begins at n: before the next sign outside of brackets."""
    depth = 0
    for m in range(n, len(tokens)):
        t = tokens[m]
        depth += (t.is_("{") or t.kind == "open") - (t.is_("}") or t.kind == "close")
        if depth < 0 or (depth == 0 and (t.is_(*ENDS) or t.kind == "text" or str(t) in RELATIONS)):
            return m
    return len(tokens)


def _from(first: str, tokens: list[Token], behind: Sequence[list[Token]]) -> Iterator[str]:
    """The letters of `0 \\le i`, `i \\ge 0` and of `i = 0, \\dots`, or of those from another number."""
    part = relations(tokens)
    signs = [str(r) for r in part.relations]
    sides = part.sides
    if signs and len(sides[0]) == 1 and is_letter(sides[0][0]):
        listed = _dotted([tokens, *behind])
        ordered = signs[0] in ("\\ge", ">") or (signs[0] in ("=", "\\in") and listed)
        if ordered and any(t.text == first for t in sides[1][:3]):
            yield sides[0][0].text
    if signs[:1] in (["\\le"], ["<"]) and [t.text for t in sides[0]] == [first]:
        yield from (t.text for t in sides[1] if is_letter(t))


def _dotted(pieces: Sequence[list[Token]]) -> bool:
    return any(t.is_("\\dots") for p in pieces for t in p)


__all__ = ["Offsets", "offsets"]
