"""Entries under a letter of their own: "let $s_{ij}$ be the entries of $Z$", "$P$ has the entries $p_{ij}$"."""

from __future__ import annotations

import re
from typing import NamedTuple

from derive.documents.declarations.enumerations import scripted_name
from derive.documents.names.scripts import all_items, letter_of
from derive.documents.names.symbols import Definition, Tokens
from derive.documents.names.table import Table
from derive.documents.statements.settled import value_rank
from derive.documents.syntax import tree as s

_NAME = r"(?:\\(?:math|bold|bm|bf|text)\w*\s*\{\s*)?\\?(?P<name>[A-Za-z]+)\s*\}?"
_ENTRIES = r"(?:entr(?:y|ies)|elements?|components?)"
BEHIND = re.compile(
    rf"\$(?P<between>(?:i\.\s?e\.|[^.;:_=]){{0,120}}?)\b{_ENTRIES}\s+of\s+(?:the\s+(?:\w+\s+)?(?:matrix|array|vector)\s+)?\$\s*{_NAME}\s*\$"
)
"""From the end of the formula: `$ be the score of class $j$ for example $i$, i.e. the entries of $S$`."""
BEFORE = re.compile(
    rf"\$\s*{_NAME}\s*(?:(?:=|\\in)[^$]*)?\$[^.;:$]{{0,60}}\b(?:with|having|has|have|whose)\s+(?:the\s+)?{_ENTRIES}"
    r"\s+(?:are\s+)?\$\s*$"
)
"""Up to the beginning of the formula: `$P$ be the matrix with entries $`."""
LET = re.compile(r"\blet[\s~]*$", re.IGNORECASE)
BE = re.compile(r"[\s$)\\]*(?:be|denote|stand for|mean)\b")
OTHERS = re.compile(r"\$\s*(?:,|and\b|,\s*and\b)\s*\$\s*\\?[A-Za-z]+\s*_")
"""`$U$, $V$ with entries $u_{ji}$ and $v_{kj}$`: each has its own."""
PLACE = re.compile(r"\(?\s*([a-z])\s*,\s*([a-z])\s*\)?")


def of_array(tokens: Tokens, behind: str, table: Table) -> None:
    """Enter q_ij as the entries of S, where the words behind it say that it is."""
    said, member = BEHIND.match(behind), _member(tokens)
    if said is None or member is None:
        return
    place = PLACE.search(said["between"])
    if place is None or place.groups() == member.letters:  # else q_ij is the (j, i) entry
        _as_entries(member, said["name"], table)


def with_entries(tokens: Tokens, before: str, behind: str, table: Table) -> None:
    """Enter what the words in front of q_ij say: P has these entries, or they are how the entries of P are written."""
    said, member = BEFORE.search(before), _member(tokens)
    if said is None or member is None or OTHERS.match(behind):
        return
    name = said["name"]
    if table.known(name):
        _as_entries(member, name, table)
        return
    d = table.definitions.get(member.name)
    if d is not None and not (d.parameters or d.letter) and len(d.letters) == len(member.letters):
        entry = s.Script(member.at, s.Name(member.at, member.name), member.sub)
        table.define(Definition(name, entry, member.at, letters=member.letters))


def begun_anew(tokens: Tokens, before: str, after: str, table: Table) -> str:
    """`Let $u_{nj}$ be the pre-activation of unit $j$`, beside an earlier vector u: its name, else empty."""
    member = _member(tokens)
    if member is None or not LET.search(before) or not BE.match(after):
        return ""
    d, symbol = table.definitions.get(member.name), table.symbols.get(member.name)
    if d is None or d.section == table.section or d.letters or d.letter or d.parameters or symbol is not None:
        return ""
    return member.name if 0 < value_rank(member.name, table) < len(member.letters) else ""


class _Member(NamedTuple):
    """q_ij, with letters that are different."""

    name: str
    letters: tuple[str, ...]
    sub: Tokens
    at: int


def _member(tokens: Tokens) -> _Member | None:
    found = scripted_name(tokens)
    if found is None or found[1].sup or not found[1].sub:
        return None
    letters = tuple(letter_of(p) or "" for p in all_items(found[1].sub))
    distinct = all(letters) and len(set(letters)) == len(letters) <= 2
    return _Member(found[0], letters, found[1].sub, found[1].at) if distinct else None


def _as_entries(member: _Member, array: str, table: Table) -> None:
    symbol = table.symbols.get(array)
    given = symbol is not None and not (symbol.lead or symbol.letter) and array not in table.definitions
    rank = len(symbol.dims) if given and symbol is not None else value_rank(array, table)
    own = table.symbols.get(member.name)
    new = member.name not in table.definitions and member.name not in table.functions and (own is None or own.ahead)
    if rank == len(member.letters) and new and member.name != array:
        entry = s.Script(member.at, s.Name(member.at, array), member.sub)
        table.define(Definition(member.name, entry, member.at, letters=member.letters))
