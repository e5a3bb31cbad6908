"""Arrays whose entries a note gives one by one: `$x_1 = 1$, $x_2 = 2$`, where x_k stands further down."""

from __future__ import annotations

from derive.documents.names.table import Definition
from derive.documents.reading.lasting import Lasting
from derive.documents.source.rows import EQUALS, Part
from derive.documents.source.tokens import Token
from derive.documents.source.uses import only
from derive.documents.syntax.parser import parse


class Listing(Lasting):
    """Reads such an entry as a part of the array."""

    def lists(self, part: Part) -> bool:
        """Whether the equation gives an entry; the first of them defines the array."""
        x = only(part.sides[0]) if len(part.relations) == 1 and str(part.relations[0]) in EQUALS else None
        if x is None or x.name not in self.table.given or len(x.sub) != 1 or x.sub[0].kind != "num":
            return False
        if self.scouting:
            return True
        if x.name not in self.table.definitions:
            at = part.sides[0][0].start
            comma = Token("sym", ",", at, at)
            inner = [t for value in self.table.given[x.name] for t in (comma, *value)][1:]
            tree = parse([Token("open", "(", at, at), *inner, Token("close", "(", at, at)])
            self.table.define(Definition(x.name, tree, at))
        self.declared(part, f"an entry of {x.name}")
        return True
