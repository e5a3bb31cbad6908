"""Sizes and whole numbers from their tokens: N, 3, n_l, n_{l-1}, 2n, N + 1, and layers l, l + 1, L."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Expr, Integer, ceiling, floor

from derive.documents.names.scripts import items, strip, word_of
from derive.documents.source.tokens import Token
from derive.documents.syntax import tree as s
from derive.documents.syntax.parser import parse
from derive.documents.trouble import Unreadable
from derive.expr import Size

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

Tokens = tuple[Token, ...]
EXTREMA = {"max": max, "min": min}
ROUNDED = {"floor": floor, "ceil": ceiling}
MAX_NUMBER = 10**9


def size_of(tokens: Tokens, c: Context) -> Expr:
    """The size that the tokens stand for."""
    tokens = strip(tokens)
    at = tokens[0].start if tokens else 0
    value = number(parse(tokens, at), c, sizes=True)
    if value.is_Integer and not 0 < value <= MAX_NUMBER:
        raise Unreadable(at, str(value), "a positive size")
    return value


def step_of(tokens: Tokens, c: Context) -> int | None:
    """The number of a layer or step: l + 1 where l has a number; None where a letter has none."""
    tokens = strip(tokens)
    if not tokens:
        return None
    try:
        value = number(parse(tokens, tokens[0].start), c, sizes=False)
    except Unreadable:
        return None
    if value.is_Integer and abs(value) > MAX_NUMBER:
        raise Unreadable(tokens[0].start, "a number beyond a thousand million", "a smaller one")
    return int(value) if value.is_Integer else None


def number(node: s.Node, c: Context, *, sizes: bool) -> Expr:
    """A whole-number expression of numbers, step letters and (with `sizes`) names of sizes."""
    if isinstance(node, s.Num) and node.text.isdigit() and len(node.text) < 10:
        return Integer(node.text)
    if isinstance(node, s.Sum):
        return sum((sign * number(t, c, sizes=sizes) for sign, t in node.terms), Integer(0))
    if isinstance(node, s.Juxtaposed) and all(op in ("", "cdot", "times") for op, _ in node.factors):
        out: Expr = Integer(1)
        for _, f in node.factors:
            out *= number(f, c, sizes=sizes)
        return out
    if isinstance(node, s.Bracket) and len(node.items) == 1 and node.kind in ROUNDED:
        return ROUNDED[node.kind](_ratio(node.items[0], c))
    if isinstance(node, s.Bracket) and len(node.items) == 1 and node.kind in "({[":
        return number(node.items[0], c, sizes=sizes)
    if (
        isinstance(node, s.Call)
        and node.function in EXTREMA
        and node.args
        and not (node.sub or node.sup or node.primes)
    ):
        return EXTREMA[node.function](number(a, c, sizes=False) for a in node.args)
    if isinstance(node, s.Name):
        return _named(node, c, sizes)
    if isinstance(node, s.Script) and isinstance(node.base, s.Name) and not node.sup and not node.primes and sizes:
        return _layer_size(node, c)
    raise Unreadable(node.at, "this expression", "a size or a whole number")


def _ratio(node: s.Node, c: Context) -> Expr:
    """p/r between the brackets of a rounded number, where both have values."""
    if isinstance(node, s.Fraction):
        over, under = node.top, node.bottom
    elif isinstance(node, s.Juxtaposed) and len(node.factors) == 2 and node.factors[1][0] == "/":
        (_, over), (_, under) = node.factors
    else:
        return number(node, c, sizes=False)
    value = number(under, c, sizes=False)
    if value == 0:
        raise Unreadable(under.at, "a division by zero", "another denominator")
    return number(over, c, sizes=False) / value


def _named(node: s.Name, c: Context, sizes: bool) -> Expr:
    found = c.letters.get(node.name)
    if node.name in c.env:
        c.used_steps.add(node.name)
        return Integer(c.env[node.name])
    if found is not None and found.is_Integer:
        return found
    if sizes:
        return c.resolved(Size(node.name))
    raise Unreadable(node.at, node.name, "a layer or a step")


def _layer_size(node: s.Script, c: Context) -> Expr:
    """n_l, d_x, n_{l-1}: a size at a layer, or with a name."""
    assert isinstance(node.base, s.Name)
    parts = items(node.sub)
    step = step_of(parts[0], c) if len(parts) == 1 else None
    if step is not None:
        return _last_size(node.base.name, step, c) or Size(node.base.name, step)
    name = f"{node.base.name}_{word_of(node.sub)}"
    return Integer(c.env[name]) if name in c.env else c.resolved(Size(name))


def _last_size(base: str, step: int, c: Context) -> Expr | None:
    """The number n_L = 1, or the size n_L = K, where the note says that of the last layer and this is the last one."""
    ends = [letter for letter in sorted(c.table.depths) if c.env.get(letter) == step]
    told = [d for end in ends if (d := c.table.definitions.get(f"{base}_{end}")) is not None and not d.letters]
    here = c.table.definitions.get(f"{base}_{step}")
    alone = not any(f"{base}_{k}" in c.table.definitions for k in range(step))  # not: n_0 = 3, n_1 = 4, n_2 = 1
    last = alone and any(word_of(r.high) == str(step) for r in c.table.ranges.values())  # l = 1, 2, 3
    if here is not None and not here.letters and (isinstance(here.rhs, s.Name) or last):
        told = [here, *told]  # d_0 = n, while n_2 = 1 is one example
    if not told:
        return None
    tree = told[0].rhs
    if isinstance(tree, s.Name) and tree.name not in c.table.sizes:
        return None
    return number(tree, c, sizes=True) if isinstance(tree, (s.Num, s.Name)) else None
