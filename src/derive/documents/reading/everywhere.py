"""Claims that need the conditions before them no more: `For $i \\ne j$, A, and for all $i$ and $j$, B`."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace

from derive.documents.declarations.bounds import comparison, exclude_each_other
from derive.documents.model import Statement
from derive.documents.names.symbols import Range, Symbol
from derive.documents.reading.bounding import INEQUALITIES
from derive.documents.reading.claiming import Told, names_in
from derive.documents.reading.lasting import Lasting
from derive.documents.sentences import prose, quantified
from derive.documents.sentences.conditions import Condition
from derive.documents.sentences.passage import Given, Passage
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part

REASON = re.compile(
    r"\s*(?:(?:but|and|now|so|finally|here),?\s+)?(?:since|because|as|recall(?:ing)? that"
    r"|using(?: that)?|given that|da|weil)\b",
    re.IGNORECASE,
)
ON_REASON = re.compile(
    r"\s*,?\s*(?:if|iff|if and only if|exactly when|precisely when|only if|when|whenever|for|at|unless|wenn|für)\s*",
    re.IGNORECASE,
)
"""Between what is known, `\\delta_{ij} = 0`, and the condition on it."""
REASONED = re.compile(r"\s*,|\s*(?:and\s+)?(?:we|it|this|that|one)\b", re.IGNORECASE)


class Everywhere(Lasting):
    """Ends the conditions that words between two claims of a sentence end, and doubts those that they may end."""

    newly: Set[str] = frozenset()  # of which a condition behind claims speaks

    in_reason = False  # the formula before is a condition within a clause with `since`

    def enter(self, segment: Segment, anew: bool) -> None:
        told = self.told
        super().enter(segment, anew)
        if not anew and REASON.match(self.spoken) and ON_REASON.fullmatch(segment.before):
            self.told = told  # since A if C, B: the condition is on A, though `we get` follows it

    def turn(self, segment: Segment) -> None:
        super().turn(segment)
        if self.in_reason and REASONED.match(segment.before):
            self.sentence, self.behind = [c for c in self.sentence if c.lasts], ()
            here = self.passage.sentence
            self.passage = replace(self.passage, given=tuple(g for g in self.passage.given if g.sentence != here))
        self.in_reason = bool(REASON.match(self.spoken) and ON_REASON.fullmatch(segment.before))
        if not self.told_before or segment.display:
            return
        text = self.document.text
        before = text[max(0, segment.start - 2) : segment.start]
        opened = "\\(" if before == "\\(" else "$"
        front = quantified.letters_after(segment.before, f"{opened}{text[segment.start : segment.start + 160]}")
        if letters := front | quantified.letters_behind(text[segment.end : segment.end + 160]):
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

    def declaration(self, part: Part, words: list[str]) -> bool:
        found = super().declaration(part, words)
        if found and not self.scouting and words[0] in INEQUALITIES and (symbol := comparison(part, self.table)):
            self.elsewhere_now(symbol.name, Condition(self.said(part), symbol))
        return found

    def claimed(self, part: Part, local: list[Condition]) -> Statement:
        """`A (t = 0), B (t > 0)`: nobody says which of them is given for which claim."""
        kept = self.passage
        for x in (c.symbol for c in local if c.symbol is not None):
            given = kept.value(x.name)
            if given is not None and exclude_each_other(Symbol(x.name, low=given.tree, high=given.tree), x):
                self.passage = self.passage.taking(replace(given, doubted=True))
        try:
            return super().claimed(part, local)
        finally:
            self.passage = replace(self.passage, given=kept.given)

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
        if self.segment is not None and prose.EQUIVALENT.fullmatch(self.segment.before):
            self.behind = ()  # `A iff C` is all of it

    def not_again(self, told: Told, error: Exception) -> None:
        """What was read in another case than its own is not read."""
        if told.led & self.newly:
            before = self.statements[told.number]
            problem = f"it is not read in its own case: {error}"
            self.statements[told.number] = replace(before, kind="unreadable", problem=problem, trouble=before.place)

    def freed_by(self, segment: Segment) -> Passage:
        """What is still given for a claim with words such as `in general`, or `for all $y$`, behind it."""
        letters = quantified.letters_behind(self.document.text[segment.end : segment.end + 160])
        if not letters:
            return replace(self.passage.freed(), given=())
        return replace(self.passage, given=tuple(g for g in self.passage.given if g.name not in letters))

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
