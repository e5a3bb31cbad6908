r"""Sums with dots: a_1 + a_2 + \dots + a_n is the sum over i from 1 to n of a_i.

The terms around the dots have to be alike but for one number, which counts up to what stands there in the last one.
Where they are not, the dots stay what they are, and the formula is not understood.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import takewhile
from typing import Any, NamedTuple

from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s

Terms = list[tuple[int, s.Node]]
LETTERS = "ijkmpq"


class Run(NamedTuple):
    """Terms alike: the first number, what it is in the last of them, and the term with a letter for it."""

    first: int
    last: tuple[Token, ...]
    term: s.Node


def summed(terms: Terms) -> Terms:
    """The terms with a sum sign for those around dots."""
    at = next((n for n, (_, t) in enumerate(terms) if _is_dots(t)), None)
    if at is None or not 0 < at < len(terms) - 1 or any(sign < 0 for sign, _ in terms[at - 1 : at + 2]):
        return terms
    letter = _free_letter(terms)
    found = _run(terms[at - 1 :: -1], terms[at + 1][1], letter)
    if found is None:
        return terms
    count, run = found
    place = run.term.at
    equals = (Token("sym", "=", place, place), Token("num", str(run.first), place, place))
    whole = s.Big(place, "sum", (_letter(letter, place), *equals), run.last, run.term)
    return summed([*terms[: at - count], (1, whole), *terms[at + 2 :]])


def listed(items: tuple[s.Node, ...]) -> tuple[str, Run] | None:
    """The letter and the member of `(x_1, \\dots, x_N)` and `(x_1, x_2, \\dots, x_N)`; None of any other tuple."""
    at = next((n for n, x in enumerate(items) if _is_dots(x)), 0)
    if not at or at != len(items) - 2:
        return None
    terms = [(1, x) for x in items]
    letter = _free_letter(terms)
    found = _run(terms[at - 1 :: -1], items[-1], letter)
    return (letter, found[1]) if found is not None and found[0] == at and found[1].first == 1 else None


def _run(before: Terms, last: s.Node, letter: str) -> tuple[int, Run] | None:
    """How many terms before the dots, the nearest first, belong to them; None if it is not clear what they count."""
    found = _counted(before[0][1], last, letter)
    if found is None:
        return None
    number, end, term = found
    count = 1
    for sign, other in before[1:]:
        nearer = _counted(other, last, letter)
        if nearer is None or nearer[1] != end:
            break
        if sign < 0 or nearer[0] != number - count:
            return None  # a_1 - a_2 + a_3 + \dots + a_n, a_1 + a_3 + \dots + a_n
        count += 1
    if count == 1 and len(end) > 1 and end[0].kind == "num":
        return None  # x_2 + \\dots + x_{2m}: perhaps every second one
    return count, Run(number - count + 1, end, term)


def _counted(term: s.Node, last: s.Node, letter: str) -> tuple[int, tuple[Token, ...], s.Node] | None:
    """The number in a term where the last one has something else, what that is, and the term with the letter there."""
    places: list[tuple[Token, tuple[Token, ...]]] = []
    lettered = _lettered(term, last, letter, places)
    numbers, ends = {a.text for a, _ in places}, {tuple(t.text for t in b) for _, b in places}
    if lettered is None or len(numbers) != 1 or len(ends) != 1:
        return None
    return int(numbers.pop()), places[0][1], lettered


def _lettered(a: Any, b: Any, letter: str, places: list[tuple[Token, tuple[Token, ...]]]) -> Any:
    """`a` with the letter wherever it has a number and `b` has not; None where they differ in another way."""
    if isinstance(a, s.Num) and isinstance(b, (s.Name, s.Num)) and a.text.isdigit() and _written(a) != _written(b):
        there = Token("num" if isinstance(b, s.Num) else "letter", _written(b), b.at, b.at + 1)
        places.append((Token("num", a.text, a.at, a.at + 1), (there,)))
        return s.Name(a.at, letter)
    if isinstance(a, s.Node):
        if type(a) is not type(b):
            return None
        new = {f.name: _lettered(getattr(a, f.name), getattr(b, f.name), letter, places)
               for f in fields(a) if f.name != "at"}  # fmt: skip
        unchanged = [getattr(a, name) is None for name in new]
        lost = any(v is None and not was for v, was in zip(new.values(), unchanged, strict=True))
        return None if lost else replace(a, **new)
    if isinstance(a, tuple) and isinstance(b, tuple):
        if any(isinstance(x, Token) for x in a):
            return _in_tokens(a, b, letter, places)
        parts = [_lettered(x, y, letter, places) for x, y in zip(a, b, strict=False)]
        return None if len(a) != len(b) or None in parts else tuple(parts)
    return a if a == b else None


def _in_tokens(a: tuple[Token, ...], b: tuple[Token, ...], letter: str, places: list[Any]) -> tuple[Token, ...] | None:
    """The same in a script: between what they begin and what they end with."""
    a, b = _bare(a), _bare(b)
    if len(a) == 1 and a[0].kind == "num" and a[0].text.isdigit() and b and [t.text for t in b] != [a[0].text]:
        places.append((a[0], b))  # the 1 of x_1 against the 2m - 1 of x_{2m-1}
        return (_letter(letter, a[0].start),)
    start = sum(1 for _ in takewhile(lambda p: _alike(*p), zip(a, b, strict=False)))
    rest = min(len(a), len(b)) - start
    end = sum(1 for _ in takewhile(lambda p: _alike(*p), zip(reversed(a[-rest:]), reversed(b[-rest:]), strict=False)))
    end = min(end, rest) if rest else 0
    number, other = a[start : len(a) - end], b[start : len(b) - end]
    if not number and not other:
        return a
    if len(number) != 1 or number[0].kind != "num" or not number[0].text.isdigit() or not other:
        return None
    places.append((number[0], other))
    return (*a[:start], _letter(letter, number[0].start), *a[len(a) - end :])


def _alike(x: Token, y: Token) -> bool:
    return x.text == y.text and x.kind == y.kind


def _bare(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    whole = len(tokens) > 2 and tokens[0].is_("{") and tokens[-1].is_("}")
    return tokens[1:-1] if whole and not any(t.is_("{", "}") for t in tokens[1:-1]) else tokens


def _written(node: s.Name | s.Num) -> str:
    return node.text if isinstance(node, s.Num) else node.name


def _is_dots(node: s.Node) -> bool:
    return isinstance(node, s.Special) and node.name == "dots"


def _letter(text: str, at: int) -> Token:
    return Token("letter", text, at, at + 1)


def _free_letter(terms: Terms) -> str:
    """A letter that none of the terms has."""
    used = {x for _, t in terms for x in _texts(t)}
    return next((x for x in LETTERS if x not in used), "i'")


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, Token):
        yield node.text
    elif isinstance(node, s.Name):
        yield node.name
    elif isinstance(node, s.Node):
        for part in s.parts(node):
            yield from _texts(part)
    elif isinstance(node, tuple):
        for part in node:
            yield from _texts(part)
