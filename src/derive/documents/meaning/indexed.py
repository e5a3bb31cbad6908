"""A name with a subscript: entries of an array, or a part of the name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from derive.documents.meaning.entries import entry_at, is_fresh, is_position, is_slice
from derive.documents.meaning.plain import bare, identity
from derive.documents.meaning.values import Value, is_unknown
from derive.documents.names.counting import first_of
from derive.documents.names.entries import is_last
from derive.documents.names.scripts import COMMON, is_multiple, is_numeral, letter_of, strip, word_of
from derive.documents.names.sizes import ROUNDED
from derive.documents.names.symbols import Tokens
from derive.documents.source.tokens import Token
from derive.documents.trouble import Clash, Ordered, Unreadable
from derive.expr import Index

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


OPERATIONS = ("/", "^", "!", "\\%", "\\frac", "\\cdot", "\\times", "\\sqrt", "\\bmod")


@dataclass(frozen=True)
class Use:
    """A name with a subscript, in its context."""

    at: int
    base: str
    sub: Tokens
    parts: list[Tokens]
    c: Context

    @property
    def full(self) -> str:
        return f"{self.base}_{word_of(self.sub)}"

    @cached_property
    def known(self) -> bool:
        return self.c.table.known(self.base)

    @cached_property
    def rank(self) -> int:
        d = self.c.table.definitions.get(self.base)
        own = (self.base, None) in self.c.computing and d is not None and not d.letters and is_numeral(strip(self.sub))
        return -1 if own else _rank(self.base, self.at, self.c)  # the C_0 of C = C_0 + ...

    @cached_property
    def positions(self) -> bool:
        """Whether every part can be an index."""
        c, parts = self.c, self.parts
        if all(is_position(p, c) or is_slice(p) for p in parts):
            return True
        of_all_axes = self.known and self.rank == len(parts) > 1
        return of_all_axes and all(is_fresh(p, c) or is_position(p, c) for p in parts)

    @property
    def letters(self) -> bool:
        """Whether a part is a letter without a value."""
        return any((x := letter_of(_unprimed(p))) is not None and x not in self.c.table.symbols for p in self.parts)

    @property
    def bound(self) -> bool:
        """Whether a part is a letter that runs over something here."""
        return any(letter_of(p) in self.c.letters or letter_of(p) in self.c.table.ranges for p in self.parts)

    @property
    def common(self) -> bool:
        """Whether all parts are letters that indices usually are."""
        c = self.c
        found = (letter_of(_unprimed(p)) for p in self.parts)
        return all((x or "?")[0] in COMMON or x in c.table.indices or x in c.letters for x in found)

    def of_array(self, name: str, rank: int | None = None) -> Value:
        """The entry, row or column of the array of this name."""
        value = self.c.whole(self.c.tensor_of(name, None, self.at, rank))
        if name in self.c.table.from_either:
            found = f"{name}, which begins at 0 in one place and at 1 in another"
            raise Unreadable(self.at, found, "one way to count")
        if self.c.table.intercepts and name not in self.c.table.from_zero:
            _refuse_counted(value, self.parts, self.at)
        return _taken(value, self.parts, self.at, self.c, first_of(name, self.c.table))


def _unprimed(part: Tokens) -> Tokens:
    """i of i', another such index."""
    part = strip(part)
    return part[:1] if part and all(t.is_("'") for t in part[1:]) else part


def indexed(at: int, base: str, sub: Tokens, parts: list[Tokens], c: Context) -> Value:
    """Entries of arrays; else the subscript is a part of the name."""
    use = Use(at, base, sub, parts, c)
    found = next((value for reading in READINGS if (value := reading(use)) is not None), None)
    if found is not None:
        return found
    if (computed(sub) or _calculates(use)) and not c.table.known(use.full):
        raise Unreadable(at, f"the subscript {word_of(sub)}", "an index letter, a position, or a step that is numbered")
    if use.known and any(t.is_("_") for t in sub) and not c.table.known(use.full) and use.rank > 0:
        raise Unreadable(at, f"an entry of {base} at {word_of(sub)}", "an index letter, or a position that is a number")
    return bare(at, use.full, c)


def _of_the_capital(use: Use) -> Value | None:
    """x_{ij}, where the note has a matrix X."""
    t, upper = use.c.table, use.base.upper()
    if use.known or len(use.parts) != 2 or len(use.base) != 1 or not use.base.islower():
        return None
    if not all(is_position(p, use.c) for p in use.parts) or not t.known(upper) or t.is_family(upper):
        return None
    return use.of_array(upper) if _rank(upper, use.at, use.c) == 2 and upper not in t.sizes else None


def _identity(use: Use) -> Value | None:
    """I_n."""
    symbol, sub = use.c.table.symbols.get("I"), [t.text for t in strip(use.sub)]
    same = symbol is not None and len(symbol.dims) == 2 and all([t.text for t in d] == sub for d in symbol.dims)
    if use.base != "I" or (use.known and not same) or len(use.parts) != 1:
        return None
    return identity(f"I_{word_of(use.sub)}", use.at, use.c)


def _computed(use: Use) -> Value | None:
    """x_{i+a-1}, at numbers."""
    from derive.documents.meaning import shifts

    return shifts.outside(use.base, use.parts, use.c)


def _of_the_end(use: Use) -> Value | None:
    """x_N of x in R^N, at numbers."""
    c = use.c
    if not use.known or c.table.known(use.full) or not is_last(use.base, use.parts, c.table):
        return None
    if not all(is_position(p, c) or letter_of(p) in c.env for p in use.parts):
        raise Ordered(use.at, f"the last entry {use.full}", "an index letter")
    return use.of_array(use.base)


def _of_a_list(use: Use) -> Value | None:
    """x_n, one of the vectors x_1, ..., x_N, where x is such a vector: under a sum up to N."""
    c, each = use.c, f"{use.base}_each"
    symbol = c.table.symbols.get(each)
    if symbol is None or not (symbol.numbered or symbol.lead) or not use.known:
        return None
    own = c.table.symbols.get(use.base)
    if own is not None and not (own.dims or own.lead or own.letter) and use.positions:
        return use.of_array(each)  # a number has no entries
    if not symbol.numbered:
        return None
    letter = letter_of(use.parts[0]) or ""
    bound = c.letters.get(letter)
    if bound is None and (found := c.table.ranges.get(letter)) is not None and found.high and found.low == 1:
        runs = c.resolved(c.dimension(found.high)) == c.dimension(symbol.dims[0])
        return use.of_array(each) if runs and not found.strict else None
    if isinstance(bound, Index) and [t.text for t in symbol.dims[0]] == [letter.upper()] and is_unknown(bound.dim):
        return use.of_array(each)  # n counts up to N
    if not isinstance(bound, Index) or is_unknown(c.resolved(bound.dim)):
        found = f"{use.full}, an entry of {use.base} or one of a list"
        raise Unreadable(use.at, found, "a letter that a sum runs over")
    return use.of_array(each) if c.resolved(bound.dim) == c.dimension(symbol.dims[0]) else None


def _of_a_known_array(use: Use) -> Value | None:
    if not use.known or use.rank < 1 or not use.positions:
        return None
    first, parts = use.parts[0], use.parts
    if len(parts) == 1 and len(first) == 1 and first[0].kind == "num" and use.rank == len(first[0].text) == 2:
        use = replace(use, parts=[_digit(first[0], k) for k in range(2)])  # A_{12}
    return use.of_array(use.base)


def _of_a_function(use: Use) -> Value | None:
    """f_i, where f(x) is a vector: an entry of what f is at its own parameter."""
    from derive.documents.functions.defined import body_of

    d = use.c.table.definitions.get(use.base)
    if d is None or len(d.parameters) != 1 or d.letters or d.letter or not use.positions:
        return None
    value = body_of(d.name, use.at, use.c)
    return _taken(value, use.parts, use.at, use.c, 1) if value.rank == len(use.parts) else None


def _of_a_new_array(use: Use) -> Value | None:
    """An array that the note never declares: its indices are letters that run over something, or usual ones."""
    if not use.positions or not use.letters or not (use.bound or use.common):
        return None
    each = f"{use.base}_each"
    if use.known and use.rank == 0 and not use.bound and each not in use.c.table.definitions:
        return None
    name = each if use.known or each in use.c.table.definitions else use.base
    axes = max(use.c.table.ranks.get(use.base, 0), len(use.parts))
    return use.of_array(name, None if use.c.table.known(name) else axes)


def _of_a_suggested_array(use: Use) -> Value | None:
    """An array by what the notation of the whole note suggests."""
    t = use.c.table
    suggested = not use.known and t.ranks.get(use.base, 0) >= len(use.parts) and use.full not in t.symbols
    return use.of_array(use.base) if suggested and use.positions and use.letters else None


READINGS: tuple[Callable[[Use], Value | None], ...] = (
    _of_the_capital,
    _identity,
    _computed,
    _of_the_end,
    _of_a_list,
    _of_a_known_array,
    _of_a_function,
    _of_a_new_array,
    _of_a_suggested_array,
)
"""What a subscript can be; the first that fits."""


def computed(sub: Tokens) -> bool:
    """Whether a subscript is computed, x_{i+a-1}, x_{2i}, x_{\\lfloor i/2 \\rfloor}, and so no part of a name."""
    rounded = any(t.kind == "open" and t.text in ROUNDED for t in sub)
    return rounded or any(t.is_("+", "-") for t in strip(sub)[1:-1]) or is_multiple(sub)


def _calculates(use: Use) -> bool:
    """Whether the index letters of a subscript are calculated with in a way that is not read: n/2, i^2, \\pi(i)."""
    return any(t.kind in ("open", "bar") or t.is_(*OPERATIONS) for t in use.sub) and (
        (use.known and use.rank > 0) or any(t.text in use.c.letters or t.text in use.c.table.ranges for t in use.sub)
    )


def _refuse_counted(value: Value, parts: list[Tokens], at: int) -> None:
    """Theta_{i1}, one of n + 1 columns beside a vector whose first entry is a_0: it may be the first or the second."""
    for part, ax in zip(parts, value.axes, strict=False):
        if is_numeral(part) and ax.dim.is_Add:
            raise Unreadable(at, "a position among n + 1, beside arrays that begin at 0", "one way to count")


def _digit(t: Token, k: int) -> Tokens:
    return (Token("num", t.text[k], t.start + k, t.start + k + 1),)


def _rank(base: str, at: int, c: Context) -> int:
    t = c.table
    if not t.known(base) or base in t.functions or (t.is_family(base) and not t.stands_alone(base)):
        return -1
    if base in t.definitions and t.definitions[base].parameters:
        return -1
    return c.rank_of(c.tensor_of(base, None, at))


def _taken(value: Value, parts: list[Tokens], at: int, c: Context, first: int) -> Value:
    if len(parts) > max(value.rank, 1) and is_numeral(parts[0]) and not is_numeral(parts[1]):
        raise Unreadable(
            at, "a multiple of an index", "an index letter, or as many indices as the array has axes"
        )  # u_{2i}
    if len(parts) > value.rank:
        raise Clash(f"{len(parts)} indices on an array with {value.rank} axes", at)
    return entry_at(value, parts, at, c, first)
