"""The values of `--at`: "w0=2, x0=-1", "b=1/3", "x=[[1, 2], [3, 4]]": exact numbers, read by hand and checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from derive.errors import FormulaError, OptionError
from derive.evaluate.nested import entries
from derive.expr import Size, Tensor
from derive.formula.tokens import MAX_DIGITS, MAX_EXPONENT, MAX_LENGTH
from derive.notation.code import name_of

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?(?:\s*/\s*[0-9]+)?")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SPACE = re.compile(r"\s*")
MAX_ENTRIES = 400  # of an array; values are exact, and every gate is evaluated by its definition
EXAMPLE = 'write "w0=2, x0=-1, b=1/3, v=[1, 2]"'

Value = Any  # a Fraction, or nested tuples of them


@dataclass(frozen=True)
class Point:
    """Exact values of all inputs, and the sizes that follow from them."""

    values: Mapping[Tensor, Value]
    sizes: Mapping[Size, int]


def read_point(text: str, inputs: Sequence[Tensor], optional: Tensor | None = None) -> Point:
    """The values of the inputs; `optional` is the upstream gradient, where the output is an array.

    Raises FormulaError for what cannot be read (with its place), OptionError for a name that is unknown or missing and
    for shapes and properties that do not fit.
    """
    given = _Reader(text).read()
    known = {name_of(t): t for t in (*inputs, *(() if optional is None else (optional,)))}
    for name, (_, offset) in given.items():
        if name not in known:
            close = get_close_matches(name, known, n=1)
            guess = f"did you mean {close[0]}? " if close else ""
            raise FormulaError(
                f"--at: {name!r} is no input", text, offset, hint=f"{guess}inputs are {', '.join(known)}"
            )
    missing = [n for n in known if n not in given]
    if missing:
        raise OptionError(_missing(missing, known, optional))
    values = {known[n]: value for n, (value, _) in given.items()}
    sizes = _sizes(values)
    for t, value in values.items():
        _check_properties(t, value)
    return Point(values, sizes)


def _missing(missing: list[str], known: Mapping[str, Tensor], optional: Tensor | None) -> str:
    if optional is not None and missing == [name_of(optional)]:
        shape = "x".join(map(str, optional.dims))
        return (
            f"--at: the output is an array ({shape}), so the upstream gradient {name_of(optional)} is needed too. "
            f'Try: --at "..., {name_of(optional)}=[...]", or a number as output: sum(...)'
        )
    first = known[missing[0]]
    example = f"{name_of(first)}={'[' * first.rank}1{']' * first.rank}"
    return f'--at: no value for {", ".join(missing)}. Try: --at "..., {example}"'


# -- reading -------------------------------------------------------------------------------------------------------


class _Reader:
    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise FormulaError(f"--at has {len(text):,} characters; at most {MAX_LENGTH:,} are read", text[:100], 0)
        self.text, self.place = text, 0

    def fail(self, message: str, offset: int | None = None, hint: str = EXAMPLE) -> FormulaError:
        return FormulaError(f"--at: {message}", self.text, self.place if offset is None else offset, hint=hint)

    def skip(self) -> None:
        self.place = SPACE.match(self.text, self.place).end()  # type: ignore[union-attr]

    def take(self, *wanted: str) -> str:
        """One of these characters, or nothing."""
        self.skip()
        found = self.text[self.place : self.place + 1]
        if found and found in wanted:
            self.place += 1
            return found
        return ""

    def read(self) -> dict[str, tuple[Value, int]]:
        found: dict[str, tuple[Value, int]] = {}
        while True:
            while self.take(",", ";"):
                pass
            self.skip()
            if self.place >= len(self.text):
                break
            offset = self.place
            name = NAME.match(self.text, self.place)
            if name is None:
                raise self.fail("a name is expected")
            self.place = name.end()
            if not self.take("="):
                raise self.fail("'=' and a value are expected after the name")
            if name.group() in found:
                raise self.fail(f"{name.group()} is given twice", offset)
            found[name.group()] = self.value(0), offset
            self.skip()
            if self.place < len(self.text) and self.text[self.place] not in ",;":
                raise self.fail("a comma is expected between values")
        if not found:
            raise self.fail("values are expected", 0)
        return found

    def value(self, depth: int) -> Value:
        if not self.take("["):
            return self.number()
        if depth >= 8:
            raise self.fail("more than 8 nested brackets")
        items = [self.value(depth + 1)]
        while self.take(","):
            items.append(self.value(depth + 1))
        if not self.take("]"):
            raise self.fail("a comma or ']' is expected")
        return tuple(items)

    def number(self) -> Fraction:
        self.skip()
        found = NUMBER.match(self.text, self.place)
        if found is None:
            raise self.fail("a number is expected: 2, -0.5, 1/3 or 1e-3")
        offset, text = self.place, "".join(found.group().split())
        if len(text) > MAX_DIGITS:
            raise self.fail(f"a number has more than {MAX_DIGITS} characters")
        top, _, bottom = text.partition("/")
        exponent = re.search(r"[eE]([+-]?\d+)", top)
        if exponent and abs(int(exponent[1])) > MAX_EXPONENT:
            raise self.fail(f"the exponent of a number may not exceed {MAX_EXPONENT}")
        self.place = found.end()
        if bottom and not int(bottom):
            raise self.fail("a division by zero", offset)
        return Fraction(top) / int(bottom or 1)


# -- shapes and properties -----------------------------------------------------------------------------------------


def shape_of(name: str, value: Value) -> tuple[int, ...]:
    """The shape of nested tuples; OptionError where rows differ."""
    if not isinstance(value, tuple):
        return ()
    shapes = {shape_of(name, v) for v in value}
    if len(shapes) > 1:
        raise OptionError(f"--at: the rows of {name} differ in length. Try: rows of the same length")
    return (len(value), *shapes.pop())


def _sizes(values: Mapping[Tensor, Value]) -> dict[Size, int]:
    """The sizes of the axes, each the same wherever it occurs."""
    found: dict[Any, tuple[int, str]] = {}
    for t, value in values.items():
        shape = shape_of(name_of(t), value)
        wanted = f"({', '.join(map(str, t.dims))}{',' * (t.rank == 1)})" if t.rank else "a number"
        if len(shape) != t.rank:
            raise OptionError(f"--at: {name_of(t)} is declared as {wanted}; found {_shaped(shape)}")
        if prod(shape) > MAX_ENTRIES:
            raise OptionError(f"--at: {name_of(t)} has {prod(shape)} entries; at most {MAX_ENTRIES} can be given")
        for dim, n in zip(t.dims, shape, strict=True):
            fixed = int(dim) if dim.is_Integer else int(dim.name) if dim.name.isdigit() else None
            if fixed is not None and fixed != n:
                raise OptionError(f"--at: {name_of(t)} is declared as {wanted}; found {_shaped(shape)}")
            other = found.setdefault(dim, (n, name_of(t)))
            if other[0] != n:
                raise OptionError(f"--at: {dim} is {other[0]} in {other[1]} and {n} in {name_of(t)}")
    return {dim: n for dim, (n, _) in found.items() if isinstance(dim, Size)}


def _shaped(shape: tuple[int, ...]) -> str:
    return f"an array of shape {shape}" if shape else "a number"


def _each(holds: Callable[[Fraction], bool]) -> Callable[[Value], bool]:
    return lambda value: all(map(holds, entries(value)))


def _rows(value: Value) -> list[Value]:
    return [value] if not isinstance(value[0], tuple) else [r for v in value for r in _rows(v)]


def _symmetric(a: Value) -> bool:
    n = range(len(a))
    return all(a[i][j] == a[j][i] for i, j in product(n, n))


def _orthogonal(a: Value) -> bool:
    n = range(len(a))
    return all(sum(a[k][i] * a[k][j] for k in n) == (i == j) for i, j in product(n, n))


def _pivots(a: Value) -> list[Fraction]:
    """The pivots of elimination without exchanges; it ends at the first that is zero."""
    rows, found = [list(r) for r in a], []
    for k in range(len(rows)):
        found.append(rows[k][k])
        if not rows[k][k]:
            break
        for r in rows[k + 1 :]:
            factor = r[k] / rows[k][k]
            r[:] = [x - factor * y for x, y in zip(r, rows[k], strict=True)]
    return found


PROPERTIES: dict[str, Callable[[Value], bool]] = {
    "positive": _each(lambda x: x > 0),
    "nonnegative": _each(lambda x: x >= 0),
    "binary": _each(lambda x: x in (0, 1)),
    "sign": _each(lambda x: x in (-1, 1)),
    "unit_interval": _each(lambda x: 0 < x < 1),
    "integer": _each(lambda x: x.denominator == 1),
    "nonzero": _each(bool),
    "one_hot": lambda v: all(sorted(r) == [0] * (len(r) - 1) + [1] for r in _rows(v)),
    "sum_to_one": lambda v: all(sum(r) == 1 for r in _rows(v)),
    "symmetric": _symmetric,
    "orthogonal": _orthogonal,
    "positive_definite": lambda a: all(p > 0 for p in _pivots(a)),
    "invertible": lambda a: True,  # an inverse that does not exist has no value, and says so
}


def _check_properties(t: Tensor, value: Value) -> None:
    for p in sorted(t.properties):
        if not PROPERTIES[p](value):
            raise OptionError(f"--at: {name_of(t)} is declared {p.replace('_', ' ')}; the value given is not")
