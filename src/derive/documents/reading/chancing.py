"""Zeros and ones that words draw at random, `$m_i = 1$ with probability $q$`: no m_i is defined by that."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from derive.documents.names.bare import bare_name
from derive.documents.names.scope import same
from derive.documents.names.scripts import listed
from derive.documents.names.symbols import Chance
from derive.documents.reading.arrows import Item
from derive.documents.reading.worded import Wording
from derive.documents.sentences import chances
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable

ZERO, ONE = s.Num(0, "0"), s.Num(0, "1")
RANDOM = "a random number"
UNSAID = s.Special(0, "dots")  # no value: an expectation is not read


class Chancing(Wording):
    """Listens to the words that say how probable a one is."""

    first: tuple[str, s.Node] | None = None  # a name, and its value whose probability the next formula is
    open: frozenset[str] = frozenset()  # names that are random, nobody knows how
    drawn = ""  # the name of which the words just said how probable its first value is

    def takes(self, part: Part) -> bool:
        """`$m_i = 1$ with probability`, and `$m_i = 0$ otherwise` behind it."""
        segment, equal = self.segment, [str(r) for r in part.relations] == ["="]
        named = bare_name(tuple(part.sides[0]), self.table) if equal else None
        if named is None or segment is None or self.scouting:
            return super().takes(part)
        value = parse(part.sides[1])
        if (written := chances.in_cases(value)) is not None:
            self.chance(named.name, *written)
            self.declared(part, RANDOM)
            return True
        label = isinstance(value, s.Name) and value.name in self.table.indices | self.table.ranges.keys()
        if segment.display or label:  # the class $y = k$ with probability $p_k$
            return super().takes(part)
        if self.is_random(named.name) and isinstance(value, (s.Num, s.Sum, s.Fraction)):
            return self.once_more(part, named.name, value) or super().takes(part)
        ahead = isinstance(value, s.Num) and chances.AHEAD.search(self.spoken)
        if not (ahead or chances.BEHIND.match(segment.after)):
            return super().takes(part)
        if ahead or named.letter or chances.UNDER.search(self.spoken):  # how probable it is is not heard
            self.table.random.add(named.name)
            self.open |= {named.name}
        else:
            self.first = named.name, value
        self.declared(part, RANDOM)
        return True

    def is_random(self, name: str) -> bool:
        """Whether this section says that it is."""
        known = self.table.chances.get(name)
        here = known is not None and known.section == self.table.section
        return here or name in self.open

    def once_more(self, part: Part, name: str, value: s.Node) -> bool:
        """`and $m_i = 0$ otherwise`: the second value. Of what is random, no equation says what it is."""
        assert self.segment is not None
        if not chances.is_else(self.segment.before, self.segment.after):
            if self.passage.role != "so":
                return False  # if $m_i = 1$
            raise Unreadable(part.sides[0][0].start, f"a value of {name}, which is random", "how probable it is")
        known = self.table.chances.get(name)
        if known is not None and same(known.values[0], value):
            self.first = name, value  # once more, perhaps with another probability
        else:
            self.otherwise_is(value)
        self.declared(part, RANDOM)
        return True

    def otherwise_is(self, value: s.Node) -> None:
        """The second value of what was just said to be random."""
        if (known := self.table.chances.get(self.drawn)) is not None:
            self.table.chances[self.drawn] = replace(known, values=(known.values[0], value))
        self.drawn = ""

    def silent(self, part: Part, word: str) -> None:
        """`$m_i \\sim \\text{Bernoulli}(q)$`; of other distributions nothing is known."""
        super().silent(part, word)
        if word != "\\sim" or len(part.sides) != 2 or self.scouting:
            return
        probability = None
        with suppress(Unreadable):
            probability = chances.of_ones(parse(part.sides[1]))
        for x in listed(tuple(part.sides[0])):
            if (named := bare_name(x, self.table)) is not None and probability is not None:
                self.table.add_properties(named.name, "binary")
                self.chance(named.name, ONE, probability, ZERO)
            elif named is not None:
                self.table.random.add(named.name)

    def words(self, segment: Segment, items: list[Item]) -> None:
        """The probability behind its words, and `$m_i$ is one with probability $q$`."""
        super().words(segment, items)
        bare = len(items) == 1 and not items[0].part.relations and not segment.display
        tokens = tuple(items[0].part.sides[0]) if bare else ()
        if not tokens or self.scouting:
            return
        try:
            value = parse(tokens)
        except Unreadable:
            return
        first, number = self.first, isinstance(value, s.Num)
        self.first = first if number else None  # $m_i$ is $1$ with probability
        if first is not None and chances.BEFORE.search(segment.before):
            self.chance(*first, value)
            self.first = None
        elif chances.IS_ONE.match(self.document.text, segment.end) and not chances.UNDER.search(self.spoken):
            named = bare_name(tokens, self.table)
            self.first = (named.name, ONE) if named is not None and not named.letter else None
        elif self.drawn and number and chances.is_else(segment.before, segment.after):  # and $0$ otherwise
            self.otherwise_is(value)

    def chance(self, name: str, value: s.Node, probability: s.Node, otherwise: s.Node | None = None) -> None:
        """Zeros and ones have the other value else; what other value other numbers have, words behind must say."""
        if self.segment is None:
            return
        text = self.document.text
        start = max(text.rfind("\n\n", 0, self.segment.start), 0)
        end = text.find("\n\n", self.segment.end)
        independent = chances.independent(text[start : end if end > 0 else len(text)])
        symbol = self.table.symbols.get(name)
        if otherwise is None and symbol is not None and "binary" in symbol.properties and isinstance(value, s.Num):
            otherwise = {"0": ONE, "1": ZERO}.get(value.text)
        self.drawn = name
        self.table.chances[name] = Chance(probability, (value, otherwise or UNSAID), independent, self.table.section)
        self.table.touch()
