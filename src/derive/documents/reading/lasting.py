"""Conditions on indices that are told by themselves: `Now let $i = j$.`, `- $i \\ne j$: ...`, `($i = j$)`, in a cell.

A case that words open lasts for its paragraph. Behind that, and behind `Moreover` where the condition was one of the
sentence before, nobody says whether it is still meant: then a claim is read with it and without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from derive.documents.meaning.shifts import runs
from derive.documents.model import Statement
from derive.documents.names.mentions import free_letters
from derive.documents.names.scripts import letter_of
from derive.documents.reading.claiming import Told
from derive.documents.reading.turning import CASE, ITEM, JOINING, Turning
from derive.documents.sentences import opening, prose
from derive.documents.sentences.conditions import Condition
from derive.documents.sentences.passage import apart, goes_on
from derive.documents.sentences.tables import cell_at
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part
from derive.documents.syntax.parser import parse


def alike(one: Condition, other: Condition) -> bool:
    """Whether they are about the same letters."""
    if one.places is not None or other.places is not None:
        return one.places is not None and other.places is not None
    return set(one.letters) == set(other.letters)


class Lasting(Turning):
    """Keeps the cases that the note has opened, and those that may be over."""

    lingering: tuple[Condition, ...] = ()  # nobody says whether they are still meant
    told_before: tuple[Told, ...] = ()  # the claims of this sentence, or of this row of a table, up to the last formula
    columns: Mapping[int, Condition] = MappingProxyType({})  # of a table: what its head says of them
    classes = ""  # the words of this sentence about the class that a claim is about
    case_opened = 0  # how many claims were made before the case that lasts
    in_list = False  # an item of a list opened it

    def passes_on(self, segment: Segment, anew: bool) -> None:
        """At a formula: the conditions of the sentence before are over; what lasts may be over, or is still meant."""
        row = segment.before.strip() in ("|", "&")
        self.told_before = () if anew else (*self.told_before, *self.told) if row else self.told or self.told_before
        self.columns = MappingProxyType({}) if apart(segment.before) else self.columns
        self.hear_of_indices(segment, anew)
        if anew and (prose.GENERAL.search(segment.before) or not goes_on(segment.before)):
            words = prose.sentence_before(segment.before).strip()
            more = opening.MORE.match(words) is not None and not apart(segment.before)
            over = [c for c in self.sentence if not c.lasts] if more else []
            self.lingering = (*(c for c in self.lingering if c.lasts or more), *over)
            self.sentence = [c for c in self.sentence if c.lasts]
        parted = opening.PARAGRAPH.search(segment.before) and self.claims > self.case_opened
        next_item = anew and self.in_list and ITEM.search(segment.before) is not None
        words = prose.sentence_before(segment.before)
        if parted or next_item or CASE.search(segment.before) or opening.TOGETHER.search(words):
            self.lingering = (*self.lingering, *(c for c in self.sentence if c.lasts))
            self.sentence = [c for c in self.sentence if not c.lasts]

    def hear_of_indices(self, segment: Segment, anew: bool) -> None:
        """`For the wrong classes`, `when the indices agree`, `if $i$ equals $j$`: what is claimed there."""
        self.classes = "" if anew and not goes_on(segment.before) else self.classes
        words, after = prose.sentence_before(segment.before), segment.after.lstrip(" ,\n")
        found = [
            x
            for p in (opening.OF_CLASS, opening.OF_INDICES)
            for x in (p.search(words), p.match(after))
            if x is not None
        ]
        here, last = (self.is_letter(x) for x in (segment, self.segment))
        if last and (said := opening.COMPARED.match(segment.before)) is not None and (here or not said["other"]):
            found.append(said)
        if found:
            self.classes = " ".join(found[0].group().lower().split())
            self.sentence = [c for c in self.sentence if not all(c.letters)]

    def is_letter(self, segment: Segment | None) -> bool:
        letter = self.document.text[segment.start : segment.end].strip("$() \\") if segment is not None else ""
        return letter in self.index_letters() and not self.table.known(letter)

    def turn(self, segment: Segment) -> None:
        super().turn(segment)
        alike = opening.EQUAL.fullmatch(segment.before) or opening.ALIKE.match(segment.after)
        if not segment.display and (
            opening.SUCH.search(segment.before) or (alike and opening.SUPPOSING.search(self.spoken))
        ):
            self.passage = self.passage.under("it is as the words suppose")
        if segment.display and opening.TAG.search(self.document.text, segment.start, segment.end):
            self.passage = self.passage.under("it is as the tag says")

    def forgotten(self) -> None:
        """A new section."""
        self.sentence, self.lingering = [], ()

    def told_alone(self, condition: Condition, segment: Segment) -> bool:
        """Whether a condition on indices, which is all of its formula, is told in one of these ways."""
        if segment.display or not self.is_of_indices(condition):
            return False
        cell = cell_at(self.document.text, segment.start)
        if cell is not None and cell.head:
            self.columns = {**self.columns, cell.column: condition}
            return True
        words = prose.sentence_before(segment.before).rpartition(";")[2]
        counted = opening.COUNTS.fullmatch(f"{words.strip()} ") and opening.ENDS_CLAUSE.match(segment.after)
        lasts = bool(counted or opening.OPENS.fullmatch(words.strip()) or self.is_heading(segment))
        in_cell = cell is not None and bool(
            opening.CELL.search(segment.before) and opening.CELL_BEHIND.match(segment.after)
        )
        in_bracket = bool(opening.OPEN_BRACKET.search(words) and opening.CLOSE_BRACKET.match(segment.after))
        denied = opening.DENIED.search(words) is not None
        trails = (
            bool(self.told_before)
            and (segment.before.strip() in ("", ",") or opening.TRAILS.fullmatch(segment.before))
            and opening.ENDS_PART.match(segment.after)
        )
        beside = bool(in_bracket or trails or opening.PUTS.search(words))
        if not (denied or lasts or in_cell or beside):
            return False
        if (
            denied
            or opening.EXCEPTED.match(segment.after)
            or (opening.EXCEPTS.search(words) and not prose.UNLESS.search(words))
        ):
            self.passage = self.passage.under(f"not {condition.text}")
            return True
        if lasts:
            self.case_opened, self.in_list = self.claims, ITEM.search(segment.before) is not None
        elif (in_cell and self.told_before) or (beside and self.is_behind(condition, segment)):
            self.told, self.only_joined = self.told_before, False
        self.in_this_case(replace(condition, lasts=lasts))
        return True

    def unplaced(self, part: Part, condition: Condition | None, segment: Segment) -> bool:
        """`$i = j$` in the text, and nothing says what for: in this sentence nothing is refuted for want of it."""
        if condition is None:
            return self.of_several_indices(part)
        if segment.display or not condition.equal or not self.is_of_indices(condition):
            return False
        self.told = self.told_before
        self.in_doubt(condition.text, set(condition.letters))
        return True

    def of_several_indices(self, part: Part) -> bool:
        """`i = j = k`: likewise."""
        letters = [letter_of(tuple(side)) for side in part.sides]
        if len(letters) < 3 or any(str(r) not in ("=", "\\ne") for r in part.relations):
            return False
        if any(x is None or self.table.known(x) for x in letters) or not self.index_letters() >= {*letters}:
            return False
        self.in_doubt(self.said(part), {x for x in letters if x is not None})
        return True

    def in_doubt(self, text: str, letters: set[str]) -> None:
        self.sentence = [c for c in self.sentence if not (all(c.letters) and set(c.letters) <= letters)]
        self.passage = self.passage.under(text)

    def index_letters(self) -> set[str]:
        """The letters that stand as an index."""
        return self.table.indices | self.table.ranges.keys() | self.table.subscripts

    def is_of_indices(self, condition: Condition) -> bool:
        """Whether it compares two letters that run, or begins behind the first: `Let $c = d$` may say what c is."""
        run = not condition.equal or bool(condition.guard) or self.index_letters() >= {*condition.letters}
        return run and (all(condition.letters) or self.is_placed(condition))

    def is_placed(self, condition: Condition) -> bool:
        """j \\ge 2, i < n: of letters that stand as an index somewhere."""
        if condition.places is None:
            return condition.first > 1
        names = {t.text for side in condition.places.sides for t in side if t.kind in ("letter", "cmd")}
        letters = names - (self.table.sizes.keys() - self.table.indices)
        return bool(letters) and letters <= self.index_letters()

    def is_heading(self, segment: Segment) -> bool:
        """`Case 2: $i = j$.`; or a sentence or an item that begins with `$i = j$:`."""
        if CASE.search(segment.before):
            return True
        starts = opening.STARTS.fullmatch(prose.sentence_before(segment.before)) is not None
        return starts and bool(opening.ENDS_HEAD.match(segment.after) or ITEM.search(segment.before))

    def is_behind(self, condition: Condition, segment: Segment) -> bool:
        """Whether a condition in brackets is on the claim before it, in the same sentence."""
        words = segment.before.strip(" \n\t([")
        if ";" in words:
            return False
        led = any(alike(c, condition) for told in self.told_before for c in told.local)
        return bool(self.told_before) and not led and not words[:1].isupper() and not JOINING.search(words)

    def in_this_case(self, condition: Condition) -> None:
        """In place of another one of the same letters."""
        self.sentence = [*(c for c in self.sentence if not alike(c, condition)), condition]
        self.lingering = tuple(c for c in self.lingering if not alike(c, condition))

    def claimed(self, part: Part, local: list[Condition]) -> Statement:
        cell = cell_at(self.document.text, part.sides[0][0].start) if self.columns else None
        local = [self.columns[cell.column], *local] if cell is not None and cell.column in self.columns else local
        found = super().claimed(part, local)
        running = {x for x in free_letters(parse(part.sides[0])) if runs(x, self.table)} - self.table.labels
        if not self.classes or not running or any(all(c.letters) for c in local):
            return found
        return replace(found, conditions=(*found.conditions, self.classes))

    def uncertain(self) -> tuple[Condition, ...]:
        return (*super().uncertain(), *self.lingering)
