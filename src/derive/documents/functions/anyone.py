"""A bare letter that a claim about functions takes as any number: `\\sigma'(z) = \\sigma(z) (1 - \\sigma(z))`.

The note has a z at each layer and none besides, or it says only further down that z is an array. Such a claim speaks of
nothing else: no array and no family stands in it, and z carries no index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.documents.functions.field import FIELD, GREEK_FUNCTIONS
from derive.documents.meaning.values import Value, scalar
from derive.documents.names.mentions import mentioned
from derive.documents.names.scripts import superscript
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk
from derive.expr import Elem, Tensor

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context
    from derive.documents.names.table import Table


PLAIN = (s.Name, s.Num, s.Sum, s.Juxtaposed, s.Fraction, s.Root, s.Variable)
DEEP = 5  # functions within functions
KINDS = frozenset(("(", "[", "{", "|"))


def any_numbers(trees: tuple[s.Node, ...], c: Context) -> dict[str, Value]:
    """The letter of a claim about functions of one number that has no value by itself, as any number."""
    t = c.table
    found = _argument(trees, t, {x for x in mentioned(trees) if t.is_family(x) and not t.stands_alone(x)})
    return {} if found in c.bindings else {x: scalar(Elem(Tensor(x))) for x in [found] if x}


def awaited_numbers(trees: tuple[s.Node, ...], t: Table) -> dict[str, Value]:
    """That letter, where the note says further down that it is an array."""
    awaited = {x for x in mentioned(trees) if (y := t.symbols.get(x)) is not None and y.awaited and y.dims}
    found = _argument(trees, t, awaited)
    return {x: scalar(Elem(Tensor(x))) for x in [found] if x}


def _argument(trees: tuple[s.Node, ...], t: Table, among: set[str]) -> str:
    """The one of these names, if functions of one number take it and all other names are plain numbers; else empty."""
    if len(among) != 1:
        return ""
    (name,) = among
    others = mentioned(trees) - among
    if not all(map(_is_of_numbers, walk(trees))) or not all(_is_function(x, t) or _is_number(x, t) for x in others):
        return ""
    return name if any(name in mentioned(x) for x in _taken(trees, t)) else ""


def _is_of_numbers(n: s.Node) -> bool:
    """Whether nothing about a node says that it is about arrays, or may be."""
    if isinstance(n, s.Script):
        sup = superscript(n.sup)
        return not (n.sub or sup.transposed or sup.layer or sup.entrywise or sup.name)
    if isinstance(n, s.Call):
        return n.function in FIELD and not n.sub
    if isinstance(n, s.Bracket):
        return n.kind in KINDS and len(n.items) == 1
    return isinstance(n, PLAIN) or (isinstance(n, s.Derivative) and n.kind == "d")


def _taken(trees: tuple[s.Node, ...], t: Table) -> list[s.Node]:
    """What functions are applied to."""
    out: list[s.Node] = []
    for n in walk(trees):
        if isinstance(n, s.Call) and n.function in FIELD:
            out += n.args
        elif isinstance(n, s.Juxtaposed):
            for (_, f), (operator, bracket) in zip(n.factors, n.factors[1:], strict=False):
                base = f.base if isinstance(f, s.Script) else f
                if not operator and isinstance(base, s.Name) and _is_function(base.name, t):
                    out.append(bracket)
    return out


def _is_function(name: str, t: Table, depth: int = 0) -> bool:
    """Whether it takes one number: what defines it is made of its parameter, plain numbers and such functions."""
    d = t.definitions.get(name)
    if d is None:
        return not t.known(name) and (name in GREEK_FUNCTIONS or name in FIELD)
    if len(d.parameters) != 1 or d.letters or d.letter or depth > DEEP:
        return False
    others = mentioned(d.rhs) - {*d.parameters, name}
    plain = all(_is_of_numbers(n) or isinstance(n, s.Cases) or _is_extreme(n) for n in walk(d.rhs))
    return plain and all(_is_number(x, t) or _is_function(x, t, depth + 1) for x in others)


def _is_extreme(n: s.Node) -> bool:
    """max(0, z)."""
    return isinstance(n, s.Call) and n.function in ("max", "min") and len(n.args) > 1 and not n.sub


def _is_number(name: str, t: Table) -> bool:
    if name in t.definitions or name in t.sizes:
        return False
    symbol = t.symbols.get(name)
    return name in ("e", "pi", "d") if symbol is None else not (symbol.dims or symbol.lead or symbol.letter)
