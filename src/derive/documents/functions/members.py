"""Functions with an index: f_1(x), where the note defines f_k(x) for all k; or with a number: H_c(r) at c = 1."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from sympy import Expr

from derive.documents.meaning.values import Value, is_unknown, make, moved
from derive.documents.names.counting import count
from derive.documents.names.mentions import mentioned, reachable
from derive.documents.names.scripts import items, letter_of, word_of
from derive.documents.names.sizes import step_of
from derive.documents.names.symbols import Definition, Tokens
from derive.documents.names.table import Table
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Ordered, Unify, Unreadable
from derive.expr import Index, Size

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


def index_letters(sub: Tokens, rhs: s.Node, table: Table) -> tuple[str, ...]:
    """k of f_k(x) = ..., where the right side uses the index letter k; () where the subscript is a part of the name."""
    letters = [letter_of(p) or "" for p in items(sub)] if sub else []
    numbers = table.steps | table.depths | set(table.sizes)
    runs = all(x in table.indices or x in table.ranges or (len(x) == 1 and x in "ijklmn") for x in letters)
    if (
        not letters
        or not runs
        or any(table.known(x) or x in numbers for x in letters)
        or len(set(letters)) < len(letters)
    ):
        return ()
    return tuple(letters) if set(letters) <= mentioned(rhs) else ()


def functions_of(base: str, sub: Tokens, table: Table) -> Definition | None:
    """The definition of base_k(x), where the subscript has as many indices."""
    d = table.definitions.get(base)
    fits = d is not None and d.parameters and d.letters and len(items(sub) if sub else []) == len(d.letters)
    return d if fits else None


def positions(d: Definition, sub: Tokens, at: int, c: Context) -> dict[str, Expr]:
    """What the letters of the definition stand for here: the letters or numbers of the subscript."""
    from derive.documents.meaning.entries import position

    return {letter: position(part, None, at, c) for letter, part in zip(d.letters, items(sub), strict=True)}


def placed(d: Definition, sub: Tokens, at: int, c: Context) -> AbstractContextManager[None]:
    """The letters of the definition, where the subscript puts them; those of `f_k(x) = x^k` have a number there."""
    from derive.documents.meaning import shifts

    if not (counted := shifts.counting_in(d)):
        return c.bound(positions(d, sub, at, c))
    numbers = [step_of(part, c) for part in items(sub)]
    if any(n is None for n in numbers):
        raise Ordered(at, f"the index {min(counted)} as a number", "a range of it")
    return c.numbered({x: n for x, n in zip(d.letters, numbers, strict=True) if n is not None})


def of_all(d: Definition, at: int, c: Context, value: Callable[[], Value]) -> Value:
    """s(x) for all of s_k(x): the array of what `value` reads for each index; `value()` where d has none.

    Raises Unreadable where nothing says over what the index runs.
    """
    unbound = [x for x in d.letters if x not in c.letters and x not in c.running]
    if not unbound:
        return value()
    indices = {x: Index(f"{x}${at}", c.resolved(Size(f"?{x}${at}{c.suffix()}"))) for x in unbound}
    with c.bound(indices):
        body = moved(value(), 60)
    for letter, index in indices.items():
        found = c.table.ranges.get(letter)
        if is_unknown(index.dim) and found is not None and found.high:
            raise Unify(index.dim, c.dimension(count(found)))
        if is_unknown(index.dim):
            raise Unreadable(at, f"{d.name} without its index {letter}, whose range is not known", f"{d.name}_{letter}")
    return make(body.expr, *indices.values(), *body.axes)


def family_of(base: str, sub: Tokens, table: Table) -> tuple[Definition, str] | None:
    """The definition of rho_tau(r), and tau, for rho_{1 - tau}(r) or rho_{1/2}(r): tau is a declared number."""
    if not sub or any(t.kind in ("word", "text") for t in sub) or table.known(f"{base}_{word_of(sub)}"):
        return None
    found = [
        (d, x) for x in table.symbols if (d := table.definitions.get(f"{base}_{x}")) and _is_parameter(x, d, table)
    ]
    try:
        letters = mentioned(parse(sub))
    except Unreadable:
        return None
    return found[0] if len(found) == 1 and all(map(table.known, letters)) else None


def _is_parameter(x: str, d: Definition, table: Table) -> bool:
    symbol = table.symbols[x]
    number = not (symbol.dims or symbol.lead or symbol.letter)
    return number and bool(d.parameters) and x not in d.parameters and x in reachable(d.name, table)
