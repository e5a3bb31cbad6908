"""Pieces of formulas to statements: what is a declaration, what a definition, what a claim."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.documents import declare, prose
from derive.documents import stacked as rows
from derive.documents import syntax as s
from derive.documents.conditions import Condition, index_condition, restricting
from derive.documents.define import definition, reachable_from
from derive.documents.model import Place, Statement
from derive.documents.names import letter_of, listed, strip
from derive.documents.parser import parse
from derive.documents.properties import property_of
from derive.documents.remarks import apply_remarks
from derive.documents.rows import FOR, Part, Piece, relations
from derive.documents.sides import Reading, read_pair
from derive.documents.source import Document, Segment
from derive.documents.table import Range, Symbol, Table, Tokens
from derive.documents.tokens import Token
from derive.documents.trouble import Clash, Unreadable

INEQUALITIES = frozenset(("<", ">", "\\le", "\\ge"))
SILENT = frozenset(
    ("\\sim", "\\propto", "\\to", "\\mapsto", "\\subset", "\\ll", "\\gg", "\\notin", "\\succ", "\\succeq")
)


@dataclass(frozen=True)
class Item:
    """A piece with its relations taken apart."""

    piece: Piece
    part: Part


class Reader:
    """Goes through the formulas of a note in order. `scouting`: declarations only, nothing is reported."""

    def __init__(self, document: Document, table: Table, *, scouting: bool = False) -> None:
        self.document, self.table, self.scouting = document, table, scouting
        self.statements: list[Statement] = []
        self.sentence: list[Condition] = []
        self.carried: list[Token] = []
        self.heading = -1
        self.pending: list[list[Token]] = []
        apply_remarks(self.document, table, quiet=scouting)

    # -- formulas ----------------------------------------------------------------------------------------------
    def formula(self, segment: Segment, pieces: list[Piece], problem: Unreadable | None) -> None:
        if segment.heading != self.heading:
            self.heading = segment.heading
            if not self.scouting:
                self.table.enter_section(self.heading)
        if prose.ends_sentence(segment.before):
            self.sentence = []
        if problem is not None:
            self.unreadable(segment.start, segment.end, problem)
            return
        items = [Item(p, relations(p.tokens)) for p in merged(pieces)]
        self.carried = []
        local, items = self.conditions(items, segment)
        for item in self.ordered(items):
            self.item(item, segment, local + self.sentence)
        self.words(segment, items)

    def ordered(self, items: list[Item]) -> list[Item]:
        """Definitions of functions before what uses them in the same display; chains stay in order."""
        if len(items) < 2 or any(not i.part.sides[0] for i in items):
            return items
        first = [i for i in items if self.defines_function(i)]
        return first + [i for i in items if i not in first] if first and not self.scouting else items

    def defines_function(self, item: Item) -> bool:
        part = item.part
        if len(part.relations) != 1 or str(part.relations[0]) not in ("=", "\\coloneq"):
            return False
        try:
            found = definition(tuple(part.sides[0]), parse(part.sides[1]), self.table)
        except Unreadable:
            return False
        return found is not None and bool(found.parameters)

    def words(self, segment: Segment, items: list[Item]) -> None:
        """Properties that the prose around a declaration or a bare name asserts."""
        if not segment.display and len(items) == 1 and not items[0].part.relations:
            self.pending.append(items[0].part.sides[0])
            rows.link(items[0].part.sides[0], segment, self.table)
            if segment.after.strip() not in ("and", ","):  # u_i and v_j, the rows of U and V
                for tokens in self.pending:
                    rows.link(tokens, segment, self.table)
                self.pending = []
        else:
            self.pending = []
        names = [n for i in items for n in self.names(i)]
        if not names or segment.display:
            return
        found = prose.properties(prose.belongs_after(segment.after)) | prose.properties(
            prose.belongs_before(segment.before)
        )
        for name in names:
            symbol = self.table.symbols.get(name)
            if symbol is None or name in self.table.definitions:
                continue
            square = len(symbol.dims) == 2
            fits = {p for p in found if (square if p in prose.MATRIX else p != "diagonal")}
            if "one_hot" in fits or "sum_to_one" in fits:
                fits = fits if symbol.dims else fits - {"one_hot", "sum_to_one"}
            if fits:
                self.table.add_properties(name, *fits)

    def names(self, item: Item) -> list[str]:
        part = item.part
        if part.relations and str(part.relations[0]) != "\\in":
            return []
        out = []
        for side in listed(tuple(part.sides[0])) if part.relations else [tuple(part.sides[0])]:
            named = declare.bare_name(side, self.table)
            if named is not None:
                out.append(named.name)
        return out

    # -- conditions --------------------------------------------------------------------------------------------
    def conditions(self, items: list[Item], segment: Segment) -> tuple[list[Condition], list[Item]]:
        """Conditions on the other statements of a formula, and those statements."""
        local: list[Condition] = []
        rest: list[Item] = []
        claims = any(str(r) == "=" for i in items for r in i.part.relations)
        for item in items:
            words = item.piece.words.strip(" ,.:")
            introduced = any(words == w or words.endswith(f" {w}") for w in FOR) if words else False
            condition = self.condition(item, introduced or (claims and segment.display and len(items) > 1))
            if condition is not None and (claims or introduced):
                local.append(condition)
            elif condition is not None and self.in_sentence(segment):
                self.sentence.append(condition)
            else:
                rest.append(item)
        return local, rest

    def in_sentence(self, segment: Segment) -> bool:
        before = prose.CONDITION.search(prose.sentence_before(segment.before)[-60:])
        return bool(before) or bool(prose.CONDITION_AFTER.match(segment.after))

    def condition(self, item: Item, introduced: bool) -> Condition | None:
        part = item.part
        if not part.relations or not all(part.sides):
            return None
        text = self.text(part.sides[0], part.sides[-1])
        if (found := index_condition(part, self.table, text)) is not None:
            return found
        if not all(str(r) in INEQUALITIES or str(r) == "\\ne" for r in part.relations) or declare.span(
            part, self.table
        ):
            return None
        symbol = declare.comparison(part, self.table)
        if symbol is None or symbol.name in self.table.sizes or symbol.name in self.table.depths | self.table.steps:
            return None
        before = self.table.symbols.get(symbol.name)
        if before is None or (before.properties & symbol.properties == symbol.properties and symbol.properties):
            return None
        return Condition(text, symbol)

    # -- one piece ---------------------------------------------------------------------------------------------
    def item(self, item: Item, segment: Segment, local: list[Condition]) -> None:
        part = item.part
        try:
            if not part.relations:
                self.carried = part.sides[0]
                return
            part = self.completed(part)
            self.relation(part, segment, local)
        except Unreadable as error:
            tokens = [t for side in part.sides for t in side] + part.relations
            self.failed(part, tokens, error)
        except RecursionError:
            tokens = [t for side in part.sides for t in side]
            self.failed(
                part, tokens, Unreadable(tokens[0].start, "a formula that is nested too deeply", "a flatter formula")
            )
        if part.relations:
            self.carried = part.sides[-1]

    def completed(self, part: Part) -> Part:
        """A row that begins with a relation goes on from the row before."""
        if not part.sides[0]:
            if not self.carried:
                raise Unreadable(
                    part.relations[0].start, f"{part.relations[0]} with nothing before it", "an expression on its left"
                )
            part = Part([self.carried, *part.sides[1:]], part.relations)
        for n, side in enumerate(part.sides):
            if not side:
                raise Unreadable(
                    part.relations[n - 1].end - 1,
                    f"nothing after {part.relations[n - 1]}",
                    "an expression on its right",
                )
        return part

    def relation(self, part: Part, segment: Segment, local: list[Condition]) -> None:
        words = [str(r) for r in part.relations]
        if len(words) > 1 and words[-1] == "\\in" and words[0] in ("=", "\\coloneq"):
            for side in part.sides[-3:-1] if not self.scouting else part.sides[-2:-1]:
                self.membership(Part([side, part.sides[-1]], [part.relations[-1]]), [tuple(side)], quiet=True)
            part = Part(part.sides[:-1], part.relations[:-1])
            words = words[:-1]
        if self.declaration(part, words):
            return
        if self.scouting:
            return
        if words[0] in ("\\leftarrow",):
            self.add(
                part, 0, Statement("definition", self.place(part.sides[1]), *self.texts(part, 0), reading="an update")
            )
            self.chain(part, 1, local)
            return
        if words[0] in (
            "=",
            "\\coloneq",
        ) or (words[0] == "\\approx" and self.is_fresh(part)):
            self.equalities(part, segment, local)
            return
        self.chain(part, 0, local)

    def is_fresh(self, part: Part) -> bool:
        return definition(tuple(part.sides[0]), parse(part.sides[1]), self.table) is not None

    def equalities(self, part: Part, segment: Segment, local: list[Condition]) -> None:
        """A first equality with a fresh left side defines; the rest are claims."""
        if not segment.display and prose.EQUATION.search(prose.sentence_before(segment.before)[-60:]):
            self.declared(part, "an equation that is to be solved")
            return
        forced = str(part.relations[0]) == "\\coloneq" or (
            bool(prose.ASSIGNING.search(prose.sentence_before(segment.before)[-40:])) and not segment.display
        )
        last = part.sides[-1]
        if len(part.relations) > 1 and self.all_fresh(part):
            for n in range(len(part.relations)):
                self.define(Part([part.sides[n], last], [part.relations[n]]), False)
            return
        if (each := self.numbered(part)) and len(part.relations) == 1:
            for one in each:
                if not self.define(one, forced):
                    self.chain(one, 0, local)
            return
        first = 1 if self.define(part, forced) else 0
        self.chain(part, first, local)

    def numbered(self, part: Part) -> list[Part]:
        """a_k = ... mu_k ... where mu_1 and mu_2 are declared, and no mu: one equation for each number."""
        table = self.table
        tokens = [t for side in part.sides for t in side]
        bases: dict[str, set[str]] = {}
        for a, b, c in zip(tokens, tokens[1:], tokens[2:], strict=False):
            if (
                b.is_("_")
                and a.kind in ("letter", "cmd")
                and c.kind == "letter"
                and (name := a.text.removeprefix("\\"))
            ):
                bases.setdefault(c.text, set()).add(name)
        for letter, names in bases.items():
            families = [n for n in names if not table.known(n) and table.known(f"{n}_1") and table.known(f"{n}_2")]
            own = [t for t, u in zip(part.sides[0], part.sides[0][1:], strict=False) if t.is_("_") and u.text == letter]
            if not families or not own or letter in table.steps:
                continue
            numbers = [k for k in range(1, 10) if all(table.known(f"{n}_{k}") for n in families)]
            return [Part([_numbered(side, letter, k) for side in part.sides], part.relations) for k in numbers]
        return []

    def all_fresh(self, part: Part) -> bool:
        """v_0 = m_0 = 0 defines both."""
        if not all(str(r) == "=" for r in part.relations):
            return False
        return all(declare.bare_name(tuple(x), self.table) and self.is_fresh(Part([x, part.sides[-1]], part.relations))
                   for x in part.sides[:-1])  # fmt: skip

    def define(self, part: Part, forced: bool) -> bool:
        found = definition(tuple(part.sides[0]), parse(part.sides[1]), self.table, forced=forced)
        if found is None:
            return False
        if found.name in self.table.sizes and isinstance(found.rhs, s.Num):
            self.add(
                part, 0, Statement("declaration", self.place(part.sides[1]), *self.texts(part, 0), reading="a size")
            )
            return True
        self.table.functions.pop(found.name, None)
        for p in found.parameters:
            if (known := self.table.symbols.get(p)) is not None and known.lead and known.section != self.table.section:
                self.table.declare(Symbol(p))
        before = self.table.definitions.get(found.name)
        self.table.define(found)
        if found.letter:
            self.infer_rank(found)
        sizes = set(self.table.solved)
        problem = self.check(found)
        self.table.firm |= set(self.table.solved) - sizes
        if problem is not None and found.parameters:
            problem = self.shadowed(found, problem)
        if problem is not None:
            self.table.broken.add(found.name)
            if before is None:
                self.table.definitions.pop(found.name, None)
            else:
                self.table.definitions[found.name] = before
            raise problem
        self.add(part, 0, Statement("definition", self.place(part.sides[1]), *self.texts(part, 0), reading=_definition_text(found),
                                    definite=(found.name,)))  # fmt: skip
        return True

    def infer_rank(self, found) -> None:
        """A recursion says itself what it is a recursion of: a scalar, a vector or a matrix."""
        from derive.documents.recursions import rank_of

        rank = rank_of(found, self.table)
        if rank is not None:
            self.table.ranks[found.name] = rank
            self.table.touch()

    def shadowed(self, found, problem: Unreadable) -> Unreadable | None:
        """f(x) = x^2 where x was an array: from here on x is the number that f takes."""
        before = {p: self.table.symbols.get(p) for p in found.parameters}
        values = {p: self.table.definitions.pop(p) for p in found.parameters if p in self.table.definitions}
        for p, symbol in before.items():
            if symbol is None or symbol.dims or symbol.lead:
                self.table.declare(Symbol(p))
        if self.check(found) is None:
            return None
        self.table.definitions |= values
        for p, symbol in before.items():
            if symbol is None:
                self.table.symbols.pop(p, None)
            else:
                self.table.symbols[p] = symbol
        return problem

    def check(self, found) -> Unreadable | None:
        """Read the right side once, so that a shape or an index that does not fit is told at its place."""
        rhs = found.rhs
        tree: s.Node = s.Name(found.place, found.name)
        if found.letters or found.letter or found.name not in self.table.definitions:
            tree = rhs
        try:
            reading = read_pair(tree, tree, self.table, restricting([]))
        except Unreadable as error:
            return error
        except Clash as error:
            return Unreadable(found.place, str(error), "shapes that fit")
        return Unreadable(found.place, reading.clash, "shapes that fit") if reading.clash else None

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

    # -- claims ------------------------------------------------------------------------------------------------
    def chain(self, part: Part, first: int, local: list[Condition]) -> None:
        """Each adjacent pair of a chain is a claim."""
        for n in range(first, len(part.relations)):
            pair = Part(part.sides[n : n + 2], [part.relations[n]])
            try:
                self.claim(pair, local)
            except Unreadable as error:
                self.failed(pair, [t for side in pair.sides for t in side], error)

    def claim(self, part: Part, local: list[Condition]) -> None:
        from derive.documents.claims import claim

        lhs, rhs = parse(part.sides[0]), parse(part.sides[1])
        self.refuse_broken(lhs, rhs)
        reading: Reading = read_pair(lhs, rhs, self.table, restricting(local))
        statement = claim(part, lhs, reading, self.table)
        self.add(part, 0, statement(self.place(part.sides[1]), self.place(part.sides[0]), *self.texts(part, 0)))

    def refuse_broken(self, *trees: s.Node) -> None:
        """What depends on a definition that could not be read cannot be judged."""
        if not self.table.broken:
            return
        used = set().union(*(reachable_from(t, self.table) for t in trees))
        for name in sorted(used & self.table.broken - set(self.table.definitions)):
            raise Unreadable(
                trees[0].at, f"{name}, whose definition could not be read", f"a definition of {name} that is understood"
            )

    # -- statements --------------------------------------------------------------------------------------------
    def add(self, part: Part, n: int, statement: Statement) -> None:
        if not self.scouting:
            self.statements.append(statement)

    def failed(self, part: Part, tokens: list[Token], error: Unreadable) -> None:
        if self.scouting or not tokens:
            return
        at = error.offset or tokens[0].start
        left, relation, right = ("", "", "")
        place = self.document.place(tokens[0].start)
        if part.relations and len(part.sides) > 1 and part.sides[1]:
            left, relation, right = self.texts(part, 0)
            place = self.place(part.sides[1])
        where = self.document.place(at)
        problem = f"line {where.line}, column {where.column}: {error}"
        self.add(part, 0, Statement("unreadable", place, left, relation, right, problem=problem))

    def unreadable(self, start: int, end: int, error: Unreadable) -> None:
        if self.scouting:
            return
        where = self.document.place(error.offset or start)
        text = self.document.text[start : min(end, start + 200)].strip()
        problem = f"line {where.line}, column {where.column}: {error}"
        self.statements.append(Statement("unreadable", self.document.place(start), "", "", text, problem=problem))

    def place(self, tokens: list[Token]) -> Place:
        return self.document.place(tokens[0].start)

    def text(self, first: list[Token], last: list[Token]) -> str:
        tokens = [*first, *last]
        return self.document.text[min(t.start for t in tokens) : max(t.end for t in tokens)].strip()

    def texts(self, part: Part, n: int) -> tuple[str, str, str]:
        relation = {"\\coloneq": ":=", "\\equiv": "="}.get(str(part.relations[n]), str(part.relations[n]))
        return self.slice(part.sides[n]), relation, self.slice(part.sides[n + 1])

    def slice(self, tokens: list[Token]) -> str:
        text = self.document.text[min(t.start for t in tokens) : max(t.end for t in tokens)] if tokens else ""
        return text.strip()

    def summary(self) -> dict[str, str]:
        """What was declared or inferred, by name."""
        return {name: _symbol_text(x) for name, x in self.table.symbols.items()}


def _definition_text(found) -> str:
    if found.parameters:
        return f"the function {found.name}({', '.join(found.parameters)})"
    return f"{found.name} at each {found.letter}" if found.letter else f"the value of {found.name}"


def _symbol_text(x: Symbol) -> str:
    dims = " x ".join("".join(t.text for t in d) for d in x.dims) or "scalar"
    return f"{dims} {' '.join(sorted(x.properties))}".strip()


def merged(pieces: list[Piece]) -> list[Piece]:
    """Lists put together again: `w, v \\in \\mathbb R^D`, `n = 1, \\dots, N`."""
    out: list[Piece] = []
    n = 0
    while n < len(pieces):
        piece = pieces[n]
        has = bool(relations(piece.tokens).relations)
        while has and piece.closed_by == "," and _goes_on(pieces, n):
            n += 1
            piece = _joined(piece, pieces[n])
        if not has and piece.closed_by == "," and (m := _list_end(pieces, n)) is not None:
            for k in range(n + 1, m + 1):
                piece = _joined(piece, pieces[k])
            n = m
        out.append(piece)
        n += 1
    return out


def _goes_on(pieces: list[Piece], n: int) -> bool:
    """Whether the next piece is a value of a range: 2, 3, \\dots, N."""
    if n + 1 >= len(pieces):
        return False
    following = pieces[n + 1].tokens
    if not following or relations(following).relations or pieces[n + 1].words:
        return False
    if following[0].is_("\\dots"):
        return True
    numbers = len(following) == 1 and following[0].kind == "num"
    dots = any(p.tokens and p.tokens[0].is_("\\dots") for p in pieces[n + 1 : n + 6])
    return (numbers and dots) or any(t.is_("\\dots") for t in pieces[n].tokens[-1:])


def _list_end(pieces: list[Piece], n: int) -> int | None:
    """The piece that ends a list of names, where it has a relation that declares."""
    for m in range(n, min(n + 12, len(pieces))):
        found = relations(pieces[m].tokens).relations
        if found:
            declares = str(found[0]) in ("\\in", ":", ">", "<", "\\ge", "\\le", "\\succ", "\\ne")
            return m if m > n and declares else None
        if len(strip(tuple(pieces[m].tokens))) > 14 or pieces[m].closed_by != ",":
            return None
    return None


def _joined(a: Piece, b: Piece) -> Piece:
    at = a.tokens[-1].end
    return Piece([*a.tokens, declare.comma(at), *b.tokens], a.words, a.row, a.first, b.closed_by)


def _numbered(side: list[Token], letter: str, k: int) -> list[Token]:
    """The tokens with a number for the index letter."""
    return [replace(t, kind="num", text=str(k)) if t.kind == "letter" and t.text == letter and n and side[n - 1].is_("_") else t
            for n, t in enumerate(side)]  # fmt: skip
