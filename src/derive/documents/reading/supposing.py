"""Equations that are supposed and cannot be put in: `with $a + b = 1$`, `if $u^\\top v = 0$`."""

from __future__ import annotations

from derive.documents.names.mentions import mentioned
from derive.documents.reading.intercepts import Intercepts
from derive.documents.sentences import asides, prose
from derive.documents.sentences.passage import CONSTANTS
from derive.documents.sentences.shares import shares
from derive.documents.source.rows import Part
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.syntax.tree import walk

OPEN = "a condition of what follows"


class Supposing(Intercepts):
    """Keeps claims from being refuted for want of what is supposed."""

    equation: Part | None = None  # the last one that is a condition of this sentence
    after_comma = False  # nothing else stands before the formula: the condition may have ended
    besides = False  # the words are "with", or "and" behind such a formula: with $a = 0$ and $b = 1$
    upfront = False  # the sentence begins with it, and goes on behind it

    def condition_on(self, part: Part) -> bool:
        """An equation behind if or when: it holds, but cannot be put in."""
        trees = [parse(side) for side in part.sides]
        beside = self.beside(trees) and not self.established(part)
        assumed = self.assumes(trees)
        if self.after_comma or not (self.passage.role == "if" or assumed or beside or self.only_supposed(part)):
            return False
        if beside and (found := shares(part, self.said(part), self.table)) is not None:
            self.shares = (*self.shares, found)
            self.declared(part, OPEN)
            return True
        if beside or assumed:  # how far it reaches is not said
            names = set().union(*map(mentioned, trees)) & set(self.table.symbols)
            self.table.vague |= {name: self.said(part) for name in names - set(self.table.vague)}
        self.passage, self.equation = self.passage.under(self.said(part)), part
        self.declared(part, OPEN)
        return True

    def condition_on_all(self, part: Part) -> bool:
        """`with $\\sum_i p_i = \\sum_i q_i = N$`."""
        pairs = [Part(part.sides[n : n + 2], [r]) for n, r in enumerate(part.relations)]
        sums = [parse(side) for side in part.sides[:-1]]
        if not all(isinstance(x, s.Big) and self.beside([x]) for x in sums):
            return False
        return all([self.condition_on(pair) for pair in pairs])

    def assumes(self, trees: list[s.Node]) -> bool:
        """Whether `assume $a + b = 1$` speaks of inputs alone, and not of one sentence alone."""
        behind = self.segment.after if self.segment is not None else ""
        said = self.passage.role == "if" and asides.ASSUMED.search(prose.sentence_before(self.spoken))
        return bool(said or asides.KOREAN_LET.match(behind)) and self.of_inputs(trees)

    def of_inputs(self, trees: list[s.Node]) -> bool:
        names = set().union(*map(mentioned, trees)) - CONSTANTS
        return bool(names & set(self.table.symbols)) and not names & {*self.table.definitions, *self.table.functions}

    def only_supposed(self, part: Part) -> bool:
        """`With $r^2 = x^T x$ we find`: what is known anyway is recalled, what is not is supposed."""
        derived = any(isinstance(t, s.Derivative) for t in walk(parse(part.sides[0])))
        return self.upfront and not derived and not self.established(part)

    def beside(self, trees: list[s.Node]) -> bool:
        """Whether `with $a b = 1$` speaks of inputs: of what has a definition, it may be said that it is so."""
        inputs = self.of_inputs(trees)
        words = self.segment.before if self.segment is not None and not self.segment.display else ""
        return inputs and bool(words and (self.besides or prose.SATISFYING.search(self.spoken)))
