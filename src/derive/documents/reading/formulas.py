"""Pieces of formulas to statements: what is a declaration, what a definition, what a claim."""

from __future__ import annotations

from dataclasses import replace

from derive.documents.declarations import bounds, sets
from derive.documents.declarations.counted import each_counted
from derive.documents.declarations.lists import merged, numbered
from derive.documents.model import Image, Statement
from derive.documents.names.bare import bare_name
from derive.documents.names.scope import release, retire_renewed
from derive.documents.names.scripts import letter_of
from derive.documents.names.symbols import DIMENSION
from derive.documents.reading.arrows import Item
from derive.documents.reading.casewise import casewise, has_bare_values
from derive.documents.reading.conditioned import Conditioned
from derive.documents.reading.images import image_of
from derive.documents.reading.order import explained_first
from derive.documents.reading.ranges import ranges_first, row_by_row
from derive.documents.reading.turning import GENERAL_BEHIND
from derive.documents.sentences import prose
from derive.documents.sentences.conditions import (
    Condition,
)
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part, Piece, relations, unbracketed, unquantified, without_colon
from derive.documents.source.tokens import Token
from derive.documents.statements.define import definition
from derive.documents.statements.pair import Reading
from derive.documents.syntax.parser import parse
from derive.documents.trouble import FAULTS, Unreadable
from derive.evaluate.clock import TooLong, alarm

SIGNS = frozenset("{}^_'+-*/=<>,;.:!|()[]&")  # every other sign means nothing, wherever it stands
FAULT = "a fault of derive"
SECONDS = 5.5  # of computation, for one formula


class Reader(Conditioned):
    """Goes through the formulas of a note in order. `scouting`: declarations only, nothing is reported."""

    # -- formulas ----------------------------------------------------------------------------------------------
    def formula(self, segment: Segment, pieces: list[Piece], problem: Unreadable | None) -> None:
        if segment.heading != self.heading:
            self.heading = segment.heading
            self.forgotten()
            if self.scouting:  # a second look finds what the first one found here
                self.table.symbols |= self.table.future.get(self.heading, {})
            else:
                self.table.enter_section(self.heading)
                retire_renewed(self.table)
        anew = self.stopped or self.begins(segment)
        self.passes_on(segment, anew)
        if anew:
            self.next_sentence()
        self.spoken = f"{'' if anew else self.spoken} {prose.sentence_before(segment.before)}"[-200:]
        self.enter(segment, anew)
        self.behind = () if anew else self.behind
        self.subject = "" if anew else self.subject
        self.sharing = "" if anew else self.sharing
        self.lately = frozenset() if anew else self.lately
        self.bounded = frozenset() if anew else self.bounded
        self.turn(segment)
        self.stopped = self.document.text[segment.start : segment.end].rstrip().endswith((".", ";"))
        if problem is not None:
            self.unreadable(segment.start, segment.end, problem)
            return
        try:
            self.in_time(segment, pieces)
        except Unreadable as error:  # of the words around it; the rest of the note is read all the same
            self.unreadable(segment.start, segment.end, error)
        except FAULTS as error:
            found = f"{FAULT} ({type(error).__name__}: {str(error)[:100]})"
            self.unreadable(segment.start, segment.end, Unreadable(segment.start, found, "a formula that it can read"))

    def in_time(self, segment: Segment, pieces: list[Piece]) -> None:
        """No formula keeps the rest of the note from being read: it has so many seconds, and the more of them need all
        of it, the less."""
        slow = self.document.slow
        try:
            if segment.start not in slow:
                with alarm(SECONDS / (1 + len(slow)) ** 2):
                    self.understood(segment, pieces)
                return
        except TooLong:
            slow.add(segment.start)
        raise Unreadable(segment.start, "one that takes too long to read", "a formula that is read in seconds")

    def understood(self, segment: Segment, pieces: list[Piece]) -> None:
        """The pieces of a formula, with the conditions among them."""
        items = [
            Item(p, relations(without_colon(p.tokens)))
            for p in each_counted([unbracketed(unquantified(p)) for p in merged(pieces)])
        ]
        if not segment.display and not any(side for item in items for side in item.part.sides):
            return  # the sign $\approx$
        if self.padded([item.part for item in items], [item.piece.words for item in items], segment):
            return
        self.carried = []
        self.since = dict(x for i in items if (x := bounds.since(i.part, self.table)) is not None)
        if len(joined := casewise(items)) < len(items) and (has_bare_values(items) or self.defines_function(items[0])):
            items = joined
        if self.one_of_several(items, segment):
            return
        items = [i for i in items if not self.diagonal_entries(i, items, segment)]
        if GENERAL_BEHIND.match(segment.after):
            self.passage = self.freed_by(segment)
        before = self.passage, self.one_more(items, segment)
        items = self.without_values(items)
        self.parts = [i.part for i in items]
        local, items, own = self.conditions(items, segment)
        if segment.display:
            local += self.worded(segment)
        if (
            self.told
            and prose.EQUIVALENT.fullmatch(segment.before)
            and len(items) == 1
            and self.restated(items[0].part)
        ):
            return
        self.conditioned = bool(local or before[1] != self.sentence) and not items
        told, self.told = self.told, ()
        items = self.implications(self.conditional(items))
        for item in self.ordered(items):
            self.unsure = self.perhaps.get(id(item), ())
            self.item(item, segment, own.get(id(item), []) + local + self.sentence)
        self.words(segment, items)
        self.told_somewhere(segment)
        changed = not self.only_joined and before != (self.passage, self.sentence)
        if told and (self.more or changed):  # a condition behind what was told, in place of none
            self.told = told
            self.told_behind(before[1])
            self.trailed = told, before[1]
            self.told = ()
            self.passage = replace(self.passage, role="so")
        elif self.told:
            self.otherwise(segment)
            if prose.CONNECTIVE.fullmatch(segment.before.strip()) and not segment.display:
                self.told = (*told, *self.told)  # A and B, for x > 0
            self.entered((*(c for x in own.values() for c in x), *local, *self.in_force()))

    def begins(self, segment: Segment) -> bool:
        """Whether a sentence ended before the formula: at a full stop, a new item, or a new paragraph of text."""
        last = self.segment
        if last is None or prose.ends_sentence(segment.before.strip()) or prose.ITEM.match(segment.before):
            return True
        if last.display:
            return not segment.display and bool(prose.CAPITAL.match(segment.before))
        parted = prose.ends_sentence(segment.before)
        return parted and (not segment.display or self.in_item(last))

    def in_item(self, segment: Segment) -> bool:
        """Whether the formula stands in an item of a list, in Markdown."""
        paragraph = self.document.text.rfind("\n\n", 0, segment.start)
        return bool(prose.ITEM.match(self.document.text, max(paragraph, 0)))

    def ordered(self, items: list[Item]) -> list[Item]:
        """Ranges and definitions of functions before what uses them in the same display; chains stay in order."""
        if len(items) < 2 or any(not i.part.sides[0] for i in items):
            return items
        if rows := row_by_row(items, self.table):
            return rows
        items = ranges_first(items, self.table)
        if self.scouting:
            return items
        first = [i for i in items if self.defines_function(i)]
        items = first + [i for i in items if i not in first]
        return [items[n] for n in explained_first([i.part for i in items], self.table.known)]

    def defines_function(self, item: Item) -> bool:
        part = item.part
        if len(part.relations) != 1 or str(part.relations[0]) not in ("=", "\\coloneq"):
            return False
        try:
            found = definition(tuple(part.sides[0]), parse(part.sides[1]), self.table, scouting=True)
        except Unreadable:
            return False
        return found is not None and bool(found.parameters)

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
        named = bare_name(tuple(part.sides[0]), self.table)
        if named is not None and named.name not in self.table.definitions:
            self.table.broken.add(named.name)
        self.mark_unknown(tuple(part.sides[0]))

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
        if self.extreme(part) or self.found_at(part):
            return
        words = [str(r) for r in part.relations]
        if "\\shouldbe" in words:
            self.required(part, words.index("\\shouldbe"), segment, local)
            return
        if len(words) > 1 and words[-1] == "\\in" and words[0] in ("=", "\\coloneq"):
            is_start = bare_name(tuple(part.sides[-2]), self.table) is not None  # a_0 = x in R^n says what a_0 is
            for side in part.sides[-3:-1] if not (self.scouting or is_start) else part.sides[-2:-1]:
                self.membership(Part([side, part.sides[-1]], [part.relations[-1]]), [tuple(side)], quiet=True)
            for dim in sets.domain(tuple(part.sides[-1])).dims:
                if (size := letter_of(dim)) is not None and not self.table.known(size):
                    self.table.sizes.setdefault(size, DIMENSION)
            part = Part(part.sides[:-1], part.relations[:-1])
            words = words[:-1]
        if parts := self.parted(part, words):
            for one in parts:
                self.relation(one, segment, local)
            return
        if self.lists(part):
            return
        if not self.table.is_circle() and any(map(_turns, part.sides)):
            release("pi", self.table)
        if not self.scouting:
            self.freed(part, words)
            if words[0] == "\\in":
                self.cleared(part)
        if not self.scouting and (found := image_of(part, self.table)) is not None:
            self.add(part, 0, self.about_values(part, *found))
            return
        declared = self.declaration(part, words)
        retire_renewed(self.table)
        if declared or self.takes(part):
            return
        self.heads(part, words)
        if self.scouting:
            return
        if words[0] == "\\leftarrow" or self.updates(part):
            self.add(
                part, 0, Statement("definition", self.place(part.sides[1]), *self.texts(part, 0), reading="an update")
            )
            self.chain(part, 1, local)
            return
        if words[0] in ("=", "\\coloneq") or (words[0] == "\\approx" and self.is_fresh(part)):
            self.equalities(part, segment, local)
            return
        for one in numbered(part, self.table) or [part]:
            self.chain(one, 0, local)

    def about_values(self, part: Part, image: Image, reading: Reading) -> Statement:
        """The claim about all values of a function."""
        self.refuse_broken(parse(part.sides[0]))
        where = self.place(part.sides[1])
        return Statement(
            "claim", where, *self.texts(part, 0), assumptions=reading.assumptions, program=reading.program, image=image
        )

    def required(self, part: Part, n: int, segment: Segment, local: list[Condition]) -> None:
        """A = B, which should be 0: the first is a claim, the second an equation that is to be solved."""
        if n:
            self.relation(Part(part.sides[: n + 1], part.relations[:n]), segment, local)
        equals = replace(part.relations[n], kind="sym", text="=")
        if not self.scouting:
            self.declared(Part(part.sides[n : n + 2], [equals]), "an equation that is to be solved")


def _turns(side: list[Token]) -> bool:
    """Whether a 2 pi stands in it."""
    return any(
        a.kind == "num" and b.is_("\\pi") and not c.is_("_", "^")
        for a, b, c in zip(side, side[1:], [*side[2:], Token("sym", "", 0, 0)], strict=False)
    )
