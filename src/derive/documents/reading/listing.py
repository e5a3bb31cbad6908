"""Arrays whose entries a note gives one by one: `$x_1 = 1$, $x_2 = 2$`, where x_k stands further down."""

from __future__ import annotations

from derive.documents.names.symbols import Definition
from derive.documents.reading.arrows import Item
from derive.documents.reading.everywhere import Everywhere
from derive.documents.sentences.passage import is_constant
from derive.documents.source.rows import EQUALS, Part
from derive.documents.source.tokens import Token
from derive.documents.source.uses import only
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable


class Listing(Everywhere):
    """Reads such an entry as a part of the array; and keeps a list of values from being read as its first one."""

    def without_values(self, items: list[Item]) -> list[Item]:
        """The items but for `w_t = 1, \\frac12, \\frac14`, in which nothing says which value is whose."""
        out: list[Item] = []
        dropped = False
        for item in items:
            value = self.is_value(item.part)
            if value and out and [str(r) for r in out[-1].part.relations] == ["="] and not out[-1].piece.behind.strip():
                part = out.pop().part
                tokens = [t for side in part.sides for t in side]
                self.mark_broken(part)
                self.failed(part, tokens, Unreadable(tokens[0].start, "several values", "an equation for each of them"))
                dropped = True
            elif not (value and dropped):
                out.append(item)
                dropped = False
        return out

    def is_value(self, part: Part) -> bool:
        """Whether it is a number by itself, and no equation; (3) is the number of one."""
        plain = not part.relations and len(part.sides) == 1 and bool(part.sides[0]) and part.sides[0][0].kind != "open"
        try:
            return plain and is_constant(parse(part.sides[0]), self.table)
        except (Unreadable, RecursionError):
            return False

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
