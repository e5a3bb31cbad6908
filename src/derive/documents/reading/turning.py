"""The cases of one sentence: `A if C and B if D`, `if C, A; otherwise B`, `A unless C`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from derive.documents.meaning.shifts import runs
from derive.documents.model import Statement
from derive.documents.names.mentions import free_letters
from derive.documents.reading.arrows import Item
from derive.documents.reading.bounding import INEQUALITIES
from derive.documents.reading.claiming import Told, names_in
from derive.documents.reading.diagonals import Diagonals
from derive.documents.reading.supposing import OPEN
from derive.documents.sentences import prose
from derive.documents.sentences.conditions import Condition, flat
from derive.documents.sentences.passage import OF_ARRAYS, apart, family_of
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part
from derive.documents.syntax.parser import parse
from derive.documents.trouble import FAULTS, Unreadable

CONTRARY = {"<": "\\ge", ">": "\\le", "\\le": ">", "\\ge": "<", "=": "\\ne", "\\ne": "="}
OTHERWISE_BEHIND = re.compile(
    r"\s*,?\s*(?:otherwise|else|in (?:the|all) other cases?|if not|sonst|andernfalls)\s*(?=[.;,:)]|\n\s*\n)",
    re.IGNORECASE,
)

GENERAL_BEHIND = re.compile(
    r"\s*,?\s*(?:for (?:all|each|every|any)|always|in general|identically|für (?:alle|jedes|jeden|jede))\b"
)
OR = re.compile(r"\s*,?\s*(?:either )?(?:or|oder|또는|혹은)(?: (?:if|when|for|at|wenn|für))?\s*", re.IGNORECASE)
DIAGONAL = re.compile(
    r"\b(?:(?P<off>off|outside|away from|beside|außerhalb)|on|along|auf)(?: of)? (?:the|der) (?:main )?diagonal\w*"
    r"|\b(?:for|at) (?:the |all )?(?P<off__>off-diagonal) (?:entries|elements|terms)|\b(?P<off_>off-diagonal)\b"
    r"|\bdiagonal (?:entries|elements|terms)\b",
    re.IGNORECASE,
)
CASE = re.compile(r"\b(?:case|fall|경우)\s*(?:\(?\w{1,3}\)?\s*)?[:.)]?[\s*]*$", re.IGNORECASE)
ITEM = re.compile(rf"{prose.ITEM.pattern}|\\item\b")
RESPECTIVELY = re.compile(r"\brespectively\b|\bresp\.|\bbzw\.|\bbeziehungsweise\b|각각", re.IGNORECASE)
IN_CASES = re.compile(r"\b(?:for|if|when|where|on|für|falls|wenn)\s+(?:all )?\$|인 경우|일 때", re.IGNORECASE)
REGION = re.compile(
    r"\b(?:on|auf|over) (?:the |der )?(?:whole )?(?:interval|set|region|positive"
    r"|negative|nonnegative|right|left|upper|lower)\b"
    r"|\bto the (?:left|right) of\b|\b(?:links|rechts) (?:von|der)\b",
    re.IGNORECASE,
)
SIDE = re.compile(
    r"\b(?:factors?|terms?|sums?|products?|expressions?|brackets?|fractions?|matri(?:x|ces)|multipl\w+)"
    r" on the (?:right|left)\b|\bon the (?:right|left)(?:[- ]hand\b)(?! side of (?:zero|the origin))",
    re.IGNORECASE,
)
"""`The first factor on the right` is one of an equation."""
INTERVAL = re.compile(r"[\s$(\\]*[(\[]\s*[-+]?[\w\\.{}]+\s*,\s*[-+]?[\w\\.{}]+\s*[)\]][\s$)\\]*")
WITHIN = re.compile(r"\b(?:on|auf|over)(?: the interval)?[\s,~]*$", re.IGNORECASE)
ENTRY = re.compile(r"\s*\\?(?P<name>[A-Za-z]+)_(?:\{\w+\}|\w)\s*")
BY_CASES = re.compile(
    r"[\s$)\\]*(?:is|are|equals?|be|ist|sei|은|는|이|가)[\s$][^.]*"
    r"\b(?:otherwise|else|elsewhere|sonst|그렇지 않으면|아니면)",
    re.IGNORECASE,
)
"""Behind an entry: what it is in words, by cases."""
JOINING = re.compile(r"\b(?:and|but|while|whereas|und|aber)\b", re.IGNORECASE)
THERE = re.compile(r"\s*,?\s*(?:in which case|where|and then|there|in diesem Fall)\b", re.IGNORECASE)
ALL_CASES = re.compile(
    r"\bin (?:either|both|any|all|each|every) (?:of (?:the|these) )?cases?\b|\bin (?:beiden|jedem) F[aä]ll",
    re.IGNORECASE,
)
CHANGED = re.compile(
    r"\b(?:chang(?:e|es|ed|ing)|replac\w+|increas\w+|decreas\w+|rais\w+|lower(?:s|ed|ing)|perturb\w+|instead of)\b",
    re.IGNORECASE,
)


class Turning(Diagonals):
    """Keeps the case that the last claims were in."""

    unsure: tuple[Condition, ...] = ()  # of a claim that the formula has behind `A, \\quad i \\ne j`
    behind: tuple[Condition, ...] = ()  # a condition told behind a claim: how far it reaches is not said
    last_case: tuple[Condition, ...] = ()  # the conditions of the last claim
    trailed: tuple[tuple[Told, ...], list[Condition]] = ((), [])  # claims with a condition behind, and those before it
    cases: tuple[tuple[Condition, ...], ...] = ()  # those that claims were in, in this paragraph
    diagonals: Mapping[int, Condition] = MappingProxyType({})  # of claims by their place: `on the diagonal`
    excepted: Condition | None = None  # of the last claim: A unless C
    item_start = 0  # the sentence that the item of a list began with

    def turn(self, segment: Segment) -> None:
        """At a formula: what the last sentence said of its claims is over; `otherwise` says the contrary of it."""
        words = prose.sentence_before(segment.before)
        if apart(segment.before):
            self.cases = ()
        if self.passage.given and OF_ARRAYS.search(words):  # an example with one entry is over
            given = tuple(g for g in self.passage.given if family_of(g.name, self.table) is None)
            self.passage = replace(self.passage, given=given)
        if ITEM.search(segment.before):  # numbers that an item put in are over
            given = tuple(g for g in self.passage.given if not 0 < self.item_start <= g.sentence)
            self.passage, self.item_start = replace(self.passage, given=given), self.passage.sentence
        rest = self.document.text[segment.start : segment.start + 400]
        sentence = f"{self.spoken} {prose.sentence_after(rest)}"
        if RESPECTIVELY.search(sentence) and IN_CASES.search(sentence):
            self.passage = self.passage.under("respectively")
        there = REGION.search(SIDE.sub(" ", words))
        if there or (WITHIN.search(words) and INTERVAL.fullmatch(rest[: segment.end - segment.start])):
            self.passage = self.passage.under("a region told in words")
        entry = None if segment.display else ENTRY.fullmatch(rest[: segment.end - segment.start])
        if entry and entry["name"] in self.table.symbols and BY_CASES.match(rest[segment.end - segment.start :]):
            self.table.vague[entry["name"]] = f"{entry['name']} is told by cases in words"
        if ALL_CASES.search(words):
            self.sentence, self.passage = [], self.passage.under("all cases")
        if self.passage.given and CHANGED.search(words):
            self.passage = self.passage.under("other numbers")
        if self.excepted is not None and THERE.match(segment.before):
            guards = tuple(g for g in self.passage.guards if g.text != f"not {self.excepted.text}")
            self.sentence, self.behind = [self.excepted], ()
            self.passage = replace(self.passage, guards=guards)
        self.excepted = None if prose.ends_sentence(segment.before) else self.excepted
        if prose.OTHERWISE.search(words) is not None:
            self.sentence, self.behind = [], ()
            if (other := self.other_case()) is not None:
                self.sentence = [other]
                self.passage = replace(self.passage, given=(), conditions=())

    def heads_what_follows(self, item: Item, segment: Segment) -> bool:
        """`C => A`, and in a display `C: A`."""
        return item.piece.closed_by == "\\Rightarrow" or (segment.display and item.piece.closed_by == ":")

    def other_case(self) -> Condition | None:
        """What `otherwise` says behind the cases of this paragraph: the contrary of a single one."""
        return self.other_than(self.last_case) if len(self.cases) < 2 else None

    def other_than(self, conditions: Sequence[Condition]) -> Condition | None:
        """The contrary of a single condition, of numbers: some entry of an array may be as it says."""
        names = {x for c in conditions for x in names_in(c)}
        symbols = [self.table.symbols[x] for x in names if x in self.table.symbols]
        return None if any(x.dims or x.lead for x in symbols) else contrary(conditions)

    def entered(self, case: tuple[Condition, ...]) -> None:
        """The claims just read are in a case."""
        self.last_case = case
        if case and all(case != x for x in self.cases):
            self.cases = (*self.cases, case)

    def unless(self, condition: Condition) -> Condition | None:
        """What `unless C` says of the claim; None where it cannot be told: then the claim is not refuted."""
        self.excepted = condition
        if (other := self.other_than([condition])) is None:
            self.passage = self.passage.under(f"unless {condition.text}")
        return other

    def excepts(self, part: Part) -> bool:
        self.excepted = Condition(self.said(part), guard=flat(part))
        return super().excepts(part)

    def one_more(self, items: Sequence[Item], segment: Segment) -> list[Condition]:
        """At `and $b > 0$`, behind `A if $a > 0$`: the claim is read again with both. The conditions before these."""
        told, earlier = self.trailed
        again = bool(told) and self.conditioned and not self.scouting and not segment.display
        if not again or len(items) != 1 or not prose.CONNECTIVE.fullmatch(segment.before.strip()):
            self.trailed = (), []
            return list(self.sentence)
        words = [str(r) for r in items[0].part.relations]
        if not words or not all(w in INEQUALITIES or w == "\\ne" for w in words):
            return list(self.sentence)
        self.told, self.sentence, self.only_joined = told, [*earlier, *self.behind], False
        return earlier

    def one_of_several(self, items: Sequence[Item], segment: Segment) -> bool:
        """`if $a = 1$ or $a = 2$`: neither can be put in; what follows is not judged without them."""
        if self.scouting or segment.display or len(items) != 1 or not OR.fullmatch(segment.before):
            return False
        if self.told or not (self.sentence or self.passage.here()) or not items[0].part.relations:
            return False
        self.sentence = []
        given = tuple(g for g in self.passage.given if g.sentence != self.passage.sentence)
        self.passage = replace(self.passage, given=given).under("one of several cases")
        self.declared(items[0].part, OPEN)
        return True

    def told_behind(self, earlier: Sequence[Condition]) -> None:
        """The claims of the formula before hold under what was said since; the next may be free of it, or not."""
        self.behind = ()
        self.again(*self.sentence)
        self.entered(self.in_force())
        self.behind = tuple(c for c in self.sentence if c not in earlier)
        self.sentence = [c for c in self.sentence if c in earlier]

    def in_force(self) -> tuple[Condition, ...]:
        """The conditions of this sentence, equations with a number among them."""
        numbers = (Condition(g.text, guard=g.equation) for g in self.passage.given
                   if g.sentence == self.passage.sentence and g.equation)  # fmt: skip
        return (*self.sentence, *numbers)

    def claimed(self, part: Part, local: list[Condition]) -> Statement:
        if (diagonal := self.on_diagonal(part)) is not None:
            local = [*local, diagonal]
        general = super().claimed(part, local)
        if not (unsure := self.uncertain()) or general.given is not None:
            return general
        special = super().claimed(part, [*local, *unsure])
        return general if special.given is not None else replace(general, given=special)

    def uncertain(self) -> tuple[Condition, ...]:
        """Conditions that a claim may be meant under, or not."""
        return (*self.unsure, *self.behind)

    def on_diagonal(self, part: Part) -> Condition | None:
        """`A on the diagonal and B off it`, of two indices; a claim that is read again keeps its own."""
        segment, at = self.segment, part.sides[0][0].start
        if segment is None or not segment.start <= at < segment.end:
            return self.diagonals.get(at)
        said = DIAGONAL.search(prose.sentence_before(segment.before))
        said = None if said and JOINING.search(said.string[said.end() :]) else said  # it is said of the claim before
        if said is None:
            said = DIAGONAL.match(segment.after.lstrip(" ,"))
        letters = sorted(x for x in free_letters(parse(part.sides[0])) if runs(x, self.table)) if said else []
        letters = sorted(part.numbers) or letters
        if said is None or len(letters) != 2:
            return None
        equal = not (said["off"] or said["off_"] or said["off__"])
        found = Condition(said.group(), letters=(letters[0], letters[1]), equal=equal)
        self.diagonals = {**self.diagonals, at: found}
        return found

    def otherwise(self, segment: Segment) -> None:
        """`B otherwise`: the claims just read hold in the case that the last claim was not in."""
        if not self.told or OTHERWISE_BEHIND.match(segment.after) is None:
            return
        other, kept = self.other_case(), self.passage
        self.passage = replace(kept, given=tuple(g for g in kept.given if g.sentence != kept.sentence))
        if other is None:
            self.passage = self.passage.under("otherwise")
        for told in self.told:
            try:
                local = [c for c in told.local if c not in self.last_case]
                self.statements[told.number] = self.claimed(told.part, [*local, *([other] if other else [])])
            except (Unreadable, *FAULTS):
                continue
        self.passage = replace(self.passage, conditions=kept.conditions)


def contrary(conditions: Sequence[Condition]) -> Condition | None:
    """The condition that holds where the only one of these does not; None where it cannot be told."""
    if len(conditions) != 1:
        return None
    only = conditions[0]
    if all(only.letters) and not only.guard:
        return replace(only, text=f"not {only.text}", equal=not only.equal)
    tokens = only.guard or only.said
    signs = [n for n, t in enumerate(tokens) if str(t) in CONTRARY]
    if len(signs) != 1:
        return None
    sign = CONTRARY[str(tokens[signs[0]])]
    kind, text = ("cmd", sign[1:]) if sign.startswith("\\") else ("sym", sign)
    turned = (*tokens[: signs[0]], replace(tokens[signs[0]], kind=kind, text=text), *tokens[signs[0] + 1 :])
    return Condition(f"not {only.text}", guard=turned)
