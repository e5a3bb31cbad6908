"""What an equation is: a definition, a claim, or something that is to be solved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType

from derive.documents.declarations.lists import numbered, stands_by_itself
from derive.documents.declarations.spelled import declare_members, spelled_out
from derive.documents.derivatives.operators import heads
from derive.documents.model import Statement
from derive.documents.names.bare import Named, bare_name
from derive.documents.names.entries import array_of_given
from derive.documents.names.mentions import mentioned
from derive.documents.names.scope import retire, same
from derive.documents.names.symbols import Definition, Symbol
from derive.documents.names.table import Table
from derive.documents.reading.bounding import INEQUALITIES
from derive.documents.reading.claiming import Told
from derive.documents.reading.factored import tie
from derive.documents.reading.fitted import FITTING
from derive.documents.reading.somewhere import Somewhere
from derive.documents.reading.updating import is_learning, updated
from derive.documents.reading.vanishing import is_what_vanishes
from derive.documents.sentences import prose
from derive.documents.sentences.conditions import Condition
from derive.documents.sentences.passage import is_constant
from derive.documents.sentences.spread import spread_out
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part
from derive.documents.source.tokens import Token
from derive.documents.statements.define import definition
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable

SIZED = frozenset(("left", "big", "Big", "bigg", "Bigg", "bigl", "Bigl", "biggl", "Biggl"))


WRITTEN = re.compile(r"\b(?:re)?(?:writ(?:e|es|ten|ing)|express(?:es|ed)?)(?: it)?(?: as)?[\s~]*$", re.IGNORECASE)


class Equations(Somewhere):
    """The part of the reader of statements that tells definitions from claims."""

    cased: frozenset[str] = frozenset()  # names that the words of a sentence define by cases
    unsolved: Part | None = None  # the last equation that is to be solved
    since: Mapping[str, int] = MappingProxyType({})  # the first steps that the formula names: (t \ge 1)

    def is_fresh(self, part: Part) -> bool:
        named = bare_name(tuple(part.sides[0]), self.table)
        if named is not None and str(part.relations[0]) == "\\approx" and self.passage.value(named.name) is not None:
            return False  # with $s = \\sqrt 2$ we have $s \\approx 1.414$
        return definition(tuple(part.sides[0]), parse(part.sides[1]), self.table, scouting=True) is not None

    def equalities(self, part: Part, segment: Segment, local: list[Condition]) -> None:
        """A first equality with a fresh left side defines; the rest are claims."""
        declare_members(part, self.table)
        if spelled_out(part, self.table):
            self.declared(part, "an array and its members")
            return
        if spread_out(part, self.table):
            self.declared(part, "a matrix and its rows or columns")
            return
        anew = self.redefines(part)
        solved = not segment.display and prose.EQUATION.search(prose.sentence_before(segment.before)[-60:])
        solved = solved and not is_what_vanishes(part, segment, self.document)
        if solved and not anew and not self.is_fresh(part) and not prose.states(segment.before, segment.after):
            self.declared(part, "an equation that is to be solved")
            self.equation = self.unsolved = part
            return
        forced = str(part.relations[0]) == "\\coloneq" or anew or (self.naming and not self.repeats(part))
        last = part.sides[-1]
        if len(part.relations) > 1 and self.all_fresh(part):
            for n in range(len(part.relations)):
                self.define(Part([part.sides[n], last], [part.relations[n]]), False)
            return
        if each := numbered(part, self.table):
            self.each(each, forced, local)
            return
        forced = self.explained_operator(part, forced)
        if len(part.relations) == 1 and self.is_somewhere(part, local):
            return
        try:
            first = 1 if self.define(part, forced) else 0
        except Unreadable as error:
            if not anew or error.expected != FITTING:
                raise
            self.table.broken.discard(named.name if (named := bare_name(tuple(part.sides[0]), self.table)) else "")
            first = 0  # whatever it is, it cannot be: the claim is wrong with the old meaning as with a new one
        self.chain(part, first, local)

    def repeats(self, part: Part) -> bool:
        """`one may also write $L = ...$`, of an L that the note has defined, where it holds: that is a claim."""
        written = self.segment is not None and WRITTEN.search(self.segment.before)
        if self.scouting or len(part.relations) != 1 or not written:
            return False
        head = self.head(part, parse(part.sides[1])) or ""
        return self.table.known(head.partition("^(")[0]) and not self.is_fresh(part) and self.established(part)

    def each(self, parts: list[Part], forced: bool, local: list[Condition]) -> None:
        """The equation for each number by itself; one that is not understood leaves none of its names with a value."""
        problem: Unreadable | None = None
        for part in parts:
            try:
                self.chain(part, 1 if self.define(part, forced) else 0, local)
            except Unreadable as error:
                problem = problem or error
        if problem is not None:
            raise problem

    def explained_operator(self, part: Part, forced: bool) -> bool:
        """Whether the equation must define, unless it is `D_v f(x) := ...` and holds: that is a claim.

        A note may mean something else by the letter: a cost by J_f(x) := ..., which is then defined; D is not read.
        """
        kind = self.is_operator(part)
        said = forced or isinstance(parse(part.sides[1]), s.Big)
        if self.scouting or not kind or not said:
            return forced
        if self.established(part):
            return False
        if not (forced and kind in ("J", "H")):
            self.table.operators -= {kind}
            raise Unreadable(part.sides[0][0].start, f"a definition of {kind}", "what the letter usually stands for")
        return True

    def is_operator(self, part: Part) -> str:
        """Which derivative by the name of an operator stands on the left: J_f(x) = ..."""
        with suppress(Unreadable):
            return heads(parse(part.sides[0]), self.table)
        return ""

    def parted(self, part: Part, words: list[str]) -> list[Part]:
        """`with $\\sum_n m_n = M > 0$`: a name for the sum, and its sign; empty of anything else."""
        if words[0] != "=" or not all(part.sides) or not (self.besides or self.is_supposed()):
            return []
        if not isinstance(parse(part.sides[0]), s.Big):
            return []
        if len(words) > 1 and not all(w in INEQUALITIES for w in words[1:]):
            return []
        named = bare_name(tuple(part.sides[1]), self.table)
        if named is None or named.lead or named.letter or bare_name(tuple(part.sides[0]), self.table) is not None:
            return []
        t, symbol = self.table, self.table.symbols.get(named.name)
        declared = symbol is not None and (symbol.alone or not symbol.ahead or symbol.dims)
        if declared or named.name in (t.definitions.keys() | t.functions.keys() | t.sizes.keys() | t.steps | t.depths):
            return []
        self.supposing = True
        first = Part([part.sides[1], part.sides[0]], part.relations[:1])
        return [first, Part(part.sides[1:], part.relations[1:])] if len(words) > 1 else [first]

    def all_fresh(self, part: Part) -> bool:
        """v_0 = m_0 = 0 defines both."""
        if not all(str(r) == "=" for r in part.relations):
            return False
        return all(bare_name(tuple(x), self.table) and self.is_fresh(Part([x, part.sides[-1]], part.relations))
                   for x in part.sides[:-1])  # fmt: skip

    def define(self, part: Part, forced: bool) -> bool:
        earlier = dict(self.table.definitions)
        found = definition(tuple(part.sides[0]), parse(part.sides[1]), self.table, forced=forced)
        if found is None or self.restates(part, found, earlier):
            return False
        self.refuse_other_count(found, earlier.get(found.name))
        if letter := stands_by_itself(part):
            self.table.broken.add(found.name)
            self.table.definitions.pop(found.name, None)
            raise Unreadable(found.place, f"the index {letter} as a number", "a definition for each number by itself")
        if (array := array_of_given(tuple(part.sides[0]), self.table)) is not None:
            self.table.vague[array] = f"some entries of {array} are given"
        self.cased = self.cased - {found.name} if self.begun else self.cased
        if self.is_one_case(part, found.name):
            raise Unreadable(part.sides[0][0].start, "a definition by cases in words", r"\begin{cases}")
        if found.letter in self.since:
            found = replace(found, low=self.since[found.letter] + found.shift, since=True)
        if found.name in self.table.retired and not forced and self.passage.role == "so":
            raise self.out_of_use(found.name, found.place)
        if found.name in self.table.broken and not forced and is_constant(found.rhs, self.table):
            raise self.out_of_use(found.name, found.place)  # the value of what was defined, and no definition
        if found.name in self.table.sizes and isinstance(found.rhs, s.Num):
            self.add(
                part, 0, Statement("declaration", self.place(part.sides[1]), *self.texts(part, 0), reading="a size")
            )
            return True
        self.table.functions.pop(found.name, None)
        self.domain(found)
        for p in set(found.parameters) & mentioned(found.rhs):  # J(\\theta), made of all \\theta_k, is another matter
            if (known := self.table.symbols.get(p)) is not None and known.lead and known.section != self.table.section:
                self.table.declare(Symbol(p))
        self.declare_primed(found)
        before = self.table.definitions.get(found.name)
        self.table.define(found)
        if (old := earlier.get(found.name)) is not None and not same(old.rhs, found.rhs):
            tie(old, found, self.table)
            retire(found.name, self.table)
        if found.letter:
            self.infer_rank(found)
        problem = self.misfit(found)
        if problem is not None:
            self.table.broken.add(found.name)
            if before is None:
                self.table.definitions.pop(found.name, None)
            else:
                self.table.definitions[found.name] = before
            raise problem
        self.made(found.name, before)
        place, texts, said = self.place(part.sides[1]), self.texts(part, 0), _definition_text(found)
        self.add(part, 0, Statement("definition", place, *texts, reading=said, definite=(found.name,)))
        if before is None and not (found.parameters or found.letters or found.letter):
            self.solution_of(part, found.name)
        return True

    def domain(self, found: Definition) -> None:
        """`f : R^3 \\to R`, and then f(x) = ...: nothing is unknown of f any more, and x is such a vector there."""
        dims = self.table.functionals.pop(found.name, ())
        self.table.domains.pop(found.name, None)
        if not dims or len(found.parameters) != 1:
            return
        (p,) = found.parameters
        symbol = self.table.symbols.get(p)
        if not self.table.known(p):
            self.table.declare(Symbol(p, dims))
        elif symbol is not None and p not in self.table.definitions and _is_plain(symbol):
            self.table.domains[found.name] = p, dims

    def solution_of(self, part: Part, name: str) -> None:
        """`let x be the solution of A x = b; then x = s`: it defines x, and claims that s solves the equation."""
        equation, self.unsolved = self.unsolved, None
        if equation is None or name in self.table.symbols or name not in mentioned(tuple(map(parse, equation.sides))):
            self.unsolved = equation
            return
        with suppress(Unreadable):
            self.add(part, 0, self.claimed(equation, []))

    def updates(self, part: Part) -> bool:
        """Whether it is the next value of an input, which is another name from here on where nobody says why.

        So is what was defined, such as a loss: it goes out of use.
        """
        name, at = updated(part, self.table), part.sides[0][0].start
        if name in self.table.definitions:
            retire(name, self.table)
            self.table.forget(name)
            self.table.retired[name] = name
            self.table.broken.add(name)
        elif name and not is_learning(part, self.document.text[max(0, at - 300) : at], self.table):
            self.table.vague[name] = self.text(part.sides[0], part.sides[1])
        return bool(name)

    def is_one_case(self, part: Part, name: str) -> bool:
        """Whether words behind the formula say that it is so in one case only: `if $x > 0$ and ... otherwise`.

        And where the next formula says what the same name is in another case.
        """
        if self.segment is None or self.segment.display:
            return False
        words = prose.ONE_CASE.match(self.segment.after.lstrip(" ,"))
        if words is None or (prose.WRITING.search(self.segment.before) and prose.NAMED_FOR.match(self.segment.after)):
            return False
        rest = prose.sentence_after(self.document.text[self.segment.end : self.segment.end + 200])
        again = "".join(self.text(part.sides[0], part.sides[0]).split()) + "="
        condition = "".join(rest.split()).lstrip(",").removeprefix("".join(words.group().split())).lstrip("$(\\")
        named = bare_name(tuple(part.sides[0]), self.table)
        example = named is not None and is_constant(parse(part.sides[1]), self.table)
        if again in condition and not example and not condition.startswith(again):  # not: for $t = 1$ and for $t = -1$
            self.cased = self.cased | {name}
        return prose.OTHER_CASE.search(rest) is not None or name in self.cased

    def restates(self, part: Part, found: Definition, earlier: dict[str, Definition]) -> bool:
        """`L = ...` behind `L(m, s) = ...` or `L_n = ...` of an earlier section: the same once more, if that holds.

        And `S_{ij} = ...` behind `S = ...`.
        """
        before, now = earlier.get(found.name), self.table.definitions
        if found.parameters or found.letter or before is None:
            return False
        if bool(found.letters) == bool(before.parameters or before.letters):
            return False
        self.table.definitions = earlier
        restated = self.established(part)
        if not restated:
            self.table.definitions = now
        elif before.letters:
            self.table.define(before)  # it belongs to this section, too
        self.table.touch()
        return restated

    def chain(self, part: Part, first: int, local: list[Condition]) -> None:
        """Each adjacent pair of a chain is a claim."""
        for n in range(first, len(part.relations)):
            pair = Part(part.sides[n : n + 2], [part.relations[n]], part.numbers)
            try:
                self.claim(pair, local)
            except Unreadable as error:
                self.failed(pair, [t for side in pair.sides for t in side], error)
                operator = n == 0 and self.is_operator(pair)
                if n == 0 and str(pair.relations[0]) in ("=", "\\coloneq") and not self.scouting and not operator:
                    self.mark_unknown(tuple(pair.sides[0]))

    def mark_unknown(self, side: tuple[Token, ...]) -> None:
        """A name that means nothing without the equation that was not understood: F of F(x), F_h[f](x)."""
        side = side[1:] if side and side[0].text in ("log", "ln") else side
        named = bare_name(side, self.table) or _applied_name(side, self.table)
        if named is not None and named.name not in self.table.definitions.keys() | self.table.symbols.keys():
            self.table.broken.add(named.name)

    def claim(self, part: Part, local: list[Condition]) -> None:
        statement = self.claimed(part, local)
        self.told = (*self.told, Told(len(self.statements), part, tuple(local)))
        self.add(part, 0, statement)
        self.passage = replace(self.passage, role="so")
        self.settled = True
        self.claims += 1

    def heads(self, part: Part, words: list[str]) -> None:
        """H = ...: what H \\le log n says further down is then no declaration."""
        named = bare_name(tuple(part.sides[0]), self.table) if words[0] in ("=", "\\coloneq") else None
        if named is not None and any(t.kind in ("letter", "cmd", "word") for t in part.sides[1]):
            self.headed.add((self.heading, named.name))


def _is_plain(symbol: Symbol) -> bool:
    """Whether it is one array and no family of them."""
    return not (symbol.lead or symbol.letter or symbol.numbered)


def _applied_name(side: tuple[Token, ...], table: Table) -> Named | None:
    """The name before the first bracket."""
    opening = next((n for n, t in enumerate(side) if t.text in ("(", "[", "lbrack")), 0)
    sized = opening - (side[opening - 1].text in SIZED) if opening else 0
    return bare_name(side[:sized], table) if sized else None


def _definition_text(found) -> str:
    if found.parameters:
        return f"the function {found.name}({', '.join(found.parameters)})"
    return f"{found.name} at each {found.letter}" if found.letter else f"the value of {found.name}"
