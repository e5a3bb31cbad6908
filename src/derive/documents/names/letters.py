"""What a letter counts, where the whole note shows it and nothing declares it: layers, or places in arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from derive.documents.names.scripts import INDEX_LETTERS, base_of, letter_of, superscript
from derive.documents.names.table import Table
from derive.documents.syntax import tree as s

Sides = Sequence[s.Node | None]


def layers(equations: Iterable[Sides], nodes: Sequence[s.Node], table: Table) -> set[str]:
    """k of z^{[k]}, where the note gives z^{[2]} by what the layer 1 has; and k stands nowhere else as an index."""
    chained = set(_chained(equations))
    scripts = [n for n in nodes if isinstance(n, s.Script)]
    found = {letter_of(superscript(n.sup).layer) for n in scripts if (base := base_of(n)) and base.name in chained}
    other = table.indices | table.depths | table.sizes.keys() | {t.text for n in scripts for t in n.sub}
    return {x for x in found if x and x.islower()} - other


def _chained(equations: Iterable[Sides]) -> Iterator[str]:
    """z of z^{[2]} = W^{[2]} a^{[1]}: what it is at one layer is made of what the layer before has."""
    for head, *rest in equations:
        at = _layer_number(head)
        behind = rest[0].nodes if rest and rest[0] is not None else ()
        if at and (base := base_of(head)) is not None and at - 1 in map(_layer_number, behind):
            yield base.name


def _layer_number(node: s.Node | None) -> int:
    """2 of z^{[2]}; 0 where there is none."""
    layer = superscript(node.sup).layer if isinstance(node, s.Script) and node.sup else ()
    small = len(layer) == 1 and layer[0].text.isdecimal() and len(layer[0].text) < 10
    return int(layer[0].text) if small else 0


def paired(heads: Iterable[s.Node | None], nodes: Sequence[s.Node], table: Table) -> set[str]:
    """b of v_b and \\pi_b beside \\pi_a: nothing but a letter below several names, of which one has other indices."""
    letters: dict[str, set[str]] = {}
    for n in nodes:
        if isinstance(n, s.Script) and (base := base_of(n)) is not None and (x := letter_of(n.sub)):
            letters.setdefault(base.name, set()).add(x)
    names = {n.name for n in nodes if isinstance(n, s.Name)}
    told = {letter_of(n.sub) for n in heads if isinstance(n, s.Script) and n.sub}
    usual = (INDEX_LETTERS | table.indices) - table.gates
    new = {x for found in letters.values() for x in found if len(x) == 1 and x.islower()}
    new -= names | told | usual | table.gates | table.sizes.keys() | table.steps
    below = {x: [found for found in letters.values() if x in found] for x in new}
    return {x for x, each in below.items() if len(each) > 1 and any(found & usual for found in each)}
