"""Membership: `w, v \\in \\mathbb R^D` declares its names."""

from __future__ import annotations

from dataclasses import replace

from derive.documents.declarations.bounds import is_index
from derive.documents.declarations.enumerations import Enumeration, declare_all, enumeration, general_member, parted
from derive.documents.declarations.sets import MOST, Domain, domain
from derive.documents.names.bare import Named, bare_name
from derive.documents.names.scripts import letter_of
from derive.documents.names.symbols import DIMENSION, Symbol, Tokens
from derive.documents.names.table import Table
from derive.documents.trouble import Unreadable


def _runs(letter: str, table: Table) -> bool:
    """Whether the letter is one that runs over a range, of a sum or of steps."""
    return letter in table.indices or letter in table.steps or is_index(letter)


def membership(names: list[Tokens], tokens: Tokens, table: Table) -> list[str]:
    """`w, v \\in \\mathbb R^D`: declare the names. Raises Unreadable; [] where a side is no name."""
    if (numbered := enumeration(names, table)) is not None:
        return [_all_of(numbered, domain(tokens), table)]
    if groups := parted(names, table):
        return [name for group in groups for name in membership(group, tokens, table)]
    if (member := general_member(names, table)) is not None:
        names = [member]
    found: list[Named | None] = []
    for n in names:
        found.append(bare_name(n, table, frozenset(f.name for f in found if f is not None)))
    if any(f is None for f in found):
        return []
    of = domain_of(tokens, found, table)
    for f in found:
        assert f is not None
        if of.range is not None and not of.dims and _runs(f.name, table):
            table.give_range(f.name, of.range)
            continue
        if of.range is not None and not of.dims and f.name in table.subscripts:
            table.give_range(f.name, of.range)
            table.labels.add(f.name)
            continue
        if of.properties >= {"integer", "positive"} and f.name in table.sizes and not (of.dims or of.low):
            continue
        before = table.symbols.get(f.name)
        if (whole := _whole_of(f, of, before, table)) is not None:
            table.declare(replace(whole, properties=of.properties, low=of.low, high=of.high, values=of.values))
            table.symbols[f.name].classes = of.classes
            continue
        kept = before.properties if before is not None and _is_same(before, f, of) else frozenset()
        each = before if before is not None and table.lists(Symbol(f.name, of.dims, f.lead), before) else Symbol(f.name)
        table.declare(
            Symbol(
                f.name,
                of.dims,
                f.lead,
                of.row,
                of.properties | kept | each.properties,
                of.low or each.low,
                of.high or each.high,
                f.letter,
                alone=True,
                values=of.values or each.values,
                classes=of.classes or each.classes,
            )
        )
        if before is not None and _is_one_more(before, f, of, table):
            table.vague[f.name] = f"{f.name} is one of several, and by itself"
        if f.letter:
            table.steps.add(f.letter)
        if len(of.values) > MOST:
            table.symbols[f.name].values = ()
            table.vague[f.name] = f"{f.name} is one of {len(of.values)} numbers"
    for dim in of.dims:
        _sizes(dim, table)
    return [f.name for f in found if f is not None]


def domain_of(tokens: Tokens, names: list[Named | None], table: Table) -> Domain:
    """The domain of the names; of numbers from a set that is not understood, nothing is refuted."""
    try:
        return domain(tokens)
    except Unreadable:
        if any(t.text in ("R", "N", "Z") or t.kind == "open" for t in tokens[:3]):
            table.vague |= {n.name: f"{n.name} is from a set that is not understood" for n in names if n is not None}
        raise


def _whole_of(now: Named, of: Domain, before: Symbol | None, table: Table) -> Symbol | None:
    """y, which is declared with its length: `y_n \\in \\{-1, 1\\}` says of all its entries what they are."""
    if before is None or before.lead or before.letter or before.numbered or now.letter or not now.lead:
        return None
    ranged = any(x in table.ranges for x in now.lead) or of.row or before.row
    fits = len(before.dims) == len(now.lead) + len(of.dims) and texts(before.dims[len(now.lead) :]) == texts(of.dims)
    return Symbol(before.name, before.dims, alone=before.alone) if fits and not ranged else None


def _is_one_more(before: Symbol, now: Named, of: Domain, table: Table) -> bool:
    """Whether x \\in R^n stands behind the vectors x_i \\in R^n: x_i may be one of these, or an entry of x."""
    several = len(before.lead) == 1 and not before.letter and before.section == table.section
    return several and not (now.lead or now.letter) and bool(of.dims) and texts(before.dims) == texts(of.dims)


def _is_same(before: Symbol, now: Named, of: Domain) -> bool:
    """Whether a name is declared once more with its shape: y \\in R^n behind the numbers y_i has them for entries."""
    if before.letter != now.letter:
        return False
    if before.lead and not now.lead and not before.dims:
        return len(of.dims) == len(before.lead)
    return texts(before.dims) == texts(of.dims)


def _all_of(numbered: Enumeration, of: Domain, table: Table) -> str:
    """x_1, \\dots, x_N \\in \\mathbb R^D: an array with N in front."""
    for dim in (numbered.count, *of.dims):
        _sizes(dim, table)
    each = Symbol(numbered.name, of.dims, properties=of.properties, values=of.values, classes=of.classes)
    return declare_all(numbered, each, table)


def texts(dims: tuple[Tokens, ...]) -> list[str]:
    """Sizes as they are written."""
    return ["".join(t.text for t in d) for d in dims]


def _sizes(dim: Tokens, table: Table) -> None:
    for n, t in enumerate(dim):
        behind = n + 1 < len(dim) and dim[n + 1].is_("_")
        inside = n > 0 and (dim[n - 1].is_("_") or dim[n - 1].is_("{"))
        if t.kind in ("letter", "cmd") and t.text.isalpha() and not behind and not inside:
            table.sizes.setdefault(t.text, DIMENSION)
    letter = letter_of(dim[2:]) if len(dim) > 2 and dim[1].is_("_") else None
    if letter and not letter.isdigit() and letter not in table.steps | table.depths:  # d_k, but not n_l of a layer
        table.sizes.setdefault(f"{dim[0].text}_{letter}", DIMENSION)
