"""Labels of which words tell the classes: `pairs $(x_i, y_i)$, where a label is one of the numbers $1, \\dots, K$`."""

from __future__ import annotations

from derive.documents.names.bare import bare_name
from derive.documents.names.scripts import listed
from derive.documents.names.symbols import Tokens
from derive.documents.reading.arrows import Item
from derive.documents.reading.summing import Summing
from derive.documents.sentences.labelling import labelled
from derive.documents.source.clean import clean
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part
from derive.documents.source.tokens import Token, tokenize


class Labelling(Summing):
    """Declares the labels of examples, where words say that they are classes."""

    paired: Tokens = ()  # y_i of the pairs (x_i, y_i), as the note has them last
    written: tuple[tuple[str, Tokens], ...] = ()  # names that stood by themselves, and how they are written

    def labels(self, items: list[Item], segment: Segment) -> None:
        """Enter that labels lie in {1, ..., K}, where the words up to this formula say so."""
        if segment.display or not items:
            return
        text, tokens = self.document.text, tuple(items[0].part.sides[0])
        if len(items) == 1 and not items[0].part.relations:
            self.paired = _label_of(tokens, self) or self.paired
            self.written = (*self.written[-3:], (text[segment.start : segment.end].strip(), tokens))
        said = labelled(text[max(0, segment.start - 200) : segment.end + 1])
        name = self.paired
        if said is not None and said.name:
            name = next((x for written, x in reversed(self.written) if written == said.name), ())
        named = bare_name(name, self.table) if said is not None and name else None
        if said is None or named is None or not named.lead or named.letter:
            return
        symbol = self.table.symbols.get(named.name)
        if named.name in self.table.definitions or (symbol is not None and not symbol.ahead):
            return
        of = clean(tokenize(rf"\{{1,\dots,{said.last}\}}", 0, len(rf"\{{1,\dots,{said.last}\}}")))
        at = segment.start
        member = Part([list(name), of], [Token("cmd", "in", at, at)])
        self.membership(member, listed(name))


def _label_of(tokens: Tokens, reader: Labelling) -> Tokens:
    """y_i of (x_i, y_i), also within \\{(x_i, y_i)\\}_{i=1}^n; () of anything else."""
    start = next((n for n, t in enumerate(tokens) if t.kind == "open" and t.text == "("), len(tokens))
    depth = 0
    for end in range(start, len(tokens)):
        depth += (tokens[end].kind == "open") - (tokens[end].kind == "close")
        if not depth:
            pair = [bare_name(x, reader.table) for x in listed(tokens[start + 1 : end])]
            leads = {x.lead for x in pair if x is not None}
            both = len(pair) == 2 and None not in pair and len(leads) == 1 and leads != {()}
            return listed(tokens[start + 1 : end])[1] if both else ()
    return ()
