"""Inverse slips of indices: the wrong one, the wrong order, a product of the wrong kind, another name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from sympy import Expr, Mul, Pow, Tuple

from derive.check.causes.offers import Offer, Surroundings
from derive.check.causes.walk import Scope, chained, ends, single_factors, without
from derive.expr import Delta, Elem, Index, Sum_, free_indices, fresh, open_binder, rename, sum_over


def index(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """One occurrence of an entry at another index."""
    if isinstance(e, Pow) and e.exp.is_Integer and 2 <= e.exp <= 4 and isinstance(e.base, Elem):
        for image, part in index(e.base, scope, around):
            yield e.base ** (e.exp - 1) * image, part
    if isinstance(e, Elem):
        for k, i in enumerate(e.indices):
            for j in scope:
                if isinstance(i, Index) and j != i and j.dim == i.dim:
                    yield Elem(e.tensor, *e.indices[:k], j, *e.indices[k + 1 :]), e


def symbol(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """Another name at the same place."""
    if isinstance(e, Elem):
        for t in around.tensors:
            if t != e.tensor and t.dims == e.tensor.dims:
                yield t(*e.indices), Tuple(e, t(*e.indices))


def transpose(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    pair = ends(e)
    if pair and pair[0].dim == pair[1].dim:
        yield rename(e, {pair[0]: pair[1], pair[1]: pair[0]}), e


def order(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """Two matrices, transposed or not, that are multiplied: exchanged."""
    parts = single_factors(e)
    matrices = [(n, f, pair) for n, f in enumerate(parts) if (pair := ends(f))]
    for (m, f, a), (n, g, b) in combinations(matrices, 2):
        if len({*a, *b}) == 3:
            (k,) = {*a} & {*b}
            i, j = (next(x for x in pair if x != k) for pair in (a, b))
            if i.dim == k.dim == j.dim:
                yield Mul(*without(parts, m, n), rename(f, {i: k, k: j}), rename(g, {k: i, j: k})), f * g


def crossed(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """v u^T where u v^T belongs: two vectors, each at the index of the other."""
    parts = single_factors(e)
    vectors = [(n, f) for n, f in enumerate(parts) if isinstance(f, Elem) and len(f.indices) == 1]
    for (m, f), (n, g) in combinations(vectors, 2):
        (i,), (j,) = f.indices, g.indices
        if i != j and f.tensor != g.tensor and f.tensor.dims == g.tensor.dims:
            yield Mul(*without(parts, m, n), f.tensor(j), g.tensor(i)), f * g


def hadamard(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """A matrix product where an entrywise one belongs."""
    if isinstance(e, Sum_):
        body, names = open_binder(e)
        for (m, f), (n, g) in chained(body):
            (i, k), (_, j) = ends(f), ends(g)
            if k in names and i.dim == k.dim == j.dim:
                rest = without(single_factors(body), m, n)
                image = Mul(*rest, rename(f, {k: j}), rename(g, {k: i}))
                yield sum_over(image, *(x for x in names if x != k)), None


def product(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """An entrywise product where a matrix product belongs."""
    parts = single_factors(e)
    for m, n in combinations(range(len(parts)), 2):
        f, g = ends(parts[m]), ends(parts[n])
        if f and f == g and f[0].dim == f[1].dim:
            k, rest = fresh(f[0].dim), without(parts, m, n)
            for left, right in ((m, n), (n, m)):
                summed = sum_over(rename(parts[left], {f[1]: k}) * rename(parts[right], {f[0]: k}), k)
                yield Mul(*rest, summed), None


def only_diagonal(e: Expr, scope: Scope, around: Surroundings) -> Iterator[Offer]:
    """diag(p (1 - p)) where diag(p) - p p^T belongs."""
    delta = next((f for f in Mul.make_args(e) if isinstance(f, Delta)), None)
    if delta is None or not all(isinstance(k, Index) for k in delta.args):
        return
    i, j = delta.args
    rest = [f for f in Mul.make_args(e) if f != delta]
    for f in rest:
        for g in rest:
            if isinstance(f, Elem) and g == 1 - f:
                others = Mul(*(h for h in rest if h not in (f, g)))
                (k,) = free_indices(f) & {i, j} or (i,)
                far = rename(f, {k: j if k == i else i})
                yield others * f * (delta - far), None
