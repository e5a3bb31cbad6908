"""Declarations among the statements: membership, functions, ranges, bounds, properties."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from derive.documents.declarations import bounds, declare, loewner, sets
from derive.documents.declarations.enumerations import Enumeration, enumeration
from derive.documents.declarations.properties import property_of, totals
from derive.documents.derivatives.operators import heads
from derive.documents.names.bare import Named, bare_name
from derive.documents.names.mentions import mentioned
from derive.documents.names.scope import retire, set_aside
from derive.documents.names.scripts import base_of, letter_of, listed, strip
from derive.documents.names.symbols import Range, Tokens
from derive.documents.names.table import Table
from derive.documents.reading.bounding import INEQUALITIES, Bounding
from derive.documents.sentences import asides, collecting, prose
from derive.documents.source.rows import Part
from derive.documents.statements.settled import shape_agrees
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable

SILENT = frozenset(("\\sim", "\\to", "\\mapsto", "\\subset", "\\ll", "\\gg", "\\notin"))
SILENT |= loewner.DESCENDING | loewner.ASCENDING
SUPPOSED = re.compile(r"\b(?:if|when\w*|whether|unless|suppos\w+|assum\w+|provided|falls|wenn)\b", re.IGNORECASE)
"""Words in front of totals that are a condition."""
ANY = re.compile(r"\b(?:any|every|each|all|arbitrary|some|general)\b[^.;]{0,40}$", re.IGNORECASE)
"""Words in front of a name that is any such array."""


class Declaring(Bounding):
    """Reads a relation as a declaration, where it is one."""

    # -- declarations ------------------------------------------------------------------------------------------
    def declaration(self, part: Part, words: list[str]) -> bool:
        t = self.table
        names = listed(tuple(part.sides[0]))
        if words[0] == "\\in":
            return self.membership(part, names)
        if words[0] == ":" and len(words) > 1 and words[1] == "\\to":
            self.function(part, names)
            return True
        if words[0] == "\\propto" and not self.scouting:
            raise Unreadable(
                part.relations[0].start, "\\propto", "an equation, with the constant that \\propto leaves out"
            )
        if words[0] in SILENT:
            self.silent(part, words[0])
            return True
        if (found := bounds.span(part, t)) is not None:
            self.range(*found)
            self.declared(part, f"{found[0]} from {found[1].low}")
            return True
        if all(w in INEQUALITIES or w == "=" for w in words) and self.in_order(part):
            return True
        if all(w in INEQUALITIES or w == "\\ne" for w in words) and self.bound(part, names):
            return True
        if (number := bounds.decimals(part, t)) is not None:
            t.declare(number)
            self.declared(part, "the first digits of a number", (number.name,))
            return True
        if words == ["="] and _is_dependence(part):
            self.declared(part, "what it depends on")
            return True
        each = [Part([side, part.sides[-1]], part.relations[:1]) for side in part.sides[:-1]]
        if words and all(w == "=" for w in words) and all(part.sides) and all(totals(x, t) for x in each[1:]):
            if len(each) > 1 and SUPPOSED.search(self.spoken):
                self.passage = self.passage.under(self.said(part))
                self.declared(part, "a condition of what follows")
                return True
            supposed = self.is_supposed() or self.is_chosen(part)
            found = [property_of(x, t, supposed=supposed) for x in each]
            if None not in found:
                self.declared(part, " and ".join(x for x in found if x is not None))
                return True
        return False

    def is_chosen(self, part: Part) -> bool:
        """`Take $Q \\in R^{D x k}$ so that $Q^T Q = I$`: the sentence has just said where Q lies."""
        before = self.segment.before if self.segment is not None else ""
        said = bool(asides.SO_CHOSEN.search(prose.sentence_before(before)))
        return said and bool(self.lately & mentioned(tuple(map(parse, part.sides))))

    def range(self, letter: str, found: Range) -> None:
        table = self.table
        self.begins_with(letter, found.low)
        if letter in table.steps and letter not in table.symbols:
            table.ranges.setdefault(f"{letter}!", found)
        if letter in table.ranges and table.ranges[letter].low != found.low:
            table.twice_ranged.add(letter)
        table.give_range(letter, found)
        high = letter_of(found.high)
        if self.scouting:
            table.foretold.setdefault(self.heading, set()).add(letter)
        if self.scouting and high and letter not in table.steps:
            table.sizes.setdefault(high, f"it bounds {letter}")

    def begins_with(self, letter: str, low: int) -> None:
        """`b_{k+1} = r b_k` for k = 0, 1, ..., directly behind it, where another recursion began with k = 1.

        Or for k = 1, 2, ... or `k \\ge 1` in the same sentence: then nothing follows for b_1, though there is a b_0.
        """
        last = self.statements[-1] if self.statements else None
        name = last.definite[0] if last is not None and last.kind == "definition" and last.definite else ""
        d = self.table.definitions.get(name)
        if d is None or d.letter != letter or d.low is None:
            return
        earlier = d.low > 1 >= low + d.shift and f"{name}_0" in self.table.definitions
        here = self.segment is not None and not self.segment.display and not prose.ends_sentence(self.segment.before)
        if earlier or (here and d.low <= 1 < low + d.shift and not d.since):
            self.table.define(replace(d, low=low + d.shift))

    def membership(self, part: Part, names: list[Tokens], *, quiet: bool = False) -> bool:
        if all(_is_said(x, tuple(part.sides[1]), self.table) for x in names):
            self.declared(part, "")
            return True
        named = [bare_name(x, self.table) for x in names]
        if not quiet and self.is_any_of_a_list(part, named):
            self.declared(part, "one number like those of the list")
            return True
        if (numbered := enumeration(names, self.table)) is not None and self.are_collected(numbered, part):
            self.declared(part, "where they lie follows from their definition")
            return True
        defined = [n.name for n in named if n is not None and n.name in self.table.definitions]
        for name in defined:
            if self.table.is_stale(name) and not self.is_collected(name, part):
                number = all(n == Named(name) for n in named if n is not None and n.name == name)
                if number and not sets.domain(tuple(part.sides[1])).dims and set_aside(name, self.table):
                    continue
                self.renewed(name, part)
        defined = [n for n in defined if n in self.table.definitions or not self.table.known(f"{n}_each")]
        if defined and all(n in self.table.definitions for n in defined):
            for name in defined:
                if (symbol := self.table.symbols.get(name)) is not None and symbol.letter and not self.scouting:
                    symbol.ahead = False  # h_0 = 0 is an array of zeros
                    self.table.touch()
            if not quiet:
                self.declared(part, "where it lies follows from its definition")
            return True
        if self.segment is not None and ANY.search(self.segment.before):
            self.table.anyone |= {x.name for x in named if x is not None}
        bounds_of = {n: (x.low, x.high) for n in self.bounded if (x := self.table.symbols.get(n)) is not None}
        found = declare.membership(names, tuple(part.sides[1]), self.table)
        for name in bounds_of.keys() & set(found):  # suppose $a \ge b$ for $a, b \in \mathbb R$
            symbol, (low, high) = self.table.symbols[name], bounds_of[name]
            symbol.low, symbol.high = symbol.low or low, symbol.high or high
        self.fixed_class(named, part)
        if not self.scouting and sets.domain(tuple(part.sides[1])).range is None:
            for name in found:  # t in R, which counted steps in an earlier section
                self.table.ranges.pop(name, None)
        if quiet:
            if self.scouting:
                for name in found:
                    self.table.future.setdefault(self.heading, {})[name] = self.table.symbols[name]
            return True
        if found:
            self.declared(part, "", tuple(found))
            return True
        if self.scouting or all(_is_value_of_a_function(x, self.table) for x in names):
            if not self.scouting:
                self.declared(part, "where the values of a function lie")
            return True
        expected = "names on the left and a set on the right (in which set a value lies is not judged)"
        raise Unreadable(part.relations[0].start, "\\in between these sides", expected)

    def fixed_class(self, named: Sequence[Named | None], part: Part) -> None:
        """`Let $k \\in \\{1, \\dots, K\\}$ be the correct class`: what is defined further down may hide k."""
        table, of = self.table, sets.domain(tuple(part.sides[1]))
        after = prose.sentence_after(self.segment.after) if self.segment is not None else ""
        if of.range is None or of.dims or not (self.naming or collecting.CLASS.search(after)):
            return
        letters = {n.name for n in named if n is not None and n == Named(n.name)}
        table.labels |= (letters & table.subscripts & table.ranges.keys()) - table.indices - table.steps

    def is_any_of_a_list(self, part: Part, named: Sequence[Named | None]) -> bool:
        """`at any $x \\in \\mathbb R$`, beside numbers x_1, ..., x_n: what a function takes, and no other list."""
        symbols = [self.table.symbols.get(n.name) for n in named if n is not None and not (n.lead or n.letter)]
        listed = len(symbols) == len(named) and all(x is not None and x.numbered and len(x.dims) == 1 for x in symbols)
        plain = tuple(t.text for t in part.sides[1]) in (("R",), ("mathbb", "R"), ("mathbb", "{", "R", "}"))
        return listed and plain and bool(prose.ANY.search(self.spoken))

    def is_collected(self, name: str, part: Part) -> bool:
        """Whether `h \\in R^H` names the vector of the h_j that an earlier section defined one by one."""
        if not self.table.definitions[name].letters:
            return False
        said = self.segment is not None and collecting.collects(name, self.segment, self.document)
        if not said and self.segment is not None and collecting.another(self.segment):
            return False
        dims = sets.domain(tuple(part.sides[1])).dims
        return shape_agrees(name, dims, self.table)

    def are_collected(self, found: Enumeration, part: Part) -> bool:
        """Whether `h_1, \\dots, h_H \\in R` are those that an equation defined one by one."""
        d = self.table.definitions.get(found.name)
        if d is None or not d.letters or (self.segment is not None and collecting.another(self.segment)):
            return False
        return shape_agrees(found.name, (found.count, *sets.domain(tuple(part.sides[1])).dims), self.table)

    def renewed(self, name: str, part: Part) -> None:
        """A declaration gives a name of an earlier section a new meaning: what rests on the old one is out of use.

        Where it may be the old name all the same, nothing is refuted of it.
        """
        old, dims = self.table.definitions[name], sets.domain(tuple(part.sides[1])).dims
        said = self.segment is not None and collecting.collects(name, self.segment, self.document)
        other = self.naming or (self.segment is not None and collecting.another(self.segment))
        same = (said and bool(old.letters)) or (not other and bool(dims) and shape_agrees(name, dims, self.table))
        self.table.forget(name)
        retire(name, self.table)
        if same and not self.scouting:
            self.table.vague[name] = f"{name} is what an earlier section defined"

    def function(self, part: Part, names: list[Tokens]) -> None:
        for x in names:
            named = bare_name(x, self.table)
            if named is not None and named.name not in self.table.definitions:
                self.table.functions.setdefault(named.name, 1)
                if (dims := self.array_argument(part)) is not None:
                    self.table.functionals[named.name] = dims
                self.table.touch()
        self.declared(part, "a function")

    def array_argument(self, part: Part) -> tuple[Tokens, ...] | None:
        """The sizes of what a function takes; None of a number, () where its values are arrays or more is said."""
        dims = sets.domain(tuple(part.sides[1])).dims
        said = f"{self.spoken} {prose.sentence_after(self.segment.after if self.segment else '')}"
        if dims and (prose.KIND_OF_FUNCTION.search(said) or sets.domain(tuple(part.sides[2])).dims):
            return ()
        return dims or None

    def silent(self, part: Part, word: str) -> None:
        """Relations that declare little: S \\succ 0 is positive definite; a distribution or a limit says nothing."""
        if word in loewner.DESCENDING | loewner.ASCENDING:
            concluded = prose.CONCLUDING.search(prose.sentence_before(self.segment.before if self.segment else ""))
            loewner.declare(part, self.said(part), self.table, concluded=concluded is not None)
        self.declared(part, "")


def _tree(tokens: Tokens) -> s.Node | None:
    try:
        return parse(tokens)
    except Unreadable:
        return None


def _is_value_of_a_function(tokens: Tokens, table: Table) -> bool:
    """r(theta), of which no definition is known yet."""
    tree = _tree(tokens)
    if tree is not None and heads(tree, table):
        return True
    if not isinstance(tree, s.Juxtaposed) or len(tree.factors) != 2:
        return False
    (_, f), (op, bracket) = tree.factors
    return isinstance(f, s.Name) and not op and isinstance(bracket, s.Bracket) and not table.known(f.name)


def _is_said(tokens: Tokens, of: Tokens, table: Table) -> bool:
    """I_n \\in R^{n \\times n}, 1_N \\in R^N, 0 \\in R^n and dX \\in R^{m \\times n}, as X, say nothing new."""
    tree, dims = _tree(tokens), sets.domain(of).dims
    if isinstance(tree, s.Num) and tree.text == "0":
        return True
    if isinstance(tree, s.Script) and isinstance(tree.base, s.Name) and tree.base.name == "I" and not tree.sup:
        square = len(dims) == 2 and tree.sub and not tree.primes and not table.known("I")
        return bool(square) and declare.texts(dims) == declare.texts((strip(tree.sub),) * 2)
    if isinstance(tree, s.Script) and isinstance(tree.base, s.Special) and tree.base.name == "ones" and not tree.sup:
        return declare.texts(dims) == declare.texts((strip(tree.sub),))
    base = base_of(tree.body) if isinstance(tree, s.Differential) else None
    symbol = table.symbols.get(base.name) if base is not None else None
    return symbol is not None and not symbol.row and declare.texts(symbol.dims) == declare.texts(dims)


def _is_dependence(part: Part) -> bool:
    """x = x(t): it depends on t."""
    left, right = part.sides
    texts = [t.text for t in left]
    behind = right[len(left) :]
    return (
        [t.text for t in right[: len(left)]] == texts
        and len(behind) == 3
        and behind[0].kind == "open"
        and behind[1].kind in ("letter", "cmd")
        and behind[2].kind == "close"
    )
