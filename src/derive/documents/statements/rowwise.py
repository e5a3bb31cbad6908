"""`r_t = \\sum_j A_{tj} b_j`: a letter that stands on both sides as an index of arrays is the index of a new one."""

from __future__ import annotations

from derive.documents.names.bare import Named
from derive.documents.names.entries import indices
from derive.documents.names.scripts import items, letter_of, word_of
from derive.documents.names.table import Table
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk


def with_index(named: Named, tree: s.Node, rhs: s.Node, table: Table) -> Named:
    """r and t for r_t, where t has no other meaning and is an index on the right; else the name as it is."""
    if not isinstance(tree, s.Script) or not isinstance(tree.base, s.Name) or tree.sup or tree.primes or named.lead:
        return named
    letter = letter_of(tree.sub) or ""
    if len(letter) != 1 or not letter.islower() or named.letter or named.name != f"{tree.base.name}_{letter}":
        return named
    taken = table.known(letter) or letter in table.sizes or letter in table.steps | table.depths | table.gates
    if taken or table.known(named.name) or not _may_have_index(tree.base.name, table):
        return named
    return Named(tree.base.name, lead=(letter,)) if _is_index(letter, rhs, table) else named


def _may_have_index(name: str, table: Table) -> bool:
    """Whether nothing is known of the name, or that it is a vector, or has one index already."""
    symbol, d = table.symbols.get(name), table.definitions.get(name)
    if d is not None:
        return len(d.letters) == 1 and not d.letter and not d.parameters
    vector = symbol is not None and len(symbol.dims) == 1 and not (symbol.lead or symbol.letter or symbol.numbered)
    return not table.known(name) or vector


def _is_index(letter: str, rhs: s.Node, table: Table) -> bool:
    """Whether the letter stands in subscripts of known arrays, as one of several indices, and nowhere else."""
    alone = any(isinstance(n, s.Name) and n.name == letter for n in walk(rhs))
    scripts = [n for n in walk(rhs) if isinstance(n, s.Script) and isinstance(n.base, s.Name) and n.sub]
    carrying = [n for n in scripts if any(t.text == letter for t in n.sub)]
    return not alone and bool(carrying) and all(_is_entry(letter, n, table) for n in carrying)


def _is_entry(letter: str, node: s.Script, table: Table) -> bool:
    assert isinstance(node.base, s.Name)
    name = node.base.name
    if not table.known(name) or table.is_family(name) or table.known(f"{name}_{word_of(node.sub)}"):
        return False
    symbol, d = table.symbols.get(name), table.definitions.get(name)
    parts = indices(name, node.sub, table)
    axes = len(symbol.dims) + len(symbol.lead) if symbol is not None else len(d.letters) if d is not None else 0
    several = len(parts) > 1 or axes == 1
    return several and any(letter_of(p) == letter for part in parts for p in items(part))
