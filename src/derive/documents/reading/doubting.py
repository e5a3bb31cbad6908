"""Claims about names of which the words may have taken something back: they must hold without it, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from derive.documents.model import Statement
from derive.documents.names.mentions import reachable_from
from derive.documents.names.symbols import Doubt
from derive.documents.names.table import Table
from derive.documents.reading.stepping import Stepping
from derive.documents.sentences.conditions import Condition
from derive.documents.sentences.lifting import kept_of, without
from derive.documents.source.rows import Part
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable


class Doubting(Stepping):
    """Reads a claim with what is in doubt, and without it.

    What holds without it is accepted, and what is wrong even with it is refuted; the rest is not judged.
    """

    def claimed(self, part: Part, local: list[Condition]) -> Statement:
        """The claim without what is in doubt, and as `given` with it."""
        with_all = super().claimed(part, local)
        if other := self.of_other_sizes(part):
            return replace(with_all, conditions=(*with_all.conditions, *other))
        if also := [c for c in local if c.also]:
            return self.without(also, with_all, part, local)
        if not (doubted := self.doubted(part)):
            return with_all
        said = tuple(doubt.said for doubt in doubted.values())
        try:
            with stripped(doubted, self.table):
                less = super().claimed(part, local)
        except Unreadable:
            return replace(with_all, gap=f"that {' and '.join(said)} may be taken back", conditions=said)
        if with_all.given is not None or less.given is not None:
            return replace(less, conditions=(*less.conditions, *said))
        return replace(less, given=replace(with_all, assumptions=said))

    def of_other_sizes(self, part: Part) -> tuple[str, ...]:
        """x of `x_1^2 + x_2^2` beside x in R^n and g(x), g : R^2 \\to R: it may be what g takes."""
        tokens = [t for side in part.sides for t in side]
        if not self.table.domains or any(t.text in self.table.domains for t in tokens):
            return ()
        letters = {p for p, _ in self.table.domains.values()}
        numbered = {a.text for a, b, c in zip(tokens, tokens[1:], tokens[2:], strict=False)
                    if b.is_("_") and c.kind == "num"}  # fmt: skip
        return tuple(f"{p} may have other sizes" for p in sorted(letters & numbered))

    def without(self, also: list[Condition], with_all: Statement, part: Part, local: list[Condition]) -> Statement:
        """The claim in general, of which `even for t < 0` names one case."""
        general = super().claimed(part, [c for c in local if not c.also])
        said = tuple(c.text for c in also)
        if with_all.given is not None or general.given is not None:
            return replace(general, conditions=(*general.conditions, *said))
        return replace(general, given=with_all)

    def doubted(self, part: Part) -> dict[str, Doubt]:
        """What is in doubt of the names that the claim mentions."""
        if not self.table.doubted:
            return {}
        used = set().union(*(reachable_from(parse(side), self.table) for side in part.sides))
        return {name: doubt for name, doubt in self.table.doubted.items() if name in used and _has(name, doubt, self)}


def _has(name: str, doubt: Doubt, reader: Stepping) -> bool:
    symbol = reader.table.symbols.get(name)
    return symbol is not None and bool(kept_of(symbol) & doubt.properties)


@contextmanager
def stripped(doubted: Mapping[str, Doubt], table: Table) -> Iterator[None]:
    """The table without the properties that are in doubt."""
    kept = {name: table.symbols[name] for name in doubted}
    try:
        table.symbols |= {name: without(symbol, doubted[name].properties) for name, symbol in kept.items()}
        table.touch()
        yield
    finally:
        table.symbols |= kept
        table.touch()
