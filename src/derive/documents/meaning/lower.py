"""From the tree to values: one rule a node."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sympy import Add, Rational, S, pi

from derive.documents.meaning.blocks import put_together, tuple_of
from derive.documents.meaning.values import (
    Value,
    add,
    axis,
    broadcast,
    contract,
    divide,
    dot,
    entrywise,
    hadamard,
    make,
    multiply,
    scalar,
    transpose,
)
from derive.documents.names.sizes import ROUNDED
from derive.documents.syntax import tree as s
from derive.documents.trouble import Rounded, Unreadable
from derive.expr import Delta, Size, substitute
from derive.expr.checks import bounded_power, weight

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


MAX_WEIGHT = 50_000  # nodes of one value
SECONDS = 5  # for one reading of a statement


def lower(node: s.Node, c: Context) -> Value:
    """The value of a tree. Raises Unreadable where it grows too large or takes too long."""
    in_time(node.at, c)
    value = RULES[type(node)](node, c)
    if weight(value.expr) > MAX_WEIGHT:
        raise Unreadable(node.at, "an expression that is too large when it is written out", "named parts")
    return value


def in_time(at: int, c: Context) -> None:
    if time.process_time() > c.deadline:
        found = f"a formula that takes more than {SECONDS} seconds to read"
        raise Unreadable(at, found, "a smaller one, or named parts")


def _number(node: s.Num, c: Context) -> Value:
    return scalar(Rational(node.text))


def _special(node: s.Special, c: Context) -> Value:
    symbol = c.table.symbols.get(node.name)
    if node.name == "ones" and symbol is not None and len(symbol.dims) == 2:  # \\mathbb I of a note that says so
        return c.whole(c.tensor_of("ones", None, node.at))
    if node.name in ("ones", "zeros"):
        value = scalar(S.One if node.name == "ones" else S.Zero)
        return broadcast(value, (c.resolved(Size(f"?{node.name}@{node.at}{c.suffix()}")),))
    if node.name == "R":
        raise Unreadable(node.at, r"\mathbb R as a value", "numbers and arrays (images of sets are not judged)")
    raise Unreadable(node.at, r"\infty" if node.name == "infty" else node.name, "a finite expression")


def _name(node: s.Name, c: Context) -> Value:
    from derive.documents.meaning.scripted import name_value

    return name_value(node, c)


def _script(node: s.Script, c: Context) -> Value:
    from derive.documents.meaning.scripted import script_value

    if isinstance(node.base, s.Special) and node.base.name == "ones":
        return _ones_with_scripts(node, c)
    return script_value(node, c)


def _ones_with_scripts(node: s.Script, c: Context) -> Value:
    """1_N, 1_{N x 1}, 1^T, 1'; and the indicator 1_{x > 0}."""
    from derive.documents.meaning.cases import indicator
    from derive.documents.meaning.powers import raised
    from derive.documents.names.scripts import superscript
    from derive.documents.source.rows import RELATIONS

    condition = node.sub[1:-1] if node.sub and node.sub[0].kind == "open" else node.sub  # 1_{x > 0}, 1_{\\{x > 0\\}}
    if any(str(t) in RELATIONS for t in condition):
        value = indicator(condition, node.at, c)
    else:
        dim = c.dimension(node.sub) if node.sub else c.resolved(Size(f"?ones@{node.at}{c.suffix()}"))
        value = broadcast(scalar(S.One), (dim,))
    if node.primes > 1:
        raise Unreadable(node.at, "several primes on a vector of ones", "one, for its transpose")
    return raised(transpose(value, node.at) if node.primes else value, superscript(node.sup), node.at, c)


def _bracket(node: s.Bracket, c: Context) -> Value:
    from derive.documents.functions.wholes import absolute, norm

    if node.kind == "<":
        if len(node.items) != 2:
            raise Unreadable(node.at, f"{len(node.items)} items between angles", "an inner product of two")
        a, b = (lower(i, c) for i in node.items)
        return dot(a, b, node.at)
    if node.kind == "|" and isinstance(only := _only(node), s.Name) and only.name in c.table.sets:
        from derive.documents.sums.subsets import size

        return size(only.name, c)
    if node.kind == "|":
        return absolute(lower(_only(node), c), node.at, c.table.each_absolute)
    if node.kind == "||":
        return norm(node, (), c)
    if node.kind in ROUNDED:
        return _rounded(node, c)
    if len(node.items) > 1:
        return _tuple(node, c)
    return lower(_only(node), c)


def _rounded(node: s.Bracket, c: Context) -> Value:
    """Rounded numbers; of anything else the steps would have to be known."""
    value = lower(_only(node), c)
    number = substitute(value.expr, c.lets, deep=True)
    if value.axes or not number.is_Rational:
        raise Rounded(node.at, "rounding of what is no number", "a number between the brackets")
    return scalar(ROUNDED[node.kind](number))


def _only(node: s.Bracket) -> s.Node:
    if len(node.items) != 1:
        raise Unreadable(node.at, f"{len(node.items)} items in brackets", "one expression")
    return node.items[0]


def _tuple(node: s.Bracket, c: Context) -> Value:
    """(0, 0, 1): a vector written out; (1, ..., 1) has so many entries as its place in the note asks for."""
    from derive.documents.meaning.listed import members

    if (value := members(node, c)) is not None:
        return value
    if len(node.items) == 3 and isinstance(node.items[1], s.Special) and node.items[1].name == "dots":
        first, last = (lower(x, c) for x in node.items[::2])
        if first == last and not first.axes and first.expr.is_number:
            return broadcast(first, (c.resolved(Size(f"?ones@{node.at}{c.suffix()}")),))
    return _written_out(node.at, tuple((i,) for i in node.items), c, kind=node.kind)


def _matrix(node: s.Matrix, c: Context) -> Value:
    from derive.documents.meaning.listed import laid_out

    if (value := laid_out(node, c)) is not None:
        return value
    return _written_out(node.at, node.rows, c)


def _written_out(at: int, rows: tuple[tuple[s.Node, ...], ...], c: Context, kind: str = "") -> Value:
    """The array with these entries, or blocks; `kind` is the bracket around a single column."""
    if len(rows) * len(rows[0]) > 100:
        raise Unreadable(at, "a matrix of more than 100 entries", "a smaller one")
    values = [[lower(node, c) for node in row] for row in rows]
    if any(value.axes for row in values for value in row):
        return tuple_of([row[0] for row in values], kind, at, c) if kind else put_together(values, at, c)
    i, j = axis(0, S(len(rows))), axis(1, S(len(rows[0])))
    terms = [
        value.expr * Delta(i, r) * (Delta(j, k) if len(row) > 1 else S.One)
        for r, row in enumerate(values)
        for k, value in enumerate(row)
    ]
    return make(Add(*terms), i, j) if len(rows[0]) > 1 else make(Add(*terms), i)


def _sum(node: s.Sum, c: Context) -> Value:
    terms = [(sign, lower(t, c)) for sign, t in node.terms]
    if any(value.axes for _, value in terms):
        for (_, value), (_, t) in zip(terms, node.terms, strict=True):
            if not value.axes and isinstance(t, s.Name) and t.name[0].isupper() and t.name in c.used_undeclared:
                c.assumed.setdefault(f"{t.name} is taken as a number (not declared)")  # beside arrays it may be one
    return add(terms, node.at)


def _hadamard(node: s.Hadamard, c: Context) -> Value:
    from derive.documents.functions.composed import is_composition

    if is_composition(node, c.table):
        raise Unreadable(node.at, "functions put one behind the other", "their value at an argument")
    value = lower(node.factors[0][1], c)
    for op, f in node.factors[1:]:
        value = (divide if op == "oslash" else hadamard)(value, lower(f, c), node.at)
    return value


def _fraction(node: s.Fraction, c: Context) -> Value:
    return divide(lower(node.top, c), lower(node.bottom, c), node.at)


def _root(node: s.Root, c: Context) -> Value:
    from derive.documents.meaning.powers import by_entry

    body = lower(node.body, c)
    by_entry(body, "sqrt", node.at, c)
    return entrywise(lambda x: bounded_power(x, Rational(1, node.order)), "the root", node.at, body)


def _juxtaposed(node: s.Juxtaposed, c: Context) -> Value:
    """Applications first, then linked derivatives, then products from left to right."""
    from derive.documents.meaning import dotted

    if not node.factors:
        return scalar(S.One)
    factors = applied(dotted.written_out(node, c) if dotted.has_dots(node) else node, c)
    out = factors[0][1]
    if factors[0][0] == "/":
        out = divide(scalar(S.One), out, node.at)
    for op, value in factors[1:]:
        in_time(node.at, c)
        out = _product(op, out, value, node.at)
    return out


def _product(op: str, a: Value, b: Value, at: int) -> Value:
    if op == "/":
        return divide(a, b, at)
    linked = _linked(a, b, at)
    if linked is not None:
        return linked
    if op == "cdot" and a.rank == b.rank == 1:
        return dot(a, b, at)
    if op == "times" and a.rank == b.rank == 1:
        raise Unreadable(at, "a cross product", r"x^\top y, x y^\top or x \odot y")
    return multiply(a, b, at)


def _linked(a: Value, b: Value, at: int) -> Value | None:
    """dE/dy dy/dx, in either order: contracted over y."""
    if a.link is None or b.link is None:
        return None
    for first, second in ((a, b), (b, a)):
        assert first.link is not None
        assert second.link is not None
        n = second.link.leading
        if second.link.numerator is not None and second.link.numerator == first.link.variable and n:
            if first.rank - first.link.leading != n:
                continue
            value = contract(first, second, n, at)
            from derive.documents.meaning.values import Link

            return Value(value.expr, value.axes, Link(first.link.numerator, second.link.variable, first.link.leading))
    return None


def applied(node: s.Juxtaposed, c: Context) -> list[tuple[str, Value]]:
    """The factors as values, with f (x) read as an application where f is a function."""
    from derive.documents.derivatives.operators import operator
    from derive.documents.derivatives.variations import is_sign, variation
    from derive.documents.functions.application import application

    out: list[tuple[str, Value]] = []
    n = 0
    while n < len(node.factors):
        op, f = node.factors[n]
        number = n and isinstance(f, s.Name) and f.name == "pi" and isinstance(node.factors[n - 1][1], s.Num)
        if number and (c.table.is_circle() or c.table.has_only_members("pi")):
            out.append((op, scalar(pi)))  # 2 pi is a number, whatever pi_k may be
            n += 1
            continue
        following = node.factors[n + 1] if n + 1 < len(node.factors) else None
        if following is not None and is_sign(node, n, c):
            out.append((op, variation(f.at, following[1], c)))
            n += 2
            continue
        if (found := operator(node.factors[n:], c)) is not None:
            out.append((op, found[0]))
            n += found[1]
            continue
        _refuse_operator(f, node.factors[n + 1 : n + 3], c)
        if following is not None and following[0] == "":
            value = application(f, following[1], c)
            if value is not None:
                out.append((op, value))
                n += 2
                continue
            if isinstance(f, s.Name) and _several(following[1]) and not _is_times(f, following[1], c):
                raise Unreadable(f.at, f"{f.name} with several arguments", f"a definition of the function {f.name}")
        out.append((op, lower(f, c)))
        n += 1
    return out


def _several(node: s.Node) -> bool:
    """(a, b), which is an argument list behind a name; <a, b> is an inner product."""
    return isinstance(node, s.Bracket) and node.kind != "<" and len(node.items) > 1


def _is_times(f: s.Name, following: s.Node, c: Context) -> bool:
    """W[h; x]: a matrix that the note declares, times what is put together in square brackets."""
    symbol = c.table.symbols.get(f.name)
    square = isinstance(following, s.Bracket) and following.kind == "["
    return square and symbol is not None and len(symbol.dims) == 2


def _refuse_operator(f: s.Node, following: tuple[tuple[str, s.Node], ...], c: Context) -> None:
    """D f(x) and Delta f(x), where D and Delta are no symbols of the note: operators, not factors."""
    from derive.documents.functions.application import application

    along = isinstance(f, s.Script) and isinstance(f.base, s.Name) and f.base.name == "D" and len(f.sub) == 1
    symbol = c.table.symbols.get(f.sub[0].text) if isinstance(f, s.Script) and along else None
    f = f.base if isinstance(f, s.Script) and along else f
    known = isinstance(f, s.Name) and c.table.known(f.name) and not (symbol is not None and symbol.dims)
    if not isinstance(f, s.Name) or f.name not in ("D", "Delta") or known or len(following) < 2:
        return
    if application(following[0][1], following[1][1], c) is not None:
        raise Unreadable(f.at, f"{f.name} before a function", r"a derivative, as in \frac{\partial f}{\partial x}")


def _big(node: s.Big, c: Context) -> Value:
    from derive.documents.sums.sums import big

    return big(node, c)


def _call(node: s.Call, c: Context) -> Value:
    from derive.documents.functions.application import call

    return call(node, c)


def _cases(node: s.Cases, c: Context) -> Value:
    from derive.documents.meaning.cases import cases

    return cases(node, c)


def _indicator(node: s.Indicator, c: Context) -> Value:
    from derive.documents.meaning.cases import indicator

    return indicator(node.condition, node.at, c)


def _derivative(node: s.Derivative, c: Context) -> Value:
    from derive.documents.derivatives.derivatives import derivative

    return derivative(node, c)


def _differential(node: s.Differential, c: Context) -> Value:
    from derive.documents.derivatives.variations import variation

    return variation(node.at, node.body, c)


def _evaluated(node: s.Evaluated, c: Context) -> Value:
    from derive.documents.derivatives.derivatives import evaluated

    return evaluated(node, c)


RULES: dict[type, Callable[[Any, Context], Value]] = {
    s.Num: _number,
    s.Name: _name,
    s.Special: _special,
    s.Script: _script,
    s.Bracket: _bracket,
    s.Sum: _sum,
    s.Juxtaposed: _juxtaposed,
    s.Hadamard: _hadamard,
    s.Fraction: _fraction,
    s.Root: _root,
    s.Big: _big,
    s.Call: _call,
    s.Cases: _cases,
    s.Matrix: _matrix,
    s.Indicator: _indicator,
    s.Derivative: _derivative,
    s.Differential: _differential,
    s.Evaluated: _evaluated,
}
