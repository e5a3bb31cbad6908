"""When a name that has a definition gets another one, and when the formula beside it is a claim."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from derive.documents.names.bare import bare_name
from derive.documents.names.mentions import mentioned, reachable_from
from derive.documents.names.scripts import is_numeral, strip, superscript
from derive.documents.names.symbols import Definition
from derive.documents.reading.arrows import Item
from derive.documents.reading.chancing import Chancing
from derive.documents.sentences import asides, prose, renaming
from derive.documents.sentences.passage import apart, is_constant
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part
from derive.documents.statements.define import definition
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Unreadable

NONE: Mapping[str, int] = MappingProxyType({})


class Renewing(Chancing):
    """Listens to the words that say that a name means something else from here on, or elsewhere."""

    posed = ""  # how the words put the formula: "case", "with", "here", "item", "alone", "replaced"
    opens = False  # it is the first of its section
    begun = True  # a sentence ended before the formula
    others = False  # others write so, or it is not done so here
    unreal = False  # it is not done so here
    passing: frozenset[str] = frozenset()  # names that were defined beside what they explain
    just_made: frozenset[str] = frozenset()  # of them, those that the same words posed
    led: Mapping[str, int] = NONE  # names defined at the head of an item, and how many statements there were
    powers: frozenset[str] = frozenset()  # names whose squares are something else
    lent: frozenset[str] = frozenset()  # names that mean something else for one case

    def enter(self, segment: Segment, anew: bool) -> None:
        self.opens = self.segment is not None and segment.heading != self.segment.heading
        if self.opens or (anew and apart(segment.before)):
            self.returned()
        super().enter(segment, anew)
        self.begun = anew
        before = prose.sentence_before(segment.before)
        spoken = f"{'' if anew else self.spoken} {before}"
        made = bool(self.statements) and self.statements[-1].kind == "definition"
        inherited = made and bool(before.strip()) and prose.CONNECTIVE.fullmatch(before.strip()) and not anew
        self.posed = self.posed if inherited else self.put(segment, before, spoken)
        self.just_made = self.just_made if inherited and not renaming.OR.search(before) else frozenset()
        self.others = bool(renaming.OTHERS.search(before) or renaming.OTHERS_AFTER.match(segment.after))
        self.unreal = bool(renaming.HAD.search(before))
        self.naming = self.naming or bool(
            not segment.display
            and (renaming.GERMAN_NAMING.search(before) or renaming.KOREAN_NAMING.match(segment.after))
        )

    def put(self, segment: Segment, before: str, spoken: str) -> str:
        """How the words put a formula; a display says less, unless they stand directly before it."""
        if renaming.REPLACED.search(spoken):
            return "replaced"
        if segment.display:
            return ""
        if renaming.NOW.search(before) or prose.INSTEAD.match(segment.after):
            return "replaced" if renaming.CASE.search(before) or renaming.WITH.search(before) else ""
        line = self.document.text[self.document.text.rfind("\n", 0, segment.start) + 1 : segment.start].rstrip("$( ")
        if renaming.LEADING.match(line) or (not line.strip() and segment.after.lstrip().startswith("&")):
            return "item"
        if not before.strip() and self.opens and prose.SENTENCE.match(segment.after):
            return "alone"
        found = (("case", renaming.CASE), ("with", renaming.WITH), ("here", renaming.HERE))
        return next((how for how, words in found if words.search(before)), "")

    def returned(self) -> None:
        """A new paragraph: whether a name goes on to mean what it meant in one case, nobody says."""
        for name in self.lent & self.table.definitions.keys():
            del self.table.definitions[name]
            self.table.broken.add(name)
            self.table.retired[name] = name
        if self.lent:
            self.table.touch()
        self.lent = frozenset()

    def takes(self, part: Part) -> bool:
        """What others write is passed over; what is defined anew is no condition."""
        equal = all(str(r) in ("=", "\\coloneq") for r in part.relations)
        if self.segment is not None and part.relations and asides.picks(self.segment.before, self.segment.after):
            self.declared(part, "which of them are meant")
            return True
        if equal and self.others and not self.only_here(part) and not self.scouting:
            self.passage = self.passage.under(f"{self.said(part)}, which is not meant here")
            self.declared(part, "what is not meant here")
            return True
        if self.scouting:
            return super().takes(part)
        self.refuse_unclear(part)
        return not self.redefines(part) and super().takes(part)

    def only_here(self, part: Part) -> bool:
        """`Had we taken $Q = ...$`, where nothing was called Q before."""
        named = bare_name(tuple(part.sides[0]), self.table)
        return self.unreal and named is not None and not (named.lead or named.letter or self.table.known(named.name))

    # -- signs with another meaning ----------------------------------------------------------------------------
    def words(self, segment: Segment, items: list[Item]) -> None:
        """`Let $e$ denote the error` and `let $A^2$ denote the matrix of squared entries`."""
        super().words(segment, items)
        if self.scouting or segment.display or len(items) != 1 or items[0].part.relations:
            return
        after = prose.sentence_after(segment.after)
        said = renaming.DENOTES.search(after) or renaming.DENOTED.search(prose.sentence_before(segment.before))
        if not said:
            return
        try:
            tree = parse(items[0].part.sides[0])
        except Unreadable:
            return  # a sign by itself
        if isinstance(tree, s.Name) and tree.name == "e" and not renaming.EULER.search(self.spoken + after):
            if not self.table.known("e"):
                self.table.broken.add("e")
        elif (name := _power_of(tree)) and renaming.OF_ENTRIES.search(self.spoken + after):
            symbol = self.table.symbols.get(name)
            number = symbol is not None and symbol.alone and not (symbol.dims or symbol.lead)  # whose square is its own
            self.powers = self.powers if number else self.powers | {name}

    def refuse_broken(self, *trees: s.Node) -> None:
        super().refuse_broken(*trees)
        found = next((n for n in walk(trees) if _power_of(n) in self.powers), None) if self.powers else None
        if found is not None:
            said = f"a power of {_power_of(found)}, which words define"
            raise Unreadable(found.at, said, r"A^{\odot 2} or A \odot A")

    def redefines(self, part: Part) -> bool:
        """Whether `L = ...` means another L than an earlier definition; a restatement that holds is a claim."""
        if any(str(r) not in ("=", "\\coloneq") for r in part.relations) or not part.relations:
            return False
        if self.segment is not None and prose.ONE_CASE.match(self.segment.after):
            return False  # for $x > 0$: one of the cases of the same definition
        rhs = parse(part.sides[1])
        before = self.table.definitions.get(self.head(part, rhs) or "")
        if before is None or is_constant(rhs, self.table):
            return False
        if self.posed == "item" and before.parameters and self.arguments(part, rhs) != before.parameters:
            return False  # C(u, p) = ln K, behind C(p, q) = ...
        renamed = self.rebinding and (self.table.is_stale(before.name) or self.anew)
        anew = renamed or self.poses(before, rhs) or self.is_of_others(before, rhs)
        return anew and not self.established(part, self.sentence)

    def head(self, part: Part, rhs: s.Node) -> str | None:
        """L of `L = ...`, and f of `f(x) = ...`."""
        lhs = tuple(part.sides[0])
        if (named := bare_name(lhs, self.table)) is not None:
            return named.name
        found = definition(lhs, rhs, self.table, forced=True, scouting=True)
        return found.name if found is not None and found.parameters else None

    def arguments(self, part: Part, rhs: s.Node) -> tuple[str, ...]:
        """x of `f(x) = ...`."""
        found = definition(tuple(part.sides[0]), rhs, self.table, forced=True, scouting=True)
        return found.parameters if found is not None else ()

    def poses(self, before: Definition, rhs: s.Node) -> bool:
        """Whether the words pose `L = ...` as another L."""
        name, used = before.name, mentioned(rhs)
        bare = isinstance(rhs, s.Name) or (isinstance(rhs, s.Script) and not superscript(rhs.sup).acts)
        if name in used or bare or self.is_applied(rhs):
            return False  # if $f(x) = f(-x)$, if $u = v$: a condition
        if self.posed == "replaced":
            return True
        if self.posed == "case":
            return bool(before.parameters) or bool(used & reachable_from(before.rhs, self.table))
        if self.posed == "with":
            return name in self.passing - self.just_made  # with $h = 2s$, it is $h = ...$
        if self.posed == "item":
            return name in self.led and self.used_since(name)
        return self.posed == "here" and self.table.is_stale(name)

    def is_of_others(self, before: Definition, rhs: s.Node) -> bool:
        """Whether a later section makes it of other inputs, all of which are declared there."""
        if not self.table.is_stale(before.name) or before.parameters or before.letter or isinstance(rhs, s.Name):
            return False
        earlier, now = (self.inputs(x) for x in (before.rhs, rhs))
        if not (earlier - now and now - earlier):
            return False
        return all(self.table.symbols[n].section == self.table.section for n in now)

    def inputs(self, rhs: s.Node) -> set[str]:
        """The declared names that a formula is made of, definitions put in."""
        found = mentioned(rhs) | reachable_from(rhs, self.table)
        return {n for n in found if n in self.table.symbols and n not in self.table.definitions}

    def used_since(self, name: str) -> bool:
        """Whether anything was claimed since an item defined the name."""
        return any(x.kind == "claim" for x in self.statements[self.led[name] :])

    def refuse_unclear(self, part: Part) -> None:
        """`L = ...` by itself, where a section or an item begins: another L, or a claim about the L before."""
        if self.scouting or [str(r) for r in part.relations[:1]] != ["="] or self.posed not in ("item", "alone"):
            return
        name = self.head(part, parse(part.sides[1]))
        before = self.table.definitions.get(name or "")
        if name is None or before is None or is_constant(parse(part.sides[1]), self.table) or self.redefines(part):
            return
        unclear = self.table.is_stale(name) if self.posed == "alone" else name in self.led
        if unclear and not self.established(part):
            del self.table.definitions[name]
            self.table.broken.add(name)
            self.table.touch()
            wanted = f"words that tell whether it is another {name}"
            raise Unreadable(part.sides[0][0].start, f"{name} once more", wanted)

    def is_applied(self, rhs: s.Node) -> bool:
        """g(x), of a function that the note defines."""
        two = isinstance(rhs, s.Juxtaposed) and len(rhs.factors) == 2
        f = rhs.factors[0][1] if isinstance(rhs, s.Juxtaposed) and two else None
        return isinstance(f, s.Name) and f.name in {*self.table.definitions, *self.table.functions}

    def made(self, name: str, before: Definition | None) -> None:
        """Remember how the words put a definition that was just made."""
        if self.unreal or (self.posed == "case" and before is not None and name not in self.passing):
            self.lent |= {name}
        self.passing = self.passing | {name} if self.posed in ("case", "with") else self.passing - {name}
        self.just_made |= {name}
        if self.posed == "item":
            self.led = {**self.led, name: len(self.statements)}


def _power_of(tree: s.Node) -> str:
    """A of A^2; nothing of any other formula."""
    if not isinstance(tree, s.Script) or not isinstance(tree.base, s.Name) or tree.sub:
        return ""
    return tree.base.name if is_numeral(strip(tree.sup)) else ""
