r"""Sums over an index set of unknown size: \sum_{n \in B} and |B|, as with a mini-batch.

The set is its indicator, a binary vector over the range of the index: a sum over the set is a weighted sum over all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.documents.meaning.values import Value, is_unknown, make, moved, same, scalar
from derive.documents.syntax import tree as s
from derive.documents.trouble import Unreadable
from derive.expr import Index, Size, Tensor, sum_over

if TYPE_CHECKING:
    from derive.documents.meaning.context import Context


def over(letter: str, name: str, node: s.Big, c: Context) -> Value:
    """The sum, or the mean, over the indices in the set."""
    from derive.documents.meaning.lower import lower

    if node.kind not in ("sum", "E"):
        raise Unreadable(node.at, f"a {node.kind} over a set", "a sum or a mean")
    if c.table.known(name):
        raise Unreadable(
            node.at, f"{name}, which has a value, as a set", "a range such as i=1 to n, or a set of indices"
        )
    n = Index(f"{letter}${node.at}", c.resolved(Size(f"?{letter}${node.at}{c.suffix()}")))
    with c.bound({letter: n}):
        body = moved(lower(node.body, c), 60)
    within = indicator(name, c)
    same(n.dim, within.dims[0])
    if is_unknown(n.dim):
        raise Unreadable(node.at, f"a sum over {letter}, whose range is not known", f"an array with the index {letter}")
    total = sum_over(within(n) * body.expr, n)
    return make(total if node.kind == "sum" else total / size(name, c).expr, *body.axes)


def indicator(name: str, c: Context) -> Tensor:
    """One for the indices in the set, else zero."""
    return Tensor(f"in_{name}", (c.resolved(Size(f"?in_{name}.0")),), None, ("binary",))


def size(name: str, c: Context) -> Value:
    """The number of indices in the set."""
    within = indicator(name, c)
    n = Index(f"n$in_{name}", within.dims[0])
    return scalar(sum_over(within(n), n))
