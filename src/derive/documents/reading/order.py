"""The order in which the formulas of a note are read: `a = w^T x, where w = ...` says first what w is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.documents.names.mentions import mentioned
from derive.documents.names.scripts import base_of, word_of
from derive.documents.sentences.shapes import IS_DIAGONAL
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part, Piece, relations
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable

WHERE = re.compile(r"[\s,;.]*(?:where|with|wobei|mit|où|avec|여기서)\s+", re.IGNORECASE)
AND = re.compile(r"\s*(?:,|and|, and|und|et|,\s*where|및|그리고)\s*", re.IGNORECASE)


def reading_order(formulas: Sequence[tuple[Segment, list[Piece]]]) -> list[int]:
    """The numbers of the formulas: what a where-clause defines comes before the formula that it explains.

    Only names that nothing before has given a meaning, and whose meaning does not rest on what is explained.
    """
    parts = [[relations(p.tokens) for p in pieces] for _, pieces in formulas]
    heads = [set().union(*map(_heads, found)) for found in parts]
    order: list[int] = []
    known: set[str] = set()
    n = 0
    while n < len(formulas):
        stop = _clause_end(n, formulas, parts, heads, known)
        order += [*range(n + 1, stop), n]
        known |= set().union(*heads[n:stop])
        n = stop
    return order


def _clause_end(
    n: int,
    formulas: Sequence[tuple[Segment, list[Piece]]],
    parts: list[list[Part]],
    heads: list[set[str]],
    known: set[str],
) -> int:
    """The number behind the definitions that explain formula n, which is n + 1 where there are none."""
    stop, explained = n + 1, heads[n]
    used = set().union(*map(_used, parts[n]))
    while stop < len(formulas):
        segment, _ = formulas[stop]
        links = WHERE if stop == n + 1 else AND
        if segment.display or not links.fullmatch(segment.before):
            break
        if _is_told(stop, formulas, parts, used - known - explained):
            stop += 2
            continue
        (part,) = parts[stop] if len(parts[stop]) == 1 else (None,)
        if part is None or [str(r) for r in part.relations] != ["="]:
            break
        new = heads[stop]
        if not new or not new <= used or new & (known | explained) or _used(part) & explained:
            break
        used |= _used(part)
        stop += 1
    return stop


def _is_told(
    n: int, formulas: Sequence[tuple[Segment, list[Piece]]], parts: list[list[Part]], open_names: set[str]
) -> bool:
    """Whether formula n is one of these names, and words and the next formula say what it is."""
    pair = parts[n : n + 2]
    if len(pair) < 2 or any(len(found) != 1 or found[0].relations for found in pair):
        return False
    tree = _tree(pair[0][0], 0)
    named = isinstance(tree, s.Name) and tree.name in open_names
    return named and not formulas[n + 1][0].display and bool(IS_DIAGONAL.fullmatch(formulas[n + 1][0].before))


def _heads(part: Part) -> set[str]:
    """The names that stand on the left of a relation, with and without their scripts."""
    tree = _tree(part, 0) if part.relations else None
    if isinstance(tree, s.Juxtaposed) and isinstance(tree.factors[-1][1], s.Bracket):
        tree = tree.factors[0][1]  # f(x) = ...
    base = base_of(tree) if tree is not None else None
    if base is None or not isinstance(tree, (s.Name, s.Script)):
        return set()
    return {f"{base.name}_{word_of(tree.sub)}"} if isinstance(tree, s.Script) and tree.sub else {base.name}


def _used(part: Part) -> set[str]:
    """The names on the right of the first relation."""
    return set().union(*(mentioned(tree) for k in range(1, len(part.sides)) if (tree := _tree(part, k)) is not None))


def _tree(part: Part, k: int) -> s.Node | None:
    try:
        return parse(part.sides[k]) if part.sides[k] else None
    except (Unreadable, RecursionError):
        return None
