"""Definitions at some places only: `For $i < j$, $A_{ij} = 0$` says nothing of the other entries of A."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from derive.documents.model import Statement
from derive.documents.names.scripts import letter_of
from derive.documents.names.symbols import Definition
from derive.documents.reading.fitted import Fitting
from derive.documents.sentences import prose
from derive.documents.sentences.choosing import mark
from derive.documents.sentences.conditions import Condition
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part
from derive.documents.source.uses import EACH
from derive.documents.statements.define import definition
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable

BEHIND = re.compile(
    r"\s*[,;(]?\s*(?:for|if|when|whenever|where|für|wenn|falls|pour|si)(?: all| any| every| each| alle)?[\s~]*"
    r"|\s*[,(]\s*",
    re.IGNORECASE,
)
"""Between a definition and the places that it is for, which stand behind it."""
ONLY_THERE = re.compile(
    r"(?:\$\$?|\\[)\]])?\s*,?\s*\(?(?:unless|except|apart from|other than|outside|away from|off the|whenever|außer"
    r"|(?:above|below|beyond) (?:and \w+ )?the|only (?:for|if|when|where)|almost (?:everywhere|all)"
    r"|(?:on|along) (?:and \w+ )?the (?:main )?diagonal|(?:if|when)\s+\$\("
    r"|(?:for|at|für) (?:some|most|many|few|several|distinct|different|unequal|einige|manche|viele|verschiedene)"
    r"(?: of the)?\s+(?:ind|entr|pos|place|\$\s*(?P<letter>\w)\b))",
    re.IGNORECASE,
)
"""Behind an equation for entries: it is not one for all of them."""
IF_IN_WORDS = re.compile(
    r"(?:\$\$?|\\[)\]])?\s*,?\s*\(?(?:if|when(?:ever)?|falls|wenn)\s+(?!we\b|one\b)[^\W\d_]", re.IGNORECASE
)
"""Behind a number for entries: `$M_{ij} = 1$ if unit $j$ is kept`."""
PARITY = re.compile(
    r"\b(?P<parity>even|odd|gerades?|ungerades?)\s+(?:(?:index|indices|numbers?)\s+)?\$\s*(?P<letter>\w)\s*\$"
    r"|\$\s*(?P<letter_>\w)\s*\$\s+(?:(?:is|be|ist)\s+)?(?P<parity_>even|odd|gerade|ungerade)\b",
    re.IGNORECASE,
)
IF = re.compile(r"\b(?:if|when|whenever|wenn|falls|si)\b", re.IGNORECASE)


class Somewhere(Fitting):
    """Keeps what is said of some entries of an array from defining all of them."""

    parts: Sequence[Part] = ()  # of the formula that is read
    known: frozenset[str] = frozenset()  # arrays of which something is said at some places

    def is_somewhere(self, part: Part, local: Sequence[Condition]) -> bool:
        """Whether the equation says what some entries of a new array are; then it is entered, or raises Unreadable."""
        found = definition(tuple(part.sides[0]), parse(part.sides[1]), self.table, scouting=True)
        if found is None:
            return False
        if self.is_of_one_hot(found):
            return True
        if not (said := self.places(found.letters, local) or self.only_there(found) or self.by_parity(found)):
            name = next(
                (x for x in self.known if found.name in (x, f"{x}{EACH}") or found.name.startswith(f"{x}_")), ""
            )
            if name and not self.naming:
                told = f"{name}, of which the note says what some entries are"
                raise Unreadable(part.sides[0][0].start, told, "a definition of all of it")
            return False
        symbol = self.table.symbols.get(found.name)
        if symbol is not None and symbol.properties and self.passage.role == "so":
            self.chain(part, 0, local)  # D is diagonal, so that D_ij = 0
            return True
        self.knows_some(found.name, said, part.sides[0][0].start)
        self.declared(part, f"what {found.name} is where {said}")
        return True

    def is_of_one_hot(self, found: Definition) -> bool:
        """`$y_c = 1$` of a one-hot y: c is the place of its one. Nor is `$\\delta_{ij} = 0$` said of all i and j."""
        symbol = self.table.symbols.get(found.name)
        number = found.rhs.text if isinstance(found.rhs, s.Num) else ""
        if number not in ("0", "1"):
            return False
        if found.name == "delta" and symbol is None and len(found.letters) == 2:
            return True
        if symbol is None or "one_hot" not in symbol.properties or len(found.letters) != len(symbol.dims):
            return False
        said = f"{found.name}_{''.join(found.letters)} = {number}"
        if number == "0" or not mark(found.name, found.letters[0], found.place, self.table):
            self.table.vague[found.name] = said
        self.table.touch()
        return True

    def by_parity(self, new: Definition) -> str:
        """`For even $i$ let $y_i = 0$`."""
        start = self.segment.start if self.segment is not None and new.letters else 0
        said = PARITY.search(prose.sentence_before(self.document.text[max(0, start - 120) : start]))
        if said is None or (said["letter"] or said["letter_"]) not in new.letters:
            return ""
        return said["parity"] or said["parity_"]

    def only_there(self, new: Definition) -> str:
        """What the words behind say of the places: `$A_{ij} = 0$ off the diagonal`, `$x_i = 1$ for some $i$`."""
        start = self.segment.end if self.segment is not None and new.letters else len(self.document.text)
        words = self.document.text[start : start + 80]
        found = ONLY_THERE.match(words) or (IF_IN_WORDS.match(words) if isinstance(new.rhs, s.Num) else None)
        if found is None or found.groupdict().get("letter") not in (None, *new.letters):
            return ""
        return " ".join(found.group().strip(" ,($\\)]").split())

    def refuse_other_count(self, found: Definition, before: Definition | None) -> None:
        """Raises Unreadable for `f_{ij} = ...` behind `f_i = ...` and f(x): f with indices is one array only."""
        if before is None or not found.name.endswith(EACH) or before.section != self.table.section:
            return
        if len(before.letters) != len(found.letters):
            name = found.name.removesuffix(EACH)
            self.table.vague[name] = f"{name} has one index, and two"
            self.table.touch()
            raise Unreadable(found.place, f"{name} with another number of indices", "a letter of its own for these")

    def knows_some(self, name: str, said: str, at: int) -> None:
        """Of an input nothing is refuted from here on; of another name nothing is known."""
        self.known = self.known | {name}
        if name not in self.table.symbols:
            self.table.broken.add(name)
            raise Unreadable(at, f"a definition where {said}", r"one for all places, such as \begin{cases}")
        self.table.vague[name] = f"{name} is as said where {said}"
        self.table.touch()

    def places(self, letters: Sequence[str], conditions: Sequence[Condition]) -> str:
        """The condition that leaves out some of the places at which these letters stand."""
        for x in conditions:
            sides = x.places.sides if x.places is not None else []
            spoken = [*x.letters, *(letter_of(tuple(side)) for side in sides)]
            pair = len(sides) == 2 or (all(x.letters) and not x.guard)
            if pair and all(y in letters for y in spoken if y):
                return x.text
            if any(t.text in letters for t in x.said or x.guard) and IF.search(self.spoken):  # if $x_i > 0$
                return x.text
        given = [g for x in letters if (g := self.passage.value(x)) and g.sentence == self.passage.sentence]
        beside = [
            self.said(p)
            for p in self.parts
            if [str(r) for r in p.relations] == ["="] and letter_of(tuple(p.sides[0])) in letters
            if "".join(t.text for t in p.sides[1]).isdigit()
        ]
        return given[0].text if given else beside[0] if beside else ""

    def told_somewhere(self, segment: Segment) -> None:
        """`$A_{ij} = 0$ for $i < j$`: the condition comes behind what would define A."""
        if self.scouting or not BEHIND.fullmatch(segment.before):
            return
        here = range(len(self.statements) - 1, self.opening - 1, -1)
        number = next((n for n in here if self.statements[n].definite), -1)
        last = self.statements[number] if number >= 0 else None
        if last is None or last.kind != "definition" or any(x.kind == "claim" for x in self.statements[number:]):
            return
        d = self.table.definitions.get(last.definite[0])
        if d is None or not (said := self.places(d.letters, self.sentence)):
            return
        del self.table.definitions[d.name]
        try:
            self.knows_some(d.name, said, d.place)
            reading = f"what {d.name} is where {said}"
            self.statements[number] = replace(last, kind="declaration", reading=reading, definite=())
        except Unreadable as error:
            where = self.document.place(d.place)
            problem = f"line {where.line}, column {where.column}: {error}"
            sides = last.place, last.lhs_text, last.relation, last.rhs_text
            self.statements[number] = Statement("unreadable", *sides, problem=problem, trouble=where)
