r"""Arrows between statements: `A \iff B`, `A \Rightarrow B`, for equations and for inequalities."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sympy import Expr

from derive.documents.model import Statement
from derive.documents.names.bare import bare_name
from derive.documents.names.mentions import reachable_from
from derive.documents.reading.bounding import INEQUALITIES
from derive.documents.reading.claiming import Told, varied
from derive.documents.reading.given import Giving
from derive.documents.reading.unique import one_solution
from derive.documents.sentences.conditions import restricting
from derive.documents.sentences.passage import Given, is_constant, put_in, sizes_of
from derive.documents.source.rows import Part, Piece
from derive.documents.statements.claims import described_signs
from derive.documents.statements.sides import read_pair
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import FAULTS, Unreadable
from derive.verify import decide

STRICT, SMALLER = ("<", ">"), ("<", "\\le")


@dataclass(frozen=True)
class Item:
    """A piece with its relations taken apart."""

    piece: Piece
    part: Part


class Arrows(Giving):
    """Joins what stands on both sides of an arrow to one statement, or takes the first as a condition."""

    def implications(self, items: list[Item]) -> list[Item]:
        """The items of a formula without those that an arrow joins to one statement."""
        arrows = [n for n, i in enumerate(items[:-1]) if i.piece.closed_by in ("\\iff", "\\Rightarrow")]
        if self.scouting:  # what stands at an arrow is said of some values, and says nothing of the symbol
            at_arrows = {k for n in arrows for k in (n, n + 1)}
            return [i for n, i in enumerate(items) if n not in at_arrows or not _is_inequality(i.part)]
        if not arrows:
            return items
        gone: set[int] = set()
        for n, m in ((n, n + 1) for n in arrows):
            a, b = items[n].part, items[m].part
            if items[n].piece.closed_by == "\\iff" and self.same_signs(a, b):
                gone |= {n, m}
                continue
            if any([str(r) for r in p.relations] != ["="] or not all(p.sides) for p in (a, b)):
                continue
            try:
                joined = self.joined(a, b, items[n].piece.closed_by == "\\iff")
            except Unreadable as error:
                self.failed(a, [t for p in (a, b) for side in p.sides for t in side], error)
                joined = {0, 1}
            except FAULTS:
                continue  # each side for itself says what is the matter
            gone |= {n + k for k in joined}
        return [i for n, i in enumerate(items) if n not in gone]

    def same_signs(self, a: Part, b: Part) -> bool:
        """`A > B \\iff C > D`: one claim about both, where a sign of a symbol alone would not say what it is."""
        words = [str(r) for p in (a, b) for r in p.relations]
        if len(words) != 2 or not all(w in INEQUALITIES for w in words) or not all(a.sides + b.sides):
            return False
        try:
            trees = [_above(p) for p in (a, b)]
            for tree in trees:
                self.refuse_broken(tree)
            statement = self.read(Part([a.sides[0], b.sides[0]], a.relations), trees[0], trees[1], [])
            strict = words[0] in STRICT, words[1] in STRICT
            reading = described_signs(statement, strict)
        except (Unreadable, *FAULTS):
            return False
        self.add(a, 0, replace(
            statement, place=self.place(b.sides[0]), lhs_text=self.said(a), relation="\\iff", rhs_text=self.said(b),
            conditions=self.passage.conditions, strict=strict, reading=reading, derivative_kind=None,
        ))  # fmt: skip
        return True

    def joined(self, a: Part, b: Part, both: bool) -> set[int]:
        """Which of the two sides of an arrow are dealt with: as one statement, or the first as a condition."""
        if self.holds(a):
            return set()
        for n, (solved, equation) in enumerate(((b, a), (a, b))):
            if (both or n == 0) and (given := self.solution(solved, equation)) is not None:
                self.add(a, 0, self.solves(equation, given, a, b, both))
                return {0, 1}
        if both:
            self.add(a, 0, self.equivalent(a, b))
            return {0, 1}
        if (given := self.case(a)) is not None:
            self.add(b, 0, self.in_case(given, b))
            return {0, 1}
        if any(is_constant(parse(side), self.table) for side in a.sides):
            self.passage = self.passage.under(self.said(a))
            self.declared(a, "a condition of what follows")
            return {0}
        return set()

    def restated(self, part: Part) -> bool:
        """`A if and only if B`: the claim A becomes one about both, unless both hold by themselves."""
        told = self.told[-1]
        if [str(r) for r in (*told.part.relations, *part.relations)] != ["=", "="]:
            return False
        try:
            return not self.holds(told.part) and self.both(told, part)
        except (Unreadable, *FAULTS):
            return False

    def both(self, told: Told, part: Part) -> bool:
        for solved, equation in ((part, told.part), (told.part, part)):
            if (given := self.solution(solved, equation)) is not None:
                self.statements[told.number] = self.solves(equation, given, told.part, part, True)
                return True
        self.statements[told.number] = self.equivalent(told.part, part)
        return True

    def case(self, part: Part) -> Given | None:
        """x = 3, for a name without a definition."""
        named = bare_name(tuple(part.sides[0]), self.table)
        if named is None or named.lead or named.letter or not self.is_input(named.name):
            return None
        rhs = parse(part.sides[1])
        if not is_constant(rhs, self.table):
            return None
        return Given(
            named.name, rhs, self.said(part), self.passage.sentence, sizes=sizes_of(named.name, rhs, self.table)
        )

    def in_case(self, given: Given, part: Part) -> Statement:
        """The claim where the name has this value."""
        lhs, rhs = parse(part.sides[0]), parse(part.sides[1])
        self.refuse_broken(lhs, rhs)
        with put_in((given,), self.table):
            statement = self.read(part, lhs, rhs, [])
        return replace(statement, assumptions=(*statement.assumptions, given.text), conditions=self.passage.conditions)

    def holds(self, part: Part) -> bool:
        """Whether an equation is an identity."""
        try:
            reading = read_pair(parse(part.sides[0]), parse(part.sides[1]), self.table, restricting([]))
        except Unreadable:
            return False
        pairs = [i.sides for i in reading.instances] or [reading.sides]
        programs = [i.program for i in reading.instances] or [reading.program]
        return not reading.clash and all(
            x is not None and x[0].indices == x[1].indices and decide(x[0].expr, x[1].expr, p, seconds=1.0).established
            for x, p in zip(pairs, programs, strict=True)
        )

    def solution(self, part: Part, equation: Part) -> Given | None:
        """x = s, where the other equation speaks of x and x has no definition."""
        named = bare_name(tuple(part.sides[0]), self.table)
        if named is None or named.lead or named.letter or not self.is_input(named.name):
            return None
        rhs = parse(part.sides[1])
        used = set().union(*(reachable_from(parse(side), self.table) for side in equation.sides))
        if named.name not in used or named.name in reachable_from(rhs, self.table):
            return None
        return Given(named.name, rhs, self.said(part), self.passage.sentence)

    def solves(self, equation: Part, given: Given, a: Part, b: Part, both: bool) -> Statement:
        """The equation with the solution put in; whether there is no other is known where it is linear in it."""
        lhs, rhs = parse(equation.sides[0]), parse(equation.sides[1])
        only = one_solution(read_pair(lhs, rhs, self.table, restricting([])), given.name, self.value_of(given))
        with put_in((given,), self.table):
            statement = self.read(equation, lhs, rhs, [])
        said = (self.said(equation),) if varied(lhs, rhs) - {given.name} else self.passage.conditions
        arrow = "\\iff" if both else "\\Rightarrow"
        return replace(
            statement, place=self.place(b.sides[0]), lhs_text=self.said(a), relation=arrow, rhs_text=self.said(b),
            conditions=said, decisive=only, derivative_kind=None,
        )  # fmt: skip

    def value_of(self, given: Given) -> Expr | None:
        sides = read_pair(s.Name(given.tree.at, given.name), given.tree, self.table, restricting([])).sides
        return sides[1].expr if sides else None

    def equivalent(self, a: Part, b: Part) -> Statement:
        """Two equations, as the differences of their sides: one must be a multiple of the other."""
        trees = [s.Sum(p.sides[0][0].start, ((1, parse(p.sides[0])), (-1, parse(p.sides[1])))) for p in (a, b)]
        for tree in trees:
            self.refuse_broken(tree)
        statement = self.read(Part([a.sides[0], b.sides[0]], a.relations), trees[0], trees[1], [])
        return replace(
            statement, place=self.place(b.sides[0]), lhs_text=self.said(a), relation="\\iff", rhs_text=self.said(b),
            conditions=self.passage.conditions, multiple=True, derivative_kind=None,
        )  # fmt: skip


def _is_inequality(part: Part) -> bool:
    return bool(part.relations) and all(str(r) in INEQUALITIES for r in part.relations)


def _above(part: Part) -> s.Node:
    """What is positive where the inequality holds."""
    left, right = (parse(side) for side in part.sides)
    larger, smaller = (right, left) if str(part.relations[0]) in SMALLER else (left, right)
    return s.Sum(part.sides[0][0].start, ((1, larger), (-1, smaller)))
