"""What the words beside names say of them: what is heard, what is taken back, and what is not understood."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from derive.documents.declarations.enumerations import enumeration
from derive.documents.names.bare import bare_name
from derive.documents.names.scripts import listed
from derive.documents.names.symbols import SIGNS, Symbol, Tokens, qualified
from derive.documents.reading.arrows import Item
from derive.documents.reading.claiming import Told
from derive.documents.reading.implied import Implying
from derive.documents.sentences import averages, doubts, inhabited, kinds, lifting, prose, qualities, unheard
from derive.documents.sentences.conditions import Condition
from derive.documents.sentences.layout import layout_here
from derive.documents.sentences.spectra import SPEAKS
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part

COLUMNS = re.compile(r"\bcolumns? of[\s$]*$|\bspalten? von[\s$]*$", re.IGNORECASE)
COLUMNS_AFTER = re.compile(
    r"^[^.;$]*\b(?:one-?hot (?:columns|spalten)|(?:in|as|into) (?:its |the |their )?columns|in (?:each|every) column"
    r"|columns? (?:\w+ ){0,2}(?:one-?hot|sum(?:s|ming)? to one|(?:has|have|contains?) (?:\w+ )?(?:one|a single) 1))\b",
    re.IGNORECASE,
)
"""The words behind a name that say of its columns what is usual of rows."""
COLUMN_BEFORE = re.compile(
    r"\bcolumns?(?:\s+number)?\s+\$\s*[a-z]\s*\$\s+of\s+(?:the\s+)?(?:[\w-]+\s+){0,3}?\$?$", re.IGNORECASE
)
"""Column $i$ of the label matrix."""
ONLY_IF = re.compile(r"\b(?:if|only|when\w*|unless|where|for)\b", re.IGNORECASE)
BY_COLUMN = {"one_hot": "one_hot_columns", "sum_to_one": "stochastic_columns"}
EVERY_BARE = re.compile(r"\b(?:for|für) (?:all|every|each|any|alle|jedes)\s*$", re.IGNORECASE)
ALL_OF = re.compile(
    r"\b(?P<how>both|all|beide|alle)(?: of)?(?: (?:them|these|three|two|the|square))*(?: (?P<noun>matri\w+))?"
    r" (?:are|be|is|being|sind|seien) (?P<said>[^.;,]*)",
    re.IGNORECASE,
)
UNIT_AFTER = re.compile(
    r"\s*,?\s*(?:(?:be|is|are|an?|any|some|with|has|have|of|both|sei|ist"
    r"|ein) )*(?:unit(?:[- ]norm)? vectors?(?! in| along| pointing)"
    r"|unit (?:norm|length)|einheitsvektor\w*|norm one|norm 1)\b",
    re.IGNORECASE,
)
UNIT_BEFORE = re.compile(
    r"\b(?:an?|any|some|every|each|all|with|ein\w*) unit vectors?[\s~]*$|단위 ?벡터\s*$", re.IGNORECASE
)


SUPPOSING = re.compile(
    r"\b(?:if|when|whenever|case|unless|often|sometimes|usually|would|could|may|might|whether|were|falls"
    r"|wenn|sofern|not|neither)\b",
    re.IGNORECASE,
)
"""What is said behind such words is supposed, and may be taken back."""
EXPLAINING = re.compile(
    r"^[^\n]*\n\s*\[\^\w+\]:\s*(?:[^\W\d_]+\s+){0,4}$|^\s*[,(]?\s*(?:where|since|as|because|with|given that|here"
    r"|wobei|da|weil|denn|mit|hier|여기서|단)\s+(?:[^\W\d_]+\s+){0,3}$",
    re.IGNORECASE,
)
PRONOUN = re.compile(
    r"\b(?:if|when) (?:it|this|that|they|both|so) (?:is|are|does|do|holds?|has|have)\b[^.]*$", re.IGNORECASE
)


KRONECKER = re.compile(
    r"\s*(?:is |be |being )?(?:equal to|equals) (?:one|\$?1\$?) (?:for|if|when|where)\b", re.IGNORECASE
)
"""Behind $\\delta_{kj}$, which is what it is taken for anyway."""
CLAIMS = re.compile(r"=|<|>|\\(?:le|ge|leq|geq|ne|neq|approx|equiv|preceq|succeq|implies)\b")
SIZE_BEHIND = re.compile(r"\s*(?:\$|\\\()\s*([\w\s\\{}]{1,40}?)\s*(?:\$|\\\))")
SIZE_PARTS = re.compile(r"[a-zA-Z]+|\d+")


class Hearing(Implying):
    """The part of the reader of statements that hears properties of names."""

    in_items: Mapping[str, tuple[int, int, frozenset[str]]] = MappingProxyType({})  # what items of a list suppose
    vague_here: frozenset[str] = frozenset()  # of which this sentence supposes something: if $g$ is the identity
    case_told: Condition | None = None  # of a matrix that the words did not name
    explained: tuple[Told, ...] = ()  # the claims that this formula says more about: where $A$ is symmetric

    def enter(self, segment: Segment, anew: bool) -> None:
        """Sentences without a formula: `Both are symmetric`, `without symmetry`."""
        told = self.told
        if anew:
            for name in self.vague_here:
                self.table.vague.pop(name, None)
            self.vague_here = frozenset()
        super().enter(segment, anew)
        if not self.scouting:
            self.table.layout = layout_here(segment.before, segment.after) or self.layout
        self.more = False
        self.explained = told if EXPLAINING.search(segment.before) else ()
        if not self.scouting and PRONOUN.search(prose.sentence_before(segment.before)):
            self.passage = self.passage.under("it is so")
        for said in ALL_OF.finditer(segment.before):
            start = prose.sentence_before(segment.before[: said.start()])
            if SUPPOSING.search(start) or "?" in said["said"]:
                self.passage = self.passage.under(said.group().strip())
            elif lifting.ARBITRARY_AFTER.match(f" {said['said']}") and not self.scouting:
                self.doubt(doubts.KINDS)
            elif not prose.hedged(prose.sentence_before(segment.before[: said.start()]), ""):
                self.all_are(said["how"].lower(), qualities.properties(said["said"]))
        if self.scouting:
            return
        self.in_case_of(segment)
        self.doubt(doubts.of_words(segment.before))
        if (lifted := lifting.of_all(segment.before)) is None:
            return
        if not re.search(r"\b(?:that|dass)[\s~]*$", segment.before):  # drop the assumption that $A$ is symmetric
            for name in list(self.table.symbols):
                lifting.lift(name, lifted, self.table)

    def bound(self, part: Part, names: list[Tokens]) -> bool:
        """`We no longer require $a > 0$`, `the assumption $a > 0$ is dropped`."""
        found = lifting.DROPPING.search(self.spoken)
        behind = self.segment is not None and lifting.DROPPED.match(self.segment.after)
        if not (found and not self.spoken[found.end() :].strip()) and not behind:
            return super().bound(part, names)
        for named in (bare_name(x, self.table) for x in names):
            if named is not None and not self.scouting:
                lifting.lift(named.name, lifting.Lifted(SIGNS | {"low", "negative"}, False), self.table)
        self.declared(part, "what is no longer so")
        return True

    def doubt(self, properties: frozenset[str], but: Sequence[str] = ()) -> None:
        """Claims about names that have these properties, other than these names, must hold without them, too."""
        for name in list(self.table.symbols) if properties else ():
            if name not in but:
                lifting.lift(name, lifting.Lifted(properties, True), self.table)

    def explain(self) -> None:
        """What was said behind claims, `where $A$ is symmetric`, is so in them."""
        if self.explained and self.more:
            kept, self.told = self.told, self.explained
            self.again(*self.sentence)
            self.told = kept

    def asserted(self, name: str, found: set[str], segment: Segment) -> None:
        """`1. Suppose $A$ is orthogonal ... 2. Suppose it is symmetric`: what the last item supposed may be over."""
        sentence, number, before = self.in_items.get(name, (0, 0, frozenset[str]()))
        new_item = segment.before.rstrip().endswith("\\item") or prose.ITEM.search(segment.before)
        if new_item and not self.scouting:
            claims = any(x.kind == "claim" for x in self.statements[number:])
            if sentence and sentence != self.passage.sentence and claims:
                lifting.lift(name, lifting.Lifted(before - found, True), self.table)
            said = self.passage.sentence, len(self.statements), frozenset(found)
            self.in_items = {**self.in_items, name: said}
        super().asserted(name, found, segment)

    def running(self, part: Part) -> tuple[str, ...]:
        """n and k of q_{nk}, where both run over something."""
        named = bare_name(tuple(part.sides[0]), self.table)
        lead = named.lead if named is not None else ()
        return lead if set(lead) <= self.table.ranges.keys() | self.table.indices else ()

    def undeclared(self, name: str, found: frozenset[str], segment: Segment, lead: tuple[str, ...]) -> None:
        """A sign of a name that is not declared: in this sentence, behind `for`; else it is taken for a number.

        `lead`: the indices of `positive numbers $q_{nk}$`, which are an array.
        """
        spoken = self.spoken.strip()
        if prose.INDICATING.search(spoken):
            return
        if lead and not found & {"negative", "nonpositive"}:
            self.table.declare(Symbol(name, lead=lead))  # the caller enters the sign
            return
        if (prose.UNDER.search(spoken) or qualities.under(spoken, segment.after)) and not prose.OPENING.match(spoken):
            self.asserted(name, set(found), segment)
        else:
            scalar = self.table.ranks.get(name, 0) == 0 and name not in self.table.bold and name.islower()
            if scalar and not found & {"negative", "nonpositive"}:
                self.table.declare(Symbol(name, properties=found))
            else:
                self.table.vague[name] = f"{name} is {' and '.join(sorted(found))}"

    def in_case_of(self, segment: Segment) -> None:
        """`In the symmetric case`, `for symmetric matrices the gradient is`: of the only square input matrix.

        Where there are several, or the words may mean `as in the symmetric case`, nothing is refuted for want of it.
        """
        words = prose.sentence_before(segment.before)
        told: list[tuple[str, frozenset[str]]] = []
        for said in qualities.CASE_OF.finditer(words):
            noun = (said["noun"] or said["nouns"]) and not words[said.end() :].strip() and not segment.display
            named = noun and not CLAIMS.search(self.document.text, segment.start, segment.end)  # symmetric matrices $A$
            found = (
                qualities.properties(next(filter(None, said.group("what", "is", "of", "subject")), ""))
                & qualities.SQUARE
            )
            if found and not named:
                surely = qualities.TO_BEGIN_WITH.fullmatch(words[: said.start()]) and not qualities.OF_BOTH.search(
                    said.group()
                )
                told.append((said.group(), found if surely else frozenset()))
        if told and self.case_told:  # in the symmetric case A, and in the orthogonal case B
            self.sentence = [c for c in self.sentence if c != self.case_told]
        square = [n for n, x in self.table.symbols.items() if n not in self.table.definitions and _is_square(x)]
        if len(told) == len(square) == 1 and told[0][1]:
            self.case_told = Condition(told[0][0], qualified(Symbol(square[0]), told[0][1]))
            self.sentence = [*self.sentence, self.case_told]
        elif told:
            self.passage = self.passage.under(told[0][0])

    def all_are(self, how: str, found: frozenset[str]) -> None:
        """Both are what was declared last; all matrices those of this section."""
        square = [
            name
            for name, x in self.table.symbols.items()
            if len(x.dims) == 2
            and not x.awaited
            and x.section == self.table.section
            and name not in self.table.definitions
        ]
        if how in ("both", "beide"):
            square = [name for name in square if name in self.lately]
        for name in square:
            self.table.add_properties(name, *(found & qualities.SQUARE))

    def heard(self, names: list[str], segment: Segment, *, bare: bool) -> frozenset[str]:
        """The properties that the words assert of the names; what they take back is entered."""
        before = prose.belongs_before(segment.before)
        rest = prose.sentence_after(self.document.text[segment.end : segment.end + 200])
        behind = "" if prose.NEXT_DECLARED.match(rest) else prose.belongs_after(segment.after)
        found = qualities.properties(behind) | qualities.properties(before)
        found |= qualities.signs(before, prose.sentence_after(segment.after))
        of_columns = COLUMNS.search(before) or COLUMNS_AFTER.match(segment.after) or self.is_of_column(segment)
        if found & BY_COLUMN.keys() and of_columns:
            found = frozenset(BY_COLUMN.get(p, p) for p in found)
        if found and kinds.calls(self.spoken, rest):
            known = [x for x in names if x in self.table.symbols and x not in self.table.vague and not self.scouting]
            self.table.vague |= dict.fromkeys(known, kinds.OF_A_KIND)
            return frozenset()
        if line := self.has_ones(segment):
            if not all(inhabited.fits(self.table.symbols.get(name)) for name in names):
                words = prose.sentence_before(segment.before), prose.sentence_after(segment.after)
                return frozenset() if inhabited.only_without_zeros(*words) else self.unread(names, line)
            found = found - inhabited.OF_ONE_ENTRY | {line}
        if EVERY_BARE.search(before) and bare and not found:
            self.sentence = [c for c in self.sentence if c.symbol is None or c.symbol.name not in names]
        if self.scouting:
            return frozenset() if found and prose.hedged(self.spoken, segment.after) else found
        if found and (prose.hedged(self.spoken, segment.after) or lifting.DROPPING.search(self.spoken)):
            self.taken_back(names, found)
            return frozenset()
        if (lifted := lifting.of_names(segment.before, segment.after, self.spoken)) is not None:
            self.sentence = [c for c in self.sentence if c.symbol is None or c.symbol.name not in names]
            for name in names:
                lifting.lift(name, lifted, self.table)
        elif doubts.is_merely(segment.after):
            for name in names:
                lifting.lift(name, lifting.Lifted(doubts.KINDS - found, True), self.table)
        if bare and (gone := doubts.of_it(segment.before, segment.after)):
            for name in names:
                lifting.lift(name, lifting.Lifted(gone, True), self.table)
        if bare and doubts.ONLY.search(segment.before):
            self.doubt(doubts.KINDS | SIGNS, but=names)
        self.units(names, segment)
        said = unheard.of_names(segment.before, segment.after, self.spoken, bare=bare)
        for name in names if said else ():
            if name not in self.table.definitions and not self.is_understood(name, said, segment):
                passing = unheard.passing(segment.before, segment.after)
                self.not_understood(name, " ".join(f"{name} {said}".split()), passing=passing)
                self.more = True
        supposed = unheard.supposed(segment.before, segment.after) if bare and lifted is None else ""
        if supposed and not (found or said):
            self.vague_here = frozenset(name for name in names if name not in self.table.vague)
            self.table.vague |= {name: f"{name} {supposed}" for name in self.vague_here}
        if said and unheard.SOME.search(said):
            return frozenset()
        return found

    def is_of_column(self, segment: Segment) -> bool:
        """`Column $i$ of the matrix $Y$ has a single one`, whatever i is."""
        before = self.document.text[max(0, segment.start - 90) : segment.start]
        return COLUMN_BEFORE.search(before) is not None and not ONLY_IF.search(prose.sentence_after(segment.after))

    def has_ones(self, segment: Segment) -> str:
        """That each row, or each column, of the matrix between these words has a one."""
        return inhabited.line(prose.sentence_before(segment.before), prose.sentence_after(segment.after))

    def unread(self, names: list[str], line: str) -> frozenset[str]:
        """No property is heard of names of which the words say what only a matrix of zeros and ones can be."""
        for name in names if not self.scouting else ():
            self.not_understood(name, f"{name} has {line.replace('_', ' ')}")
        return frozenset()

    def not_understood(self, name: str, said: str, *, passing: bool = False) -> None:
        """Nothing is refuted for want of it: behind `if` in this sentence, else from here on."""
        if passing or (prose.UNDER.search(self.spoken.strip()) and not prose.OPENING.match(self.spoken.strip())):
            self.passage = self.passage.under(said)
        else:
            self.table.vague[name] = said

    def is_size_next(self, segment: Segment) -> bool:
        """Whether the formula that follows is a size: $b$ has length $d$."""
        following = SIZE_BEHIND.match(self.document.text[segment.until : segment.until + 80])
        parts = SIZE_PARTS.findall(following[1]) if following else []
        return bool(parts) and all(x.isdigit() or x in self.table.sizes for x in parts)

    def is_understood(self, name: str, said: str, segment: Segment) -> bool:
        """Whether a reading has it: orthogonal is a property of a square matrix."""
        if said.strip() == "length" and self.is_size_next(segment):
            return True
        if name == "delta" and KRONECKER.match(segment.after):
            return True
        if name in self.table.spectra.extremes and SPEAKS.search(said):
            return True
        symbol = self.table.symbols.get(name)
        matrix = symbol is not None and len(symbol.dims) == 2
        if symbol is not None and symbol.centred and averages.CENTRED_AFTER.match(segment.after):
            return True
        of_list = symbol or self.table.symbols.get(name.rpartition("_")[0])
        if said.endswith("at least one") and self.has_ones(segment) and inhabited.fits(symbol):
            return True
        if said == "at least one" and of_list is not None and {"integer", "positive"} <= of_list.properties:
            return True
        if matrix and unheard.of_full_rank(said, segment.before):
            return True  # as almost all matrices are
        return (matrix and bool(qualities.properties(said) & qualities.SQUARE)) or self.is_unit(name, segment)

    def taken_back(self, names: list[str], found: frozenset[str]) -> None:
        """`We do not assume that $A$ is symmetric`, `we drop the assumption that it is`."""
        if lifting.DROPPING.search(self.spoken) or prose.DENIED.search(self.spoken):
            passing = lifting.PASSING.search(self.spoken) is not None
            for name in names:
                lifting.lift(name, lifting.Lifted(lifting.related(found), passing), self.table)
        elif found := found - SIGNS:  # since x is not zero the matrix A is symmetric
            said = " and ".join(sorted(found)).replace("_", " ")
            self.table.vague |= {name: f"{name} is {said}" for name in names}

    def units(self, names: list[str], segment: Segment) -> None:
        """`a unit vector $u \\in \\mathbb R^n$` has norm one."""
        if SUPPOSING.search(self.spoken.removeprefix(" ").removeprefix("Let").removeprefix("let")):
            return
        for name in names:
            symbol = self.table.symbols.get(name)
            if symbol is not None and self.is_unit(name, segment) and name not in self.table.definitions:
                symbol.unit = True
                if self.table.vague.get(name) == kinds.OF_A_KIND:
                    del self.table.vague[name]
                self.table.touch()

    def is_unit(self, name: str, segment: Segment) -> bool:
        symbol = self.table.symbols.get(name)
        if symbol is None or len(symbol.dims) != 1 or symbol.lead or symbol.numbered or symbol.letter:
            return False
        after = UNIT_AFTER.match(prose.sentence_after(segment.after))
        return bool(after or UNIT_BEFORE.search(prose.sentence_before(segment.before)))

    def also_named(self, items: list[Item]) -> list[str]:
        """f of f : R -> R, x of x_1, ..., x_N."""
        parts = [i.part for i in items if i.part.relations and str(i.part.relations[0]) in (":", "\\in")]
        found = [bare_name(tuple(part.sides[0]), self.table) for part in parts if str(part.relations[0]) == ":"]
        lists = [enumeration(listed(tuple(part.sides[0])), self.table) for part in parts]
        return [x.name for x in (*found, *lists) if x is not None]

    def perpendicular(self, items: list[Item]) -> None:
        """u \\perp v: what follows from it is not refuted."""
        for item in items:
            tokens = item.part.sides[0]
            if self.scouting or item.part.relations or not any(t.is_("\\perp") for t in tokens[1:-1]):
                continue
            said = self.text(tokens, tokens)
            self.table.vague |= {t.text: said for t in tokens if t.kind == "letter" or self.table.known(t.text)}


def _is_square(x: Symbol) -> bool:
    rows, columns = (tuple(t.text for t in d) for d in x.dims) if len(x.dims) == 2 else ((), ("",))
    return rows == columns
