"""Conditions that hold for some statements only: `for t > 0`, `i \\ne j`, `x = 0`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from sympy import Add, Expr, Integer, S

from derive.documents.declarations.bounds import exclude_each_other, narrowed, span
from derive.documents.derivatives.points import mapped
from derive.documents.meaning import shifts
from derive.documents.meaning.cases import COMPARE, chosen
from derive.documents.meaning.classes import names_class
from derive.documents.meaning.context import Context
from derive.documents.meaning.domains import restricted
from derive.documents.meaning.values import Value, scalar
from derive.documents.names.scripts import letter_of
from derive.documents.names.symbols import Symbol, Tokens
from derive.documents.names.table import Table
from derive.documents.source.rows import Part, relations
from derive.documents.statements.pair import Pair
from derive.documents.syntax.tree import Node
from derive.documents.trouble import Clash, Unreadable
from derive.expr import Delta, Elem, Index, Let, Tensor, free_indices, rename, sum_over, tensors, unfold

DISTINCT = re.compile(
    r"\b(?:for|with|if|when|where|für|mit)(?: (?:all|any|every|two|alle|zwei))*"
    r" (?:(?:mutually |pairwise )?distinct|different|unequal|verschiedene)(?: (?:indices|classes|labels|positions))?"
    r"[\s~]*$"
    r"|서로 다른\s*$",
    re.IGNORECASE,
)


FLIPPED = {"<": ">", "\\le": "\\ge"}


@dataclass(frozen=True)
class Condition:
    """A condition in force: a bound on a symbol, or a relation between two index letters."""

    text: str
    symbol: Symbol | None = None
    letters: tuple[str, str] = ("", "")
    equal: bool = False
    first: int = 1  # j = 2, ..., K: the positions before are left out
    guard: Tokens = ()  # an inequality: the claim is compared only where it holds
    lasts: bool = False  # beyond its sentence
    also: bool = False  # one case of those that the claim holds in: `even for t < 0`
    said: Tokens = ()  # a bound, as it is written
    total: Node | None = None  # the sum of the entries of the symbol
    places: Part | None = None  # which index letters it is about: k <= p <= m
    never: bool = False  # the claim is about another case
    strict: bool = False  # the claim is one with <, >: 0 on both sides is no case in which it holds


def flat(part: Part) -> Tokens:
    """The tokens of a relation."""
    pairs = zip_longest(part.sides, ([r] for r in part.relations), fillvalue=[])
    return tuple(t for pair in pairs for x in pair for t in x)


def index_condition(part: Part, table: Table, text: str) -> Condition | None:
    """i = j or i \\ne j between two letters that are no symbols."""
    if len(part.relations) != 1 or str(part.relations[0]) not in ("=", "\\ne"):
        return None
    a, b = (letter_of(tuple(x)) for x in part.sides)
    if a is None or b is None or table.known(a) or table.known(b) or a in table.steps:
        return None
    if {a, b} & table.sizes.keys() - table.ranges.keys() - table.indices:
        return None  # i \\ne n is about places
    usual = len(a) == len(b) == 1 and a in "abcdhijklmnpqrstuv" and b in "abcdhijklmnpqrstuvyc"
    equal = str(part.relations[0]) == "="  # which may define; f \ne g of letters without a meaning is of indices
    if equal and not usual and not {a, b} <= table.indices | table.ranges.keys():
        return None
    return Condition(text, None, (a, b), equal)


def class_condition(part: Part, table: Table, text: str) -> Condition | None:
    """j = y_i or j \\ne y_i, where y_i is the class of an example and j an index letter."""
    if len(part.relations) != 1 or str(part.relations[0]) not in ("=", "\\ne"):
        return None
    for index, label in (part.sides, part.sides[::-1]):
        letter = letter_of(tuple(index))
        if letter is not None and not table.known(letter) and names_class(tuple(label), table):
            told = "".join(t.text for t in label)
            return Condition(text, letters=(letter, told), equal=str(part.relations[0]) == "=", guard=flat(part))
    return None


def distinct(parts: Sequence[Part], words: str, table: Table) -> Condition | None:
    """`for distinct $i, j$`: these letters, behind these words."""
    letters = [letter_of(tuple(side)) for part in parts for side in part.sides]
    if len(letters) != 2 or not DISTINCT.search(words) or any(x is None or table.known(x) for x in letters):
        return None
    a, b = (x or "" for x in letters)
    return Condition(f"{a} and {b} are distinct", letters=(a, b))


def range_condition(part: Part, table: Table, text: str) -> Condition | None:
    """j = 2, ..., K for an index letter: positions are counted from one."""
    found = span(part, table)
    if found is None or found[1].low < 2 or table.picks(*found) or table.known(found[0]):
        return None
    return Condition(text, None, (found[0], ""), first=found[1].low)


def but_the_first(part: Part, table: Table, text: str) -> Condition | None:
    """i \\ne 1, i > 1 and i \\ge 2 for an index letter: positions are counted from one."""
    if len(part.relations) != 1:
        return None
    sign, (left, right) = str(part.relations[0]), part.sides
    if sign in FLIPPED and letter_of(tuple(left)) is None:
        sign, left, right = FLIPPED[sign], right, left
    letter, number = letter_of(tuple(left)), "".join(t.text for t in right)
    first = {"\\ne": 2 if number == "1" else 0, ">": _one_more(number), "\\ge": _one_more(number) - 1}.get(sign, 0)
    run = table.indices | table.ranges.keys() | (table.subscripts - table.sizes.keys())
    runs = letter in run - table.steps
    if letter is None or first < 2 or not runs or table.known(letter) or table.from_zero:
        return None
    return Condition(text, None, (letter, ""), first=first)


def _one_more(number: str) -> int:
    return int(number) + 1 if number.isdecimal() and len(number) < 4 else 0


def place_condition(part: Part, table: Table, text: str) -> Condition | None:
    """k <= p <= m: an index letter between sizes, which is no range that begins with a number; i < j, i < n, i = n."""
    if span(part, table) is not None:
        return None
    signs = {str(r) for r in part.relations}
    if not any(signs <= x for x in ({"\\le", "<"}, {"\\ge", ">"}, {"\\ne"}, {"="})):
        return None
    names = [t.text for side in part.sides for t in side if t.kind in ("letter", "cmd")]
    letters = [x for x in names if shifts.runs(x, table)]
    ordered = all(letter_of(tuple(side)) in letters for side in part.sides)
    counted = any(letter_of(tuple(side)) in letters for side in part.sides) and len(letters) == 1
    if len(part.relations) < 2 and not ordered and not (counted and len(names) > 1):
        return None
    if "=" in signs and (ordered or not set(letters) <= table.indices):
        return None
    known = (ordered or len(letters) < len(names)) and all(x in table.sizes or x in letters for x in names)
    plain = all(t.kind in ("letter", "cmd", "num") or t.is_("+", "-") for side in part.sides for t in side)
    return Condition(text, places=part) if letters and known and plain else None


def at_numbers(conditions: Sequence[Condition], numbers: Mapping[str, int]) -> list[Condition]:
    """The conditions, where these letters have numbers: one on such letters alone holds, or it never does.

    Of another one, a_k > 0, the letters get their numbers, too.
    """
    out: list[Condition] = []
    for x in conditions:
        said = x.guard or x.said
        if said and any(t.text in numbers for t in said):
            said = tuple(replace(t, kind="num", text=str(numbers[t.text])) if t.text in numbers else t for t in said)
            x = Condition(x.text, guard=said)
        holds = _holds(x, numbers)
        out += [x] if holds is None else [] if holds else [Condition(x.text, never=True)]
    return out


def _holds(x: Condition, numbers: Mapping[str, int]) -> bool | None:
    """Whether a condition on letters holds at these numbers; None where it is about something else, too."""
    if x.guard:
        chain = relations(list(x.guard))
        if not all(len(side) == 1 and side[0].kind == "num" and side[0].text.isdigit() for side in chain.sides):
            return None
        ends = [int(side[0].text) for side in chain.sides]
        return all(COMPARE[str(r)](a, b) for r, a, b in zip(chain.relations, ends, ends[1:], strict=False))
    sides = [letter_of(tuple(side)) for side in x.places.sides] if x.places is not None else [*filter(None, x.letters)]
    values = [numbers[y] for y in sides if y is not None and y in numbers]
    if not sides or len(values) < len(sides):
        return None
    if x.places is not None:
        pairs = zip(x.places.relations, values, values[1:], strict=False)
        return all(COMPARE[str(r)](a, b) for r, a, b in pairs)
    return values[0] >= x.first if len(values) == 1 else (values[0] == values[1]) == x.equal


@dataclass(frozen=True)
class Restricting:
    """What conditions do to a pair of sides: bounded symbols are written with a free parameter."""

    conditions: tuple[Condition, ...] = ()

    def __call__(self, pair: Pair, c: Context) -> Pair:
        for condition in self.conditions:
            pair = _apply(condition, pair, c)
        return pair

    @property
    def places(self) -> tuple[Part, ...]:
        """The conditions on index letters, which want numbers for these."""
        return tuple(x.places for x in self.conditions if x.places is not None)


def restricting(conditions: Sequence[Condition]) -> Restricting:
    """What they do together, the nearest first: of two on the same pair of letters, the nearer one is meant."""
    kept: dict[object, Condition] = {}
    for x in conditions:
        kept.setdefault(frozenset(x.letters) if all(x.letters) else len(kept), x)
    return Restricting(tuple(kept.values()))


def _apply(condition: Condition, pair: Pair, c: Context) -> Pair:
    if condition.places is not None:
        return pair
    if condition.never:
        return Pair(*(Value(S.Zero, v.axes) for v in (pair.left, pair.right)))
    if condition.guard:
        return _guarded(condition, pair, c)
    if condition.symbol is None:
        return _by_letters(condition, pair, c)
    tensor = c.memo.get((condition.symbol.name, None))
    if tensor is None:
        return pair
    if condition.total is not None:
        return _with_total(condition, condition.total, tensor, pair, c)
    if tensor in c.lets:  # it has bounds already
        return _guarded(replace(condition, guard=condition.said), pair, c) if condition.said else pair
    before = c.table.symbols.get(condition.symbol.name)
    if before is not None and exclude_each_other(before, condition.symbol):
        raise Unreadable(_place(condition), condition.text, f"a case of what {condition.symbol.name} was said to be")
    c.assumed.setdefault(condition.text)
    return Pair(*(_bounded(v, tensor, condition.symbol, c) for v in (pair.left, pair.right)))


def _place(condition: Condition) -> int:
    """Where a condition stands."""
    return condition.said[0].start if condition.said else 0


def _with_total(condition: Condition, total: Node, tensor: Tensor, pair: Pair, c: Context) -> Pair:
    """The entries as any numbers with their mean moved, so that their sum is right: each such array is one of these."""
    from derive.documents.meaning.lower import lower

    value = lower(total, c)
    if value.axes or tensor in c.lets or tensor.rank != 1 or tensor in _inputs(value.expr, c):
        return pair
    (dim,) = tensor.dims
    free = Tensor(f"{tensor.name}_free", tensor.dims, None, tensor.properties)
    other = Index(f"{tensor.name}$total", dim)
    moved = (value.expr - sum_over(Elem(free, other), other)) / dim

    def entry(e: Elem) -> Expr:
        return Elem(free, *e.indices) + moved

    _restrict_lets(tensor, entry, c)
    c.assumed.setdefault(condition.text)
    return Pair(*(Value(mapped(v.expr, tensor, entry), v.axes) for v in (pair.left, pair.right)))


def _guarded(condition: Condition, pair: Pair, c: Context) -> Pair:
    """One side divided by 1 where the condition holds, and by 0 elsewhere: no place there counts."""
    try:
        holds = chosen(condition.guard, scalar(S.One), scalar(S.Zero), condition.guard[0].start, c)
    except Clash as clash:
        raise Unreadable(condition.guard[0].start, str(clash), "a comparison of what can be compared") from None
    if holds.axes or not _inputs(holds.expr, c) & (_inputs(pair.left.expr, c) | _inputs(pair.right.expr, c)):
        return pair
    there = free_indices(pair.left.expr) | free_indices(pair.right.expr)
    indices = tuple(sorted(free_indices(holds.expr), key=str))
    every = [i for i in indices if i not in there]
    if every and (condition.symbol is not None or all(condition.letters)):
        return pair  # a bound of what has bounds already; j \\ne y_i, where no j is in the claim
    if every and (not condition.lasts or any(i.name in c.table.labels for i in every)):
        raise Unreadable(condition.guard[0].start, f"{condition.text}, for a claim without this index", "one with it")
    c.assumed.setdefault(condition.text)
    if (
        not every and not condition.strict and any("one_hot" in t.properties for t in tensors(holds.expr))
    ):  # j \\ne y_i: no example has it for all of its entries
        return Pair(*(Value(holds.expr * v.expr, v.axes) for v in (pair.left, pair.right)))
    indices = tuple(i for i in indices if i in there)
    share = sum_over(1 / holds.expr, *every) / sum_over(S.One, *every) if every else 1 / holds.expr  # 1 where all hold
    return _only_there(condition, share, indices, pair, c)


def _only_there(condition: Condition, share: Expr, indices: tuple[Index, ...], pair: Pair, c: Context) -> Pair:
    """One side times what is 1 where the condition holds, and has no value elsewhere."""
    tensor = Tensor(f"~{condition.text}", tuple(i.dim for i in indices))
    c.lets[tensor] = Let(Elem(tensor, *indices), share)
    if pair.left.expr.is_number:
        return Pair(pair.left, Value(pair.right.expr * Elem(tensor, *indices), pair.right.axes))
    return Pair(Value(pair.left.expr * Elem(tensor, *indices), pair.left.axes), pair.right)


def _inputs(e: Expr, c: Context) -> frozenset[Tensor]:
    return tensors(unfold(e, c.program(e)))


def _by_letters(condition: Condition, pair: Pair, c: Context) -> Pair:
    there: dict[str, Expr] = {} if c.table.from_zero else {x: Integer(n - 1) for x, n in c.table.fixed.items()}
    there |= {i.name: i for v in (pair.left, pair.right) for i in free_indices(v.expr)}
    if any(x not in there for x in condition.letters if x):
        return pair
    i, j = (there.get(x) for x in condition.letters)
    if i is None or condition.first > 1:
        share = 1 - Add(*(Delta(i, Integer(k)) for k in range(condition.first - 1))) if i is not None else S.One
    elif isinstance(i, Index) and isinstance(j, Index) and i.dim != j.dim:
        return pair
    elif isinstance(i, Index) and isinstance(j, Index) and condition.equal:
        return Pair(*(Value(rename(v.expr, {j: i}), v.axes) for v in (pair.left, pair.right)))
    else:
        share = Delta(i, j) if condition.equal else 1 - Delta(i, j)
    if condition.strict:
        return _only_there(condition, 1 / share, tuple(x for x in (i, j) if isinstance(x, Index)), pair, c)
    return Pair(*(Value(share * v.expr, v.axes) for v in (pair.left, pair.right)))


def _bounded(v: Value, tensor: Tensor, symbol: Symbol, c: Context) -> Value:
    """The value with x written in what runs freely; properties go to the tensor itself."""
    if symbol.properties:
        other = Tensor(tensor.name, tensor.dims, tensor.layer, narrowed(tensor.properties, symbol.properties))
        _restrict_lets(tensor, lambda e: Elem(other, *e.indices), c)
        v, tensor = Value(mapped(v.expr, tensor, lambda e: Elem(other, *e.indices)), v.axes), other
    if (let := restricted(tensor, symbol, c)) is not None:
        c.lets[tensor] = let  # as where it is declared with these bounds
    return v


def _restrict_lets(tensor: Tensor, f, c: Context) -> None:
    for t, let in list(c.lets.items()):
        if tensor in tensors(let.rhs):
            c.lets[t] = type(let)(let.target, mapped(let.rhs, tensor, f))
