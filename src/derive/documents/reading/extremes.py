r"""`\hat w = \arg\min_w J(w)`: where a function is least or largest, and claims that this is at `\hat w = s`.

The slope must vanish there, and the function be convex, or concave, wherever it is defined.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from derive.documents.meaning.cases import extremum
from derive.documents.names.bare import bare_name
from derive.documents.names.mentions import reachable_from
from derive.documents.names.scripts import strip
from derive.documents.reading.listing import Listing
from derive.documents.reading.unique import is_bowl
from derive.documents.sentences.conditions import restricting
from derive.documents.sentences.passage import Given, put_in
from derive.documents.source.rows import Part, relations
from derive.documents.source.tokens import Token, group_end
from derive.documents.statements.sides import read_pair
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable
from derive.verify import decide

SECONDS = 1.0


@dataclass(frozen=True)
class Extreme:
    """The place in `name` where a function is least (sign 1) or largest (-1); there `equation` holds."""

    name: str
    sign: int
    equation: Part


class Extremes(Listing):
    """Remembers the places where functions are extreme until the note says where they are."""

    extremes: Mapping[str, Extreme] = MappingProxyType({})

    def extreme(self, part: Part) -> bool:
        """Whether the equation says that a name is such a place; where it is said in the same line, that is a claim."""
        if not part.relations or str(part.relations[0]) not in ("=", "\\coloneq") or len(part.sides) > 3:
            return False
        named = bare_name(tuple(part.sides[0]), self.table)
        if named is None or named.lead or named.letter or extremum(tuple(part.sides[1])) is None:
            return False
        if self.table.is_stale(named.name):
            self.table.forget(named.name)
        found = _extreme(part.sides[1])
        if found is None or named.name in self.table.definitions:
            return False
        if found.name in self.table.definitions or found.name in self.table.functions:
            return False
        self.extremes = {**self.extremes, named.name: found}
        self.declared(part, "the place of an extremum")
        if len(part.sides) == 3 and not self.scouting:
            self.found_at(Part([part.sides[0], part.sides[2]], part.relations[1:]))
        return True

    def found_at(self, part: Part) -> bool:
        r"""`\hat w = s`: that the extremum is there is claimed; what follows goes on from it only if it is."""
        named = bare_name(tuple(part.sides[0]), self.table) if part.relations else None
        found = self.extremes.get(named.name) if named is not None else None
        if named is None or found is None or self.scouting or str(part.relations[0]) != "=":
            return False
        rhs = parse(part.sides[1])
        self.refuse_broken(rhs)
        if named.name in self.table.definitions or found.name in reachable_from(rhs, self.table):
            return False
        self.extremes = {name: x for name, x in self.extremes.items() if name != named.name}
        given = Given(found.name, rhs, self.said(part), self.passage.sentence)
        claim = self.solves(found.equation, given, found.equation, part, False)
        slope = read_pair(*map(parse, found.equation.sides), self.table, restricting([]))
        decisive = is_bowl(slope, found.name, found.sign)  # the only flat place may be the other kind of extremum
        place, texts = self.place(part.sides[1]), self.texts(part, 0)
        self.add(part, 0, replace(claim, place=place, lhs_text=texts[0], rhs_text=texts[2], decisive=decisive))
        if self.is_flat(found, given):
            self.define(Part(part.sides[:2], part.relations[:1]), True)
        else:
            self.table.broken.add(named.name)
        if len(part.sides) > 2:
            self.chain(Part(part.sides[1:], part.relations[1:]), 0, self.sentence)
        return True

    def is_flat(self, extreme: Extreme, given: Given) -> bool:
        """Whether the slope is zero there."""
        with put_in((given,), self.table):
            reading = read_pair(*map(parse, extreme.equation.sides), self.table, restricting([]))
        if reading.sides is None or reading.instances:
            return False
        left, right = reading.sides
        return decide(left.expr, right.expr, reading.program, seconds=SECONDS).established


def _extreme(side: list[Token]) -> Extreme | None:
    r"""\arg\min_w J(w), \operatorname{argmax}_{\lambda > 0} \ell(\lambda)."""
    found = extremum(tuple(side))
    if found is None or len(found[1]) < 3 or not found[1][1].is_("_"):
        return None
    kind, tokens = found
    end = group_end(list(tokens), 2)
    chain = relations(list(strip(tokens[2:end])))
    try:
        variable = parse(under := _variable(chain))
        parse(tokens[end:])
    except Unreadable:
        return None
    if not isinstance(variable, s.Name) or not tokens[end:]:
        return None
    at = tokens[0].start
    nabla = (Token("cmd", "nabla", at, at), Token("sym", "_", at, at), Token("sym", "{", at, at))
    slope = [*nabla, *under, Token("sym", "}", at, at), *_bracketed(tokens[end:])]
    zero = Token("num", "0", at, at)
    return Extreme(variable.name, 1 if kind == "min" else -1, Part([slope, [zero]], [Token("sym", "=", at, at)]))


def _variable(chain: Part) -> list[Token]:
    r"""w of w \in \mathbb R^D, of w > 0 and of 0 < w < 1: of open sets, on whose edge there is no extremum."""
    signs = [str(r) for r in chain.relations]
    if len(signs) == 2 and set(signs) in ({"<"}, {">"}):
        return chain.sides[1]
    closed = signs not in ([], [">"], ["\\in"]) or (signs == ["\\in"] and not _is_open(chain.sides[1]))
    return [] if closed else chain.sides[0]


def _is_open(tokens: list[Token]) -> bool:
    return tokens[0].is_("\\mathbb") or (tokens[0].text == "(" and tokens[-1].kind == "close")


def _bracketed(tokens: tuple[Token, ...]) -> list[Token]:
    at = tokens[0].start
    return [Token("open", "(", at, at), *tokens, Token("close", "(", tokens[-1].end, tokens[-1].end)]
