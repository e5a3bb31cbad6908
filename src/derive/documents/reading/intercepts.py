"""Inputs whose first entry is one: `x_0 = 1`, which says so from there on, or in one case."""

from __future__ import annotations

import re

from derive.documents.names.scripts import strip
from derive.documents.names.symbols import INTERCEPT, Symbol
from derive.documents.reading.padding import Padding
from derive.documents.source.rows import Part
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse

ONE_CASE = re.compile(
    r"\b(?:cases?|suppos\w+|moment|if|when\w*|unless|example|assum\w+|special|temporarily)\b", re.IGNORECASE
)
"""Such words say that `x_0 = 1` need not last."""


class Intercepts(Padding):
    """Reads what a note says of the entry x_0 of an input in R^{n+1}."""

    def has_intercept(self, part: Part) -> bool:
        """`$x_0 = 1$`, `$x^{(i)}_0 = 1$` of an input in R^{n+1}: what its entries are from here on."""
        symbol = self._first_is_one(part)
        if symbol is None or symbol.name not in self.table.intercepts:
            return False
        if symbol.form:
            return symbol.form == INTERCEPT
        if ONE_CASE.search(self.spoken) or symbol.name in self.table.definitions:
            return False
        symbol.form = INTERCEPT
        self.table.touch()
        self.declared(part, "", (symbol.name,))
        return True

    def _first_is_one(self, part: Part) -> Symbol | None:
        """x of `x_0 = 1`, where it is declared."""
        lhs, rhs = parse(part.sides[0]), parse(part.sides[1])
        if not isinstance(lhs, s.Script) or not isinstance(lhs.base, s.Name) or not isinstance(rhs, s.Num):
            return None
        first = [t.text for t in strip(lhs.sub)] == ["0"] and rhs.text == "1"
        return self.table.symbols.get(lhs.base.name) if first else None
