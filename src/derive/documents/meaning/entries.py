"""Entries, rows and columns of arrays, at index letters and at positions counted from one, or from zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Expr, Integer, S

from derive.documents.meaning.classes import is_label, of_class
from derive.documents.meaning.values import Value, make
from derive.documents.names.scripts import INDEX_LETTERS, items, letter_of, strip, word_of
from derive.documents.names.sizes import step_of
from derive.documents.names.symbols import Tokens
from derive.documents.trouble import Unreadable
from derive.expr import Index, rename

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


def entry(value: Value, sub: Tokens, at: int, c: Context, first: int | None = None) -> Value:
    """The entry, row or column of an array at indices, which begin with `first`; with 1, where that is not known."""
    return entry_at(value, items(sub), at, c, first)


def entry_at(value: Value, parts: list[Tokens], at: int, c: Context, first: int | None = None) -> Value:
    """The same, where it is clear which the indices are; ij of W_{1,ij} are two, and 2i of x_{2i} is one."""
    if len(parts) < value.rank:
        parts = [x for part in parts for x in items(part)]
    if len(parts) == 1 and value.rank == 2 and 1 in value.shape:
        value = make(value.expr, value.axes[1])
    if len(parts) > value.rank:
        raise Unreadable(at, f"{len(parts)} indices", f"at most {value.rank} for an array with {value.rank} axes")
    names: dict[Index, Expr] = {}
    kept: list[Index] = []
    for part, ax in zip(parts, value.axes, strict=False):
        if is_slice(part):
            kept.append(ax)
        elif is_label(part, c):
            value = Value(of_class(value.expr, part, ax, at, c), value.axes)
            names[ax] = S.Zero  # no longer there
        else:
            names[ax] = position(part, ax.dim, at, c, first)
    # free letters may have the name of an axis still to be renamed: rename in one go
    rest = (*kept, *value.axes[len(parts) :])
    if len(parts) == value.rank == 2 and is_slice(parts[1]) and not is_slice(parts[0]):
        rest = (Index("~row", S.One), *rest)  # X_{n,:} is a row
    return make(rename(value.expr, names), *rest)


def is_slice(part: Tokens) -> bool:
    return len(part) == 1 and part[0].is_(":", "\\cdot", "\\bullet", "*")


def position(part: Tokens, dim: Expr | None, at: int, c: Context, first: int | None = None) -> Expr:
    """An index letter, or a fixed position counted from `first`."""
    part = strip(part)
    letter = letter_of(part)
    if letter is None and len(part) > 1 and all(t.is_("'") for t in part[1:]) and part[0].kind == "letter":
        letter = part[0].text + "'" * (len(part) - 1)
    if letter is not None and letter not in c.env:
        if first is not None:
            c.begins(letter, first, at)
        return c.index(letter, dim, at)
    number, first = step_of(part, c), 1 if first is None else first
    if number is None or number < first:
        raise Unreadable(
            part[0].start if part else at,
            word_of(part) if part else "nothing",
            f"an index letter or a position from {first}",
        )
    if dim is not None and dim.is_Integer and number - first >= dim:
        raise Unreadable(at, f"position {number}", f"a position up to {dim - 1 + first}")
    return Integer(number - first)


def is_position(part: Tokens, c: Context) -> bool:
    part = strip(part)
    if is_label(part, c):
        return True
    if len(part) == 1 and part[0].kind == "num" and part[0].text.isdigit():
        return True
    if len(part) > 1 and all(t.is_("'") for t in part[1:]):
        return part[0].kind == "letter"
    letter = letter_of(part)
    if letter is None:
        return step_of(part, c) is not None
    if letter in c.table.gates and letter not in c.letters:
        return False
    return letter in c.letters or letter in c.table.ranges or letter in c.table.indices | c.table.paired | INDEX_LETTERS


def is_fresh(part: Tokens, c: Context) -> bool:
    """A letter without a value: as many of them as a declared array has axes are its indices."""
    letter = letter_of(part)
    return letter is not None and not c.table.known(letter) and letter not in c.table.sizes
