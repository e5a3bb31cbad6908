"""What is claimed under conditions: `B \\text{ if } A`, `for symmetric $A$, B`; and what solves an equation."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from derive.documents.declarations.enumerations import scripted_name
from derive.documents.declarations.properties import property_of, regular
from derive.documents.names.bare import bare_name
from derive.documents.names.entries import is_numbered_entry
from derive.documents.names.mentions import mentioned, reachable_from
from derive.documents.names.scripts import items as items_of
from derive.documents.names.scripts import letter_of
from derive.documents.names.symbols import Symbol, qualified
from derive.documents.reading.arrows import Arrows, Item
from derive.documents.reading.bounding import INEQUALITIES
from derive.documents.reading.claiming import varied
from derive.documents.reading.given import NUMBERED
from derive.documents.reading.ranges import own_ranges
from derive.documents.reading.supposing import OPEN
from derive.documents.sentences import asides, kinds, prose, qualities, renaming
from derive.documents.sentences.conditions import Condition, flat, restricting
from derive.documents.sentences.passage import Given
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part
from derive.documents.source.tokens import Token
from derive.documents.statements.sides import read_pair
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import FAULTS, Unreadable
from derive.verify.squares import proof_of_sign

GROUP = re.compile(r"\\(?:text|mbox|textrm|mathrm)\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
WITH = re.compile(r"\b(?:with|mit|avec)[\s,~]*$", re.IGNORECASE)
FOR_ALL = re.compile(r"\s*(?:for (?:all|every|each|any)|für (?:alle|jedes?)|pour tout)\b", re.IGNORECASE)
REQUIRED = re.compile(r"\b(?:we|wir) (?:also )?(?:require|demand|verlangen|fordern)(?: that)?[\s,~]*$", re.IGNORECASE)
BARE = re.compile(r"\$?\s*(\\?[A-Za-z]+)\s*\$?")


class Implying(Arrows):
    """Keeps conditions and the claims under them together."""

    spoken = ""

    # -- properties as conditions ------------------------------------------------------------------------------
    def declaration(self, part: Part, words: list[str]) -> bool:
        if words == ["="] and (self.means_a_word(part) or self.concluded(part)):
            return True
        passing = self.passage.role in NUMBERED and not prose.OPENING.match(
            self.spoken.strip()
        )  # not: assume u^T u = 1
        passing = passing and not (self.segment is not None and REQUIRED.search(self.segment.before))
        after = self.segment.after if self.segment is not None else ""
        result = self.upfront and prose.RESULT.match(after) is not None
        if words == ["="] and (passing or result) and self.property_condition(part):
            if not passing:
                self.sentence[-1] = replace(self.sentence[-1], lasts=True)
            self.declared(part, OPEN)
            return True
        return super().declaration(part, words) or self.supposed(part, words)

    def means_a_word(self, part: Part) -> bool:
        """`A matrix $P$ with $P 1 = 1$ is called stochastic`: whether this P is any such matrix is not said."""
        start = self.segment.end if self.segment is not None else 0
        if not kinds.means(self.spoken, prose.sentence_after(self.document.text[start : start + 200])):
            return False
        trees = [parse(side) for side in part.sides]
        names = set().union(*map(mentioned, trees)) & set(self.table.symbols) - set(self.table.definitions)
        if not self.scouting:
            self.table.vague |= {x: kinds.OF_A_KIND for x in names if x not in self.table.vague}
        self.declared(part, "what a word means")
        return True

    def of_entries(self, part: Part) -> bool:
        """`p \\in R^n with p_i > 0`: so it is for all entries, and from here on."""
        words = [str(r) for r in part.relations]
        before = prose.sentence_before(self.segment.before.strip()) if self.segment is not None else ""
        property_ = {">": "positive", "\\ge": "nonnegative"}.get(words[0]) if len(words) == 1 else None
        if property_ is None or not prose.WITH.search(before) or not all(part.sides):
            return False
        if "".join(t.text for t in part.sides[1]) != "0":
            return False
        found = scripted_name(part.sides[0])
        tree = found[1] if found is not None else None
        symbol = self.table.symbols.get(found[0]) if found is not None and _is_entry(found[1]) else None
        letters = [letter_of(x) for x in items_of(tree.sub)] if isinstance(tree, s.Script) else []
        if symbol is None or symbol.name in self.table.definitions or len(symbol.dims) != len(letters) or symbol.lead:
            return False
        if not all(letters) or any(x in self.table.fixed for x in letters if x):
            return False
        self.table.add_properties(symbol.name, property_)
        self.declared(part, "", (symbol.name,))
        return True

    def property_condition(self, part: Part) -> bool:
        """`if A^T = A`: the property, which the symbol does not have for good."""
        kept = self.table.symbols
        self.table.symbols = {name: replace(x) for name, x in kept.items()}
        found = property_of(part, self.table, supposed=True)
        changed, self.table.symbols = self.table.symbols, kept
        self.table.touch()
        if found is None:
            return False
        if any(x.form != kept[name].form for name, x in changed.items()):
            self.passage = self.passage.under(self.said(part))
        for name, x in changed.items():
            if (x.properties, x.unit) != (kept[name].properties, kept[name].unit):
                told = Symbol(name, properties=frozenset() if x.unit else x.properties, unit=x.unit)
                self.sentence = _with(self.sentence, Condition(self.said(part), told))
        return True

    def supposed(self, part: Part, words: list[str]) -> bool:
        """`with det X > 0`, `assume a + b > c`: only a property can express it; nothing is refuted for want of it."""
        before = prose.sentence_before(self.segment.before.strip()) if self.segment is not None else ""
        if not all(w in INEQUALITIES or w == "\\ne" for w in words):
            return False
        going_on = self.supposing and self.inherits
        said = prose.SUPPOSING.search(before) or self.is_let(before) or self.is_about_input(part, before)
        said = said or self.is_restriction(part, before) or asides.OF_A_PARAMETER.search(self.spoken)
        if (not going_on and not said) or self.is_of_all(part, before):
            return False
        self.supposing = True
        if self.told and self.segment is not None and self.segment.display:
            return False  # behind the claims of a display, another one
        if not self.scouting:
            regular(part, self.table)
            guard = Condition(self.said(part), guard=flat(part), lasts=not prose.PASSING.search(before))
            self.passage = replace(self.passage, guards=tuple(self.replaced(list(self.passage.guards), guard)))
        self.declared(part, OPEN)
        return True

    def is_of_all(self, part: Part, before: str) -> bool:
        """`with $f''(u) \\le 1/4$ for all $u$`, of a function that rests on nothing else: it is claimed of f."""
        if self.segment is None or not (WITH.search(before) and FOR_ALL.match(self.segment.after)):
            return False
        behind = set().union(*(reachable_from(parse(side), self.table) for side in part.sides))
        of = [d for d in map(self.table.definitions.get, sorted(behind)) if d is not None]
        taken = {p for d in of for p in d.parameters}
        return bool(taken) and not (behind - taken - {d.name for d in of}) & self.table.symbols.keys()

    def is_restriction(self, part: Part, before: str) -> bool:
        """`Keep $\\eta < 2/a$`: of an input by itself it can only be required, unless the words conclude it."""
        segment, table = self.segment, self.table
        if segment is None or segment.display or asides.CONCLUDES.search(before) or asides.HOLDS.match(segment.after):
            return False
        named = [x.name for side in part.sides if (x := bare_name(tuple(side), table)) and not (x.lead or x.letter)]
        of = [mentioned(parse(side)) for side in part.sides]
        inputs = {n for n, x in table.symbols.items() if not (x.dims or x.lead) and n not in table.definitions}
        if len(of) > 1 and set().union(*of) <= inputs and any(sum(n in x for x in of) == 1 for n in named):
            return not all(map(self.is_proved, pairwise(part.sides), part.relations))
        return False

    def is_proved(self, sides: tuple[list[Token], list[Token]], relation: Token) -> bool:
        """Whether an inequality holds by what has been said of its names."""
        reading = read_pair(*map(parse, sides), self.table, restricting(()))
        if reading.sides is None:
            return False
        low, high = reading.sides if str(relation) in ("<", "\\le") else reading.sides[::-1]
        strict = str(relation) in ("<", ">")
        return proof_of_sign(high.expr - low.expr, reading.program, strict=strict) is not None

    def is_let(self, before: str) -> bool:
        """`Let $\\eta_i > 0$ for all i`, of what has a definition."""
        inline = self.segment is not None and not self.segment.display
        return inline and bool(prose.ASSIGNING.search(before) or renaming.GERMAN_NAMING.search(before))

    def is_about_input(self, part: Part, before: str) -> bool:
        """`M satisfies det M > 0`, where the sentence has just declared M; `let x_1 > 0`, an entry of an input x."""
        names = {t.text for side in part.sides for t in side}
        if self.segment is not None and prose.SATISFIED_AFTER.match(self.segment.after):
            return not names & self.table.definitions.keys()
        if prose.SATISFYING.search(prose.sentence_before(self.spoken)):
            return not names & self.table.definitions.keys()
        if prose.SATISFIES.search(before):
            return self.subject in names and self.subject not in self.table.definitions
        entry = any(is_numbered_entry(tuple(side), self.table) for side in part.sides)
        return entry and bool(prose.ASSIGNING.search(before)) and not names & self.table.definitions.keys()

    def concluded(self, part: Part) -> bool:
        """`Then u^T u = 1` is a claim; if it does not hold by itself, the words may have said why."""
        words = self.segment.before if self.segment is not None else ""
        if not prose.CONCLUDING.search(prose.sentence_before(words.strip())) or not self.is_property(part):
            return False
        if not self.scouting:
            kept = self.passage
            self.passage = kept.under(self.said(part))
            self.chain(part, 0, self.sentence)
            self.passage = replace(self.passage, conditions=kept.conditions)
        return True

    def is_property(self, part: Part) -> bool:
        """Whether an equality could say what a symbol is: A^T = A."""
        kept = self.table.symbols
        self.table.symbols = {name: replace(x) for name, x in kept.items()}
        found = property_of(part, self.table, supposed=False)
        self.table.symbols = kept
        self.table.touch()
        return found is not None

    def asserted(self, name: str, found: set[str], segment: Segment) -> None:
        """What the words around a bare name assert: for good, or, behind `for`, `if` and `when`, for this sentence."""
        spoken = self.spoken.strip()
        if self.table.vague.get(name) == kinds.OF_A_KIND:
            del self.table.vague[name]
        if prose.ALSO.search(f"{spoken} {segment.after}" if "도" in segment.after else spoken):
            return
        if prose.INDICATING.search(spoken):
            return
        under = prose.UNDER.search(spoken) or qualities.under(spoken, segment.after)
        gives = qualities.begins(spoken) and qualities.GIVES.match(segment.after)
        if gives or (prose.UPFRONT.match(spoken) and not under and prose.RESULT.match(segment.after)):
            text = f"{name} {' and '.join(sorted(found))}".replace("_", " ")
            self.sentence = [*self.sentence, Condition(text, qualified(Symbol(name), frozenset(found)), lasts=True)]
        elif not under or prose.OPENING.match(spoken):
            self.more = self.table.add_properties(name, *found) or self.more
        elif prose.EXCEPT.search(spoken):
            self.passage = self.passage.under(f"{name} is not {' and '.join(sorted(found))}".replace("_", " "))
        else:
            text = f"{name} {' and '.join(sorted(found))}".replace("_", " ")
            condition = Condition(text, qualified(Symbol(name), frozenset(found)))
            kept = self.replaced(self.sentence, condition)[:-1] if self.settled else self.sentence
            self.sentence = _with(kept, condition)

    def worded(self, segment: Segment) -> list[Condition]:
        """`\\text{if } A \\text{ is symmetric}` within a display."""
        text = self.document.text[segment.start : segment.end]
        out: list[Condition] = []
        before = None
        for group in GROUP.finditer(text):
            found = qualities.properties(group.group(1))
            if found and qualities.ONE_CASE.search(group.group(1)):
                self.passage = self.passage.under(group.group(1).strip(" ()"))
            between = text[before.end() : group.start()] if before else ""
            said = f"{before.group(1) if before else ''} {group.group(1)}"
            if found and prose.UNDER.search(said):
                inner = re.search(r"\$\s*(\\?[A-Za-z]+)\s*\$", group.group(1))
                following = BARE.match(text, group.end())
                named = inner or BARE.fullmatch(between.strip()) or following
                name = named.group(1).removeprefix("\\") if named else ""
                if self.table.known(name):
                    out = _with(out, Condition(f"{name} {' and '.join(sorted(found))}", qualified(Symbol(name), found)))
                else:
                    self.passage = self.passage.under(said.strip())
            before = group
        return out

    # -- equations that are solved -----------------------------------------------------------------------------
    def takes(self, part: Part) -> bool:
        return self.solved(part) or super().takes(part)

    def solved(self, part: Part) -> bool:
        """`Setting f'(x) = 0 gives x = c`: a claim about the equation; from here on x may be c, and need not be."""
        if self.scouting or [str(r) for r in part.relations] != ["="] or self.naming or self.passage.role != "so":
            return False
        named = bare_name(tuple(part.sides[0]), self.table)
        if not prose.SOLVING.search(self.spoken) or named is None or named.lead or named.letter:
            return False
        if not self.is_input(named.name):
            self.marked(part, named.name)
            return False
        rhs = parse(part.sides[1])
        used = any(
            named.name in {*d.parameters, *reachable_from(d.rhs, self.table)} for d in self.table.definitions.values()
        )
        if not used or named.name in reachable_from(rhs, self.table):
            return False
        given = Given(named.name, rhs, self.said(part), self.passage.sentence, assumed=True)
        if self.equation is not None and self.solution(part, self.equation) is not None:
            self.gives(part, self.equation, given)
        else:
            self.declared(part, "a solution, for this passage")
        self.passage = self.passage.taking(given)
        return True

    def marked(self, part: Part, name: str) -> None:
        """`Setting \\nabla_w L = 0 gives \\hat w = s`: it defines, and claims that w = s solves the equation."""
        if self.equation is None or self.table.known(name):
            return
        of = [x for x in varied(*map(parse, self.equation.sides)) if name.startswith(x) and self.is_input(x)]
        if len(of) == 1:
            given = Given(of[0], parse(part.sides[1]), self.said(part), self.passage.sentence)
            self.gives(part, self.equation, given)

    def gives(self, part: Part, equation: Part, given: Given) -> None:
        """The claim that the equation, which is no condition any more, has this solution."""
        others = tuple(x for x in self.passage.conditions if x != self.said(equation))
        self.passage = replace(self.passage, conditions=others)
        self.add(part, 0, self.solves(equation, given, equation, part, False))

    # -- equations as conditions -------------------------------------------------------------------------------
    def conditional(self, items: list[Item]) -> list[Item]:
        """The items of a formula without `\\text{if } b = 0` and its like, which are taken as given first."""
        own = own_ranges(items, self.table)
        found = [i for i in items if i not in own and _introduced(i) and _is_equation(i.part)]
        if not found or len(found) == len(items):
            return items
        if self.scouting:
            return [i for i in items if i not in found]
        role, self.after_comma = self.passage.role, False
        for item in found:
            self.passage = replace(self.passage, role="if")
            try:
                told = len(found) == 1 and (self.declaration(item.part, ["="]) or self.takes(item.part))
                if not told:
                    self.condition_on(item.part)
            except (Unreadable, *FAULTS):
                self.condition_on(item.part)
        self.passage = replace(self.passage, role=role)
        return [i for i in items if i not in found]


def _with(conditions: list[Condition], new: Condition) -> list[Condition]:
    """One condition for each name: later properties are added."""
    for n, old in enumerate(conditions):
        if (
            old.symbol is not None
            and new.symbol is not None
            and old.symbol.name == new.symbol.name
            and not old.symbol.low
        ):
            both = replace(
                new.symbol,
                properties=old.symbol.properties | new.symbol.properties,
                form=new.symbol.form or old.symbol.form,
            )
            return [*conditions[:n], Condition(f"{old.text}, {new.text}", both), *conditions[n + 1 :]]
    return [*conditions, new]


def _is_entry(tree: s.Node) -> bool:
    """Whether it is a name with a subscript and nothing else: p_i."""
    plain = isinstance(tree, s.Script) and isinstance(tree.base, s.Name) and tree.sub
    return bool(plain) and not tree.sup and not tree.primes


def _is_equation(part: Part) -> bool:
    return [str(r) for r in part.relations] == ["="] and all(part.sides)


def _introduced(item: Item) -> bool:
    words = item.piece.words.strip(" ,.:")
    return bool(words) and prose.INTRODUCING.search(words) is not None
