"""Means in words, as definitions: `write $\\bar x$ for its mean`; and what is centred."""

from __future__ import annotations

from collections.abc import Sequence

from derive.documents.declarations.enumerations import enumeration
from derive.documents.names.bare import bare_name
from derive.documents.names.scripts import listed
from derive.documents.names.symbols import Definition, Symbol
from derive.documents.reading.arrows import Item
from derive.documents.reading.hearing import Hearing
from derive.documents.sentences import averages, prose
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s


class Averaging(Hearing):
    """Listens to the words about means."""

    arrays: tuple[str, ...] = ()  # what the note declared last
    lastly = ""  # the name before
    plural = False  # the words speak of means: $\\bar x$ and $\\bar y$

    def averaged(self, items: list[Item], segment: Segment) -> None:
        """Enter a mean that the words name, or that the numbers which were just declared sum to zero."""
        if segment.display or len(items) != 1:
            return
        part = items[0].part
        if [str(r) for r in part.relations] == ["\\in"]:
            self.arrays = self.declared_here(part)
            self.centre(self.arrays, segment)
        elif not part.relations:
            self.centre(self.names(items[0]), segment)
            self.mean(part, segment)
            self.lastly = next(iter(self.names(items[0])), "")

    def names(self, item: Item) -> list[str]:
        """The names that a formula declares, or that stand there by themselves."""
        part = item.part
        if part.relations and str(part.relations[0]) != "\\in":
            return []
        sides = listed(tuple(part.sides[0])) if part.relations else [tuple(part.sides[0])]
        return [named.name for side in sides if (named := bare_name(side, self.table)) is not None]

    def declared_here(self, part: Part) -> tuple[str, ...]:
        names = listed(tuple(part.sides[0]))
        if (found := enumeration(names, self.table)) is not None:
            return (found.name,)
        named = [bare_name(x, self.table) for x in names]
        return tuple(x.name for x in named if x is not None and x.name in self.table.symbols)

    def doubts(self, segment: Segment) -> bool:
        """Whether the words make it a case, deny it, or speak of chance."""
        spoken = f"{self.spoken} {prose.TURN.split(prose.sentence_after(segment.after))[0]}"
        under = prose.UNDER.search(self.spoken) or prose.HEDGED.search(spoken)
        return bool(under or averages.OTHER.search(spoken) or averages.CHANCE.search(spoken))

    def centre(self, names: Sequence[str], segment: Segment) -> None:
        """`be centred`; `with centred columns`, `the columns of $X$ have zero mean`."""
        columns = averages.COLUMNS_BEFORE.search(segment.before) and averages.CENTRED_AFTER.match(segment.after)
        columns = bool(columns or averages.COLUMNS_AFTER.match(segment.after))
        if self.scouting or not (columns or averages.CENTRED_AFTER.match(segment.after)) or self.doubts(segment):
            return
        symbol = self.table.symbols.get(names[0]) if len(names) == 1 else None
        if symbol is None or symbol.name in self.table.definitions or symbol.lead:
            return
        matrix = columns and len(symbol.dims) == 2 and not symbol.letter
        if (matrix or (not columns and _is_list(symbol))) and not (symbol.properties or symbol.low or symbol.high):
            symbol.centred = True
            self.more = True
            self.table.touch()

    def mean(self, part: Part, segment: Segment) -> None:
        after = self.document.text[segment.end : segment.end + 120]
        said, of = averages.mean_of(segment.before, after)
        goes_on = self.plural and self.inherits
        if averages.MEAN_OF.search(" ".join(self.spoken.split())):
            said, of = True, self.lastly
        said = said or bool(averages.WRITTEN.search(" ".join(self.spoken.split())))
        before = averages.MEAN_BEFORE.search(prose.sentence_before(segment.before))
        self.plural = goes_on or bool(before is not None and before["many"])
        named = bare_name(tuple(part.sides[0]), self.table)
        if not (said or goes_on) or self.scouting or named is None or named.lead or named.letter:
            return
        table, name = self.table, named.name
        if table.known(name) or name in table.sizes or averages.OTHER.search(self.spoken):
            return
        base, at = name.removesuffix("bar"), segment.start
        paragraph = self.document.text[self.document.text.rfind("\n\n", 0, at) + 1 : segment.end + 300]
        if base == name and (averages.CHANCE.search(paragraph) or averages.OTHER.search(paragraph)):
            return
        options = [x for x in (of, base if base != name else "") if x] or [
            x for x in self.arrays if len(self.arrays) == 1
        ]
        symbol = table.symbols.get(options[0]) if options else None
        if symbol is None or not _is_list(symbol) or symbol.name == name:
            return
        letter = symbol.lead[0] if symbol.lead else next((x for x in "ijkln" if not table.known(x)), "")
        if letter:
            index = (Token("letter", letter, at, at),)
            average = s.Big(at, "E", index, (), s.Script(at, s.Name(at, symbol.name), index))
            table.define(Definition(name, average, at))
            if table.vague.get(symbol.name, "").endswith((" mean", " means")):
                del table.vague[symbol.name]  # x with mean mu
            self.more = True  # in the claims before, too: where $\\mu$ is the mean of $x$


def _is_list(symbol: Symbol) -> bool:
    """Whether it is one vector, or one thing for each value of one index."""
    several = symbol.numbered or bool(symbol.lead)
    return not symbol.row and not symbol.letter and len(symbol.lead) < 2 and (several or len(symbol.dims) == 1)
