"""What a name with scripts stands for: a value, in the light of the symbol table and the letters in scope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from derive.documents.functions.members import functions_of, placed
from derive.documents.meaning.entries import entry, entry_at, is_fresh, is_position, position
from derive.documents.meaning.indexed import indexed
from derive.documents.meaning.plain import bare
from derive.documents.meaning.values import Value, axis, scalar
from derive.documents.names.counting import first_of
from derive.documents.names.entries import indices
from derive.documents.names.mentions import mentioned
from derive.documents.names.scripts import Superscript, all_items, letter_of, strip, word_of
from derive.documents.names.sizes import step_of
from derive.documents.names.symbols import Symbol, Tokens
from derive.documents.names.table import Table
from derive.documents.syntax import tree as s
from derive.documents.trouble import Clash, Unreadable
from derive.errors import ShapeError
from derive.expr import Delta, Index, Size

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

UNKNOWN_FUNCTIONS = frozenset(("f", "g", "h", "phi", "varphi", "psi"))


# -- names -------------------------------------------------------------------------------------------------------
def resolve(node: s.Node, base: str, sub: Tokens, sup: Superscript, c: Context) -> Value:
    """The value of a name: bound parameter, step, known symbol, constant, size, or an input that is not declared."""
    at = node.at
    if sup.name:
        base = f"{base}_{sup.name}"
    if sup.layer:
        return layered(at, base, sub, sup.layer, c)
    if base in c.bindings and not (sub and f"{base}_{word_of(strip(sub))}" in c.table.symbols):
        return entry(c.bindings[base], sub, at, c, first_of(base, c.table)) if sub else c.bindings[base]
    if not sub:
        return bare(at, base, c)
    sub = strip(sub)
    if (full := full_name(base, sub, c)) is not None:
        return bare(at, full, c)
    base = _of_bold(base, sub, c.table)
    parts = indices(base, sub, c.table)
    for n in range(len(parts) - 1, 0, -1):  # W_{1,ij} is an entry of W_1
        name = f"{base}_{','.join(map(word_of, parts[:n]))}"
        apart = not c.table.known(base) or c.table.stands_beside(name, base)
        if c.table.known(name) and apart and not all(_is_label(p, c) for p in parts[n:]):
            return entry_at(bare(at, name, c), parts[n:], at, c, first_of(base, c.table))
    from derive.documents.meaning import endless

    family = endless.member(at, base, parts, c) if parts else None
    family = stepped(at, base, parts, c) if family is None else family
    if family is not None:
        return family
    if base in c.table.units and len(parts) == 1 and not c.table.known(base):
        return unit_vector(base, parts[0], at, c)
    if (member := functions_of(base, sub, c.table)) is not None:
        from derive.documents.functions.defined import body_of

        with placed(member, sub, at, c):
            return body_of(base, at, c)
    if base in ("delta", *c.table.identities) and len(parts) == 2 and _kronecker(base, parts, c):
        return kronecker(parts, at, c)
    return indexed(at, base, sub, parts, c)


def _of_bold(base: str, sub: Tokens, table: Table) -> str:
    """The name of a bold vector, declared or defined, of which y_i is an entry where a plain y is no array."""
    name, plain = f"{base}_vec", table.symbols.get(base)
    bold, d = table.symbols.get(name), table.definitions.get(name)
    other = plain is not None and (plain.dims or plain.lead or plain.letter)
    if (bold is None and d is None) or other or base in table.definitions:
        return base
    if bold is None and d is not None:  # \mathbf x = (1, x, x^2) says nothing of x_i
        told = {x.partition("_")[0] for x in mentioned(d.rhs)}
        own = base not in told and not (d.letters or d.parameters or d.letter)
        return name if own and len(all_items(sub)) <= table.ranks.get(name, 0) else base
    return name if bold is not None and len(all_items(sub)) <= len((*bold.lead, *bold.dims)) else base


def _is_label(part: Tokens, c: Context) -> bool:
    """Whether a letter of a subscript is the name of something, and no index: S_{xy} beside S_x."""
    letter = letter_of(part)
    named = letter is not None and (c.table.known(letter) or c.table.known(f"{letter}_1"))
    return named and letter not in c.table.indices and letter not in c.table.ranges


def full_name(base: str, sub: Tokens, c: Context) -> str | None:
    """The name with its subscript, where that is a name the note knows, or words."""
    name = f"{base}_{word_of(sub)}"
    if c.table.is_family(base) and step_of(sub, c) is not None:
        return None
    number = _in_env(sub, c)
    if number is not None and c.table.known(f"{base}_{number}"):
        return f"{base}_{number}"
    if c.table.known(name) or name in c.bindings or name in c.table.sizes:
        return name
    first, *more = all_items(sub)
    if more and c.table.known(f"{base}_{word_of(first)}"):
        return None  # x_{in,j} is an entry of x_in
    applied = any(t.kind == "open" for t in sub)  # round(i/2)
    return name if any(t.kind in ("word", "text") for t in sub) and not applied else None


def _in_env(sub: Tokens, c: Context) -> int | None:
    """The number that a subscript made of step letters has."""
    if not any(t.text in c.env for t in sub):
        return None
    return step_of(sub, c)


def layered(at: int, base: str, sub: Tokens, layer: Tokens, c: Context) -> Value:
    """W^{(l)}, \\delta^{(l)}_j; or x^{(i)}, the i-th of a list of arrays."""
    step = step_of(layer, c)
    name = base if not sub else full_name(base, sub, c) or _at_layer(f"{base}_{word_of(strip(sub))}", step, c)
    if name is not None and name != base:
        sub = ()
    name = name or base
    if step is not None and (base in c.table.layered or name in c.table.layered):
        value = c.whole(c.tensor_of(name, step, at))
        only = not value.rank and word_of(strip(sub)) == "1"  # a^{(L)}_1 of a layer with one unit
        return entry(value, sub, at, c) if sub and not only else value
    letter = letter_of(layer)
    rank = len(all_items(sub)) if sub else 0
    tensor = c.tensor_of(name, None, at, None if c.table.known(name) else 1 + max(rank, c.table.ranks.get(name, 0)))
    if letter is None and step is None:
        raise Unreadable(at, word_of(layer), "a layer, or the index of a sample")
    if tensor.rank < 1:
        raise Unreadable(
            at, f"{name} with an index in brackets", f"a declaration of {name} as an array, or of the range of {letter}"
        )
    value = c.whole(tensor, (position(layer, tensor.dims[0], at, c, first_of(name, c.table)),))
    return entry(value, sub, at, c, 0 if name in c.table.intercepts else None) if sub else value


def _at_layer(name: str, step: int | None, c: Context) -> str | None:
    """delta_h, where the note declares \\delta^{(2)}_h: h is then no index."""
    return name if step is not None and c.table.known(f"{name}^({step})") else None


def stepped(at: int, base: str, parts: list[Tokens], c: Context) -> Value | None:
    """v_t, h_{l-1}, v_3: a member of a family that is indexed by steps."""
    t = c.table
    numbered = [f"{base}_0", f"{base}_1"]
    family = t.is_family(base) or (any(n in t.definitions or n in t.symbols for n in numbered) and len(parts) == 1)
    step = step_of(parts[0], c) if parts else None
    mentions = any(u.text in t.steps and u.text in c.env for u in parts[0]) if parts else False
    if step is None or not (family or mentions):
        return None
    symbol = t.symbols.get(base)
    of_steps = mentions and (base in t.recursive or base not in t.indexed) and not _counts_entries(symbol, parts, t)
    if not t.is_family(base) and symbol is not None and ((symbol.dims and not of_steps) or symbol.lead):
        return None  # an array, also where the letter of its declaration, x_\tau, is none of a step
    value = c.whole(c.tensor_of(base, step, at))
    return entry_at(value, parts[1:], at, c) if len(parts) > 1 else value


def _counts_entries(symbol: Symbol | None, parts: Sequence[Tokens], t: Table) -> bool:
    """Whether the letter of x_k runs up to the size of x: `s_k = s_{k-1} + x_k` for $k = 1, \\dots, n$."""
    letter = letter_of(parts[0]) if symbol is not None and len(parts) == len(symbol.dims) == 1 else None
    found = t.ranges.get(letter) if letter is not None else None
    if symbol is None or symbol.letter or letter is None:
        return False
    if found is None:
        return bool(t.recursive) and not t.depths and symbol.name not in t.recursive | t.at_zero
    return bool(found.high) and [x.text for x in found.high] == [x.text for x in symbol.dims[0]]


def _kronecker(base: str, parts: list[Tokens], c: Context) -> bool:
    """Whether delta_{ij} is Kronecker's: what the note calls delta, if anything, has fewer than two indices."""
    t = c.table
    d, symbol = t.definitions.get(base), t.symbols.get(base)
    fewer = True
    if symbol is not None:
        fewer = len(symbol.dims) + len(symbol.lead) < 2
    elif d is not None:
        fewer = not d.parameters and len(d.letters) < 2 and (bool(d.letter) or c.tensor_of(base).rank < 2)
    some = any(is_position(p, c) for p in parts)
    return fewer and base not in t.functions and some and all(is_position(p, c) or is_fresh(p, c) for p in parts)


def kronecker(parts: list[Tokens], at: int, c: Context) -> Value:
    """delta_{kj}: both letters run over the same range."""
    from derive.documents.meaning.values import same

    i, j = (position(p, None, at, c) for p in parts)
    if isinstance(i, Index) and isinstance(j, Index):
        same(i.dim, j.dim)
    try:
        return scalar(Delta(i, j))
    except ShapeError as error:
        raise Clash(str(error), at) from None


def unit_vector(base: str, part: Tokens, at: int, c: Context) -> Value:
    """e_i, where the note says that it is a unit vector: one at position i, else zero."""
    dim = c.resolved(Size(f"?{base}@{at}{c.suffix()}"))
    symbol, letter = c.table.symbols.get(base), letter_of(part)
    if symbol is not None and symbol.dims:
        dim = c.dimension(symbol.dims[-1])
    elif letter in c.table.labels and c.table.ranges[letter].high:
        dim = c.dimension(c.table.ranges[letter].high)  # e_y of a label has an entry for each class
    i = axis(0, dim)
    return Value(Delta(i, position(part, dim, at, c)), (i,))
