"""Differentials by themselves: d(X^T X) = dX^T X + X^T dX, the part of an increment that is linear in dX.

What varies in a statement are the inputs whose differentials stand in it; all else is held fixed. Where that is not
plain, or where dW is short for a gradient, the statement is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sympy import Add

from derive.documents.derivatives.derivatives import total
from derive.documents.meaning.values import Value
from derive.documents.names.scripts import base_of
from derive.documents.syntax import tree as s
from derive.documents.syntax.tree import walk
from derive.documents.trouble import Unreadable
from derive.expr import Elem, Tensor, fresh, sum_over, tensors, unfold
from derive.expr.symbols import ENDS

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

LINEAR = frozenset(("symmetric", "diagonal"))  # what X is, dX is as well
OPEN = LINEAR | {
    "positive",
    "nonzero",
    "invertible",
    "positive_definite",
    "unit_interval",
    *ENDS,
}  # small increments lead nowhere else


def is_sign(node: s.Juxtaposed, n: int, c: Context) -> bool:
    """Whether factor n is the d of a differential: a letter of no other use, close to what it acts on."""
    f = node.factors[n][1]
    if not isinstance(f, s.Name) or f.name != "d" or n + 1 == len(node.factors):
        return False
    if c.table.known("d") or "d" in c.letters or "d" in c.env or "d" in c.bindings:
        return False
    if "d" in c.table.sizes and not _is_total(c):
        return False
    return any(_is_close(a, b) and base_of(b) is not None for a, b in _pairs(c.trees))


def _is_total(c: Context) -> bool:
    """Whether dy = g dx stands in a note that has d dimensions as well: nobody multiplies both sides by these."""
    first = c.trees[0]
    if len(c.trees) != 2 or not isinstance(first, s.Juxtaposed) or len(first.factors) != 2:
        return False
    right = list(_pairs(c.trees[1:]))
    ends = [*_pairs(c.trees[:1]), *right]
    names = [b.base if isinstance(b, s.Script) and not b.sup else b for _, b in ends]
    known = all(isinstance(x, s.Name) and c.table.known(x.name) and x.name not in c.table.sizes for x in names)
    return bool(right) and len(ends) > len(right) and known and all(_is_close(a, b) for a, b in ends)


def _pairs(trees: tuple[s.Node, ...]) -> Iterator[tuple[s.Node, s.Node]]:
    """Each d with the factor behind it."""
    for u in (u for tree in trees for u in walk(tree) if isinstance(u, s.Juxtaposed)):
        for (_, a), (_, b) in zip(u.factors, u.factors[1:], strict=False):
            if isinstance(a, s.Name) and a.name == "d":
                yield a, b


def _is_close(d: s.Node, body: s.Node) -> bool:
    return body.at == d.at + 1


def variation(at: int, body: s.Node, c: Context) -> Value:
    """The differential of the body."""
    from derive.documents.meaning.lower import lower

    c.differential = True
    _refuse_open(at, c)
    value = lower(body, c)
    if isinstance(value.expr, Elem) and value.expr.tensor not in c.lets:
        return Value(Elem(_increment(value.expr.tensor, at, c), *value.expr.indices), value.axes)
    inputs = _varying(c)
    if not inputs:
        raise Unreadable(
            at, "a differential without that of an input", r"the differentials of what varies, as in \mathrm d X"
        )
    _refuse_others(at, body, value, inputs, c)
    terms = []
    for t in inputs:
        increment, indices = _increment(t, at, c), tuple(fresh(d) for d in t.dims)
        terms.append(sum_over(total(value.expr, Elem(t, *indices), c) * Elem(increment, *indices), *indices))
    return Value(Add(*terms), value.axes)


def _refuse_open(at: int, c: Context) -> None:
    """d x^T A x = ... has no brackets; dW = ..., where W is an input, is no differential; nor is dZ = A - Y."""
    if c.computing or len(c.trees) != 2:
        raise Unreadable(at, "a differential within a definition", "the differential of what is defined")
    signs = [list(_differentials(tree, c)) for tree in c.trees]
    if not all(found or _is_zero(tree) for found, tree in zip(signs, c.trees, strict=True)):
        raise Unreadable(at, "a differential on one side only", "differentials on both sides")
    first = c.trees[0]
    if isinstance(first, s.Juxtaposed):
        whole = isinstance(first.factors[0][1], s.Differential)
        if (whole or is_sign(first, 0, c)) and len(first.factors) > 2 - whole:
            raise Unreadable(at, "a product behind d", "brackets around what d acts on")
    if (base := _bare(first, c)) is not None and base.name not in c.table.definitions:
        raise Unreadable(at, f"the differential of {base.name}, which is not defined", f"a definition of {base.name}")


def _refuse_others(at: int, body: s.Node, value: Value, inputs: list[Tensor], c: Context) -> None:
    """d(X Y) = dX Y in a note that speaks of dY, too: is Y held fixed? For df, where f is a function of both, it is."""
    there = {t.name for t in tensors(unfold(value.expr, c.program(value.expr)))}
    fixed = sorted((there & c.table.varied) - {t.name for t in inputs})
    if fixed and base_of(body) is None:
        raise Unreadable(
            at, f"a differential without that of {fixed[0]}", f"words that say whether {fixed[0]} is held fixed"
        )
    for name in fixed:
        c.assumed.setdefault(f"{name} is held fixed")


def _is_zero(tree: s.Node) -> bool:
    return isinstance(tree, s.Num) and float(tree.text) == 0


def _bare(tree: s.Node, c: Context) -> s.Name | None:
    """W of the left side dW."""
    body = tree.body if isinstance(tree, s.Differential) else None
    if isinstance(tree, s.Juxtaposed) and len(tree.factors) == 2 and is_sign(tree, 0, c):
        body = tree.factors[1][1]
    return base_of(body) if body is not None else None


def _differentials(tree: s.Node, c: Context) -> Iterator[s.Node]:
    """What the differentials of a tree are of."""
    for u in walk(tree):
        if isinstance(u, s.Differential):
            yield u.body
        elif isinstance(u, s.Juxtaposed):
            for n in range(len(u.factors)):
                if is_sign(u, n, c):
                    yield u.factors[n + 1][1]


def _varying(c: Context) -> list[Tensor]:
    """The inputs whose differentials stand in the statement. Raises Unreadable where another input varies, too."""
    from derive.documents.meaning.lower import lower

    out: dict[Tensor, None] = {}
    for n, tree in enumerate(c.trees):
        for body in _differentials(tree, c):
            base = base_of(body)
            if base is None or (n == 0 and _bare(tree, c) is not None):
                continue
            value = lower(body, c)
            found = [
                t
                for t in sorted(tensors(value.expr), key=str)
                if t.name == base.name or t.name.startswith(f"{base.name}_")
            ]
            if base.name in c.table.definitions or not found or any(t in c.lets for t in found):
                raise Unreadable(
                    body.at, f"the differential of {base.name} within a formula", "differentials of inputs"
                )
            out |= dict.fromkeys(found)
    return list(out)


def _increment(t: Tensor, at: int, c: Context) -> Tensor:
    """dX, of the shape of X."""
    name = f"d{t.name}"
    symbol = c.table.symbols.get(t.name)
    if t.name in c.used_undeclared or symbol is None:
        raise Unreadable(
            at, f"the differential of {t.name}, which is not declared", f"a declaration or a definition of {t.name}"
        )
    if t.properties - OPEN or symbol.unit or symbol.low or symbol.high or c.table.known(name):
        raise Unreadable(
            at, f"the differential of {t.name}, which cannot vary freely", "a variable without constraints"
        )
    return Tensor(name, t.dims, t.layer, t.properties & LINEAR)
