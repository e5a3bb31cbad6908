"""What the words in front of a formula make of it, before it is read; and names that it may give another meaning."""

from __future__ import annotations

from dataclasses import replace

from derive.documents.declarations import declare, sets
from derive.documents.names.bare import bare_name
from derive.documents.names.scope import retire, set_aside
from derive.documents.names.scripts import listed
from derive.documents.names.symbols import Doubt, Symbol, bare
from derive.documents.reading.bounding import INEQUALITIES
from derive.documents.reading.supposing import Supposing
from derive.documents.sentences import asides, collecting, kinds, lifting, prose, qualities
from derive.documents.sentences.passage import role_of
from derive.documents.sentences.stacked import has_entries
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part


class Entering(Supposing):
    """Enters the passage at each formula, and takes from names what no longer holds."""

    inherits = False  # no words of its own introduce the formula
    supposing = False  # the formula before is assumed, and "and" goes on: we assume $b > 0$ and $b < 1$
    more = False  # the formula says of names what the claims before it did not know
    only_joined = False  # "and" alone stands between the last claim and the formula
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
        rest = prose.sentence_after(self.document.text[segment.end : segment.end + 300])
        if role == "so" and not segment.display and asides.repeats(prose.sentence_before(self.spoken), rest):
            role = "if"
        self.passage = replace(self.passage, role=role)
        opening = prose.sentence_before(segment.before).strip()
        self.upfront = (
            not segment.display and bool(prose.UPFRONT.fullmatch(opening)) and bool(prose.GOES_ON.match(segment.after))
        )
        self.inherits = bool(prose.CONNECTIVE.fullmatch(segment.before.strip()))
        opening = prose.sentence_before(segment.before)
        beside = prose.BESIDE.search(opening) or asides.explains(opening, declared=bool(self.lately) and not anew)
        self.supposing = self.supposing and self.inherits
        self.besides = not segment.display and (bool(beside) or (self.besides and self.inherits))
        self.after_comma = segment.before.strip() == ","
        before = prose.sentence_before(segment.before.strip())[-60:]
        inline = bool(prose.ASSIGNING.search(before)) and not segment.display
        self.naming = (
            inline
            or bool(prose.DEFINING.search(before))
            or (self.naming and not anew and bool(prose.CONNECTIVE.fullmatch(before)))
        )
        computed = prose.COMPUTED.search(prose.sentence_before(segment.before)) is not None
        renamed = prose.REBINDING.search(before) is not None and not computed
        self.anew = renamed or prose.INSTEAD.match(segment.after) is not None
        self.rebinding = self.anew or bool(prose.NAMING.search(before))
        trailing = prose.TRAILING.fullmatch(segment.before) and not prose.leads(segment.before, segment.after)
        trailing = trailing or (qualities.trails(segment.before) and not prose.leads(segment.before, segment.after))
        joined = segment.before.strip() and prose.CONNECTIVE.fullmatch(segment.before.strip())
        self.only_joined = bool(joined) and not trailing
        if anew or not (trailing or joined or prose.EQUIVALENT.fullmatch(segment.before)):
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
        stale = self.table.is_stale(named.name)
        if stale and not named.lead and self.passage.role != "so" and set_aside(named.name, self.table):
            return  # a step $\\eta > 0$, behind eta_i = ...
        if not self.naming or not stale:
            return
        if named.lead and len(self.table.definitions[named.name].letters) == len(named.lead):
            return  # let $p_i > 0$: of those that were defined, too
        self.table.forget(named.name)
        self.table.symbols.pop(named.name, None)
        retire(named.name, self.table)

    def cleared(self, part: Part) -> None:
        """`Let A \\in R^{n x n}` in a later section: what was said of an earlier A says nothing of this one."""
        for side in listed(tuple(part.sides[0])):
            named = bare_name(side, self.table)
            if named is None:
                continue
            if (given := self.passage.value(named.name)) is None or given.sentence != self.passage.sentence:
                self.passage = self.passage.without(named.name)  # not: assume $a = 2b$ with $a, b \\in \\mathbb R$
            symbol = self.table.symbols.get(named.name)
            if self.segment and has_entries(named.name, self.segment, self.document):
                continue
            self.table.begin(named.name)
            if self.table.vague.get(named.name) == kinds.OF_A_KIND:
                del self.table.vague[named.name]
            of = declare.domain_of(tuple(part.sides[1]), [named], self.table) if len(part.sides) == 2 else sets.Domain()
            if self.segment and collecting.whole(named.name, of, self.segment, self.document, self.table):
                continue
            if symbol is not None and self.is_another(named.name, symbol, part):
                self.table.symbols[named.name] = bare(symbol)
                self.table.vague.pop(named.name, None)
                continue
            anew = self.naming or (len(part.sides) == 2 and not sets.domain(tuple(part.sides[1])).dims)  # for x in R
            if anew and symbol is not None and named.name in self.table.inherited:
                self.table.inherited.discard(named.name)
                self.table.symbols[named.name] = bare(symbol)

    def is_another(self, name: str, symbol: Symbol, part: Part) -> bool:
        """`Now let $x \\in \\mathbb R$`, in the section that had x > 0: nothing else is known of this one."""
        if symbol.ahead or name in self.lately or not (symbol.alone or symbol.low or symbol.high or symbol.properties):
            return False
        before = self.segment.before if self.segment is not None else ""
        if lifting.LETTING.search(before):
            return True
        number = len(part.sides) == 2 and not sets.domain(tuple(part.sides[1])).dims
        if not number and self.segment is not None and collecting.any_such(self.segment):
            said = f"this {name} is any such array"
            self.table.doubted[name] = Doubt(lifting.kept_of(symbol), said, ahead=True)
            return False
        if number and lifting.EACH.search(before):
            self.more = lifting.lift(name, lifting.Lifted(None, True), self.table)
        return False
