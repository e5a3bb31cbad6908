"""Claims in the light of what the passage gives: in general, with worked numbers put in, and where conditions hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from derive.documents.meaning import spectra
from derive.documents.model import Statement
from derive.documents.names.mentions import mentioned, reachable_from
from derive.documents.names.scripts import COMMON, base_of
from derive.documents.reading.bounding import INEQUALITIES
from derive.documents.reading.declaring import Declaring
from derive.documents.sentences import choosing, lifting, lines
from derive.documents.sentences.conditions import Condition, at_numbers, restricting
from derive.documents.sentences.passage import (
    Given,
    Passage,
    is_constant,
    partly,
    put_in,
    size_in,
    whole,
)
from derive.documents.sentences.shares import Shares
from derive.documents.source.rows import Part
from derive.documents.statements.fitting import loose, otherwise
from derive.documents.statements.laid import in_rows
from derive.documents.statements.pair import Reading
from derive.documents.statements.rounded import as_letters, is_printed, loosened, numbers_in
from derive.documents.statements.settled import value_rank
from derive.documents.statements.sides import read_pair
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.syntax.tree import walk
from derive.documents.trouble import FAULTS, Unreadable
from derive.expr import tensors
from derive.verify import decide


@dataclass(frozen=True)
class Told:
    """A claim of the formula before, to be read again if a condition follows it."""

    number: int  # of the statement
    part: Part
    local: tuple[Condition, ...]
    formula: int = 0  # where it starts
    led: frozenset[str] = frozenset()  # the names of which the sentence said something before it


class Claiming(Declaring):
    """Reads a claim, and reads it again under what is given."""

    passage = Passage()
    told: tuple[Told, ...] = ()
    shares: tuple[Shares, ...] = ()  # numbers of which the note gave the sum
    settled = False  # a claim followed the last condition
    claims = 0  # so many so far

    def said(self, part: Part) -> str:
        return self.text(part.sides[0], part.sides[-1])

    def established(self, part: Part, conditions: Sequence[Condition] = ()) -> bool:
        """Whether the equality holds by what has been said before it."""
        try:
            reading = read_pair(parse(part.sides[0]), parse(part.sides[1]), self.table, restricting(conditions))
        except Unreadable:
            return False
        if reading.sides is None or reading.clash or reading.gap:
            return False
        cases = [(i.sides, i.program) for i in reading.instances] or [(reading.sides, reading.program)]
        return all(
            a.indices == b.indices and decide(a.expr, b.expr, program, seconds=1.0).established
            for (a, b), program in cases
        )

    def claimed(self, part: Part, local: list[Condition]) -> Statement:
        """The claim in general, and with what the passage gives. Raises Unreadable."""
        found = self.claimed_anywhere(part, local)
        given = [g for x in part.numbers if (g := self.passage.value(x)) is not None]
        others = [g for g in given if whole(g.tree) not in (None, part.numbers[g.name])]
        if not others or found.given is not None:
            return found
        never = [Condition(g.text, never=True) for g in others]  # s_i = 1 for i = 1: nothing is said of s_2
        special = self.read(part, parse(part.sides[0]), parse(part.sides[1]), [*local, *never])
        here = any(g.sentence == self.passage.sentence for g in others)
        return replace(found, given=replace(special, conditions=found.conditions), decisive=here)

    def claimed_anywhere(self, part: Part, local: list[Condition]) -> Statement:
        """The claim in general, and with the numbers and equations that the passage gives."""
        lhs, rhs = parse(part.sides[0]), parse(part.sides[1])
        self.refuse_broken(lhs, rhs)
        given = self.passage.relevant(self.table, lhs, rhs)
        general: Statement | None = None
        try:
            general = self.read(part, lhs, rhs, local)
        except Unreadable:
            if not given:
                raise
        under = self.passage.conditions if not is_arithmetic(lhs, rhs) else ()
        if not given:
            assert general is not None
            general = self.guarded(replace(general, conditions=(*general.conditions, *under)), part, local)
            return self.shared(self.in_passing(general, part, local), part, local)
        special, problem = None, None
        try:
            with put_in(given, self.table):
                special = self.read(part, lhs, rhs, local)
        except Unreadable as error:
            problem = error
        texts = tuple(g.text for g in given)
        if general is not None and special is not None and self.is_untouched(general, special, given):
            return self.guarded(replace(general, conditions=(*general.conditions, *under)), part, local)
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
        numbers = all(g.number is not None or is_constant(g.tree, self.table) for g in given)
        decisive = here or (numbers and (is_constant(rhs, self.table) or is_constant(lhs, self.table)))
        decisive = decisive and not any(g.doubted for g in given)
        return replace(general, given=special, decisive=decisive, conditions=(*general.conditions, *under))

    def is_untouched(self, general: Statement, special: Statement, given: tuple[Given, ...]) -> bool:
        """Whether what was put in, `substituting $w = A^\\top u$`, is nowhere in the claim, and binds nothing in it.

        So it is of a w that may be any array or number.
        """
        if general.sides is None or general.clash or special.clash:
            return False
        symbols = [self.table.symbols.get(g.name) for g in given]
        free = all(x is not None and not (lifting.kept_of(x) or x.name in self.table.vague) for x in symbols)
        plain = free and not any(g.number is not None or g.sizes or g.defined for g in given)
        parts = [(x.sides, x.program, x.instances) for x in (general, special)]
        return plain and parts[0] == parts[1]

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

    def shared(self, general: Statement, part: Part, local: list[Condition]) -> Statement:
        """The claim about numbers that have a sum: it need hold only where the last is what the others leave."""
        lhs, rhs = parse(part.sides[0]), parse(part.sides[1])
        used = reachable_from(lhs, self.table) | reachable_from(rhs, self.table)
        found = [x for x in self.shares if used & set(x.names) and not set(x.names) & set(self.table.definitions)]
        if not found:
            return general
        more = any(x.last is None and self.says_more(x.names[0]) for x in found)
        if general.given is not None or more or any(varied(lhs, rhs) & set(x.names) for x in found):
            return replace(general, conditions=(*general.conditions, *(x.text for x in found)))
        with put_in(tuple(x.last for x in found if x.last is not None), self.table):
            special = self.read(part, lhs, rhs, [*local, *(b for x in found for b in x.bounds)])
        texts = tuple(x.text for x in found)
        special = replace(special, conditions=general.conditions, assumptions=(*special.assumptions, *texts))
        return replace(general, given=special, decisive=True)

    def says_more(self, name: str) -> bool:
        """Whether something else is known of an array with a given sum."""
        symbol = self.table.symbols.get(name)
        known = symbol is not None and bool(symbol.properties or symbol.low or symbol.high or symbol.ordered)
        sums = sum(x.names == (name,) for x in self.shares)
        return known or sums > 1 or name in self.table.vague or any(name in c for c in self.passage.conditions)

    def doubtful(self, special: Statement, given: tuple[Given, ...], *trees: s.Node) -> bool:
        """Whether a refutation proves nothing: what was replaced still varies with something else in the claim."""
        if any(g.defined for g in given) and (special.differential or not _is_closed(special)):
            return True
        alone = varied(*trees) in [{g.name} for g in given]  # df/dx where x = c: in x, and then at c
        fixed = (is_constant(g.tree, self.table) or size_in(g, self.table) is not None for g in given)
        return special.differential and not alone and not all(fixed)

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
        """The claim, where the letters that have numbers in it have these; with other numbers for them, nothing."""
        fixed, strict = self.table.fixed, str(part.relations[0]) in ("<", ">", "\\ne")
        self.table.far = str(part.relations[0]) in INEQUALITIES
        others = [Condition(f"{x} = {fixed[x]}", never=True) for x, n in part.numbers.items() if fixed.get(x, n) != n]
        self.table.fixed = fixed | part.numbers
        try:
            local = [replace(c, strict=strict) for c in (*at_numbers(local, part.numbers), *others)]
            found = self.read_in_order(part, lhs, rhs, local)
            if not strict:
                return found
            weaker = {"<": "\\le", ">": "\\ge"}.get(found.relation, "=")
            return replace(found, relation=weaker) if any(c.never for c in local) else found
        finally:
            self.table.fixed, self.table.far = fixed, False

    def read_in_order(self, part: Part, lhs: s.Node, rhs: s.Node, local: list[Condition]) -> Statement:
        """The claim for i < j; where such an order is not understood, it need hold only there."""
        try:
            return self.read_at_numbers(part, lhs, rhs, local)
        except Unreadable:
            orders = [c for c in local if c.places is not None and len(c.places.relations) == 1]
            if not orders:
                raise
            found = self.read_at_numbers(part, lhs, rhs, [c for c in local if c not in orders])
            return replace(found, conditions=(*found.conditions, *(c.text for c in orders)))

    def read_at_numbers(self, part: Part, lhs: s.Node, rhs: s.Node, local: list[Condition]) -> Statement:
        from derive.documents.statements.claims import claim

        reading = read_pair(lhs, rhs, self.table, restricting(local))
        again = partial(read_pair, lhs, rhs, self.table, restricting(local))
        reading = in_rows(reading, (lhs, rhs), self.table, again)
        if not self.scouting and (names := loose((lhs, rhs), self.table)):
            reading = self.as_matrices_too(reading, names, (lhs, rhs))
        finish = claim(part, lhs, reading, self.table)
        found = finish(self.place(part.sides[1]), self.place(part.sides[0]), *self.texts(part, 0))
        found = self.with_rounded(found, part, lhs, local)
        cautions = dict.fromkeys(f"the size of {name} is as meant" for name in reading.unsized)
        if "const" in mentioned((lhs, rhs)) and not self.table.known("const"):
            cautions |= {"const is the same throughout": None}
        for name in self.table.sizes.keys() & self.table.definitions.keys() if not self.scouting else ():
            d = self.table.definitions[name]  # n = 2 p, of a number p: the size n is not put together with it
            free = (
                not (d.letters or d.letter or d.parameters) and value_rank(name, self.table) < 1
            )  # an array is no size
            if (
                free
                and mentioned(d.rhs) & self.table.symbols.keys() - self.table.sizes.keys()
                and (name in reachable_from(lhs, self.table) | reachable_from(rhs, self.table))
            ):
                cautions[f"{name} is what it is defined as"] = None
        cautions |= {f"{name} is a whole number": None for name in self.counted_numbers(found)}
        used = reachable_from(lhs, self.table) | reachable_from(rhs, self.table)
        cautions |= {said: None for name, said in self.table.vague.items() if name in used}
        cautions |= dict.fromkeys(choosing.unlinked(used, self.table))
        cautions |= dict.fromkeys(spectra.unread(used, {g.name for g in self.passage.given}, self.table))
        cautions |= dict.fromkeys(lines.cautions(used, varied(lhs, rhs), lhs.at, self.table))
        return replace(found, conditions=(*found.conditions, *cautions)) if cautions else found

    def counted_numbers(self, found: Statement) -> list[str]:
        """x of `for $x = 1, \\dots, n$`, where the claim was read for any number x."""
        sides = [found.sides, *(i.sides for i in found.instances)]
        used = {t.name for pair in sides if pair is not None for side in pair for t in tensors(side.expr) if not t.rank}
        counted = {x for ranges in self.table.ranged.values() for x in ranges}
        return sorted(used & counted - self.table.symbols.keys() - COMMON)  # of k, custom knows

    def with_rounded(self, found: Statement, part: Part, lhs: s.Node, local: list[Condition]) -> Statement:
        """Behind an approximation sign, a formula with rounded numbers in it: a letter for each of them."""
        if found.relation != "\\approx" or found.sides is None or self.scouting:
            return found
        only = is_printed(parse(part.sides[1]))
        loose = loosened(part, set() if only else self.exact_numbers(lhs))
        if loose is None:
            return found
        with as_letters(loose[1], self.table):
            reading = read_pair(lhs, parse(loose[0].sides[1]), self.table, restricting(local))
        if reading.sides is None or reading.instances:
            return found
        printed = only and not any("." in n for n in numbers_in(lhs))
        return replace(found, sides=reading.sides, program=reading.program, rounded=loose[1], printed=printed)

    def exact_numbers(self, lhs: s.Node) -> set[str]:
        """Numbers as they are written on the left, and where the note says what something is."""
        known = (d.rhs for d in self.table.definitions.values() if is_constant(d.rhs, self.table))
        trees = (lhs, *known, *(g.tree for g in self.passage.given))
        return set().union(*map(numbers_in, trees))

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
        if not self.settled:
            return [*conditions, new]
        if all(new.letters):
            return [*(c for c in conditions if set(c.letters) != set(new.letters)), new]
        self.settled = False
        spoken = names_in(new)
        return [*(c for c in conditions if not names_in(c) & spoken), new]

    def again(self, *local: Condition) -> None:
        """The claims before a trailing condition are read once more, with it."""
        names = {c.symbol.name for c in local if c.symbol is not None}
        letters = [{*c.letters} for c in local if all(c.letters)]
        for told in self.told:
            kept = [c for c in told.local if c.symbol is None or c.symbol.name not in names]
            kept = [c for c in kept if not all(c.letters) or {*c.letters} not in letters]
            try:
                self.statements[told.number] = self.claimed(told.part, [*kept, *local])
            except (Unreadable, *FAULTS) as error:  # it may be wrong elsewhere only
                before = self.statements[told.number]
                texts = (*before.conditions, *(c.text for c in local))
                self.statements[told.number] = replace(before, conditions=tuple(dict.fromkeys(texts)))
                self.not_again(told, error)

    def not_again(self, told: Told, error: Exception) -> None:
        """A claim could not be read under the condition behind it."""


def varied(*trees: s.Node) -> set[str]:
    """The names in which the trees take derivatives."""
    derivatives = [d for d in walk(trees) if isinstance(d, s.Derivative)]
    return {base.name for d in derivatives for v in d.variables if (base := base_of(v.of)) is not None}


def is_arithmetic(*trees: s.Node) -> bool:
    """Whether a claim is about numbers as they are written, 0.99^{100}, so that no condition bears on it."""
    return not any(isinstance(n, (s.Name, s.Call, s.Big, s.Special)) for n in walk(trees))


def names_in(condition: Condition) -> set[str]:
    """The names that a condition on a symbol, or an inequality, speaks of."""
    x = condition.symbol
    if condition.guard:
        return {t.text for t in condition.guard if t.kind in ("letter", "cmd", "word") and str(t) not in INEQUALITIES}
    return {x.name}.union(*(mentioned(b) for b in (x.low, x.high) if b is not None)) if x is not None else set()


def _is_closed(statement: Statement) -> bool:
    """Whether both sides are numbers, once all that is defined is put in."""
    if statement.sides is None:
        return False
    lets = {let.tensor for let in statement.program}
    exprs = [side.expr for side in statement.sides] + [let.rhs for let in statement.program]
    return all(t in lets for e in exprs for t in tensors(e))
