"""Equalities that say nothing of their own: worked numbers, and the conditions of other claims."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.documents.declarations.lists import is_one_by_one, numbered
from derive.documents.names.bare import Named, bare_name
from derive.documents.names.mentions import mentioned, reachable_from
from derive.documents.names.scope import same as same_tree
from derive.documents.names.symbols import SIGNS, Symbol
from derive.documents.reading.entering import Entering
from derive.documents.reading.lists import entry_by_entry
from derive.documents.reading.supposing import OPEN
from derive.documents.reading.vanishing import is_what_vanishes
from derive.documents.sentences import asides, lifting, prose
from derive.documents.sentences.conditions import flat
from derive.documents.sentences.passage import (
    OF_ARRAYS,
    Given,
    entry_of,
    family_of,
    is_constant,
    left_out,
    only_formulas,
    size_in,
    sizes_of,
    whole,
)
from derive.documents.source.rows import Part
from derive.documents.source.uses import EACH
from derive.documents.statements.define import definition
from derive.documents.statements.recursions import starts_recursion
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse

if TYPE_CHECKING:
    from derive.documents.names.symbols import Definition

CONDITIONAL = frozenset(("if", "at"))
NUMBERED = CONDITIONAL | {"for"}  # `for x = 3`; but `for the output y = W x` defines
ASSIGNING = NUMBERED | {"let"}
PLACING = frozenset(("for", "let", "where"))


class Giving(Entering):
    """Reads an equality as a worked number or a condition, where it is one; and claims in their light."""

    def takes(self, part: Part) -> bool:
        """Whether `a = b` is taken as given; it is then entered into the passage."""
        if self.scouting or any(str(r) != "=" for r in part.relations):
            return False
        if len(part.relations) > 1:
            return self.takes_all(part) or self.condition_on_all(part)
        if self.segment is not None and is_what_vanishes(part, self.segment, self.document):
            self.passage = replace(self.passage, role="so")
            return False
        if self.segment is not None and prose.UNLESS.search(prose.sentence_before(self.segment.before)):
            return self.excepts(part)
        if self.passage.role not in CONDITIONAL and self.has_intercept(part):
            return True
        if (pairs := entry_by_entry(part)) and self.passage.role != "so":
            return all([self.takes(pair) for pair in pairs])
        named = bare_name(tuple(part.sides[0]), self.table)
        rhs = parse(part.sides[1])
        if named is not None and self.elsewhere(part, named, rhs):
            return True
        if self.passage.role in CONDITIONAL and self.of_one_hot(part):
            return self.in_one_case(part)
        if named is None or named.lead or (named.letter and not named.explicit):
            return self.takes_entries(part, named, rhs)
        if is_constant(rhs, self.table):
            return self.number(part, named.name, rhs)
        if not self.naming and self.are_inputs(named.name, part):
            return self.give(part, Given(named.name, rhs, self.said(part), self.passage.sentence))
        if self.equal_sizes(part, Given(named.name, rhs, self.said(part), self.passage.sentence)):
            return True
        if self.is_of_this_case(named.name, rhs):
            self.passage = replace(self.passage, role="if")
            self.give(part, Given(named.name, rhs, self.said(part), self.passage.sentence))
            if asides.OF_A_KIND.search(prose.sentence_before(self.spoken)):
                self.passage = replace(self.passage, role="so")  # for a spherical component, $S = s I$ and ...
            return True
        if self.passage.role not in CONDITIONAL:
            return self.passage.role in PLACING and self.is_place(part, named.name)
        if self.is_input(named.name) and named.name not in reachable_from(rhs, self.table):
            symbol = self.table.symbols.get(named.name)
            if symbol is not None and lifting.kept_of(symbol) - SIGNS - {"low", "negative"}:
                self.passage = self.passage.under(self.said(part))  # a unit vector $u = A c$ binds c
            return self.give(part, Given(named.name, rhs, self.said(part), self.passage.sentence))
        return self.condition_on(part) if self.table.known(named.name) else False

    def takes_entries(self, part: Part, named: Named | None, rhs: s.Node) -> bool:
        """`If $g_k = c$ for all $k$`, of a declared g: given for this passage. Else it is a condition at most."""
        own = named is None or is_one_by_one(named.name, self.table)
        if own and self.passage.role in CONDITIONAL and numbered(part, self.table):  # if $a_k = 0$, beside a_1, a_2
            self.passage = self.passage.under(self.said(part))
            self.declared(part, OPEN)
            return True
        fresh = definition(tuple(part.sides[0]), rhs, self.table, scouting=True)
        if fresh is not None and self.passage.role in CONDITIONAL and not self.of_some():
            fresh = replace(fresh, name=fresh.name.removesuffix(EACH))
            before = self.passage.value(fresh.name)
            told = before is not None and before.sentence == self.passage.sentence  # $m = ...$, $m_d = ...$
            if not told and self.is_input(fresh.name, entries=True):
                return self.suppose_entries(part, fresh)
        return fresh is None and self.condition_on(part)

    def equal_sizes(self, part: Part, given: Given) -> bool:
        """`For the rest of this section $m = n$`, `if they agree, $m = n$, then`: one size in place of the other."""
        if size_in(given, self.table) is None or given.name in self.table.definitions:
            return False
        spoken = prose.sentence_before(self.spoken)
        if asides.FROM_HERE.search(spoken):
            self.passage = replace(self.passage, role="let")
        elif self.passage.role == "so" and asides.supposes(spoken):
            self.passage = replace(self.passage, role="if")
        return self.supposes_size() and self.give(part, given)

    def is_of_this_case(self, name: str, rhs: s.Node) -> bool:
        """`If $W$ is symmetric, $W = Q \\Lambda Q^\\top$`: what a declared array is in one case, and no definition."""
        symbol = self.table.symbols.get(name)
        declared = symbol is not None and bool(symbol.dims) and _is_declared(replace(symbol, lead=()))
        declared = declared and name not in self.table.definitions and name not in self.table.functions
        spoken = prose.sentence_before(self.spoken)
        said = asides.IN_ONE_CASE.search(spoken) or asides.OF_A_KIND.search(spoken)
        return declared and bool(said) and not self.naming and name not in reachable_from(rhs, self.table)

    def excepts(self, part: Part) -> bool:
        """`unless $q = 1$`, `except at $x = 0$`: it is claimed of all others."""
        if (array := self.array_of(part)) is not None:  # all zeros except $y_k = 1$
            self.table.definitions.pop(array, None)
            self.table.vague[array] = self.said(part)
            self.table.touch()
        else:
            self.passage = self.passage.guarded(left_out(self.said(part), flat(part)))
        self.declared(part, OPEN)
        return True

    def array_of(self, part: Part) -> str | None:
        """y of `y_k = 1`, a declared array."""
        lhs = parse(part.sides[0])
        name = lhs.base.name if isinstance(lhs, s.Script) and lhs.sub and isinstance(lhs.base, s.Name) else ""
        symbol = self.table.symbols.get(name)
        return name if symbol is not None and (symbol.dims or symbol.lead) else None

    def takes_all(self, part: Part) -> bool:
        """n = d = 1: sizes, steps and indices that are given the same number; m = n = r: sizes that are the same."""
        named = [bare_name(tuple(side), self.table) for side in part.sides[:-1]]
        if any(x is None or not self.counts(x.name) or self.table.known(x.name) for x in named):
            return False
        last = parse(part.sides[-1])
        sizes = isinstance(last, s.Name) and {last.name, *(x.name for x in named if x)} <= self.table.sizes.keys()
        if sizes and self.passage.role == "so" and asides.supposes(prose.sentence_before(self.spoken)):
            self.passage = replace(self.passage, role="if")  # when the sizes agree, $m = n = r$, we have
        if self.passage.role == "so" or (whole(last) is None and not sizes):
            return False
        each = zip(part.sides[:-1], part.relations, strict=True)
        return all([self.takes(Part([side, part.sides[-1]], [r])) for side, r in each])

    def number(self, part: Part, name: str, rhs: s.Node) -> bool:
        """A name is given a number, or an array of numbers."""
        t, role = self.table, self.passage.role
        if starts_recursion(name, t):
            return False
        if name.rpartition("_")[2] in t.depths and (role != "so" or self.supposes_number()):
            return self.supposes_number() and self.in_one_case(part)  # else n_L = 1 says how wide the last layer is
        whole_of = entry_of(name, t)
        if role == "so" and whole_of is not None and self.passage.value(whole_of) is not None:
            return self.told_of(part)
        d = t.definitions.get(name)
        if role == "at" and prose.KINK.search(prose.sentence_before(self.segment.before) if self.segment else ""):
            self.declared(part, "a place that nothing is claimed of")
            return True
        given = Given(
            name, rhs, self.said(part), self.passage.sentence, sizes=sizes_of(name, rhs, t), equation=flat(part)
        )
        if (n := whole(rhs)) is not None and not t.known(name) and self.counts(name):
            return self.counted(part, replace(given, number=n))
        if d is not None and not d.parameters and is_constant(d.rhs, t):
            computed = not isinstance(d.rhs, s.Num) and isinstance(rhs, s.Num) and self.established(part)
            return role != "so" and not computed and self.renew(part, d, rhs)
        if d is not None:
            if role not in ASSIGNING or d.parameters or d.letter or self.passage.here() or self.established(part):
                return False  # what holds anyway is a claim
            if self.after_comma and self.segment and only_formulas(self.document.text[self.segment.start :]):
                return False  # for $t > 0$, $w = 1$.
            return self.give(part, replace(given, defined=True))
        if role == "so" and whole_of is not None and self.is_input(whole_of) and self.says_entries(whole_of):
            return self.give(part, given)
        if role == "so" and not (self.inherits and self.passage.value(name)):
            return self.passage.value(name) is not None and self.told_of(part)
        around = f"{self.spoken} {self.segment.after if self.segment is not None else ''}"
        family = family_of(name, t) is not None
        given = replace(given, sizes=()) if family and OF_ARRAYS.search(around) else given
        example = family and bool(given.sizes) and role != "so"
        if example or (role != "where" and (self.is_input(name) or role in NUMBERED)):
            return self.give(part, given)
        return False

    def counted(self, part: Part, given: Given) -> bool:
        """`We have $n = 2$ samples`, `if there are two classes, $m = 2$, then`: no size is a result."""
        t = self.table
        if self.passage.role == "so":
            spoken = prose.sentence_before(self.spoken)
            if given.name not in t.sizes or given.name in t.indices or asides.WANTED.search(spoken):
                return False
            case = asides.supposes(spoken) and not prose.CONCLUDING.search(spoken)
            self.passage = replace(self.passage, role="if" if case else "let")
        return self.give(part, given)

    def supposes_size(self) -> bool:
        """`with $n = d$`, and not: the input layer has $n_0 = d$ units, `where $m = n$` being a size of its own."""
        return self.passage.role in {*ASSIGNING, "if", "at"} or self.supposing

    def says_entries(self, array: str) -> bool:
        """`The logits are $z_1 = 2$, $z_2 = 1$`, of an array of which nothing else is known: an example."""
        said = self.segment is not None and prose.SAYING.search(prose.sentence_before(self.segment.before))
        before = (g for g in self.passage.given if g.sentence == self.passage.sentence)
        return bool(said) or (self.inherits and any(entry_of(g.name, self.table) == array for g in before))

    def supposes_number(self) -> bool:
        """Whether the words pose a number as one case: `for $n_L = 1$`, but not `for $l \\le L$, and $n_L = 1$`."""
        here = any(x.sentence == self.passage.sentence for x in self.passage.given)
        worded = self.segment is not None and prose.INTRODUCING.search(self.segment.before.strip()) is not None
        return worded or (self.passage.role in NUMBERED and (not self.inherits or here))

    def of_one_hot(self, part: Part) -> bool:
        """Whether it says where the one of a one-hot vector is."""
        array = self.array_of(part)
        known = array is not None and "one_hot" in self.table.symbols[array].properties
        return known and is_constant(parse(part.sides[1]), self.table)

    def in_one_case(self, part: Part) -> bool:
        """What holds there is not judged, where it does not hold anyway."""
        self.passage = self.passage.under(self.said(part))
        self.declared(part, OPEN)
        return True

    def counts(self, name: str) -> bool:
        t = self.table
        return name in t.sizes or name in t.steps | t.depths or name in t.ranges or name in t.indices

    def is_place(self, part: Part, name: str) -> bool:
        """`from $l = L$ down`: the layer or the step that the words speak of."""
        if self.table.known(name) or name not in self.table.steps | self.table.depths:
            return False
        self.declared(part, "where it holds")
        return True

    def of_some(self) -> bool:
        """Whether it is said of some entries only: `for $i < j$, $A_{ij} = 0$`, `$g_k = 0$ if $k > 1$`."""
        rest = self.document.text[self.segment.end :][:300] if self.segment is not None else ""
        return bool(self.sentence) or asides.OF_SOME.match(prose.sentence_after(rest)) is not None

    def suppose_entries(self, part: Part, entries: Definition) -> bool:
        """`If $g_k = c$ for all $k$`: so it is in this passage, and no longer."""
        symbol = self.table.symbols[entries.name]
        if symbol.letter:
            if symbol.letter not in self.table.steps or mentioned(entries.rhs) & {*entries.letters, entries.letter}:
                return self.condition_on(part)
            entries = replace(entries, letters=(), letter=symbol.letter)
        given = Given(entries.name, entries.rhs, self.said(part), self.passage.sentence, entries=entries)
        return self.give(part, given)

    def is_input(self, name: str, *, entries: bool = False) -> bool:
        """Whether the note uses the name, and has not said what it is: declared, or the x of f(x).

        `entries`: they are meant one by one.
        """
        t = self.table
        if name in t.definitions or name in t.functions:
            return False
        symbol = t.symbols.get(name)
        if symbol is not None:
            return entries or (not symbol.lead and not symbol.letter)
        if entries:
            return False
        if entry_of(name, t) is not None:
            return True
        return any(name in d.parameters or name in reachable_from(d.rhs, t) for d in t.definitions.values())

    def are_inputs(self, name: str, part: Part) -> bool:
        """`for equal parameters, $m_1 = m_2$`: a case of two declared inputs, and no definition of one of them.

        What stands in a display of its own, a model's yhat = z, defines.
        """
        if self.segment is not None and self.segment.display:
            return False
        other = bare_name(tuple(part.sides[1]), self.table)
        if other is not None and other.name in (name, "ones", "zeros"):
            return False
        symbols = [self.table.symbols.get(x) for x in (name, other.name if other is not None else "")]
        said = all(x is not None and _is_declared(x) for x in symbols)
        return said and all(x.name not in self.table.definitions for x in symbols if x is not None)

    def give(self, part: Part, given: Given) -> bool:
        role = self.passage.role
        before = self.passage.value(given.name)
        other = before is not None and before.sentence == given.sentence and not same_tree(before.tree, given.tree)
        if before is not None and other and self.claims == before.claims:
            self.passage = self.passage.without(given.name).under(f"{before.text} and {given.text}")
            self.declared(part, OPEN)
            return True
        lasts = role == "let" and (given.number is not None or size_in(given, self.table) is not None)
        self.passage = self.passage.taking(replace(given, assumed=role == "if", lasts=lasts, claims=self.claims))
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


def _is_declared(x: Symbol) -> bool:
    """Whether the note says where a single name lies, or what sign it has."""
    one = not (x.ahead or x.lead or x.letter or x.numbered)
    return one and bool(x.alone or x.properties or x.low or x.high)
