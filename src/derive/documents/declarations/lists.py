"""Pieces that belong together: lists of names, ranges with dots, and equations for each number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.documents.declarations.between import each_between
from derive.documents.names.mentions import exponent
from derive.documents.names.scripts import base_of, letter_of, strip
from derive.documents.names.table import Table
from derive.documents.source.rows import FOR, Part, Piece, relations
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Unreadable

MOST = 40  # equations that one stands for


def merged(pieces: list[Piece]) -> list[Piece]:
    """Lists put together again: `w, v \\in \\mathbb R^D`, `n = 1, \\dots, N`."""
    pieces = each_between(pieces)
    out: list[Piece] = []
    n = 0
    while n < len(pieces):
        piece = pieces[n]
        has = bool(relations(piece.tokens).relations)
        while has and piece.closed_by == "," and _goes_on(pieces, n, piece):
            n += 1
            piece = _joined(piece, pieces[n])
        if not has and piece.closed_by == "," and (m := _list_end(pieces, n)) is not None:
            for k in range(n + 1, m + 1):
                piece = _joined(piece, pieces[k])
            n = m
        out.append(piece)
        n += 1
    return out


def _goes_on(pieces: list[Piece], n: int, so_far: Piece) -> bool:
    """Whether the next piece is a value of a range: 2, 3, \\dots, N."""
    if n + 1 >= len(pieces):
        return False
    following = pieces[n + 1].tokens
    if not following or relations(following).relations or pieces[n + 1].words:
        return False
    if following[0].is_("\\dots"):
        return True
    numbers = len(following) == 1 and following[0].kind == "num"
    if numbers and _counts(so_far.tokens):
        return True
    dots = any(p.tokens and p.tokens[0].is_("\\dots") for p in pieces[n + 1 : n + 6])
    return (numbers and dots) or any(t.is_("\\dots") for t in pieces[n].tokens[-1:])


def _counts(tokens: list[Token]) -> bool:
    """k = 1, or k = 1, 2 so far."""
    part = relations(tokens)
    if [str(r) for r in part.relations] != ["="] or len(part.sides[0]) != 1:
        return False
    return part.sides[0][0].kind == "letter" and all(
        t.is_(",") or (t.kind == "num" and t.text.isdigit()) for t in part.sides[1]
    )


def _list_end(pieces: list[Piece], n: int) -> int | None:
    """The piece that ends a list of names, where it has a relation that declares."""
    for m in range(n, min(n + 12, len(pieces))):
        found = relations(pieces[m].tokens).relations
        if m > n and pieces[m].words.strip(" ,.:") in FOR:
            return None  # \alpha x, \text{ if } x < 0
        if found:
            declares = str(found[0]) in ("\\in", ":", ">", "<", "\\ge", "\\le", "\\succ", "\\ne")
            return m if m > n and declares else None
        if len(strip(tuple(pieces[m].tokens))) > 14 or pieces[m].closed_by != ",":
            return None
    return None


def _joined(a: Piece, b: Piece) -> Piece:
    at = a.tokens[-1].end
    return Piece([*a.tokens, Token("sym", ",", at, at), *b.tokens], a.words, a.row, a.first, b.closed_by)


def numbered(part: Part, table: Table) -> list[Part]:
    """a_k = ... mu_k ... where mu_0 and mu_1 (or mu_1 and mu_2) are declared, and no mu: one for each number.

    And where mu_k is declared, but each mu_1, mu_2 is defined by itself. Where two letters are such, for each pair.
    """
    left, *right = (_subscripted(side) for side in part.sides)
    summed = {letter for side in part.sides for letter in _bound(side)}
    elsewhere = set().union(*right) - left.keys() - summed
    for letter in sorted(((left.keys() - set(_bound(part.sides[0]))) | elsewhere) - table.steps):
        names = set().union(*(x.get(letter, set()) for x in (left, *right)))
        families = [n for n in names if len(_members(n, table)) > 1]
        if families:
            numbers = sorted(set.intersection(*(_members(n, table) for n in families)))
            each = [_at_number(part, letter, k) for k in numbers]
            out = [one for part in each for one in numbered(part, table) or [part]]
            if len(out) > MOST:
                raise Unreadable(part.sides[0][0].start, f"{len(out)} equations in one", f"at most {MOST}")
            return out
    return []


def _at_number(part: Part, letter: str, k: int) -> Part:
    sides = [_numbered_side(side, letter, k) for side in part.sides]
    return Part(sides, part.relations, {**part.numbers, letter: k})


def stands_by_itself(part: Part) -> str:
    """A letter of those that have numbers that is a number itself, and no subscript: k of a_k = k b_k; else nothing."""
    left = (t.text for side in part.sides for t in side if t.kind == "letter" and t.text in part.numbers)
    return next(left, "")


def _bound(side: list[Token]) -> Iterator[str]:
    """The letters of its sums."""
    for node in walk(parse(side)):
        if isinstance(node, s.Big):
            yield from (t.text for t in node.sub if t.kind == "letter")


def _subscripted(side: list[Token]) -> dict[str, set[str]]:
    """The names that carry a letter as their subscript, by the letter; also in exponents, e^{s_k}."""
    found: dict[str, set[str]] = {}
    trees: list[s.Node] = [parse(side)]
    for node in (n for tree in trees for n in walk(tree)):
        if not isinstance(node, s.Script):
            continue
        if node.sup:
            trees.append(exponent(node))
        if (name := base_of(node)) is not None and (letter := letter_of(node.sub)):
            found.setdefault(letter, set()).add(name.name)
    return found


def is_one_by_one(name: str, table: Table) -> bool:
    """Whether name_1, name_2 are known, each by itself."""
    return len(_members(name, table)) > 1


def _members(name: str, table: Table) -> set[int]:
    """The numbers k for which name_k is known, or is defined where the name says already what they lie in."""
    symbol = table.symbols.get(name)
    if not table.known(name):
        known = table.known
    elif symbol is not None and symbol.lead and name not in table.definitions and name not in table.functions:
        listed = symbol.alone or any(x in table.ranges for x in symbol.lead)  # else a_k > 0 only says which sign it has
        known = table.definitions.__contains__ if listed else table.known
    else:
        return set()
    return {k for k in range(10) if known(f"{name}_{k}")}


def _numbered_side(side: list[Token], letter: str, k: int) -> list[Token]:
    """The tokens with a number for the index letter."""

    def is_index(n: int, t: Token) -> bool:
        return t.kind == "letter" and t.text == letter and _is_lowered(side, n)

    return [replace(t, kind="num", text=str(k)) if is_index(n, t) else t for n, t in enumerate(side)]


def _is_lowered(side: list[Token], n: int) -> bool:
    """Whether the token stands in a subscript: x_k, x_{k}, x_{1,k}."""
    if n and side[n - 1].is_("_"):
        return True
    closed = 0  # groups that end between here and the token
    for m in range(n - 1, 0, -1):
        if side[m].is_("{") and not closed:  # a group around the token
            if side[m - 1].is_("_"):
                return True
        else:
            closed += side[m].is_("}") - side[m].is_("{")
    return False
