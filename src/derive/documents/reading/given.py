"""Equalities that say nothing of their own: worked numbers, and the conditions of other claims."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from derive.documents.model import Statement
from derive.documents.names.bare import Named, bare_name
from derive.documents.names.hints import walk
from derive.documents.names.mentions import mentioned, reachable_from
from derive.documents.names.scope import retire
from derive.documents.names.scripts import base_of, listed
from derive.documents.names.table import Table
from derive.documents.reading.declaring import INEQUALITIES, Declaring
from derive.documents.sentences import prose
from derive.documents.sentences.conditions import Condition, restricting
from derive.documents.sentences.passage import (
    CONSTANTS,
    Given,
    Passage,
    entry_of,
    is_constant,
    partly,
    put_in,
    role_of,
    sizes_of,
    whole,
)
from derive.documents.sentences.stacked import has_entries
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part
from derive.documents.statements.define import definition
from derive.documents.statements.fitting import loose, otherwise
from derive.documents.statements.rounded import as_letters, loosened
from derive.documents.statements.sides import Reading, read_pair
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import FAULTS, Unreadable
from derive.expr import tensors
from derive.verify import decide

if TYPE_CHECKING:
    from derive.documents.names.table import Definition

CONDITIONAL = frozenset(("if", "at"))
NUMBERED = CONDITIONAL | {"for"}  # `for x = 3`; but `for the output y = W x` defines
ASSIGNING = NUMBERED | {"let"}
PLACING = frozenset(("for", "let", "where"))
OPEN = "a condition of what follows"


@dataclass(frozen=True)
class Told:
    """A claim of the formula before, to be read again if a condition follows it."""

    number: int  # of the statement
    part: Part
    local: tuple[Condition, ...]


class Giving(Declaring):
    """Reads an equality as a worked number or a condition, where it is one; and claims in their light."""

    passage = Passage()
    told: tuple[Told, ...] = ()
    settled = False  # a claim followed the last condition
    inherits = False  # no words of its own introduce the formula
    after_comma = False  # nothing else stands before the formula: the condition may have ended
    equation: Part | None = None  # the last one that is a condition of this sentence
    upfront = False  # the sentence begins with it, and goes on behind it
    anew = False  # the words speak of another loss, another model
    rebinding = False  # or they name what is defined, as in: the loss is

    # -- passages ----------------------------------------------------------------------------------------------
    def enter(self, segment: Segment, anew: bool) -> None:
        self.passage = self.passage.entering(segment, self.segment, anew)
        apart = segment.display and not segment.before.strip() and self.segment is not None and self.segment.display
        role = "" if apart else role_of(segment.before, self.passage.role)
        if prose.CONDITION_AFTER.match(segment.after):
            role = "if"
        if prose.states(segment.before, segment.after):
            role = "so"
        self.passage = replace(self.passage, role=role)
        opening = prose.sentence_before(segment.before).strip()
        self.upfront = (
            not segment.display and bool(prose.UPFRONT.fullmatch(opening)) and bool(prose.GOES_ON.match(segment.after))
        )
        self.inherits = bool(prose.CONNECTIVE.fullmatch(segment.before.strip()))
        self.after_comma = segment.before.strip() == ","
        before = prose.sentence_before(segment.before.strip())[-60:]
        inline = bool(prose.ASSIGNING.search(before)) and not segment.display
        self.naming = (
            inline
            or bool(prose.DEFINING.search(before))
            or (self.naming and not anew and bool(prose.CONNECTIVE.fullmatch(before)))
        )
        self.anew = bool(prose.REBINDING.search(before) or prose.INSTEAD.match(segment.after))
        self.rebinding = self.anew or bool(prose.NAMING.search(before))
        if anew or not (prose.TRAILING.fullmatch(segment.before) or prose.EQUIVALENT.fullmatch(segment.before)):
            self.told = ()
        self.segment = segment
        self.equation = None if anew else self.equation

    # -- letters with another meaning --------------------------------------------------------------------------
    def freed(self, part: Part, words: list[str]) -> None:
        """`Let h > 0`, where h was defined in an earlier section: from here on it is a number."""
        named = bare_name(tuple(part.sides[0]), self.table)
        if named is None or words[0] not in INEQUALITIES:
            return
        if named.name in self.table.retired and not self.naming:
            raise self.out_of_use(named.name, part.sides[0][0].start)
        if not self.naming or not self.table.is_stale(named.name):
            return
        self.table.forget(named.name)
        self.table.symbols.pop(named.name, None)
        retire(named.name, self.table)

    def cleared(self, part: Part) -> None:
        """`Let A \\in R^{n x n}` in a later section: what was said of an earlier A says nothing of this one."""
        for side in listed(tuple(part.sides[0])):
            named = bare_name(side, self.table)
            if named is None:
                continue
            self.passage = self.passage.without(named.name)
            symbol = self.table.symbols.get(named.name)
            if self.segment and has_entries(named.name, self.segment, self.document):
                continue
            if self.naming and symbol is not None and named.name in self.table.inherited:
                self.table.inherited.discard(named.name)
                self.table.symbols[named.name] = replace(symbol, properties=frozenset(), unit=False)

    def redefines(self, part: Part) -> bool:
        """Whether `L = ...` means another L than an earlier definition; a restatement that holds is a claim."""
        named = bare_name(tuple(part.sides[0]), self.table)
        before = self.table.definitions.get(named.name) if named is not None else None
        if before is None or not self.rebinding or is_constant(parse(part.sides[1]), self.table):
            return False
        if not self.table.is_stale(before.name) and not self.anew:
            return False
        return not self.established(part)

    def established(self, part: Part) -> bool:
        """Whether the equality holds by what has been said before it."""
        try:
            reading = read_pair(parse(part.sides[0]), parse(part.sides[1]), self.table, restricting([]))
        except Unreadable:
            return False
        if reading.sides is None or reading.instances or reading.clash:
            return False
        a, b = reading.sides
        return a.indices == b.indices and decide(a.expr, b.expr, reading.program, seconds=1.0).established

    # -- equalities --------------------------------------------------------------------------------------------
    def takes(self, part: Part) -> bool:
        """Whether `a = b` is taken as given; it is then entered into the passage."""
        if self.scouting or any(str(r) != "=" for r in part.relations):
            return False
        if len(part.relations) > 1:
            return self.takes_all(part)
        named = bare_name(tuple(part.sides[0]), self.table)
        rhs = parse(part.sides[1])
        if named is not None and self.beyond(part, named, rhs):
            return True
        if named is None or named.lead or (named.letter and not named.explicit):
            fresh = definition(tuple(part.sides[0]), rhs, self.table) is not None
            return not fresh and self.condition_on(part)
        if is_constant(rhs, self.table):
            return self.number(part, named.name, rhs)
        if self.passage.role not in CONDITIONAL:
            return self.passage.role in PLACING and self.is_place(part, named.name)
        if self.is_input(named.name) and named.name not in reachable_from(rhs, self.table):
            return self.give(part, Given(named.name, rhs, self.said(part), self.passage.sentence))
        return self.condition_on(part) if self.table.known(named.name) else False

    def beyond(self, part: Part, named: Named, rhs: s.Node) -> bool:
        """`$h_i = 0$ for all other $i$`, behind the entries of h: what they are beyond their range."""
        said = self.segment is not None and prose.ELSEWHERE.match(self.segment.after)
        if not said or not named.lead or not self.table.known(named.name) or not is_constant(rhs, self.table):
            return False
        self.table.beyond[named.name] = rhs
        self.declared(part, f"the entries of {named.name} beyond its range")
        return True

    def takes_all(self, part: Part) -> bool:
        """n = d = 1: sizes, steps and indices that are given the same number."""
        named = [bare_name(tuple(side), self.table) for side in part.sides[:-1]]
        if any(x is None or not self.counts(x.name) or self.table.known(x.name) for x in named):
            return False
        if self.passage.role == "so" or whole(parse(part.sides[-1])) is None:
            return False
        each = zip(part.sides[:-1], part.relations, strict=True)
        return all([self.takes(Part([side, part.sides[-1]], [r])) for side, r in each])

    def number(self, part: Part, name: str, rhs: s.Node) -> bool:
        """A name is given a number, or an array of numbers."""
        t, role = self.table, self.passage.role
        if starts_recursion(name, t):
            return False
        whole_of = entry_of(name, t)
        if role == "so" and whole_of is not None and self.passage.value(whole_of) is not None:
            return self.told_of(part)
        d = t.definitions.get(name)
        given = Given(name, rhs, self.said(part), self.passage.sentence, sizes=sizes_of(name, rhs, t))
        if (n := whole(rhs)) is not None and not t.known(name) and self.counts(name):
            return role != "so" and self.give(part, replace(given, number=n))
        if d is not None and not d.parameters and is_constant(d.rhs, t):
            return role != "so" and self.renew(part, d, rhs)
        if d is not None:
            if role not in ASSIGNING or d.parameters or d.letters or d.letter or self.passage.here():
                return False
            return self.give(part, replace(given, defined=True))
        if role == "so" and not (self.inherits and self.passage.value(name)):
            return self.passage.value(name) is not None and self.told_of(part)
        if role != "where" and (self.is_input(name) or role in NUMBERED):
            return self.give(part, given)
        return False

    def counts(self, name: str) -> bool:
        t = self.table
        return name in t.sizes or name in t.steps | t.depths or name in t.ranges or name in t.indices

    def is_place(self, part: Part, name: str) -> bool:
        """`from $l = L$ down`: the layer or the step that the words speak of."""
        if self.table.known(name) or name not in self.table.steps | self.table.depths:
            return False
        self.declared(part, "where it holds")
        return True

    def is_input(self, name: str) -> bool:
        """Whether the note uses the name, and has not said what it is: declared, or the x of f(x)."""
        t = self.table
        if name in t.definitions or name in t.functions:
            return False
        symbol = t.symbols.get(name)
        if symbol is not None:
            return not symbol.lead and not symbol.letter
        if entry_of(name, t) is not None:
            return True
        return any(name in d.parameters or name in reachable_from(d.rhs, t) for d in t.definitions.values())

    def give(self, part: Part, given: Given) -> bool:
        role = self.passage.role
        lasts = role == "let" and given.number is not None
        self.passage = self.passage.taking(replace(given, assumed=role == "if", lasts=lasts))
        self.declared(part, "for this passage")
        return True

    def renew(self, part: Part, before: Definition, rhs: s.Node) -> bool:
        """x = 2, and then x = 3: the next example."""
        self.table.define(replace(before, rhs=rhs, place=rhs.at))
        self.declared(part, f"the value of {before.name} from here on")
        return True

    def told_of(self, part: Part) -> bool:
        """`we get w = 2` behind `take w = 0`: a result, which is no definition, and perhaps a new value."""
        kept = self.passage
        self.passage = kept.under(f"{self.said(part)} is no new value")
        self.chain(part, 0, list(self.sentence))
        self.passage = replace(self.passage, conditions=kept.conditions)
        return True

    def condition_on(self, part: Part) -> bool:
        """An equation behind if or when: it holds, but cannot be put in."""
        trees = [parse(side) for side in part.sides]
        beside = self.beside(trees) and not self.established(part)
        if self.after_comma or not (self.passage.role == "if" or beside or self.only_supposed(part)):
            return False
        if beside:  # how far it reaches is not said
            names = set().union(*map(mentioned, trees)) & set(self.table.symbols)
            self.table.vague |= {name: self.said(part) for name in names - set(self.table.vague)}
        self.passage, self.equation = self.passage.under(self.said(part)), part
        self.declared(part, OPEN)
        return True

    def only_supposed(self, part: Part) -> bool:
        """`With $r^2 = x^T x$ we find`: what is known anyway is recalled, what is not is supposed."""
        derived = any(isinstance(t, s.Derivative) for t in walk(parse(part.sides[0])))
        return self.upfront and not derived and not self.established(part)

    def beside(self, trees: list[s.Node]) -> bool:
        """Whether `with $a b = 1$` speaks of inputs: of what has a definition, it may be said that it is so."""
        names = set().union(*map(mentioned, trees)) - CONSTANTS
        inputs = bool(names & set(self.table.symbols)) and not names & {*self.table.definitions, *self.table.functions}
        words = self.segment.before if self.segment is not None and not self.segment.display else ""
        return inputs and bool(
            prose.BESIDE.search(prose.sentence_before(words)) or (words and prose.SATISFYING.search(self.spoken))
        )

    def said(self, part: Part) -> str:
        return self.text(part.sides[0], part.sides[-1])

    # -- claims ------------------------------------------------------------------------------------------------
    def claimed(self, part: Part, local: list[Condition]) -> Statement:
        """The claim in general, and with what the passage gives. Raises Unreadable."""
        lhs, rhs = parse(part.sides[0]), parse(part.sides[1])
        self.refuse_broken(lhs, rhs)
        given = self.passage.relevant(self.table, lhs, rhs)
        general: Statement | None = None
        try:
            general = self.read(part, lhs, rhs, local)
        except Unreadable:
            if not given:
                raise
        under = self.passage.conditions
        if not given:
            assert general is not None
            general = self.guarded(replace(general, conditions=(*general.conditions, *under)), part, local)
            return self.in_passing(general, part, local)
        special, problem = None, None
        try:
            with put_in(given, self.table):
                special = self.read(part, lhs, rhs, local)
        except Unreadable as error:
            problem = error
        texts = tuple(g.text for g in given)
        under = (*under, *partly(given, self.table))
        if special is None:
            if general is None:
                raise problem or Unreadable(lhs.at, "this claim", "a claim about what is given")
            return replace(general, conditions=(*general.conditions, *under, *texts))
        bound = texts if self.doubtful(special, given, lhs, rhs) else ()
        bound = (*special.conditions, *under, *bound)
        special = replace(special, assumptions=(*special.assumptions, *texts), conditions=bound)
        if general is None:
            return special
        here = any(g.sentence == self.passage.sentence for g in given) or all(g.lasts for g in given)
        decisive = here or is_constant(rhs, self.table) or is_constant(lhs, self.table)
        return replace(general, given=special, decisive=decisive, conditions=(*general.conditions, *under))

    def guarded(self, general: Statement, part: Part, local: list[Condition]) -> Statement:
        """The claim, which need hold only where the inequalities of the passage do."""
        guards = self.passage.guards
        if not guards:
            return general
        try:
            special = self.read(part, parse(part.sides[0]), parse(part.sides[1]), [*local, *guards])
        except Unreadable:
            return replace(general, conditions=(*general.conditions, *(g.text for g in guards)))
        texts = tuple(g.text for g in guards if g.text in special.assumptions)
        if not texts:
            return general
        special = replace(special, conditions=general.conditions)
        return replace(general, given=special, decisive=True, assumptions=(*general.assumptions, *texts))

    def in_passing(self, general: Statement, part: Part, local: list[Condition]) -> Statement:
        """The claim behind a case, `for x < 0`, in which its letter came up: it may be meant there only."""
        if general.given is not None or not any(x.passing for x in self.table.symbols.values()):
            return general
        lhs, rhs = parse(part.sides[0]), parse(part.sides[1])
        used = reachable_from(lhs, self.table) | reachable_from(rhs, self.table)
        used -= {c.symbol.name for c in local if c.symbol is not None}
        cases = [x.passing for name, x in self.table.symbols.items() if x.passing is not None and name in used]
        if not cases:
            return general
        special = self.read(part, lhs, rhs, [*local, *(Condition(f"the case of {x.name} above", x) for x in cases)])
        return replace(general, given=replace(special, conditions=general.conditions))

    def doubtful(self, special: Statement, given: tuple[Given, ...], *trees: s.Node) -> bool:
        """Whether a refutation proves nothing: what was replaced still varies with something else in the claim."""
        if any(g.defined for g in given) and (special.differential or not _is_closed(special)):
            return True
        alone = varied(*trees) in [{g.name} for g in given]  # df/dx where x = c: in x, and then at c
        return special.differential and not alone and not all(is_constant(g.tree, self.table) for g in given)

    def refuse_broken(self, *trees: s.Node) -> None:
        """What depends on a definition that could not be read cannot be judged."""
        if not self.table.broken:
            return
        used = set().union(*(reachable_from(t, self.table) for t in trees))
        for name in sorted(used & self.table.broken - set(self.table.definitions)):
            raise self.out_of_use(name, trees[0].at)

    def out_of_use(self, name: str, at: int) -> Unreadable:
        if (by := self.table.retired.get(name)) is not None:
            return Unreadable(
                at, f"{name}, which was defined with another {by}", f"a definition of {name} with this {by}"
            )
        return Unreadable(
            at, f"{name}, whose definition could not be read", f"a definition of {name} that is understood"
        )

    def read(self, part: Part, lhs: s.Node, rhs: s.Node, local: list[Condition]) -> Statement:
        from derive.documents.statements.claims import claim

        reading = read_pair(lhs, rhs, self.table, restricting(local))
        if not self.scouting and (names := loose((lhs, rhs), self.table)):
            reading = self.as_matrices_too(reading, names, (lhs, rhs))
        finish = claim(part, lhs, reading, self.table)
        found = finish(self.place(part.sides[1]), self.place(part.sides[0]), *self.texts(part, 0))
        found = self.with_rounded(found, part, lhs, local)
        if not self.table.vague:
            return found
        used = reachable_from(lhs, self.table) | reachable_from(rhs, self.table)
        cautions = {said: None for name, said in self.table.vague.items() if name in used}
        return replace(found, conditions=(*found.conditions, *cautions))

    def with_rounded(self, found: Statement, part: Part, lhs: s.Node, local: list[Condition]) -> Statement:
        """Behind an approximation sign, a formula with rounded numbers in it: a letter for each of them."""
        if found.relation != "\\approx" or found.sides is None or self.scouting:
            return found
        loose = loosened(part, self.exact_numbers(lhs))
        if loose is None:
            return found
        with as_letters(loose[1], self.table):
            reading = read_pair(lhs, parse(loose[0].sides[1]), self.table, restricting(local))
        if reading.sides is None or reading.instances:
            return found
        return replace(found, sides=reading.sides, program=reading.program, rounded=loose[1])

    def exact_numbers(self, lhs: s.Node) -> set[str]:
        """Numbers as they are written on the left, and where the note says what something is."""
        known = (d.rhs for d in self.table.definitions.values() if is_constant(d.rhs, self.table))
        trees = (lhs, *known, *(g.tree for g in self.passage.given))
        return {n.text for t in trees for n in walk(t) if isinstance(n, s.Num)}

    def as_matrices_too(self, reading: Reading, names: list[str], trees: tuple[s.Node, s.Node]) -> Reading:
        """Capitals of which nothing is said were taken as numbers: what is accepted must hold for matrices, too."""
        other = otherwise(names, trees, self.table)
        if other is None or other.sides is None:
            return reading
        a, b = other.sides
        if a.indices == b.indices and decide(a.expr, b.expr, other.program, seconds=1.0).established:
            return reading
        return replace(reading, gap=f"as matrices {', '.join(names)} it does not; declare them")

    def replaced(self, conditions: list[Condition], new: Condition) -> list[Condition]:
        """The conditions of the sentence: behind a claim, a new one on the same symbol is of another case."""
        if not self.settled or new.symbol is None:
            return [*conditions, new]
        self.settled = False
        spoken = _names(new)
        return [*(c for c in conditions if not _names(c) & spoken), new]

    def again(self, *local: Condition) -> None:
        """The claims before a trailing condition are read once more, with it."""
        names = {c.symbol.name for c in local if c.symbol is not None}
        for told in self.told:
            kept = [c for c in told.local if c.symbol is None or c.symbol.name not in names]
            try:
                self.statements[told.number] = self.claimed(told.part, [*kept, *local])
            except (Unreadable, *FAULTS):
                continue


def varied(*trees: s.Node) -> set[str]:
    """The names in which the trees take derivatives."""
    derivatives = [d for d in walk(trees) if isinstance(d, s.Derivative)]
    return {base.name for d in derivatives for v in d.variables if (base := base_of(v.of)) is not None}


def _names(condition: Condition) -> set[str]:
    """The names that a condition on a symbol speaks of."""
    x = condition.symbol
    return {x.name}.union(*(mentioned(b) for b in (x.low, x.high) if b is not None)) if x is not None else set()


def _is_closed(statement: Statement) -> bool:
    """Whether both sides are numbers, once all that is defined is put in."""
    if statement.sides is None:
        return False
    lets = {let.tensor for let in statement.program}
    exprs = [side.expr for side in statement.sides] + [let.rhs for let in statement.program]
    return all(t in lets for e in exprs for t in tensors(e))


def starts_recursion(name: str, table: Table) -> bool:
    """Whether m_0 = 0 is where m_t = ... begins: that says what m_0 is, for the whole note."""
    base, _, number = name.partition("^(") if "^(" in name else name.rpartition("_")
    return base in table.recursive and number.strip(")") in ("0", "1") and base not in table.definitions
