"""Where arrays begin: x_0, ..., x_{N-1}, sums from 0 and ranges from 0 count from zero; everything else from one."""

from __future__ import annotations

from collections.abc import Iterator

from derive.documents.names.scripts import base_of, items, letter_of, strip
from derive.documents.names.symbols import Range, Tokens
from derive.documents.names.table import Table
from derive.documents.source.rows import relations
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk

ORIGINS = ("0", "1")
Letters = dict[str, tuple[int, str]]
"""Where letters begin, and where they end."""


def look(trees: list[s.Node], table: Table) -> None:
    """Enter the arrays of which sums and ranges say that they begin at 0, and those of which they say both.

    A sum from 1 to N - 1 beside one from 0 to N - 1 leaves out the first.
    """
    found: dict[str, set[tuple[int, str]]] = {}
    ranged = {x: (r.low, _text(r.high)) for x, r in table.ranges.items()
              if x not in table.steps | table.twice_ranged}  # fmt: skip
    lows = {x: low for x, (low, _) in ranged.items()}
    for tree in trees:
        for letter, low in _lows(tree):
            lows[letter] = max(low, lows.get(letter, 0))
    for tree in trees:
        for name, span in (*_of_sums(tree), *_spans(tree, ranged), *_combined(tree, lows)):
            found.setdefault(name, set()).add(span)
    for name, spans in found.items():
        lasts = {high for low, high in spans if not low}
        if lasts:
            (table.from_zero if {high for _, high in spans} <= lasts else table.from_either).add(name)
    table.from_zero |= _numbered(trees, table)
    table.intercepts = {name for tree in trees for name in _with_intercept(tree, table)} - table.from_zero
    table.from_zero |= {name for name in table.intercepts if not table.symbols[name].lead}
    table.from_either -= table.from_zero


def first_of(name: str, table: Table) -> int:
    """The index of the first entry."""
    return 0 if name in table.from_zero else 1


def count(found: Range) -> Tokens:
    """How many values a range has, which ends somewhere."""
    return found.high if found.low or found.strict else number_up_to(found.high)


def number_up_to(last: Tokens) -> Tokens:
    """N for N - 1, and D + 1 for D: how many numbers there are from 0 on."""
    last = strip(last)
    at = last[-1].end
    if len(last) > 2 and last[-2].is_("-") and last[-1].text == "1":
        return last[:-2]
    return (*last, Token("sym", "+", at, at), Token("num", "1", at, at))


def _of_sums(tree: s.Node) -> Iterator[tuple[str, tuple[int, str]]]:
    """The names in sums, with where their letters begin and end."""
    for n in walk(tree):
        if isinstance(n, s.Big) and n.sub and n.sup and n.kind != "lim":
            chain = relations(list(strip(n.sub)))
            letter = letter_of(tuple(chain.sides[0])) if [str(r) for r in chain.relations] == ["="] else None
            low = _text(tuple(chain.sides[-1]))
            if letter is not None and low in ORIGINS:
                yield from _spans(n.body, {letter: (int(low), _text(n.sup))})


def _lows(tree: s.Node) -> Iterator[tuple[str, int]]:
    """The letters of sums, with where they begin; what is no number counts as one."""
    for n in walk(tree):
        if isinstance(n, s.Big) and n.sub and n.kind != "lim":
            chain = relations(list(strip(n.sub)))
            letter = letter_of(tuple(chain.sides[0]))
            if letter is not None:
                yield letter, int(_text(tuple(chain.sides[-1])) != "0")


def _combined(tree: s.Node, lows: dict[str, int]) -> Iterator[tuple[str, tuple[int, str]]]:
    """x of x_{2i + a}, where i and a begin at 0: a sum of letters, times numbers and sizes."""
    for n in walk(tree):
        if isinstance(n, s.Script) and n.sub and (base := base_of(n)) is not None:
            for part in items(n.sub):
                letters = [t.text for t in part if t.kind == "letter" and t.text in lows]
                plain = all(t.kind == "letter" or t.is_("+") for t in part) or (
                    all(t.kind in ("letter", "num") or t.is_("+") for t in part) and part[-1].kind != "num"
                )
                if len(part) > 1 and letters and plain and not any(lows[x] for x in letters):
                    yield base.name, (0, "")


def _spans(tree: s.Node, letters: Letters) -> Iterator[tuple[str, tuple[int, str]]]:
    """The names that carry one of the letters by itself as an index."""
    for n in walk(tree):
        if isinstance(n, s.Script) and n.sub and (base := base_of(n)) is not None:
            found = (letters.get(letter_of(part) or "") for part in items(n.sub))
            yield from ((base.name, span) for span in found if span is not None and span[0] in (0, 1))


def _numbered(trees: list[s.Node], table: Table) -> set[str]:
    """theta in R^2, of which the note writes theta_0 and theta_1 and no theta_2; and no first point of a sequence."""
    found: dict[str, set[int]] = {}
    for tree in trees:
        for n in walk(tree):
            if isinstance(n, s.Script) and n.sub and (base := base_of(n)) is not None:
                found.setdefault(base.name, set()).add(_number(_text(n.sub)))
    points = {base.name for tree in trees if isinstance(tree, s.Script) and (base := base_of(tree)) is not None}
    return {
        name
        for name in found.keys() & table.at_zero - table.recursive - points
        if max(found[name]) == _number(_size(name, table)) - 1
    }


def _number(text: str) -> int:
    """0 of anything but a small number."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _size(name: str, table: Table) -> str:
    """Of a vector, as the note writes it."""
    symbol = table.symbols.get(name)
    return _text(symbol.dims[0]) if symbol is not None and len(symbol.dims) == 1 and not symbol.lead else ""


def _with_intercept(tree: s.Node, table: Table) -> Iterator[str]:
    """theta of theta_0, a vector that is declared in R^{n+1}: n entries, and one before them."""
    for n in walk(tree):
        if isinstance(n, s.Script) and n.sub and _text(n.sub) == "0" and (base := base_of(n)) is not None:
            symbol = table.symbols.get(base.name)
            last = _text(symbol.dims[0]) if symbol is not None and len(symbol.dims) == 1 else ""
            if last.endswith("+1") and not last[:-2].isdigit():
                yield base.name


def _text(tokens: Tokens) -> str:
    return "".join(t.text for t in strip(tokens))
