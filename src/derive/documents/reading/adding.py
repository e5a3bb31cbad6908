"""Costs with something added to them, by words: the result has a value."""

from __future__ import annotations

from derive.documents.names.bare import bare_name
from derive.documents.names.symbols import Definition
from derive.documents.reading.arrows import Item
from derive.documents.reading.lines import Lining
from derive.documents.sentences.adding import added
from derive.documents.source.document import Segment
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse


class Adding(Lining):
    """Defines what words call the result of adding to a cost."""

    def adds(self, items: list[Item], segment: Segment) -> None:
        """`Add $\\lambda \\|w\\|^2$ to the cost and call the result $J_\\lambda$`, at the last of these formulas."""
        if segment.display or self.scouting or len(items) != 1 or items[0].part.relations:
            return
        said = added(self.document.text[: segment.end + 1])
        what = next((x for written, x in reversed(self.written) if said is not None and written == said.what), ())
        named = bare_name(tuple(items[0].part.sides[0]), self.table)
        base = said.to.removeprefix("\\") if said is not None else ""
        d = self.table.definitions.get(base)
        if not what or named is None or named.lead or named.letter or self.table.known(named.name):
            return
        if d is None or d.letters or d.letter or d.parameters:
            return
        total = s.Sum(segment.start, ((1, s.Name(segment.start, base)), (1, parse(what))))
        self.table.define(Definition(named.name, total, segment.start, section=self.table.section))
