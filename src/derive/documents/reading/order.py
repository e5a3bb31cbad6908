"""The order in which the formulas of a note are read: `a = w^T x, where w = ...` says first what w is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from derive.documents.names.mentions import mentioned
from derive.documents.names.scripts import base_of, is_numeral, strip, word_of
from derive.documents.sentences.shapes import IS_DIAGONAL
from derive.documents.source.document import Segment
from derive.documents.source.rows import Part, Piece, relations
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Unreadable

WHERE = re.compile(
    r"[\s,;.:(]*(?:and |und )?(?:where|with|here|in which|wobei|worin|hier (?:ist|sind)|mit|où|avec|여기서|단|이때)"
    r"(?:,| (?:now|again|as (?:before|above|usual)|we (?:write|set|put|define|abbreviate|use)|wir))?\s+",
    re.IGNORECASE,
)
NOW = re.compile(r"\b(?:now|nun|jetzt|이제)\s*$", re.IGNORECASE)
FOR = re.compile(r"[\s,]*(?:for|für|pour)(?: the function)?\s+", re.IGNORECASE)
AND = re.compile(
    r"(?:\s*(?:[,;]|and|und|et|sowie|이고|이며|및|그리고)\s*){1,2}(?:(?:where|with|wobei|mit|où|avec)\s*)?",
    re.IGNORECASE,
)


def reading_order(formulas: Sequence[tuple[Segment, list[Piece]]]) -> list[int]:
    """The numbers of the formulas: what a where-clause defines comes before the formula that it explains.

    Only names that nothing before has given a meaning, and whose meaning does not rest on what is explained.
    """
    parts = [[relations(p.tokens) for p in pieces] for _, pieces in formulas]
    heads = [set().union(*map(_heads, found)) for found in parts]
    order: list[int] = []
    known: set[str] = set()
    told: set[str] = set()  # those that such a clause told
    n = 0
    while n < len(formulas):
        stop = _clause_end(n, formulas, parts, heads, known, told)
        order += [*_by_use(range(n + 1, stop), parts, heads), n]
        told = (told - heads[n]) | set().union(*heads[n + 1 : stop])
        known |= set().union(*heads[n:stop], *(_declared(p) for found in parts[n:stop] for p in found))
        n = stop
    return order


def explained_first(parts: Sequence[Part], known: Callable[[str], bool]) -> list[int]:
    """The numbers of the statements of one formula: of `a^2 - b^2 = s t, s = a + b, t = a - b` the first comes last."""
    order = list(range(len(parts)))
    heads = [_heads(p) for p in parts]
    for n, part in enumerate(parts):
        before = [m for m in order[: order.index(n)] if heads[n] & _all_used(parts[m])]
        same = any(heads[n] & heads[m] and not _is_power(parts[m]) for m in range(n))
        fresh = heads[n] and not any(map(known, heads[n])) and not same
        if not before or not fresh or not _may_define(part) or heads[n] & _varied(*(parts[m] for m in before)):
            continue
        if _used(part) & set().union(*(heads[m] for m in order[order.index(before[0]) : order.index(n)])):
            continue
        order.remove(n)
        order.insert(order.index(before[0]), n)
    return order


def _clause_end(
    n: int,
    formulas: Sequence[tuple[Segment, list[Piece]]],
    parts: list[list[Part]],
    heads: list[set[str]],
    known: set[str],
    told: set[str],
) -> int:
    """The number behind the definitions that explain formula n, which is n + 1 where there are none."""
    stop, explained = n + 1, set().union(*(_heads(p) for p in parts[n] if not _is_power(p)))
    used = set().union(*map(_used, parts[n]))
    claimed = set().union(*map(_all_used, parts[n])) - _varied(*parts[n])
    while stop < len(formulas):
        segment, _ = formulas[stop]
        first, found = stop == n + 1, parts[stop]
        functions = first and all(map(_is_function, found)) and FOR.fullmatch(segment.before)
        joined = functions or (WHERE if first else AND).fullmatch(segment.before)
        if not joined or (segment.display and not first) or segment.heading != formulas[n][0].heading:
            break
        if _is_told(stop, formulas, parts, used - known - explained):
            stop += 2
            continue
        if not all([str(r) for r in p.relations] in (["="], ["\\coloneq"]) and _heads(p) for p in found):
            break
        new, anew = heads[stop], bool(NOW.search(segment.before))
        may = all(map(_may_define, found)) or anew
        if not new <= used and not (new <= used | claimed and may):
            break
        behind = set().union(*map(_used, found))
        if new & (explained if anew or (may and new <= told) else known | explained) or behind & explained:
            break
        used |= behind
        stop += 1
    return stop


def _by_use(numbers: range, parts: list[list[Part]], heads: list[set[str]]) -> list[int]:
    """Definitions before those that rest on them."""
    order: list[int] = []
    for n in numbers:
        at = next((k for k, m in enumerate(order) if any(heads[n] & _used(p) for p in parts[m])), len(order))
        order.insert(at, n)
    return order


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
    """The names that stand on the left of a relation, with and without their scripts; of f'(x) = ... there is none."""
    tree = _tree(part, 0) if part.relations else None
    if isinstance(tree, s.Juxtaposed) and isinstance(tree.factors[-1][1], s.Bracket):
        tree = tree.factors[0][1]  # f(x) = ...
    if isinstance(tree, s.Call) and tree.bracketed and not tree.primes:
        return {tree.function}
    base = base_of(tree) if tree is not None else None
    if base is None or not isinstance(tree, (s.Name, s.Script)) or (isinstance(tree, s.Script) and tree.primes):
        return set()
    return {f"{base.name}_{word_of(tree.sub)}"} if isinstance(tree, s.Script) and tree.sub else {base.name}


def _declared(part: Part) -> set[str]:
    """The names of a list, which may go on with a declaration."""
    tree = _tree(part, 0) if not part.relations else None
    return mentioned(tree) if isinstance(tree, (s.Name, s.Script)) else set()


def _is_function(part: Part) -> bool:
    """f(x) = ..."""
    tree = _tree(part, 0) if part.relations else None
    return isinstance(tree, s.Call) or (isinstance(tree, s.Juxtaposed) and bool(_heads(part)))


def _may_define(part: Part) -> bool:
    """One equality with a name on its left; with a number on its right it may be an example."""
    return (
        len(part.relations) == 1
        and str(part.relations[0]) in ("=", "\\coloneq")
        and bool(_heads(part))
        and bool(_used(part) - {"e", "pi"})
    )


def _used(part: Part) -> set[str]:
    """The names on the right of the first relation."""
    return _mentioned(part, range(1, len(part.sides)))


def _all_used(part: Part) -> set[str]:
    """The names on all sides, but what stands on the left by itself."""
    return _mentioned(part, range(1 if _heads(part) and not _is_power(part) else 0, len(part.sides)))


def _is_power(part: Part) -> bool:
    """c^2 = ...: it may say what c is, but what follows may say so, too."""
    tree = _tree(part, 0) if part.relations else None
    return isinstance(tree, s.Script) and is_numeral(strip(tree.sup))


def _mentioned(part: Part, sides: range) -> set[str]:
    return set().union(*(mentioned(tree) for k in sides if (tree := _tree(part, k)) is not None))


def _varied(*parts: Part) -> set[str]:
    """The names in which derivatives are taken: the w of dL/dw, and the x of f'(x)."""
    trees = [tree for part in parts for k in range(len(part.sides)) if (tree := _tree(part, k)) is not None]
    nodes = [n for tree in trees for n in walk(tree)]
    found = [v for n in nodes if isinstance(n, s.Derivative) for v in n.variables]
    for n in nodes:
        pairs = zip(n.factors, n.factors[1:], strict=False) if isinstance(n, s.Juxtaposed) else ()
        found += [b for (_, a), (_, b) in pairs if isinstance(a, s.Script) and a.primes and isinstance(b, s.Bracket)]
    return set().union(*map(mentioned, found))


def _tree(part: Part, k: int) -> s.Node | None:
    try:
        return parse(part.sides[k]) if part.sides[k] else None
    except (Unreadable, RecursionError):
        return None
