"""Numbers of which words tell the sum: `weights $w_1, \\dots, w_K > 0$ that add up to one`."""

from __future__ import annotations

from dataclasses import replace

from derive.documents.declarations.enumerations import declare_all, enumeration
from derive.documents.names.bare import Named, bare_name
from derive.documents.names.mentions import mentioned
from derive.documents.names.scripts import listed
from derive.documents.names.symbols import SIGNS, Symbol
from derive.documents.reading.arrows import Item
from derive.documents.reading.averages import Averaging
from derive.documents.sentences import prose, qualities
from derive.documents.sentences.summing import Summed, summed
from derive.documents.source.document import Segment
from derive.documents.syntax.parser import parse


class Summing(Averaging):
    """Listens to the words about sums."""

    sharing: str = ""  # the numbers that the sentence named last: $w_k$, $k = 1, \\dots, K$, that sum to one

    def with_sum(self, items: list[Item], segment: Segment) -> None:
        """Enter that the numbers of a formula sum to one; where they sum to anything else, nothing is refuted."""
        if segment.display or not items:
            return
        before = prose.sentence_before(segment.before)
        said = summed(before, self.document.text[segment.end : segment.end + 160])
        if (name := self.numbers(items, segment, said)) is not None:
            self.sharing = name
        elif not _is_range(items):
            self.sharing = ""
            self.of_terms(items, said)
        symbol = self.table.symbols.get(self.sharing)
        if said is None or symbol is None or symbol.name in self.table.definitions or len(symbol.dims) > 1:
            return  # the rows of a matrix are heard elsewhere
        if not (symbol.lead or symbol.dims or symbol.letter) and (lead := self.running(items[0].part)):
            symbol = replace(symbol, lead=lead)  # $q_{nk} > 0$
            self.table.declare(symbol)
        if not said.to_one or not _is_row(symbol, said):
            self.table.vague |= {} if self.scouting else {symbol.name: f"the sum of {symbol.name} is given"}
        else:
            self.asserted(symbol.name, {"sum_to_one"}, segment)

    def of_terms(self, items: list[Item], said: Summed | None) -> None:
        """`the terms $x_i y_i$ sum to zero`: nothing is refuted of what they are made of."""
        if said is None or self.scouting or any(i.part.relations for i in items):
            return
        names = set().union(*(mentioned(parse(i.part.sides[0])) for i in items)) & self.table.symbols.keys()
        self.table.vague |= {x: f"a sum with {x} is given" for x in names}

    def numbers(self, items: list[Item], segment: Segment, said: Summed | None) -> str | None:
        """The name of the numbers that stand in a formula; those that sum to one are declared by that."""
        relations = [str(r) for i in items for r in i.part.relations]
        if relations and relations[0] not in ("\\in", "<", ">", "\\le", "\\ge"):
            return None
        sides = [n for i in items for n in listed(tuple(i.part.sides[0]))]
        numbered = enumeration(sides, self.table)
        named = Named(numbered.name) if numbered is not None else bare_name(sides[0], self.table) if sides else None
        if named is None or named.letter or (numbered is None and len(sides) > 1):
            return None
        known = self.table.symbols.get(named.name)
        new = not self.table.known(named.name) and not relations and (known is None or known.ahead)
        if new and said is not None and said.to_one and not prose.UNDER.search(self.spoken.strip()):
            signs = qualities.signs(prose.sentence_before(segment.before), prose.sentence_after(segment.after)) & SIGNS
            if numbered is not None:
                declare_all(numbered, Symbol(named.name, properties=signs), self.table)
            elif lead := self.running(items[0].part):
                self.table.declare(Symbol(named.name, lead=lead, properties=signs))
        return named.name


def _is_range(items: list[Item]) -> bool:
    """`k = 1, \\dots, K`: another formula between the numbers and the words about their sum."""
    related = [str(r) for r in items[0].part.relations] in (["="], ["\\in"])
    return related and any(t.is_("\\dots") for i in items for side in i.part.sides for t in side)


def _is_row(symbol: Symbol, said: Summed) -> bool:
    """Whether the entries that sum to one are those along the last axis, and surely these."""
    if symbol.letter or (symbol.lead and symbol.dims):
        return False
    if len(symbol.dims) + len(symbol.lead) == 1:
        return not (said.over and symbol.lead and said.over not in symbol.lead)
    if len(symbol.lead) != 2:
        return False
    first, last = symbol.lead
    return said.over == last or said.each == first
