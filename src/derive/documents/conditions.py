"""Conditions that hold for some statements only: `for t > 0`, `i \\ne j`, `x = 0`."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from derive.documents.context import Context
from derive.documents.lower import lower
from derive.documents.names import letter_of
from derive.documents.rows import Part
from derive.documents.sides import Pair
from derive.documents.table import Symbol, Table, Tokens
from derive.documents.values import Value
from derive.expr import Delta, Elem, Tensor, free_indices, rename


@dataclass(frozen=True)
class Condition:
    """A condition in force: a bound on a symbol, or a relation between two index letters."""

    text: str
    symbol: Symbol | None = None
    letters: tuple[str, str] = ("", "")
    equal: bool = False
    low: Tokens = ()


def index_condition(part: Part, table: Table, text: str) -> Condition | None:
    """i = j or i \\ne j between two letters that are no symbols."""
    if len(part.relations) != 1 or str(part.relations[0]) not in ("=", "\\ne"):
        return None
    a, b = (letter_of(tuple(x)) for x in part.sides)
    if a is None or b is None or table.known(a) or table.known(b) or a in table.steps or len(a) > 1 or len(b) > 1:
        return None
    if a not in "abcdhijklmnpqrstuv" or b not in "abcdhijklmnpqrstuvyc":
        return None
    return Condition(text, None, (a, b), str(part.relations[0]) == "=")


def restricting(conditions: list[Condition]):
    """What conditions do to a pair of sides: bounded symbols are written with a free parameter."""

    def restrict(pair: Pair, c: Context) -> Pair:
        for condition in conditions:
            pair = _apply(condition, pair, c)
        return pair

    return restrict


def _apply(condition: Condition, pair: Pair, c: Context) -> Pair:
    if condition.symbol is None:
        return _by_letters(condition, pair)
    tensor = c.memo.get((condition.symbol.name, None))
    if tensor is None or tensor in c.lets:
        return pair
    c.assumed.setdefault(condition.text)
    return Pair(*(_bounded(v, tensor, condition.symbol, c) for v in (pair.left, pair.right)))


def _by_letters(condition: Condition, pair: Pair) -> Pair:
    there = {i.name: i for v in (pair.left, pair.right) for i in free_indices(v.expr)}
    if not all(x in there for x in condition.letters):
        return pair
    i, j = (there[x] for x in condition.letters)
    if i.dim != j.dim:
        return pair
    if condition.equal:
        return Pair(*(Value(rename(v.expr, {j: i}), v.axes) for v in (pair.left, pair.right)))
    return Pair(*(Value((1 - Delta(i, j)) * v.expr, v.axes) for v in (pair.left, pair.right)))


def _bounded(v: Value, tensor: Tensor, symbol: Symbol, c: Context) -> Value:
    """The value with x written as low + u, high - u, or low + (high - low) u; properties go to the tensor itself."""
    if symbol.properties:
        other = Tensor(tensor.name, tensor.dims, tensor.layer, tensor.properties | symbol.properties)
        _restrict_lets(tensor, lambda e: Elem(other, *e.indices), c)
        return Value(_mapped(v.expr, tensor, lambda e: Elem(other, *e.indices)), v.axes)
    low = lower(symbol.low, c).expr if symbol.low is not None else None
    high = lower(symbol.high, c).expr if symbol.high is not None else None
    both = low is not None and high is not None
    free = Tensor(f"{tensor.name}_free", tensor.dims, None, ("unit_interval" if both else "positive",))

    def value(e: Elem) -> Expr:
        u = Elem(free, *e.indices)
        if low is not None and high is not None:
            return low + (high - low) * u
        return low + u if low is not None else high - u  # type: ignore[operator, return-value]

    _restrict_lets(tensor, value, c)
    return Value(_mapped(v.expr, tensor, value), v.axes)


def _restrict_lets(tensor: Tensor, f, c: Context) -> None:
    from derive.expr import Let, tensors

    for t, let in list(c.lets.items()):
        if tensor in tensors(let.rhs):
            c.lets[t] = Let(let.target, _mapped(let.rhs, tensor, f))


def _mapped(e: Expr, tensor: Tensor, f) -> Expr:
    from derive.expr import Sum_, open_binder, rebuild, sum_over, tensors

    def go(u: Expr) -> Expr:
        if tensor not in tensors(u):
            return u
        if isinstance(u, Elem):
            return f(u)
        if isinstance(u, Sum_):
            body, names = open_binder(u)
            return sum_over(go(body), *names)
        return rebuild(u, go)

    return go(e)
