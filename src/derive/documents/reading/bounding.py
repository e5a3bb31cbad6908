"""Signs, bounds and orders that a note gives its names: \\lambda > 0, m \\le a_i \\le M, c_1 \\ge c_2."""

from __future__ import annotations

import re

from derive.documents.declarations import bounds, orders, sets
from derive.documents.declarations.enumerations import Enumeration, declare_all, enumeration, scripted_name
from derive.documents.model import Statement
from derive.documents.names.bare import Named, bare_name
from derive.documents.names.entries import is_entry, is_numbered_entry, may_be_entry
from derive.documents.names.mentions import mentioned, reachable_from
from derive.documents.names.scripts import listed, strip
from derive.documents.names.symbols import FINITE, SIGNS, Symbol, Tokens
from derive.documents.names.table import Table
from derive.documents.reading.reports import Reports
from derive.documents.sentences import asides, prose
from derive.documents.sentences.conditions import Condition, flat
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part
from derive.documents.source.tokens import Token
from derive.documents.source.uses import EACH
from derive.documents.statements.settled import value_rank
from derive.documents.syntax import tree as s
from derive.expr.symbols import ENDS

INEQUALITIES = frozenset(("<", ">", "\\le", "\\ge"))


class Bounding(Reports):
    """Reads an inequality as a declaration, where it is one."""

    conditioned = False  # the formula before was a condition and nothing else
    naming = False  # the sentence lets, defines or puts
    lately: frozenset[str] = frozenset()  # names of which the sentence has said where they lie
    bounded: frozenset[str] = frozenset()  # names of which the sentence has given bounds
    segment: Segment | None = None  # the formula that is read; on entering it, the one before

    def bound(self, part: Part, names: list[Tokens]) -> bool:
        """A sign or a bound of a symbol without a definition."""
        if (numbered := enumeration(names, self.table)) is not None:
            return self.bound_all(part, numbered)
        if len(names) > 1:
            done = [self.bound(Part([list(n), *part.sides[1:]], part.relations), [n]) for n in names]
            return all(done)
        if self.variance(part) or self.chained(part):
            return True
        symbol = bounds.comparison(part, self.table)
        if symbol is None or self.is_assertion(symbol):
            return False
        t = self.table
        if (self.heading, symbol.name) in self.headed and symbol.name not in t.symbols:
            return self.scouting  # a claim about what has a value
        named = bare_name(tuple(names[0]), t)
        if self.scouting and named is not None and named.letter and named.name in t.recursive:
            return True  # w_t <= 1/4 of what a recursion gives its values, whether it stands before or behind
        if named is not None and named.lead and not t.known(named.name):
            if self.scouting and may_be_entry(named, t):
                return True
            if is_entry(named, t):
                return False
        if (
            symbol.name in t.sizes
            or symbol.name in t.depths
            or (symbol.name in t.steps and symbol.name not in t.symbols)
        ):
            if self.scouting or not self.speaks_of_arrays(symbol):
                self.declared(part, "")
            return self.scouting or not self.speaks_of_arrays(symbol)
        index = symbol.name in ("i", "j") and symbol.name in t.indices | t.ranges.keys()
        if orders.list_of(symbol.name, t) or (index and symbol.name not in t.symbols and not self.naming):
            self.declared(part, "")
            return True
        before = t.symbols.get(symbol.name)
        if before is not None and before.numbered and symbol.name in t.inherited and not (named and named.lead):
            t.declare(symbol)  # mu > 0, where an earlier section has mu_1, ..., mu_K
            self.declared(part, "", (symbol.name,))
            return True
        if before is not None and self.is_another_case(before, symbol):
            before.properties -= bounds.SIGNED
            before.low = before.high = None
            t.touch()
        if before is None and symbol.properties == {"nonzero"} and _is_array(symbol.name, t):
            self.declared(part, "")  # assume that g is not zero
            return True
        case = before is None and self.scouting and self.is_case()
        if case and self.is_in_use(symbol.name):
            lead, letter = (named.lead, named.letter) if named else ((), "")
            t.declare(Symbol(symbol.name, (), lead, letter=letter, passing=symbol))
            self.declared(part, "", (symbol.name,))
            return True
        if before is not None and (before.low or before.high) and not before.ahead and not self.scouting:
            return before.properties >= symbol.properties and bool(symbol.properties - ENDS)
        self.enter_bound(symbol, named)
        self.bounded |= {symbol.name} if not self.scouting else set()
        t.symbols[symbol.name].cased = symbol if case else None
        self.declared(part, "", (symbol.name,))
        return True

    def chained(self, part: Part) -> bool:
        """`0 < a < b`, of names without bounds."""
        chain = bounds.ordered(part, self.table)
        if not chain or self.has_bounds(chain):
            return False
        for one in chain:
            self.enter_bound(one, None)
        self.declared(part, "", tuple(one.name for one in chain))
        return True

    def is_another_case(self, before: Symbol, symbol: Symbol) -> bool:
        """`Let x > 0. ... Now let x < 0.`; but `then x < 0` is a claim."""
        words = prose.sentence_before(self.segment.before.strip()) if self.segment is not None else ""
        return not (before.dims or prose.CONCLUDING.search(words)) and bounds.exclude_each_other(before, symbol)

    def another_case(self, symbol: Symbol | None) -> None:
        """`For u > 0`, and then `for u > -1`: neither is so from here on."""
        known = self.table.symbols.get(symbol.name) if symbol is not None else None
        if symbol is None or known is None or known.cased is None or _bounds(known.cased) == _bounds(symbol):
            return
        known.properties -= known.cased.properties
        known.low, known.high, known.passing, known.cased = None, None, known.cased, None
        self.table.touch()

    def speaks_of_arrays(self, symbol: Symbol) -> bool:
        """Whether a size is compared with what is no size: tr(S) < d is a claim about S."""
        names = set().union(*(mentioned(b) for b in (symbol.low, symbol.high) if b is not None))
        return bool(names & set(self.table.definitions) - set(self.table.sizes))

    def is_supposed(self) -> bool:
        """Whether the words before the formula say what is so from here on: `let U satisfy`, `with`, `where`."""
        before = self.segment.before if self.segment is not None else ""
        letting = prose.SATISFYING.search(prose.sentence_before(self.spoken))
        explained = asides.explains(before, declared=bool(self.lately))
        return bool(letting or prose.SUPPOSING.search(before) or prose.BESIDE.search(before) or explained)

    def variance(self, part: Part) -> bool:
        """`the variance is $\\sigma^2 > 0$`: a positive sigma, of which nothing else is known."""
        if len(part.sides) != 2 or not orders.is_zero(part.sides[1]) or str(part.relations[0]) != ">":
            return False
        name = _squared(tuple(part.sides[0]))
        before = self.table.symbols.get(name)
        if not name or name in self.table.definitions or not (before is None or before.ahead):
            return False
        self.table.declare(Symbol(name, properties=frozenset(("positive",))))
        self.declared(part, "", (name,))
        return True

    def within(self, part: Part, text: str) -> Condition | None:
        """`if $x \\in [0, 1]$`, of a number that is declared: in this sentence, and perhaps in the next ones."""
        named = bare_name(tuple(part.sides[0]), self.table)
        known = self.table.symbols.get(named.name) if named is not None else None
        if self.scouting or known is None or known.dims or known.lead or known.letter or not self.is_case():
            return None
        of = sets.domain(tuple(part.sides[1]))
        if known.name not in self.table.definitions and not known.ahead and self.is_finite_case(of, known):
            self.passage = self.passage.under(text)
            return Condition(text)
        if of.dims or of.values or of.range is not None or not (of.properties or of.low or of.high):
            return None
        if known.name in self.table.definitions or known.ahead or of.properties - SIGNS:
            return None
        bound = Symbol(known.name, properties=of.properties, low=of.low, high=of.high)
        if _bounds(bound) != _bounds(known):
            known.passing = bound
        return Condition(text, bound, said=flat(part))

    def is_finite_case(self, of: sets.Domain, known: Symbol) -> bool:
        """Whether `for $x \\in \\{0, 1\\}$` is a case of a number that was declared before: nothing lasts of it."""
        finite = of.values or of.properties & FINITE
        same = of.values == known.values and of.properties <= known.properties
        return bool(finite) and not same and known.name not in self.lately

    def is_case_of_several(self, part: Part) -> bool:
        """Whether `if $x, y \\ge 0$` is a case of numbers that were declared before: nothing lasts of it."""
        names = [bare_name(x, self.table) for x in listed(tuple(part.sides[0]))]
        bounded = len(names) > 1 and all(str(r) in INEQUALITIES for r in part.relations)
        if not bounded or self.scouting or not self.is_case():
            return False
        known = [self.table.symbols.get(n.name) for n in names if n is not None and n.name not in self.lately]
        return len(known) == len(names) and all(x is not None and not x.ahead and x.alone for x in known)

    def leaves_out(self, part: Part) -> bool:
        """z \\ne 6, of a number without a definition: what is claimed need not hold there."""
        named = bare_name(tuple(part.sides[0]), self.table)
        symbol = self.table.symbols.get(named.name) if named is not None and not named.lead else None
        input_ = symbol is not None and not symbol.dims and symbol.name not in self.table.definitions
        return input_ and not self.scouting and [str(r) for r in part.relations] == ["\\ne"]

    def is_in_use(self, name: str) -> bool:
        """Whether the letter stands somewhere before this formula."""
        first = self.table.first.get(name.partition("_")[0])
        return self.segment is not None and first is not None and first < self.segment.start

    def is_case(self) -> bool:
        """Whether the words before the formula make it a case, `for x < 0`, and nothing that is so from here on."""
        segment = self.segment
        if segment is None or not (
            prose.CASE.search(prose.sentence_before(segment.before))
            or prose.CONDITION_AFTER.match(segment.after)
            or segment.before.strip() in ("where", "wo")
        ):
            return False
        said = f"{prose.sentence_before(segment.before)} | {prose.sentence_after(segment.after)}"
        return not prose.OPENED.search(f"{self.spoken} {said}" if segment.before.strip() in ("where", "wo") else said)

    def in_sentence(self, segment: Segment) -> bool:
        """Whether the words around the formula make it a condition on the rest of the sentence."""
        before = prose.CONDITION.search(prose.sentence_before(segment.before)[-60:])
        joined = self.conditioned and bool(prose.CONNECTIVE.fullmatch(segment.before.strip()))
        return bool(before) or joined or bool(prose.CONDITION_AFTER.match(segment.after))

    def enter_bound(self, symbol: Symbol, named: Named | None) -> None:
        """Add what a bound says to what is known of its symbol."""
        t = self.table
        t.begin(symbol.name)
        before = t.symbols.get(symbol.name)
        if before is not None and before.alone and not (before.dims or before.lead) and named and named.lead:
            each = f"{symbol.name}{EACH}"  # all s_j > 0, beside a number s
            t.declare(Symbol(each, (), named.lead, False, symbol.properties, symbol.low, symbol.high, named.letter))
            return
        if before is None or (before.ahead and before.section > t.section):  # x > 0 here, and a vector x further down
            lead, letter = (named.lead, named.letter) if named else ((), "")
            t.declare(Symbol(symbol.name, (), lead, False, symbol.properties, symbol.low, symbol.high, letter))
            return
        before.properties = bounds.narrowed(before.properties, symbol.properties)
        before.low, before.high = before.low or symbol.low, before.high or symbol.high
        before.ahead = before.ahead and self.scouting
        t.touch()

    def has_bounds(self, chain: list[Symbol]) -> bool:
        """Whether a symbol has bounds already, or is none of its own: then the chain is a claim, or about ranges."""
        t = self.table
        known = [t.symbols[x.name] for x in chain if x.name in t.symbols]
        apart = any(x.name in t.sizes or x.name in t.depths | t.steps | t.indices for x in chain)
        return apart or (not self.scouting and any((x.low or x.high) and not x.ahead for x in known))

    def in_order(self, part: Part) -> bool:
        """`0 < m = \\lambda_1 \\le \\dots \\le \\lambda_D`: numbers in a list, of whose order nothing more is known."""
        found = orders.in_order(part, self.table)
        if found is None:
            return self.entries_in_order(part)
        name = found.list.name
        if not self.table.known(name):
            declare_all(found.list, Symbol(name, properties=found.properties, ordered=True), self.table)
        if not self.scouting:
            self.table.vague[name] = f"{name} is in order"
        self.declared(part, "numbers in order", (name,) if name in self.table.symbols else ())
        if found.ends is not None:
            self.bound(found.ends, [tuple(found.ends.sides[0])])
        return True

    def entries_in_order(self, part: Part) -> bool:
        """`c_1 \\ge c_2 \\ge \\dots \\ge c_K` of a declared c, of which nothing is refuted from here on."""
        if not any(t.is_("\\dots") for side in part.sides for t in side) or len(part.sides) < 4:
            return False
        name = part.sides[0][0].text if part.sides[0] else ""
        if not is_numbered_entry(tuple(part.sides[0]), self.table) or name in self.table.definitions:
            return False
        if not self.scouting:
            self.table.vague[name] = f"the entries of {name} are in order"
        self.declared(part, "")
        return True

    def bound_all(self, part: Part, numbered: Enumeration) -> bool:
        """s_1, \\dots, s_D > 0."""
        member = [Token("letter", numbered.name, 0, 0), Token("sym", "_", 0, 0), Token("letter", "i", 0, 0)]
        symbol = bounds.comparison(Part([member, *part.sides[1:]], part.relations), self.table)
        if symbol is None or not symbol.properties - ENDS:
            return False
        if not self.table.add_properties(numbered.name, *symbol.properties):
            declare_all(numbered, symbol, self.table)
        self.declared(part, "", (numbered.name,))
        return True

    def is_by_itself(self, symbol: Symbol) -> bool:
        """Whether a bound depends on the symbol: x_i <= M, where M is made of x."""
        bounds = [b for b in (symbol.low, symbol.high) if b is not None]
        return any(symbol.name in mentioned(b) | reachable_from(b, self.table) for b in bounds)

    def is_assertion(self, symbol: Symbol) -> bool:
        """A bound that depends on the symbol itself, or on more than a name, is a claim about a declared symbol."""
        if self.is_by_itself(symbol):
            return True
        bounds = [b for b in (symbol.low, symbol.high) if b is not None]
        if self.scouting and any((self.heading, n) in self.headed for b in bounds for n in mentioned(b)):
            return True  # z_k <= M, where M is defined nearby: what M is made of is seen later
        if orders.list_of(symbol.name, self.table):
            return not all(isinstance(b, s.Num) for b in bounds)
        known = self.table.symbols.get(symbol.name)
        return (
            known is not None
            and not known.ahead
            and not all(isinstance(b, (s.Num, s.Name, s.Script, s.Sum)) for b in bounds)
        )

    def declared(self, part: Part, reading: str, names: tuple[str, ...] = ()) -> None:
        if self.scouting:
            for name in names:
                self.table.future.setdefault(self.heading, {})[name] = self.table.symbols[name]
            return
        if any(not x for x in part.sides[:2]):
            return
        self.add(
            part,
            0,
            Statement("declaration", self.place(part.sides[1]), *self.texts(part, 0), reading=reading, definite=names),
        )


def _is_array(name: str, table: Table) -> bool:
    """Whether an earlier section defined an array of this name, or the notation of the note shows one."""
    return value_rank(name, table) > 0 or table.ranks.get(name, 0) > 0


def _squared(tokens: Tokens) -> str:
    """sigma of sigma^2."""
    found = scripted_name(tokens)
    tree = found[1] if found is not None else None
    if not isinstance(tree, s.Script) or not isinstance(tree.base, s.Name) or tree.primes or tree.sub:
        return ""
    return tree.base.name if "".join(t.text for t in strip(tree.sup)) == "2" else ""


def _bounds(symbol: Symbol) -> tuple[frozenset[str], str, str]:
    """What it says of a symbol, wherever it stands."""
    low, high = (re.sub(r"at=\d+", "", repr(b)) for b in (symbol.low, symbol.high))
    return frozenset(symbol.properties), low, high
