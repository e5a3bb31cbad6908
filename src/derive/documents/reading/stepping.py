"""Steps that one sentence speaks of: `For $t = 1, 2, 3$ we have $w_t \\ge 1/8$`, and no more is said of later ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from derive.documents.declarations import bounds, sets
from derive.documents.model import Statement
from derive.documents.names.mentions import mentioned
from derive.documents.names.scripts import letter_of
from derive.documents.names.symbols import Range
from derive.documents.reading.claiming import Claiming
from derive.documents.sentences import lifting, prose
from derive.documents.sentences.conditions import Condition
from derive.documents.source.rows import Part
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable

WIDENED = re.compile(
    r"\b(?:all|always|every|any|each|in general|generally|others?|otherwise|else|elsewhere|larger|later|afterwards?"
    r"|then on)\b",
    re.IGNORECASE,
)
"""In front of a claim of the same sentence: it need not be about these steps alone."""
LEFT_OUT = re.compile(r"\b(?:except|apart from|other than|not only|not just|beyond|excluding|unless)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Passing:
    """The range that a sentence gives a letter, and the one that it had before."""

    found: Range
    before: Range | None
    at: int  # where it was told
    over: bool = False  # the sentence has ended; whether its range has, nobody says


class Stepping(Claiming):
    """Reads a claim behind a sentence about some steps in general, and at these steps."""

    steps_here: Mapping[str, Passing] = MappingProxyType({})
    opening = 0  # the number of the first statement of this sentence

    def next_sentence(self) -> None:
        """Ranges with which the last sentence defined something stay; others may be over."""
        for letter, x in self.steps_here.items():
            if x.over:
                continue
            self.steps_here = {k: y for k, y in self.steps_here.items() if k != letter}
            defines = self.defines(letter)
            if defines and x.found.high:
                continue
            self.restore(letter, x.before)
            if not defines:
                self.steps_here = {**self.steps_here, letter: replace(x, over=True)}
        self.opening = len(self.statements)

    def restore(self, letter: str, before: Range | None) -> None:
        table = self.table
        for ranges in (table.ranges, table.ranged.setdefault(table.section, {})):
            ranges.pop(letter, None)
            if before is not None:
                ranges[letter] = before
        table.touch()

    def defines(self, letter: str) -> bool:
        """Whether this sentence says what some family is at the steps of this letter."""
        names = [x.definite[0] for x in self.statements[self.opening :] if x.kind == "definition" and x.definite]
        return any(n in self.table.definitions and self.table.definitions[n].letter == letter for n in names)

    def declaration(self, part: Part, words: list[str]) -> bool:
        if not self.scouting and (found := self.steps_of(part, words)) is not None:
            if self.defines(found[0]) and not found[1].high:
                self.begins_with(found[0], found[1].low)
            else:
                self.range(*found)
            self.declared(part, f"{found[0]} from {found[1].low}")
            return True
        return super().declaration(part, words)

    def steps_of(self, part: Part, words: list[str]) -> tuple[str, Range] | None:
        """`t \\le 3`, `t \\in \\{1, 2, 3\\}`."""
        if words != ["\\in"]:
            found, here = bounds.one_sided(part, self.table), self.steps_here.get(letter_of(tuple(part.sides[0])) or "")
            if found is None or here is None or here.over or words[0] not in (">", "\\ge"):
                return found
            before = here.before or Range(0)  # t <= 2, and then t >= 0
            return found[0], replace(found[1], high=before.high, strict=before.strict)
        letter, known = letter_of(tuple(part.sides[0])), sets.domain(tuple(part.sides[1])).range
        counts = letter in self.table.stepping and letter not in self.table.symbols
        return (letter, known) if letter and counts and known is not None and known.is_numeral else None

    def range(self, letter: str, found: Range) -> None:
        table = self.table
        passes = table.picks(letter, found) and letter not in table.symbols and (found.is_numeral or not found.high)
        said = prose.sentence_before(self.segment.before) if self.segment is not None else ""
        passes = passes and not self.scouting and not lifting.LETTING.search(said)
        if passes and LEFT_OUT.search(said):
            self.passage = self.passage.under("steps that are left out")
        before = self.steps_here.get(letter)
        earlier = before.before if before is not None and not before.over else table.ranges.get(letter)
        super().range(letter, found)
        self.steps_here = {x: y for x, y in self.steps_here.items() if x != letter}
        if passes:
            self.steps_here = {
                **self.steps_here,
                letter: Passing(found, earlier, self.segment.end if self.segment is not None else 0),
            }
            self.more = True  # than what the claim before it knew: $w_t \le 1/2$ for $t = 1, 2, 3$

    def is_widened(self, x: Passing) -> bool:
        """Whether words between the range and the claim say that it need not be about these steps alone."""
        start = self.segment.start if self.segment is not None else 0
        return WIDENED.search(self.document.text, x.at, max(x.at, start)) is not None

    def claimed(self, part: Part, local: list[Condition]) -> Statement:
        used = mentioned((parse(part.sides[0]), parse(part.sides[1])))
        over = {x: y for x, y in self.steps_here.items() if (y.over or self.is_widened(y)) and x in used}
        behind = prose.sentence_after(self.segment.after) if self.segment is not None else ""
        if not over or (prose.GENERAL.search(f"{self.spoken} {behind}") and all(x.over for x in over.values())):
            return super().claimed(part, local)
        for letter, x in over.items():
            self.restore(letter, x.before)
        try:
            general = super().claimed(part, local)
        except Unreadable:
            general = None
        for letter, x in over.items():
            self.table.ranges[letter] = x.found
        try:
            special = super().claimed(part, local)
        finally:
            for letter, x in over.items():
                self.restore(letter, x.before if x.over else x.found)
        if general is None:
            return special
        return general if general.given is not None else replace(general, given=special)
