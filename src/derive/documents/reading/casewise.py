"""What is given case by case: `h(z) = z^2 \\text{ if } z > 0, \\quad h(z) = 0 \\text{ otherwise}`.

Behind the first case the values may stand alone: `h(z) = 1 \\text{ if } z > 0 \\text{ else } 0`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.documents.meaning.cases import ELSE
from derive.documents.reading.arrows import Item
from derive.documents.source.rows import Part
from derive.documents.source.tokens import Token

WORDS = ("if", "for", "when", "whenever")


def casewise(items: Sequence[Item]) -> list[Item]:
    """The items with one equality by cases in place of several with the same left side, each with its condition."""
    found: list[Item] = []
    n = 0
    while n < len(items):
        cases, used = _cases(items[n:])
        found.append(_joined(items[n], cases) if len(cases) > 1 else items[n])
        n += used if len(cases) > 1 else 1
    return found


def has_bare_values(items: Sequence[Item]) -> bool:
    """Whether a case behind the first one is a value by itself: then these are cases, whatever they are of."""
    return any(not x.part.relations for x in items[: _cases(items)[1]])


def _cases(items: Sequence[Item]) -> tuple[list[tuple[Item, list[Token]]], int]:
    """The equalities at the beginning with one left side, each with its condition; and how many items these are.

    Behind the first one, the value may stand by itself.
    """
    found: list[tuple[Item, list[Token]]] = []
    n = 0
    while n < len(items) and _is_value(items[n], items[0], bare=n > 0):
        if n + 1 < len(items) and _is_condition(items[n + 1]):
            found.append((items[n], items[n + 1].piece.tokens))
            n += 2
        elif found and _is_rest(items[n]):
            return [*found, (items[n], [])], n + 1
        else:
            break
    return found, n


def _is_value(item: Item, first: Item, *, bare: bool) -> bool:
    if bare and not item.part.relations:
        return bool(item.part.sides[0])
    return [str(r) for r in item.part.relations] == ["="] and _text(item.part.sides[0]) == _text(first.part.sides[0])


def _is_rest(item: Item) -> bool:
    """Whether words in front of it, or behind it, say that it is so otherwise."""
    return any(words.strip(" ,.:") in ELSE for words in (item.piece.words, item.piece.behind))


def _is_condition(item: Item) -> bool:
    return bool(item.part.relations) and item.piece.words.strip(" ,.:") in WORDS


def _joined(item: Item, cases: list[tuple[Item, list[Token]]]) -> Item:
    at = item.part.sides[1][0].start
    rhs = [Token("begin", "cases", at, at)]
    for value, condition in cases:
        rhs += [*value.part.sides[-1], Token("sym", "&", at, at), *condition, Token("cmd", "\\", at, at)]
    rhs.append(Token("end", "cases", at, at))
    part = Part([item.part.sides[0], rhs], item.part.relations)
    return Item(replace(item.piece, tokens=[*part.sides[0], *part.relations, *rhs]), part)


def _text(tokens: Sequence[Token]) -> list[str]:
    return [str(t) for t in tokens]
