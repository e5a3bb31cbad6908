"""Definitions at some places only: `For $i < j$, $A_{ij} = 0$` says nothing of the other entries of A."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from derive.documents.model import Statement
from derive.documents.names.scripts import letter_of
from derive.documents.names.symbols import Definition
from derive.documents.reading.fitted import Fitting
from derive.documents.sentences.conditions import Condition
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part
from derive.documents.source.uses import EACH
from derive.documents.statements.define import definition
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable

BEHIND = re.compile(
    r"\s*[,;(]?\s*(?:for|if|when|whenever|where|für|wenn|falls|pour|si)(?: all| any| every| each| alle)?[\s~]*",
    re.IGNORECASE,
)
"""Between a definition and the places that it is for, which stand behind it."""
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
        if not (said := self.places(found.letters, local)):
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
