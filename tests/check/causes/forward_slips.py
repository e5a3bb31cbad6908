"""Slips made on purpose, written apart from the inverse slips that the checker knows: (class, wrong right side)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sympy import Add, Expr, Mul, Pow

from derive.check.causes.walk import everywhere
from derive.evaluate.sampling import sizes_in
from derive.expr import Elem, Index, Tensor, free_indices

# What else explains a slip of a class as well: a transposed matrix is two exchanged indices, and right where the
# matrix is symmetric.
SAME = {
    "sign": {"sign"},
    "factor": {"factor", "exponent"},
    "size": {"size"},
    "index": {"index", "transpose", "symbol", "order"},
    "transpose": {"transpose", "index", "order", "condition"},
    "symbol": {"symbol"},
    "exponent": {"exponent", "extra", "scalar", "operand", "slope", "factor"},
    "extra": {"extra", "exponent", "scalar"},
    "dropped": {"scalar", "operand", "slope", "exponent", "symbol", "size", "factor"},
}


def slips(e: Expr, tensors: list[Tensor]) -> Iterator[tuple[str, Expr]]:
    """Every slip of every class in this expression."""
    found = [("sign", -e), ("factor", 2 * e), ("factor", e / 2)]
    found += [("size", x) for n in sizes_in((e,))[:2] for x in (e * n, e / n)]
    for kind, change in NODES.items():
        found += [(kind, x) for x in everywhere(e, lambda node, scope, f=change: f(node, scope, tensors))]
    yield from ((kind, x) for kind, x in found if x not in (e, 0) and free_indices(x) <= free_indices(e))


def index(e: Expr, scope: frozenset[Index], tensors: list[Tensor]) -> Iterator[Expr]:
    if isinstance(e, Elem):
        for k, i in enumerate(e.indices):
            for j in sorted(scope, key=str):
                if isinstance(i, Index) and j != i and j.dim == i.dim:
                    yield Elem(e.tensor, *e.indices[:k], j, *e.indices[k + 1 :])


def transpose(e: Expr, scope: frozenset[Index], tensors: list[Tensor]) -> Iterator[Expr]:
    if isinstance(e, Elem) and len(e.indices) == 2 and e.tensor.dims[0] == e.tensor.dims[1]:
        yield Elem(e.tensor, *e.indices[::-1])


def symbol(e: Expr, scope: frozenset[Index], tensors: list[Tensor]) -> Iterator[Expr]:
    if isinstance(e, Elem):
        yield from (t(*e.indices) for t in tensors if t != e.tensor and t.dims == e.tensor.dims)


def exponent(e: Expr, scope: frozenset[Index], tensors: list[Tensor]) -> Iterator[Expr]:
    if isinstance(e, Pow) and e.exp.is_Integer and e.exp != -1:
        yield Pow(e.base, e.exp + 1)
        yield Pow(e.base, e.exp - 1)


def term_sign(e: Expr, scope: frozenset[Index], tensors: list[Tensor]) -> Iterator[Expr]:
    if e.is_Add:
        yield from (Add(*e.args[:k], -t, *e.args[k + 1 :]) for k, t in enumerate(e.args))


def term_factor(e: Expr, scope: frozenset[Index], tensors: list[Tensor]) -> Iterator[Expr]:
    if e.is_Add:
        yield from (Add(*e.args[:k], c * t, *e.args[k + 1 :]) for k, t in enumerate(e.args) for c in (2, Pow(2, -1)))


def extra(e: Expr, scope: frozenset[Index], tensors: list[Tensor]) -> Iterator[Expr]:
    if e.is_Mul:
        yield from (e * f for f in e.args if isinstance(f, Elem))


def dropped(e: Expr, scope: frozenset[Index], tensors: list[Tensor]) -> Iterator[Expr]:
    if e.is_Mul and len(e.args) > 2:
        yield from (Mul(*e.args[:k], *e.args[k + 1 :]) for k, f in enumerate(e.args) if isinstance(f, Elem))


Node = Callable[[Expr, frozenset[Index], list[Tensor]], Iterator[Expr]]
NODES: dict[str, Node] = {
    "index": index,
    "transpose": transpose,
    "symbol": symbol,
    "exponent": exponent,
    "sign": term_sign,
    "factor": term_factor,
    "extra": extra,
    "dropped": dropped,
}
