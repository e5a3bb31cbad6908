"""Pieces of formulas to statements: what is a declaration, what a definition, what a claim."""

from __future__ import annotations

from dataclasses import replace

from derive.documents import declare, prose
from derive.documents import stacked as rows
from derive.documents import syntax as s
from derive.documents.conditions import Condition, index_condition, range_condition, restricting
from derive.documents.declaring import INEQUALITIES
from derive.documents.define import definition
from derive.documents.enumerations import declare_all, enumeration
from derive.documents.fitting import SAID, capitals, fits
from derive.documents.given import Told
from derive.documents.implied import Implying, Item
from derive.documents.lists import merged, numbered
from derive.documents.model import Statement
from derive.documents.names import letter_of, listed
from derive.documents.parser import parse
from derive.documents.passage import goes_on
from derive.documents.rows import FOR, Part, Piece, relations, unbracketed, without_colon
from derive.documents.scope import retire, retire_renewed, same
from derive.documents.sides import read_pair
from derive.documents.source import Segment
from derive.documents.table import Symbol
from derive.documents.tokens import Token
from derive.documents.trouble import FAULTS, Clash, Unreadable

SIGNS = frozenset("{}^_'+-*/=<>,;.:!|()[]&")  # every other sign means nothing, wherever it stands
FAULT = "a fault of derive"


class Reader(Implying):
    """Goes through the formulas of a note in order. `scouting`: declarations only, nothing is reported."""

    # -- formulas ----------------------------------------------------------------------------------------------
    def formula(self, segment: Segment, pieces: list[Piece], problem: Unreadable | None) -> None:
        if segment.heading != self.heading:
            self.heading = segment.heading
            if not self.scouting:
                self.table.enter_section(self.heading)
                retire_renewed(self.table)
        anew = self.stopped or prose.ends_sentence(segment.before.strip())
        if anew and (prose.GENERAL.search(segment.before) or not goes_on(segment.before)):
            self.sentence = []
        self.enter(segment, anew)
        self.subject = "" if anew else self.subject
        self.spoken = f"{'' if anew else self.spoken} {prose.sentence_before(segment.before)}"[-200:]
        self.stopped = self.document.text[segment.start : segment.end].rstrip().endswith((".", ";"))
        if problem is not None:
            self.unreadable(segment.start, segment.end, problem)
            return
        items = [Item(p, relations(without_colon(p.tokens))) for p in map(unbracketed, merged(pieces))]
        self.carried = []
        local, items = self.conditions(items, segment)
        if segment.display:
            local += self.worded(segment)
        if (
            self.told
            and prose.EQUIVALENT.fullmatch(segment.before)
            and len(items) == 1
            and self.restated(items[0].part)
        ):
            return
        told, before = self.told, (self.passage, len(self.sentence))
        self.told = ()
        items = self.implications(self.conditional(items))
        for item in self.ordered(items):
            self.item(item, segment, local + self.sentence)
        self.words(segment, items)
        if told and before != (self.passage, len(self.sentence)):
            self.told = told
            self.again(*self.sentence)
            self.told = ()
            self.passage = replace(self.passage, role="so")

    def ordered(self, items: list[Item]) -> list[Item]:
        """Ranges and definitions of functions before what uses them in the same display; chains stay in order."""
        if len(items) < 2 or any(not i.part.sides[0] for i in items):
            return items
        ranges = [i for i in items if all(i.part.sides) and declare.span(i.part, self.table) is not None]
        items = ranges + [i for i in items if i not in ranges]
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
        if not segment.display and len(items) == 1:
            after = self.document.text[segment.end : segment.end + 90]
            rows.unit_vectors(items[0].part.sides[-1], segment.before, after, self.table)
        self.listed_numbers(items, segment)
        bare = not segment.display and len(items) == 1 and not items[0].part.relations
        if bare:
            self.pending.append(items[0].part.sides[0])
            rows.link(items[0].part.sides[0], self.spoken, prose.sentence_after(segment.after), self.table)
            if segment.after.strip() not in ("and", ","):  # u_i and v_j, the rows of U and V
                for tokens in self.pending:
                    rows.link(tokens, self.spoken, prose.sentence_after(segment.after), self.table)
                self.pending = []
        else:
            self.pending = []
        if bare and prose.GRADIENTS.search(self.spoken):
            self.table.nabla = tuple(items[0].part.sides[0])
        if bare and prose.EIGENVALUES.search(self.spoken):
            self.eigenvalues(items[0].part.sides[0])
        for item in items:
            if not segment.display and [str(r) for r in item.part.relations] == ["\\in"]:
                said = prose.ITS_ROW.match(self.document.text[segment.end : segment.end + 60])
                before, after = ("", said.group()) if said else (self.spoken, "")
                rows.link(item.part.sides[0], before, after, self.table)
        names = [n for i in items for n in self.names(i)]
        self.subject = next((n for n in reversed(names) if n in self.table.symbols), self.subject)
        self.orthonormal(segment)
        if not names or segment.display:
            return
        found = prose.properties(prose.belongs_after(segment.after)) | prose.properties(
            prose.belongs_before(segment.before)
        )
        if prose.PLURAL.match(segment.after):  # let A and B be symmetric
            names = [*self.together, *names]
        self.together = names if segment.after.strip() in ("and", ",", ", and") else []
        for name in names:
            symbol = self.table.symbols.get(name)
            if symbol is None or name in self.table.definitions:
                continue
            square = len(symbol.dims) == 2
            fits = {p for p in found if (square if p in prose.MATRIX else p != "diagonal")}
            if "one_hot" in fits or "sum_to_one" in fits:
                fits = fits if symbol.dims else fits - {"one_hot", "sum_to_one"}
            if fits and bare:
                self.asserted(name, fits, segment)
            elif fits:
                self.table.add_properties(name, *fits)

    def listed_numbers(self, items: list[Item], segment: Segment) -> None:
        """`$g_0, g_1, \\dots$ are real numbers`: the words declare, as `\\in \\mathbb R` would."""
        if segment.display or len(items) < 3 or any(i.part.relations for i in items):
            return
        members = [tuple(i.part.sides[0]) for i in items]
        rows.link_all(members, self.spoken, prose.sentence_after(segment.after), self.table)
        numbered = enumeration(members)
        said = prose.NUMBERS_AFTER.match(segment.after) or prose.NUMBERS_BEFORE.search(
            prose.sentence_before(segment.before)
        )
        if numbered is not None and said and not self.table.known(numbered.name):
            positive = frozenset(("positive",)) if said["sign"] else frozenset[str]()
            declare_all(numbered, Symbol(numbered.name, properties=positive), self.table)

    def orthonormal(self, segment: Segment) -> None:
        """Let W have orthonormal columns; let the columns of W be orthonormal."""
        said = prose.ORTHONORMAL.search(f"{self.spoken} {prose.sentence_after(segment.after)}")
        symbol = self.table.symbols.get(self.subject)
        if said and said.end() > len(self.spoken) and symbol is not None and len(symbol.dims) == 2:
            self.table.add_properties(self.subject, "orthogonal")

    def eigenvalues(self, tokens: list[Token]) -> None:
        """A symmetric matrix with all eigenvalues in [a, b]: the one that the sentence declared last."""
        inside = (
            listed(tuple(tokens[1:-1])) if tokens and tokens[0].kind == "open" and tokens[-1].kind == "close" else []
        )
        symbol = self.table.symbols.get(self.subject)
        if len(inside) == 2 and symbol is not None and "symmetric" in symbol.properties:
            symbol.spectrum = (parse(inside[0]), parse(inside[1]))
            self.table.touch()

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
            elif condition is not None and (self.in_sentence(segment) or self.apart(item, segment)):
                self.sentence = self.replaced(self.sentence, condition)
            elif condition is None and self.apart(item, segment):
                continue
            else:
                rest.append(item)
        return local, rest

    def apart(self, item: Item, segment: Segment) -> bool:
        """x \\ne y of numbers or indices, in the text: it keeps away from a case, and claims nothing."""
        part = item.part
        if segment.display or len(part.relations) != 1 or str(part.relations[0]) != "\\ne" or not all(part.sides):
            return False
        letters = [letter_of(tuple(side)) for side in part.sides]
        if all(x is not None and not self.table.known(x) for x in letters):
            return True
        try:
            found = read_pair(parse(part.sides[0]), parse(part.sides[1]), self.table, lambda pair, _: pair)
        except Unreadable:
            return False
        return found.sides is not None and all(not side.shape for side in found.sides)

    def in_sentence(self, segment: Segment) -> bool:
        before = prose.CONDITION.search(prose.sentence_before(segment.before)[-60:])
        return bool(before) or bool(prose.CONDITION_AFTER.match(segment.after))

    def condition(self, item: Item, introduced: bool) -> Condition | None:
        part = item.part
        if not part.relations or not all(part.sides):
            return None
        text = self.text(part.sides[0], part.sides[-1])
        found = index_condition(part, self.table, text) or range_condition(part, self.table, text)
        if found is not None:
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
            self.mark_broken(part)
            tokens = [t for side in part.sides for t in side]
            self.failed(
                part, tokens, Unreadable(tokens[0].start, "a formula that is nested too deeply", "a flatter formula")
            )
        except FAULTS as error:  # the rest of the note is read all the same
            self.mark_broken(part)
            tokens = [t for side in part.sides for t in side]
            found = f"{FAULT} ({type(error).__name__}: {str(error)[:100]})"
            self.failed(part, tokens, Unreadable(tokens[0].start, found, "a formula that it can read"))
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
            if (odd := next((t for t in side if t.kind == "sym" and t.text not in SIGNS), None)) is not None:
                raise Unreadable(odd.start, odd.text, "mathematics")
        return part

    def relation(self, part: Part, segment: Segment, local: list[Condition]) -> None:
        words = [str(r) for r in part.relations]
        if "\\shouldbe" in words:
            self.required(part, words.index("\\shouldbe"), segment, local)
            return
        if len(words) > 1 and words[-1] == "\\in" and words[0] in ("=", "\\coloneq"):
            for side in part.sides[-3:-1] if not self.scouting else part.sides[-2:-1]:
                self.membership(Part([side, part.sides[-1]], [part.relations[-1]]), [tuple(side)], quiet=True)
            part = Part(part.sides[:-1], part.relations[:-1])
            words = words[:-1]
        if self.table.known("pi") and any(map(_turns, part.sides)):
            self.table.release("pi")
        if not self.scouting:
            self.freed(part, words)
            if words[0] == "\\in":
                self.cleared(part)
        declared = self.declaration(part, words)
        retire_renewed(self.table)
        if declared or self.takes(part):
            return
        self.heads(part, words)
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

    def heads(self, part: Part, words: list[str]) -> None:
        """H = ...: what H \\le log n says further down is then no declaration."""
        named = declare.bare_name(tuple(part.sides[0]), self.table) if words[0] in ("=", "\\coloneq") else None
        if named is not None and any(t.kind in ("letter", "cmd", "word") for t in part.sides[1]):
            self.headed.add((self.heading, named.name))

    def required(self, part: Part, n: int, segment: Segment, local: list[Condition]) -> None:
        """A = B, which should be 0: the first is a claim, the second an equation that is to be solved."""
        if n:
            self.relation(Part(part.sides[: n + 1], part.relations[:n]), segment, local)
        equals = replace(part.relations[n], kind="sym", text="=")
        if not self.scouting:
            self.declared(Part(part.sides[n : n + 2], [equals]), "an equation that is to be solved")

    def is_fresh(self, part: Part) -> bool:
        return definition(tuple(part.sides[0]), parse(part.sides[1]), self.table) is not None

    def equalities(self, part: Part, segment: Segment, local: list[Condition]) -> None:
        """A first equality with a fresh left side defines; the rest are claims."""
        solved = not segment.display and prose.EQUATION.search(prose.sentence_before(segment.before)[-60:])
        if solved and not self.is_fresh(part) and not prose.states(segment.before, segment.after):
            self.declared(part, "an equation that is to be solved")
            self.equation = part
            return
        forced = str(part.relations[0]) == "\\coloneq" or self.naming or self.redefines(part)
        last = part.sides[-1]
        if len(part.relations) > 1 and self.all_fresh(part):
            for n in range(len(part.relations)):
                self.define(Part([part.sides[n], last], [part.relations[n]]), False)
            return
        if len(part.relations) == 1 and (each := numbered(part, self.table)):
            for one in each:
                if not self.define(one, forced):
                    self.chain(one, 0, local)
            return
        first = 1 if self.define(part, forced) else 0
        self.chain(part, first, local)

    def all_fresh(self, part: Part) -> bool:
        """v_0 = m_0 = 0 defines both."""
        if not all(str(r) == "=" for r in part.relations):
            return False
        return all(declare.bare_name(tuple(x), self.table) and self.is_fresh(Part([x, part.sides[-1]], part.relations))
                   for x in part.sides[:-1])  # fmt: skip

    def define(self, part: Part, forced: bool) -> bool:
        earlier = dict(self.table.definitions)
        found = definition(tuple(part.sides[0]), parse(part.sides[1]), self.table, forced=forced)
        if found is None:
            return False
        if found.name in self.table.retired and not forced and self.passage.role == "so":
            raise self.out_of_use(found.name, found.place)
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
        if (old := earlier.get(found.name)) is not None and not same(old.rhs, found.rhs):
            retire(found.name, self.table)
        if found.letter:
            self.infer_rank(found)
        sizes = set(self.table.solved)
        problem = self.check(found)
        self.table.firm |= set(self.table.solved) - sizes
        if problem is not None and self.has_matrices(found):
            problem = None
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

    def has_matrices(self, found) -> bool:
        """Whether the right side fits once its undeclared capitals are matrices, of which the note speaks."""
        names = capitals(found.rhs, self.table) if SAID.search(self.document.text) else []
        return bool(names) and fits(names, found.rhs, self.table, lambda: self.check(found))

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
        statement = self.claimed(part, local)
        self.told = (*self.told, Told(len(self.statements), part, tuple(local)))
        self.add(part, 0, statement)
        self.passage = replace(self.passage, role="so")
        self.settled = True


def _turns(side: list[Token]) -> bool:
    """Whether a 2 pi stands in it."""
    return any(
        a.kind == "num" and b.is_("\\pi") and not c.is_("_", "^")
        for a, b, c in zip(side, side[1:], [*side[2:], Token("sym", "", 0, 0)], strict=False)
    )


def _definition_text(found) -> str:
    if found.parameters:
        return f"the function {found.name}({', '.join(found.parameters)})"
    return f"{found.name} at each {found.letter}" if found.letter else f"the value of {found.name}"
