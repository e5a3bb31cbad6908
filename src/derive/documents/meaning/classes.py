"""Labels out of 1, ..., K compared with a class: `1\\{y_i = k\\}` is an entry of the one-hot matrix of the labels.

So the sum over all classes is one, whatever K is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sympy import Expr

from derive.documents.meaning.values import Value, make
from derive.documents.names.scripts import base_of, letter_of
from derive.documents.names.symbols import Tokens
from derive.documents.names.table import Table
from derive.documents.trouble import Clash, Unreadable
from derive.expr import Elem, Index, Size, Tensor, sum_over

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context

CLASS = "_class"  # of the one-hot matrix of y


def equality(left: Tokens, right: Tokens, at: int, c: Context) -> Value | None:
    """1 where a label is the class, or where two labels are the same, else 0; None of anything else."""
    from derive.documents.meaning.entries import position

    labels = [_one_hot(side, at, c) for side in (left, right)]
    for label, other in zip(labels, (right, left), strict=True):
        letter = letter_of(other)
        if label is not None and letter is not None and not c.table.known(letter) and letter not in c.bindings:
            tensor, indices, value = label
            return make(Elem(tensor, *indices, position(other, tensor.dims[-1], at, c)), *value.axes)
    a, b = labels
    if a is None or b is None or a[2].axes or b[2].axes or a[0].dims[-1] != b[0].dims[-1]:
        return None
    k = Index(f"k${at}", a[0].dims[-1])
    return Value(sum_over(Elem(a[0], *a[1], k) * Elem(b[0], *b[1], k), k))


def is_label(part: Tokens, c: Context) -> bool:
    """Whether an index is the label of an example, the y_i of p_{i,y_i}."""
    return names_class(part, c.table)


def names_class(part: Tokens, table: Table) -> bool:
    """Whether this is y_i, the class of an example."""
    if len(part) < 3 or part[0].kind not in ("letter", "cmd") or not part[1].is_("_", "^"):
        return False
    symbol = table.symbols.get(part[0].text)
    return symbol is not None and bool(symbol.classes and symbol.lead) and part[0].text not in table.definitions


def of_class(e: Expr, label: Tokens, axis: Index, at: int, c: Context) -> Expr:
    """The entry at the class of a label: the sum over all classes, of which one counts. Raises Unreadable."""
    return sum_over(e * is_class(label, axis, at, c), axis)


def is_class(label: Tokens, axis: Index, at: int, c: Context) -> Expr:
    """1 where the index is the class of a label, else 0. Raises Unreadable."""
    found = _one_hot(label, at, c)
    if found is None:
        raise Unreadable(at, "this label as an index", "the label of one example, out of 1, ..., K")
    tensor, indices, value = found
    if value.axes:
        raise Unreadable(at, "all labels as an index", "the label of one example")
    if c.resolved(axis.dim) != tensor.dims[-1]:
        raise Clash(f"a class out of {tensor.dims[-1]} as an index up to {c.resolved(axis.dim)}", at)
    return Elem(tensor, *indices, axis)


def _one_hot(label: Tokens, at: int, c: Context) -> tuple[Tensor, tuple[Expr, ...], Value] | None:
    """The matrix of the labels, the indices of this one, and its value."""
    from derive.documents.meaning.lower import lower

    name = base_of(c.tree(label, at))
    symbol = c.table.symbols.get(name.name) if name is not None else None
    if name is None or symbol is None or not symbol.classes or name.name in c.table.definitions:
        return None
    value = lower(c.tree(label, at), c)
    if not isinstance(value.expr, Elem) or value.expr.tensor.name != name.name:
        return None
    of, dim = value.expr.tensor, c.dimension(symbol.classes)
    if not isinstance(dim, Size):
        return None
    return Tensor(f"{of.name}{CLASS}", (*of.dims, dim), of.layer, ("one_hot",)), value.expr.indices, value


def refuse_both(found: Iterable[Tensor], table: Table) -> None:
    """Raise Unreadable where a label is taken as a number, too: what it has to do with its class is not read."""
    names = {t.name for t in found}
    for name in sorted(names):
        base = name.removesuffix(CLASS)
        if base != name and base in names and (symbol := table.symbols.get(base)) is not None and symbol.classes:
            raise Unreadable(0, f"{base} as a class and as a number", "one of them")
