"""Index arithmetic: x_{i+a-1}, w_{j-i+1}. Indices of an expression know none, so sizes and indices get numbers.

A statement that needs it is read at a few small sizes that agree with the sizes which the note derives
(m = n - k + 1), for all values of its index letters; sums are written out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, pairwise, product
from math import gcd
from typing import Any, NamedTuple

from sympy import Add, Integer, Mul

from derive.documents.meaning.cases import COMPARE, conjuncts
from derive.documents.meaning.chosen import MANY, Env, names_behind, number_of, settings
from derive.documents.meaning.context import Context
from derive.documents.meaning.indexed import computed
from derive.documents.meaning.values import Value, axis
from derive.documents.names.counting import first_of
from derive.documents.names.entries import indices
from derive.documents.names.mentions import exponent, free_letters, reachable_from
from derive.documents.names.scripts import INDEX_LETTERS, letter_of, strip, word_of
from derive.documents.names.sizes import step_of
from derive.documents.names.symbols import Definition, Tokens
from derive.documents.names.table import Table
from derive.documents.source.rows import Part, relations
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Unreadable
from derive.expr import Delta

MAX_ENTRIES = 100  # of an array that is written out
MAX_PLACES = 40  # of the letters, for one setting of the sizes


class Entry(NamedTuple):
    """A name with indices."""

    name: str
    parts: list[Tokens]


def entries(tree: s.Node, table: Table) -> list[Entry]:
    nodes = [n for n in walk(tree) if isinstance(n, s.Script) and isinstance(n.base, s.Name) and n.sub]
    return [Entry(n.base.name, indices(n.base.name, n.sub, table)) for n in nodes if isinstance(n.base, s.Name)]


def are_in(trees: list[s.Node], table: Table) -> bool:
    """Whether the trees, or the definitions behind them, compute with index letters."""
    found = _defining(trees, table)
    named = {n.name for tree in trees for n in walk(tree) if isinstance(n, s.Name)}
    return any(_computes(t, table, named) for t in found) or counts(found, table) or _compares_sizes(trees, table)


def _compares_sizes(trees: Sequence[s.Node], table: Table) -> bool:
    """Whether sizes that are made of each other, n = 2p, stand in the trees as numbers: in general they know nothing
    of each other."""
    of = {x: {n.name for n in walk(d.rhs) if isinstance(n, s.Name)} for x, d in table.definitions.items()}
    made = {x for x in table.sizes if of.get(x) and of[x] <= table.sizes.keys()}
    values = {name for tree in trees for name in _values(tree)}
    parts = set().union(*(of[x] for x in made))
    return bool(made and values & parts and (names_behind(list(trees), table) | values) & made)


def _defining(trees: list[s.Node], table: Table) -> tuple[s.Node, ...]:
    """The trees, and the definitions behind them."""
    behind = set().union(*(reachable_from(t, table) for t in trees)) & table.definitions.keys()
    return (*trees, *(table.definitions[n].rhs for n in behind))


def counts(trees: Iterable[s.Node], table: Table) -> bool:
    """Whether the letter of a sum is a number in it, as in \\sum_{k=1}^n k; at steps there are numbers anyway."""
    sums = [n for t in trees for n in walk(t) if isinstance(n, s.Big) and n.kind in ("sum", "prod") and n.sub and n.sup]
    return any(bool(_bound(n, table) & set(_values(n.body))) for n in sums)


def _bound(node: s.Big, table: Table) -> set[str]:
    """k of a sum over k from 1 to n, where neither of them is a step; whatever else the note calls k."""
    chain = relations(list(strip(node.sub)))
    letter = letter_of(tuple(chain.sides[0])) if [str(r) for r in chain.relations] == ["="] else None
    stepping, high = table.steps | table.depths, {t.text for t in strip(node.sup)}
    written_out = all(t.isdigit() for t in high)
    if letter is None or written_out or stepping & {letter, *high}:
        return set()
    return {letter}


def _values(tree: s.Node) -> Iterator[str]:
    """The letters that stand for numbers: outside of subscripts and of layers."""
    nodes = list(walk(tree))
    subscripted = {id(n.base) for n in nodes if isinstance(n, s.Script) and n.sub}
    for n in nodes:
        if isinstance(n, s.Name) and id(n) not in subscripted:
            yield n.name
        elif isinstance(n, s.Script):
            yield from _values(exponent(n))


def _computes(tree: s.Node, table: Table, named: set[str]) -> bool:
    if any(_shifted(e, table) for e in entries(tree, table)):
        return True
    conditions = [tokens for n in walk(tree) if isinstance(n, s.Cases) for _, tokens in n.rows]
    chains = [relations(list(part)).sides for c in conditions for part in conjuncts(c)]
    pairs = [p for sides in chains for a, b in pairwise(sides) for p in ((a, b), (b, a))]
    compared = {_numbered(x, y, table) for x, y in pairs}
    own = {n.name for n in walk(tree) if isinstance(n, s.Name)}
    variables = (own | named) - table.indices - table.ranges.keys()
    return bool(compared - variables - {None})  # t in "t/2 if t > 0" is no index


def _numbered(x: list[Token], y: list[Token], table: Table) -> str | None:
    """The index that is compared with a number or a size: there are cases for what it may be."""
    letter = letter_of(tuple(x))
    known = [t.kind == "num" or t.text in table.sizes or t.is_("+", "-") for t in y]
    return letter if letter is not None and runs(letter, table) and known and all(known) else None


def _shifted(e: Entry, table: Table) -> bool:
    if table.is_family(e.name) or not table.known(e.name):
        return False
    return any(
        runs(t.text, table) for p in e.parts if computed(p) and not table.known(f"{e.name}_{word_of(p)}") for t in p
    )


def runs(letter: str, table: Table) -> bool:
    """Whether a letter is an index here."""
    index = letter in table.indices or letter in table.ranges or letter in INDEX_LETTERS
    return index and not (table.known(letter) or letter in table.sizes or letter in table.steps | table.depths)


def environments(
    trees: list[s.Node], table: Table, conditions: Sequence[Part] = (), *, generic: bool = False
) -> list[Env]:
    """Numbers for the sizes behind the trees and their index letters, for which the conditions hold.

    `generic`: sizes that differ from what is made of others, too. Raises Unreadable where a range is unknown.
    """
    out: list[Env] = []
    counting = counts(_defining(trees, table), table)
    for sizes in settings(trees, table, counting=counting, generic=generic):
        ranges = {x: range_of(x, trees, sizes, table) for x in _letters(trees, table)}
        places = [{**sizes, **dict(zip(ranges, values, strict=True))} for values in product(*ranges.values())]
        places = [env for env in places if all(_holds(x, env, table) for x in conditions)]
        out += spread(places)
    return out


def spread(places: list[Env]) -> list[Env]:
    """All places, or so many of them that no letter stands still."""
    step = next(k for k in count(max(-(-len(places) // MAX_PLACES), 1)) if gcd(k, len(places)) == 1 or not places)
    return places[::step]


def own_letters(trees: list[s.Node], table: Table) -> frozenset[str]:
    """The index letters of the trees that no definition of the note speaks of, nor any size."""
    spoken = set().union(*(_open_letters(d.rhs) - set(d.letters) for d in table.definitions.values()))
    sizes = {t.text for symbol in table.symbols.values() for dim in symbol.dims for t in dim}
    return frozenset(_letters(trees, table)) - spoken - sizes


def _open_letters(node: Any) -> set[str]:
    """The letters of a tree; only the i of a sum from i = m on is its own."""
    if isinstance(node, Token):
        return {node.text}
    if isinstance(node, s.Big):
        chain = relations(list(strip(node.sub)))
        counted = [str(r) for r in chain.relations] == ["="]
        bound = {t.text for t in chain.sides[0]} if counted else set()
        under = chain.sides[1] if counted else node.sub
        return (_open_letters(node.body) - bound) | _open_letters((*under, *node.sup))
    if isinstance(node, tuple):
        return set().union(*map(_open_letters, node))
    if isinstance(node, s.Node):
        own = {node.name} if isinstance(node, s.Name) else set()
        return own.union(*map(_open_letters, s.parts(node)))
    return set()


def about(conditions: Sequence[Part], trees: list[s.Node], table: Table) -> tuple[Part, ...]:
    """The conditions on index letters that stand in the trees."""
    there = set().union(*map(free_letters, trees))
    letters = [{t.text for side in x.sides for t in side if runs(t.text, table)} for x in conditions]
    return tuple(x for x, own in zip(conditions, letters, strict=True) if own & there)


def _holds(condition: Part, env: Env, table: Table) -> bool:
    """Whether k <= p <= m at these numbers."""
    c = Context(table, env)
    values = [step_of(tuple(side), c) for side in condition.sides]
    if None in values:
        at = condition.relations[0].start
        raise Unreadable(at, "a condition on what does not stand in the formula", "one on its indices and sizes")
    pairs = zip(condition.relations, values, values[1:], strict=False)
    return all(COMPARE[str(r)](a, b) for r, a, b in pairs)


def _letters(trees: list[s.Node], table: Table) -> list[str]:
    """The index letters that stand for themselves."""
    free = set().union(*map(free_letters, trees))
    used = {t.text for tree in trees for e in entries(tree, table) for p in e.parts for t in p}
    return sorted(x for x in free & used if runs(x, table))


def range_of(letter: str, trees: list[s.Node], env: Env, table: Table) -> range:
    """The values of an index letter: those that the note gives, else those at the arrays that have it."""
    found = table.ranges.get(letter)
    axes = () if found is not None and found.high and not table.runs_later(letter) else _axes(letter, trees, table)
    for size, first in axes:
        return range(first, number_of(Context(table).tree(size, 0), env, table) + first)
    if found is not None and found.high:
        return range(found.low, number_of(Context(table).tree(found.high, 0), env, table) + (0 if found.strict else 1))
    if found is not None and not found.high:  # k = 0, 1, 2, \\dots
        return range(found.low, found.low + MANY)
    raise Unreadable(trees[0].at, f"the index {letter}, whose range is not known", f"a range of {letter}")


def _axes(letter: str, trees: list[s.Node], table: Table) -> Iterator[tuple[Tokens, int]]:
    """The sizes of the axes of declared arrays that the letter stands at by itself, and where they begin."""
    for e in (e for t in trees for e in entries(t, table)):
        axes = zip(_declared(e.name, len(e.parts), table), e.parts, strict=False)
        yield from ((dim, first_of(e.name, table)) for dim, part in axes if letter_of(part) == letter)
    for d in table.definitions.values():
        if any(d.rhs is t for t in trees):
            axes = zip(_declared(d.name, len(d.letters), table), d.letters, strict=False)
            yield from ((dim, first_of(d.name, table)) for dim, x in axes if x == letter)


def _declared(name: str, rank: int, table: Table) -> tuple[Tokens, ...]:
    """The sizes of an array that is declared with so many axes."""
    symbol = table.symbols.get(name)
    return symbol.dims if symbol is not None and not symbol.lead and len(symbol.dims) == rank else ()


# -- definitions ---------------------------------------------------------------------------------------------------
def counting_in(d: Definition) -> set[str]:
    """The index letters of a definition that are numbers in it: t of eta_t = eta t / N."""
    return set(d.letters) & set(_values(d.rhs)) if d.letters else set()


def by_place(d: Definition, c: Context) -> bool:
    """Whether the index letters of a definition need numbers: y_i is a sum of x_{i+a-1}."""
    from derive.documents.sums import ordered

    return bool(d.letters and c.placed) and (bool(counting_in(d)) or ordered.defines(d) or are_in([d.rhs], c.table))


def written_out(d: Definition, c: Context) -> Value:
    """The array of a definition, place by place."""
    ends, first = _ends(d, c), first_of(d.name, c.table)
    places = list(product(*(range(first, n + 1) for n in ends)))
    if len(places) > MAX_ENTRIES:
        raise Unreadable(d.place, f"{d.name} with more than {MAX_ENTRIES} entries", "a smaller one")
    axes = tuple(axis(k, Integer(n + 1 - first)) for k, n in enumerate(ends))
    terms = []
    for place in places:
        value = _at(d, place, c)
        if value.axes:
            raise Unreadable(d.place, f"the arrays {d.name} with index arithmetic", "entries that are numbers")
        terms.append(Mul(value.expr, *(Delta(i, Integer(n - first)) for i, n in zip(axes, place, strict=True))))
    return Value(Add(*terms), axes)


def outside(base: str, parts: list[Tokens], c: Context) -> Value | None:
    """An entry beyond the range, where the note says what it is: by cases, or in words; None for any other."""
    d, said = c.table.definitions.get(base), c.table.beyond.get(base)
    by_cases = d is not None and isinstance(d.rhs, s.Cases)
    if not c.placed or not (said is not None or by_cases):
        return None
    place, ends = [step_of(p, c) for p in parts], _last(base, c)
    if None in place or len(ends) != len(place):
        return None
    from derive.documents.meaning.lower import lower

    numbers, first = tuple(n for n in place if n is not None), first_of(base, c.table)
    beyond = {-1 if n < first else 1 for n, end in zip(numbers, ends, strict=True) if not first <= n <= end}
    if not beyond or (said is not None and not beyond <= said.sides):
        return None
    with c.apart(c.env), c.within(f"d{d.place if d is not None else base}"):
        return lower(said.value, c) if said is not None else _at(d, numbers, c)


def _last(base: str, c: Context) -> list[int]:
    """The last values of the indices of an array; [] of one without sizes of its own."""
    d, symbol = c.table.definitions.get(base), c.table.symbols.get(base)
    if d is not None and d.letters:
        return _ends(d, c)
    if symbol is None or symbol.lead or symbol.letter:
        return []
    sizes = [step_of(dim, c) for dim in symbol.dims]
    return [n - 1 + first_of(base, c.table) for n in sizes if n is not None]


def _ends(d: Definition, c: Context) -> list[int]:
    """The last value of each index letter."""
    known = c.table.ranges_in(d.section)
    ranges, first = [known.get(x) for x in d.letters], first_of(d.name, c.table)
    ends = [
        step_of(r.high, c) if r is not None and r.low == first and r.high and not (r.strict and first) else None
        for r in ranges
    ]
    ends = [n - r.strict if n is not None and r is not None else None for n, r in zip(ends, ranges, strict=True)]
    for k, dim in enumerate(_declared(d.name, len(d.letters), c.table)):
        if ranges[k] is None and (size := step_of(dim, c)) is not None:
            ends[k] = size - 1 + first
    if None in ends:
        raise Unreadable(d.place, f"{d.name}, whose indices have no range", r"a range, as in i = 1, \dots, n")
    return [n for n in ends if n is not None]


def _at(d: Definition, place: tuple[int, ...], c: Context) -> Value:
    from derive.documents.meaning.lower import lower

    with c.numbered(dict(zip(d.letters, place, strict=True))):
        return lower(d.rhs, c)
