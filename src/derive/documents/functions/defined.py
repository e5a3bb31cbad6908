"""Functions that the note defines: their values, their derivatives, and what they rest on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.documents.derivatives import points
from derive.documents.functions.inserted import by_name, derived, replaced, substituted
from derive.documents.functions.overloads import refuse_bare
from derive.documents.functions.wholes import arity
from derive.documents.meaning.values import Value, broadcast, is_filled, scalar
from derive.documents.names.symbols import Definition
from derive.documents.source.uses import one_more
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Unreadable
from derive.expr import Tensor

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


def value_of(d, primes: int, args: list[Value], at: int, c: Context) -> Value:
    from derive.documents.meaning.lower import lower

    arity(args, len(d.parameters), d.name, at)
    args = [_whole(p, a, c) for p, a in zip(d.parameters, args, strict=True)]
    if len(c.computing) > 30:
        raise Unreadable(at, f"{d.name}, which is defined by itself", "a definition that ends somewhere")
    c.computing.append((d.name, -1))
    before, c.scope = c.scope, f"{c.scope}c{at}"
    try:
        if moving := points.carried(d, c):
            return points.moved(d, moving, primes, args, at, c)
        if not primes:
            with c.bind(dict(zip(d.parameters, args, strict=True))):
                value = lower(d.rhs, c)
            return Value(by_name(value.expr), value.axes)
        t = Tensor(f"~{d.parameters[0]}", (), None, _sign_of(d.parameters[0], c))
        with c.bind({d.parameters[0]: scalar(t())}):
            body = lower(d.rhs, c)
            body = Value(by_name(body.expr), body.axes)
    finally:
        c.computing.pop()
        c.scope = before
    if len(args) != 1 or (body.axes and not points.is_of_number(d.parameters[0], args[0], c)):
        raise Unreadable(at, f"{d.name} with a prime", "a function of one number before the prime")
    slope = derived(body.expr, t, primes, c)
    if body.axes:
        return Value(replaced(slope, {t: args[0].expr}), body.axes)  # of a curve: entry by entry
    return substituted(scalar(slope), {t: args[0]})


def _whole(name: str, value: Value, c: Context) -> Value:
    """A number in place of an array, as in f(0) and f(\\mathbf 0): that in each entry."""
    symbol = c.table.symbols.get(name)
    if not is_filled(value) or symbol is None or not symbol.dims or symbol.lead or symbol.numbered:
        return value
    if symbol.ahead and not value.axes:
        return value  # the note speaks of such an array only further down
    return broadcast(scalar(value.expr), c.shape_of(symbol, None)) if not symbol.letter else value


def at_parameter(d: Definition, name: str, value: Value, primes: int, args: list[Value], at: int, c: Context) -> Value:
    """rho_{1 - tau}(r): the number in the subscript is one more argument."""
    if value.axes:
        raise Unreadable(at, f"an array in place of {name}", "a number")
    if not primes:
        return value_of(replace(d, parameters=(*d.parameters, name)), 0, [*args, value], at, c)
    if points.carried(replace(d, parameters=(name,)), c):
        raise Unreadable(at, f"{d.name} with a prime at another {name}", "the derivative written out")
    with c.bind({name: value}):
        return value_of(d, primes, args, at, c)


def _sign_of(name: str, c: Context) -> frozenset[str]:
    symbol = c.table.symbols.get(name)
    return symbol.properties if symbol is not None and not symbol.dims else frozenset()


def body_of(name: str, at: int, c: Context) -> Value:
    """A function without its argument list: J for J(B), at its own parameters."""
    from derive.documents.meaning.lower import lower

    d = c.table.definitions[name]
    refuse_bare(d, at, c.table)
    if len(c.computing) > 30:
        raise Unreadable(at, f"{name}, which is defined by itself", "a definition that ends somewhere")
    c.computing.append((name, -2))
    try:
        with c.bind({p: v for p in d.parameters if (v := _sample(p, d, c)) is not None}):
            value = lower(d.rhs, c)
        return Value(by_name(value.expr), value.axes)
    finally:
        c.computing.pop()


def _sample(name: str, d: Definition, c: Context) -> Value | None:
    """A parameter that is one of many: x in h(x), where the note has samples x^{(i)} and h does not number them."""
    symbol = c.table.symbols.get(name)
    if symbol is None or not (symbol.lead or symbol.numbered) or name in c.bindings:
        return None
    scripts = [n for n in walk(d.rhs) if isinstance(n, s.Script) and isinstance(n.base, s.Name) and n.sub]
    if any(isinstance(n.base, s.Name) and n.base.name == name for n in scripts):
        return None
    dims = tuple(c.dimension(t) for t in symbol.dims[1 if symbol.numbered else 0 :])
    return c.whole(Tensor(one_more(name), dims, None, symbol.properties))
