"""Claims of a sentence that need its conditions no more: `For $i \\ne j$, A, and for all $i$ and $j$, B`; `B in general`."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from derive.documents.declarations.bounds import exclude_each_other
from derive.documents.names.symbols import Range, Symbol
from derive.documents.reading.claiming import Told, names_in
from derive.documents.reading.lasting import Lasting
from derive.documents.sentences import prose, quantified
from derive.documents.sentences.conditions import Condition
from derive.documents.sentences.passage import Given
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part


class Everywhere(Lasting):
    """Ends the conditions that words between two claims of a sentence end, and doubts those that they may end."""

    newly: Set[str] = frozenset()  # of which a condition behind claims speaks

    def turn(self, segment: Segment) -> None:
        super().turn(segment)
        if not self.told_before or segment.display:
            return
        text = self.document.text
        before = text[max(0, segment.start - 2) : segment.start]
        opened = "\\(" if before == "\\(" else "$"
        front = quantified.letters_after(segment.before, f"{opened}{text[segment.start : segment.start + 160]}")
        if letters := front | quantified.letters_behind(text[segment.end :][1 : 160]):
            self.of_any(letters)
        elif quantified.WIDER.search(prose.sentence_before(segment.before)):
            over = tuple(c for c in self.sentence if not c.lasts)
            self.sentence, self.behind = [c for c in self.sentence if c.lasts], (*self.behind, *over)

    def replaced(self, conditions: list[Condition], new: Condition) -> list[Condition]:
        if new.symbol is not None or new.guard:
            self.elsewhere_now(new.symbol.name if new.symbol is not None else "", new)
        return super().replaced(conditions, new)

    def range(self, letter: str, found: Range) -> None:
        super().range(letter, found)
        if not self.scouting and (given := self.earlier(letter)) is not None:
            self.passage = self.passage.without(given.name)

    def elsewhere_now(self, name: str, condition: Condition) -> None:
        """`For $t = 0$, A. For $t > 0$, B`: t is 0 no more; behind other bounds, nobody says whether it is."""
        for x in {name} if name else names_in(condition):
            if (given := self.earlier(x)) is None:
                continue
            here = Symbol(x, low=given.tree, high=given.tree)
            if condition.symbol is not None and exclude_each_other(here, condition.symbol):
                self.passage = self.passage.without(x)
            else:
                self.passage = self.passage.taking(replace(given, doubted=True))

    def earlier(self, name: str) -> Given | None:
        """What the name was given before the last claim."""
        given = self.passage.value(name)
        return given if given is not None and given.claims < self.claims else None

    # -- the claims before a condition -------------------------------------------------------------------------
    def claim(self, part: Part, local: list[Condition]) -> None:
        led = {x for c in local for x in (*names_in(c), *c.letters) if x}
        led |= {g.name for g in self.passage.given if g.sentence == self.passage.sentence}
        led |= {x for x, found in self.steps_here.items() if not found.over}
        super().claim(part, local)
        start = self.segment.start if self.segment is not None else 0
        *others, told = self.told
        self.told = (*others, replace(told, formula=start, led=frozenset(led)))

    def told_behind(self, earlier: Sequence[Condition]) -> None:
        """`For $t = 0$, A, and B for $t = 3$`: that is said of B alone, since A has its own t."""
        self.newly = {x for c in self.sentence if c not in earlier for x in (*names_in(c), *c.letters)}
        self.newly |= {g.name for g in self.passage.given if g.claims == self.claims}
        here = self.segment.end if self.segment is not None else 0
        self.newly |= {x for x, found in self.steps_here.items() if found.at == here and not found.over}
        last = max(x.formula for x in self.told)
        self.told = tuple(x for x in self.told if x.formula == last or not x.led & self.newly)
        super().told_behind(earlier)

    def not_again(self, told: Told, error: Exception) -> None:
        """What was read in another case than its own is not read."""
        if told.led & self.newly:
            before = self.statements[told.number]
            problem = f"it is not read in its own case: {error}"
            self.statements[told.number] = replace(before, kind="unreadable", problem=problem, trouble=before.place)

    def of_any(self, letters: frozenset[str]) -> None:
        """Nothing that this sentence said of these letters is meant any more."""
        self.sentence = [c for c in self.sentence if c.lasts or not _speaks_of(c, letters)]
        self.behind = tuple(c for c in self.behind if not _speaks_of(c, letters))
        guards = tuple(c for c in self.passage.guards if c.lasts or not _speaks_of(c, letters))
        given = tuple(g for g in self.passage.given if g.name not in letters or g.sentence != self.passage.sentence)
        self.passage = replace(self.passage, guards=guards, given=given)
        for letter in letters & self.steps_here.keys():
            self.restore(letter, self.steps_here[letter].before)
            self.steps_here = {x: y for x, y in self.steps_here.items() if x != letter}


def _speaks_of(condition: Condition, letters: frozenset[str]) -> bool:
    """Whether it is about one of the letters, and not about something that has it for an index."""
    if any(condition.letters):
        return bool(letters & {*condition.letters})
    if condition.places is not None:
        return bool(letters & {t.text for side in condition.places.sides for t in side})
    named = {condition.symbol.name} if condition.symbol is not None else names_in(condition)
    return bool(named) and named <= letters
