"""Derivatives in b = 1/s of what depends on s as well: s varies with b, unless one step of a graph is meant."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace

from derive.documents.model import Statement
from derive.documents.names.mentions import mentioned, reachable_from
from derive.documents.names.scripts import base_of, word_of
from derive.documents.names.table import Table
from derive.documents.reading.doubting import Doubting
from derive.documents.sentences.conditions import Condition
from derive.documents.source.rows import Part
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.syntax.tree import walk

GRAPH = re.compile(
    r"\b(?:(?:computation(?:al)?|dataflow) graphs?|upstream|downstream|local (?:gradient|derivative|slope)s?"
    r"|(?:add|multiply|multiplication|addition|exp|max) (?:gate|node)s?"
    r"|Berechnungsgraph\w*|Rechengraph\w*)\b|계산 ?그래프",
    re.IGNORECASE,
)
"""Words of notes in which a derivative in a node is that along the edge from it: another edge is another derivative."""


class Holding(Doubting):
    """Reads a derivative in a name for a function of one input with the input varied, and with it held fixed.

    What holds with it varied is accepted, and what is wrong in both ways is refuted; the rest is not judged.
    """

    def claimed(self, part: Part, local: list[Condition]) -> Statement:
        """The claim with the inputs varied, and as `given` with them held fixed."""
        found = super().claimed(part, local)
        behind = self.inputs_behind(part)
        if not behind or self.scouting:
            return found
        with held(self.table):
            other = super().claimed(part, local)
        if GRAPH.search(self.document.text):
            return other
        if (found.sides, found.program, found.instances) == (other.sides, other.program, other.instances):
            return found
        said = tuple(f"{name} is held fixed" for name in sorted(set(behind.values())))
        if is_chain(part, behind):
            found = replace(found, gap=f"in a chain of derivatives perhaps {' and '.join(said)}")
        if found.given is not None or other.given is not None:
            return replace(found, conditions=(*found.conditions, *said))
        return replace(found, given=replace(other, assumptions=said))

    def inputs_behind(self, part: Part) -> dict[str, str]:
        """Each name in which the claim, or a definition behind it, takes a derivative, and its one input."""
        trees = [parse(side) for side in part.sides]
        definitions = self.table.definitions
        used = set().union(*(reachable_from(tree, self.table) for tree in trees))
        behind = (definitions[name].rhs for name in sorted(used & definitions.keys()))
        found = dict[str, str]()
        for name in {x for v in _variables(*trees, *behind) for x in names_of(v)} & definitions.keys():
            inputs = mentioned(definitions[name].rhs, self.table) & self.table.symbols.keys()
            if len(inputs) == 1 and not inputs & definitions.keys():
                (found[name],) = inputs
        return found


def is_chain(part: Part, names: Collection[str]) -> bool:
    """Whether the claim has a derivative of one of the names, too: dL/dx = dL/da da/dx, of a = e^x."""
    bodies = [n.body for n in walk(tuple(map(parse, part.sides))) if isinstance(n, s.Derivative)]
    return any(name in names for body in bodies if body is not None for name in names_of(body))


def _variables(*trees: s.Node) -> Iterator[s.Node]:
    for n in walk(trees):
        if isinstance(n, s.Derivative):
            yield from (v.of for v in n.variables)


def names_of(tree: s.Node) -> tuple[str, ...]:
    """s and s_0 of s_0: which of them the note defines."""
    base = base_of(tree)
    if base is None:
        return ()
    return (base.name, f"{base.name}_{word_of(tree.sub)}") if isinstance(tree, s.Script) and tree.sub else (base.name,)


@contextmanager
def held(table: Table) -> Iterator[None]:
    """The table for a reading in which an input does not vary with a name for a function of it."""
    table.held = True
    table.touch()
    try:
        yield
    finally:
        table.held = False
        table.touch()
