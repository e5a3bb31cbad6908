"""The conditions among the pieces of a formula, and what they are on: `A, \\quad i \\ne j`, `\\text{if } x > 0`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from derive.documents.declarations import bounds
from derive.documents.meaning.cases import ELSE
from derive.documents.names.scripts import letter_of
from derive.documents.reading.arrows import Item
from derive.documents.reading.assigning import assigned
from derive.documents.reading.bounding import INEQUALITIES
from derive.documents.reading.extremes import Extremes
from derive.documents.reading.turning import contrary
from derive.documents.sentences import asides, prose
from derive.documents.sentences.conditions import (
    Condition,
    but_the_first,
    class_condition,
    distinct,
    flat,
    index_condition,
    place_condition,
    range_condition,
    restricting,
)
from derive.documents.source.document import Segment
from derive.documents.source.rows import FOR
from derive.documents.statements.sides import read_pair
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable

ON_INDICES = (index_condition, class_condition, range_condition, but_the_first, place_condition)


class Conditioned(Extremes):
    """Tells the conditions of a formula from what is claimed under them."""

    perhaps: Mapping[int, tuple[Condition, ...]] = MappingProxyType({})  # conditions that may be on a claim, by its id

    def conditions(
        self, items: list[Item], segment: Segment
    ) -> tuple[list[Condition], list[Item], dict[int, list[Condition]]]:
        """Conditions on all statements of a formula, these statements, and the conditions on one of them alone."""
        rest: list[Item] = []
        behind: list[tuple[int, Condition]] = []  # after how many statements a condition is told
        bare: list[tuple[int, Condition]] = []  # without words
        ahead: dict[int, Condition] = {}  # before which one: C => A
        claims = any(str(r) == "=" for i in items for r in i.part.relations)
        told = None if segment.display else distinct([i.part for i in items], segment.before, self.table)
        if told is not None:
            self.sentence = self.replaced(self.sentence, told)
            return [], [], {}
        self.perhaps = {}
        for item in items:
            if not segment.display and self.of_entries(item.part):
                continue
            words = item.piece.words.strip(" ,.:")
            introduced = any(words == w or words.endswith(f" {w}") for w in FOR) if words else False
            condition = self.condition(item, introduced or self.in_sentence(segment), worded=introduced)
            unless = condition and prose.UNLESS.search(words or prose.sentence_before(segment.before))
            if condition is not None and unless and (condition := self.unless(condition)) is None:
                continue
            if condition is not None and self.scouting:
                self.another_case(condition.symbol)
            if condition is not None and len(items) == 1 and self.told_alone(condition, segment):
                continue
            if condition is not None and self.heads_what_follows(item, segment):
                ahead[len(rest)] = condition
            elif condition is not None and introduced:
                behind.append((len(rest), condition))
            elif condition is not None and self.is_beside(condition, items, segment, claims=claims):
                bare.append((len(rest), condition))
            elif condition is not None and self.of_a_new_one(condition, segment):
                rest.append(item)
            elif condition is not None and (self.in_sentence(segment) or self.apart(item, segment, condition)):
                self.sentence = self.replaced(self.sentence, condition)
            elif self.unplaced(item.part, condition, segment) or (condition is None and self.apart(item, segment)):
                continue
            else:
                rest.append(item)
                if behind and item.piece.behind.strip(" ,.:") in ELSE and (other := contrary([behind[-1][1]])):
                    behind.append((len(rest), other))
        found = assigned(bare, behind, len(rest))
        own = {id(rest[n]): conditions for n, conditions in found.own.items()}
        own |= {id(rest[n]): [x] for n, x in ahead.items() if n < len(rest)}
        self.perhaps = {id(rest[n]): tuple(conditions) for n, conditions in found.perhaps.items()}
        return found.everywhere, rest, own

    def is_beside(self, condition: Condition, items: list[Item], segment: Segment, *, claims: bool) -> bool:
        """Whether it stands in one formula with what it is on."""
        return (claims and segment.display) or (len(items) > 1 and (claims or all(condition.letters)))

    def of_a_new_one(self, condition: Condition, segment: Segment) -> bool:
        """`Let $c \\in \\mathbb R$ with $0 \\le c \\le 1$`: what is said of c here is so from here on."""
        said, symbol = prose.WITH.search(prose.sentence_before(segment.before)), condition.symbol
        if not said or symbol is None:
            return False
        return symbol.name in self.lately or asides.describes(self.document.text[: segment.start], symbol.name)

    def apart(self, item: Item, segment: Segment, condition: Condition | None = None) -> bool:
        """x \\ne y of numbers or indices, in the text: it keeps away from a case, and claims nothing.

        Nor does `each of the others, $j \\ge 2$,` of an index.
        """
        part = item.part
        if (
            not segment.display
            and condition is not None
            and self.is_placed(condition)
            and str(part.relations[0]) != "="
        ):
            return True
        if segment.display or len(part.relations) != 1 or str(part.relations[0]) != "\\ne" or not all(part.sides):
            return False
        letters = [letter_of(tuple(side)) for side in part.sides]
        if all(x is not None and not self.table.known(x) for x in letters):
            return True
        try:
            found = read_pair(parse(part.sides[0]), parse(part.sides[1]), self.table, restricting([]))
        except Unreadable:
            return False
        return found.sides is not None and all(not side.shape for side in found.sides)

    def condition(self, item: Item, introduced: bool, *, worded: bool = False) -> Condition | None:
        part = item.part
        if not part.relations or not all(part.sides):
            return None
        text = self.text(part.sides[0], part.sides[-1])
        found = next((x for rule in ON_INDICES if (x := rule(part, self.table, text)) is not None), None)
        if found is not None:
            return found
        if [str(r) for r in part.relations] == ["\\in"]:
            return self.within(part, text)
        if self.is_case_of_several(part):
            self.passage = self.passage.under(text)
            return Condition(text)
        if not all(str(r) in INEQUALITIES or str(r) == "\\ne" for r in part.relations) or bounds.span(part, self.table):
            return None
        symbol = bounds.comparison(part, self.table)
        if symbol is None and (worded or self.leaves_out(part) or bounds.is_outside(part, self.table)):
            return None if self.scouting else Condition(text, guard=flat(part))
        if symbol is None or symbol.name in self.table.sizes or symbol.name in self.table.depths | self.table.steps:
            return None
        before = self.table.symbols.get(symbol.name)
        if before is None or (before.properties & symbol.properties == symbol.properties and symbol.properties):
            return None
        if self.is_by_itself(symbol) or before.values:
            return Condition(text, guard=flat(part)) if introduced else None
        also = prose.ALSO.search(f"{self.spoken} {item.piece.words}".rstrip()) is not None
        return Condition(text, symbol, said=flat(part), also=also)
