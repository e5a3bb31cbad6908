"""Pieces of formulas to statements: what is a declaration, what a definition, what a claim."""

from __future__ import annotations

from dataclasses import dataclass

from derive.documents import declare, prose
from derive.documents import stacked as rows
from derive.documents import syntax as s
from derive.documents.conditions import Condition, index_condition, restricting
from derive.documents.declaring import INEQUALITIES, Declaring
from derive.documents.define import definition, reachable_from
from derive.documents.lists import merged, numbered_side
from derive.documents.model import Statement
from derive.documents.names import listed
from derive.documents.parser import parse
from derive.documents.rows import FOR, Part, Piece, relations
from derive.documents.sides import Reading, read_pair
from derive.documents.source import Segment
from derive.documents.table import Symbol
from derive.documents.trouble import Clash, Unreadable


@dataclass(frozen=True)
class Item:
    """A piece with its relations taken apart."""

    piece: Piece
    part: Part


class Reader(Declaring):
    """Goes through the formulas of a note in order. `scouting`: declarations only, nothing is reported."""

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
            self.mark_broken(part)
            self.failed(part, tokens, error)
        except RecursionError:
            tokens = [t for side in part.sides for t in side]
            self.failed(
                part, tokens, Unreadable(tokens[0].start, "a formula that is nested too deeply", "a flatter formula")
            )
        if part.relations:
            self.carried = part.sides[-1]

    def mark_broken(self, part: Part) -> None:
        """A definition whose right side is not understood leaves its name without a meaning."""
        if self.scouting or str(part.relations[0]) not in ("=", "\\coloneq"):
            return
        named = declare.bare_name(tuple(part.sides[0]), self.table)
        if named is not None and named.name not in self.table.definitions:
            self.table.broken.add(named.name)

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
            return [Part([numbered_side(side, letter, k) for side in part.sides], part.relations) for k in numbers]
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


def _definition_text(found) -> str:
    if found.parameters:
        return f"the function {found.name}({', '.join(found.parameters)})"
    return f"{found.name} at each {found.letter}" if found.letter else f"the value of {found.name}"
