"""What an array is beyond its range, where the words say so: `$g_i$ counts as zero for $i < 1$ and for $i > m$`."""

from __future__ import annotations

import re
from dataclasses import replace

from derive.documents.declarations.bounds import ORDER
from derive.documents.names.bare import Named, bare_name
from derive.documents.names.counting import first_of
from derive.documents.names.scripts import strip
from derive.documents.names.symbols import Beyond
from derive.documents.reading.held import Holding
from derive.documents.sentences import padding, prose
from derive.documents.sentences.passage import is_constant
from derive.documents.source.document import Segment
from derive.documents.source.rows import EQUALS, Part
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse

FINDING = re.compile(r"\b(?:have|has|gets?|finds?|obtains?|sees?|holds?)(?: that)?[\s,~]*$", re.IGNORECASE)
"""`For $t > 0$ we have $w_t = 1$`: a claim, unless these entries are none of the array's."""
AHEAD = 300  # how many characters a sentence may go on


class Padding(Holding):
    """Hears what entries count as where the array has none."""

    padding: Named | None = None  # the entries that the sentence speaks of
    until = 0  # where its conditions on their index end
    excepting = False  # they say what the range is
    compared: tuple[tuple[Part, bool], ...] = ()  # conditions on indices that a sentence begins with, and whether so
    compared_in = -1  # which sentence

    def padded(self, parts: list[Part], words: list[str], segment: Segment) -> bool:
        """Take entries and conditions on their index for what they are: no definition, and no bound of a number.

        `words`: those before each part of a display.
        """
        concluding = prose.CONCLUDING.search(prose.sentence_before(segment.before))
        if segment.display:
            return len(parts) > 1 and not concluding and self.is_padding_at_once(parts, words)
        if self.padding is not None and segment.end <= self.until:
            self.excepting = self.excepting or padding.EXCEPTING.search(segment.before) is not None
            for part in parts:
                self.extended(self.padding, part)
            return True
        self.padding = None
        if len(parts) != 1:
            return False
        if concluding or FINDING.search(segment.before) or self.lie_above_a_number(parts[0]):
            return self.lie_beyond(parts[0]) and self.is_padding_behind(parts[0], segment)
        return self.is_padding(parts[0], segment) or self.is_padding_behind(parts[0], segment)

    def is_padding(self, part: Part, segment: Segment) -> bool:
        """Whether the formula speaks of entries, and the words behind it of those beyond the range."""
        equal = [str(r) for r in part.relations]
        if equal and (len(equal) > 1 or equal[0] not in EQUALS):
            return False
        behind = self.document.text[segment.end : segment.end + AHEAD]
        everywhere = None if equal else padding.ZERO_ELSEWHERE.match(behind)
        said, end = padding.conditions(behind, equal=bool(equal))
        if everywhere is None and not said:
            return False
        named = bare_name(tuple(part.sides[0]), self.table)
        if named is None or not named.lead or self.is_by_cases(named.name):
            return False
        value = parse(part.sides[1]) if equal else s.Num(segment.start, "0")
        if not is_constant(value, self.table):
            return False
        if everywhere is not None:
            return self.padded_with(named, Beyond(value))
        if len(named.lead) > 1 or not padding.speak_of(named.lead[0], said):
            return False
        self.padding, self.until, self.excepting = named, segment.end + end, False
        return self.padded_with(named, Beyond(value, frozenset()))

    def is_padding_behind(self, part: Part, segment: Segment) -> bool:
        """`For $i < 1$ and $i > m$ we set $g_i = 0$.`"""
        if self.passage.sentence != self.compared_in:
            self.compared, self.compared_in = (), self.passage.sentence
        relations = {str(r) for r in part.relations}
        if relations and all(part.sides) and (relations <= set(ORDER) or relations == {"\\notin"}):
            if self.compared or padding.CONDITIONAL.search(segment.before):
                self.compared = (*self.compared, (part, padding.EXCEPTING.search(segment.before) is not None))
            return False
        named = bare_name(tuple(part.sides[0]), self.table) if self.compared and relations <= EQUALS else None
        if named is None or len(named.lead) != 1 or self.is_by_cases(named.name) or len(part.sides) != 2:
            return False
        shown = [self.text(x.sides[0], x.sides[-1]) for x, _ in self.compared]
        words = ["unless" if excepting else "for" for _, excepting in self.compared]
        if not padding.speak_of(named.lead[0], " ".join(f"{w} ${x}$" for w, x in zip(words, shown, strict=True))):
            return False
        return self.all_padded(named, part.sides[1], [x for x, _ in self.compared], excepting=self.compared[0][1])

    def lie_beyond(self, part: Part) -> bool:
        """Whether the conditions of the sentence speak of no entry within the range: `if $i > m$, then $g_i = 0$`."""
        named = bare_name(tuple(part.sides[0]), self.table)
        if not self.compared or self.compared_in != self.passage.sentence or named is None or len(named.lead) != 1:
            return False
        first, ends = first_of(named.name, self.table), self.ends_of(named)
        return all(padding.sides(x, named.lead[0], first, ends, excepting=e) for x, e in self.compared)

    def lie_above_a_number(self, part: Part) -> bool:
        """`For $t > 0$, $w_t = 1$` of a w that has a value at each t: a claim."""
        named = bare_name(tuple(part.sides[0]), self.table)
        compared = self.compared if self.compared_in == self.passage.sentence else ()
        above = [str(x.relations[0]) in (">", "\\ge") and x.sides[1][0].text.isdigit() for x, _ in compared]
        return named is not None and named.name in self.table.definitions and bool(above) and all(above)

    def all_padded(self, named: Named, side: list[Token], conditions: list[Part], *, excepting: bool) -> bool:
        """Enter the value under all of these conditions, if it is a number."""
        value = parse(side)
        if not is_constant(value, self.table):
            return False
        self.excepting = excepting
        self.padded_with(named, Beyond(value, frozenset()))
        for part in conditions:
            self.extended(named, part)
        return True

    def is_padding_at_once(self, parts: list[Part], words: list[str]) -> bool:
        """`g_i = 0 \\quad \\text{for } i < 1 \\text{ or } i > m` in a display."""
        head, *rest = parts
        named = bare_name(tuple(head.sides[0]), self.table)
        if named is None or len(named.lead) != 1 or [str(r) for r in head.relations] not in (["="], ["\\coloneq"]):
            return False
        if not all(x.relations and all(x.sides) for x in rest) or not head.sides[1] or self.is_by_cases(named.name):
            return False
        shown = [self.text(x.sides[0], x.sides[-1]) for x in rest]
        if not padding.speak_of(named.lead[0], " ".join(f"{w} ${x}$" for w, x in zip(words[1:], shown, strict=True))):
            return False
        excepting = padding.EXCEPTING.search(f"{words[1]} ") is not None
        return self.all_padded(named, head.sides[1], rest, excepting=excepting)

    def is_by_cases(self, name: str) -> bool:
        """Whether a definition says already what its entries are at any index."""
        d = self.table.definitions.get(name)
        return d is not None and isinstance(d.rhs, s.Cases)

    def padded_with(self, named: Named, beyond: Beyond) -> bool:
        if not self.scouting:
            self.table.beyond[named.name] = beyond
            self.table.touch()
        return True

    def extended(self, named: Named, part: Part) -> None:
        """One more condition under which the entries count as that; of entries within the range, nothing is refuted."""
        found, name = self.table.beyond.get(named.name), named.name
        if self.scouting or found is None:
            return
        more = padding.sides(
            part, named.lead[0], first_of(name, self.table), self.ends_of(named), excepting=self.excepting
        )
        if more:
            self.padded_with(named, replace(found, sides=found.sides | more))
        else:
            del self.table.beyond[name]
            self.table.vague[name] = f"what {name} is at some of its indices"

    def ends_of(self, named: Named) -> set[str]:
        """Where the index of the entries ends, as the note writes it."""
        t, name = self.table, named.name
        d, symbol = t.definitions.get(name), t.symbols.get(name)
        ranges = [t.ranges.get(x) for x in named.lead]
        ranges += [t.ranges_in(d.section).get(x) for x in d.letters] if d is not None else []
        found = ["".join(map(str, strip(r.high))) for r in ranges if r is not None and r.high and not r.strict]
        sizes = symbol.dims if symbol is not None and len(symbol.dims) == 1 and not symbol.lead else ()
        counted = ["".join(map(str, strip(size))) for size in sizes]
        return {*found, *(counted if first_of(name, t) else (f"{n}-1" for n in counted))}

    def elsewhere(self, part: Part, named: Named, rhs: s.Node) -> bool:
        """`$h_i = 0$ for all other $i$`, behind the entries of h: what they are beyond their range."""
        said = self.segment is not None and prose.ELSEWHERE.match(self.segment.after)
        if not said or not named.lead or not self.table.known(named.name) or not is_constant(rhs, self.table):
            return False
        self.table.beyond[named.name] = Beyond(rhs)
        self.declared(part, f"the entries of {named.name} beyond its range")
        return True
