"""Declarations among the statements: membership, functions, ranges, bounds, properties."""

from __future__ import annotations

from derive.documents import declare
from derive.documents import syntax as s
from derive.documents.model import Statement
from derive.documents.names import letter_of, listed
from derive.documents.properties import property_of
from derive.documents.reports import Reports
from derive.documents.rows import Part
from derive.documents.table import Range, Symbol, Tokens
from derive.documents.trouble import Unreadable

INEQUALITIES = frozenset(("<", ">", "\\le", "\\ge"))
SILENT = frozenset(
    ("\\sim", "\\propto", "\\to", "\\mapsto", "\\subset", "\\ll", "\\gg", "\\notin", "\\succ", "\\succeq")
)


class Declaring(Reports):
    """Reads a relation as a declaration, where it is one."""

    # -- declarations ------------------------------------------------------------------------------------------
    def declaration(self, part: Part, words: list[str]) -> bool:
        t = self.table
        names = listed(tuple(part.sides[0]))
        if words[0] == "\\in":
            return self.membership(part, names)
        if words[0] == ":" and len(words) > 1 and words[1] == "\\to":
            self.function(part, names)
            return True
        if words[0] in SILENT:
            self.silent(part, words[0], names)
            return True
        if (found := declare.span(part, t)) is not None:
            self.range(*found)
            self.declared(part, f"{found[0]} from {found[1].low}")
            return True
        if all(w in INEQUALITIES or w == "\\ne" for w in words) and self.bound(part, names):
            return True
        if words == ["="] and (name := property_of(part, t)) is not None:
            self.declared(part, name)
            return True
        return False

    def range(self, letter: str, found: Range) -> None:
        table = self.table
        if letter in table.steps and letter not in table.symbols:
            table.ranges.setdefault(f"{letter}!", found)
        table.ranges[letter] = found
        table.touch()
        high = letter_of(found.high)
        if self.scouting and high and letter not in table.steps:
            table.sizes.setdefault(high, f"it bounds {letter}")

    def membership(self, part: Part, names: list[Tokens], *, quiet: bool = False) -> bool:
        named = [declare.bare_name(x, self.table) for x in names]
        defined = [n.name for n in named if n is not None and n.name in self.table.definitions]
        for name in defined:
            if self.table.is_stale(name):
                self.table.forget(name)
        if defined and all(n in self.table.definitions for n in defined):
            if not quiet:
                self.declared(part, "where it lies follows from its definition")
            return True
        found = declare.membership(names, tuple(part.sides[1]), self.table)
        if quiet:
            if self.scouting:
                for name in found:
                    self.table.future.setdefault(self.heading, {})[name] = self.table.symbols[name]
            return True
        if found:
            self.declared(part, "", tuple(found))
            return True
        if self.scouting:
            return True
        raise Unreadable(
            part.relations[0].start, "\\in between these sides", "names on the left and a set on the right"
        )

    def function(self, part: Part, names: list[Tokens]) -> None:
        for x in names:
            named = declare.bare_name(x, self.table)
            if named is not None and named.name not in self.table.definitions:
                self.table.functions.setdefault(named.name, 1)
                self.table.touch()
        self.declared(part, "a function")

    def silent(self, part: Part, word: str, names: list[Tokens]) -> None:
        """Relations that declare little: S \\succ 0 is positive definite; a distribution or a limit says nothing here."""
        if word in ("\\succ", "\\succeq"):
            for x in names:
                named = declare.bare_name(x, self.table)
                if named is not None and word == "\\succ":
                    self.table.add_properties(named.name, "positive_definite", "symmetric")
        self.declared(part, "")

    def bound(self, part: Part, names: list[Tokens]) -> bool:
        """A sign or a bound of a symbol without a definition."""
        if len(names) > 1:
            done = [self.bound(Part([list(n), *part.sides[1:]], part.relations), [n]) for n in names]
            return all(done)
        symbol = declare.comparison(part, self.table)
        if symbol is None or self.is_assertion(symbol):
            return False
        t = self.table
        if (
            symbol.name in t.sizes
            or symbol.name in t.depths
            or (symbol.name in t.steps and symbol.name not in t.symbols)
        ):
            self.declared(part, "")
            return True
        before = t.symbols.get(symbol.name)
        if before is not None and (before.low or before.high) and not self.scouting:
            return before.properties >= symbol.properties and bool(symbol.properties)
        named = declare.bare_name(tuple(names[0]), t)
        if before is None:
            dims = ()
            t.declare(Symbol(symbol.name, dims, named.lead if named else (), False, symbol.properties, symbol.low, symbol.high,
                             named.letter if named else ""))  # fmt: skip
        else:
            before.properties |= symbol.properties
            before.low, before.high = before.low or symbol.low, before.high or symbol.high
            t.touch()
        self.declared(part, "", (symbol.name,))
        return True

    def is_assertion(self, symbol: Symbol) -> bool:
        """A bound that depends on the symbol itself, or on more than a name, is a claim about a declared symbol."""
        from derive.documents.mentions import mentioned

        bounds = [b for b in (symbol.low, symbol.high) if b is not None]
        if any(symbol.name in mentioned(b) for b in bounds):
            return True
        known = self.table.symbols.get(symbol.name)
        return (
            known is not None
            and not known.ahead
            and not all(isinstance(b, (s.Num, s.Name, s.Script, s.Sum)) for b in bounds)
        )

    def declared(self, part: Part, reading: str, names: tuple[str, ...] = ()) -> None:
        if self.scouting:
            for name in names:
                self.table.future.setdefault(self.heading, {})[name] = self.table.symbols[name]
            return
        if any(not x for x in part.sides[:2]):
            return
        self.add(
            part,
            0,
            Statement("declaration", self.place(part.sides[1]), *self.texts(part, 0), reading=reading, definite=names),
        )
