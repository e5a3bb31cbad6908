"""Contraction of a product over bound indices, as elimination in a graph.

Vertices are indices, edges are factors with two of them, weights factors with one. Parallel edges multiply entry by
entry. A bound vertex goes when at most two edges meet there: none, a total; one, M u; two, M diag(u) N.
"""

from __future__ import annotations

from sympy import Expr

from derive.errors import DeriveError
from derive.expr import Index
from derive.notation.chain import mat
from derive.notation.forms import Const, Form, MatMul, Ones, Power, Transpose
from derive.notation.make import diag, product, transpose
from derive.notation.total import total, trace


class Stuck(DeriveError):
    """There is no matrix notation for this; the caller falls back to components."""


class Graph:
    """Forms on indices. `edges` holds for each ordered pair the parallel edges, rows being the pair's first index."""

    def __init__(self) -> None:
        self.scalars: list[Form] = []
        self.weights: dict[Index, list[Form]] = {}
        self.edges: dict[tuple[Index, Index], list[Form]] = {}

    def weigh(self, i: Index, f: Form) -> None:
        self.weights.setdefault(i, []).append(f)

    def join(self, i: Index, j: Index, f: Form) -> None:
        """Add an edge with rows i and columns j."""
        if (j, i) in self.edges:
            i, j, f = j, i, transpose(f)
        self.edges.setdefault((i, j), []).append(f)

    def neighbours(self, i: Index) -> list[Index]:
        return [b if a == i else a for a, b in self.edges if i in (a, b)]

    def eliminate(self, bound: list[Index]) -> None:
        """Sum over the bound indices, the one with the fewest neighbours first."""
        bound = list(bound)
        while bound:
            i = min(bound, key=lambda v: len(self.neighbours(v)))
            near = self.neighbours(i)
            if len(near) > 2:
                raise Stuck(f"index {i} joins {len(near)} matrices")
            if len(near) == 1 and near[0] in bound and len(self.neighbours(near[0])) == 1:
                bound.remove(near[0])
                self._pair(i, near[0])
            else:
                (self._isolated, self._leaf, self._path)[len(near)](i, *near)
            bound.remove(i)

    def weight(self, i: Index) -> Form | None:
        """The entrywise product of the weights at an index, taken out."""
        found = self.weights.pop(i, [])
        return product(*found) if found else None

    def edge(self, i: Index, j: Index) -> list[Form]:
        """The parallel edges between two indices, with rows i, taken out."""
        if (i, j) in self.edges:
            return self.edges.pop((i, j))
        return [transpose(f) for f in self.edges.pop((j, i), [])]

    def _isolated(self, i: Index) -> None:
        u = self.weight(i)
        self.scalars.append(Const(i.dim) if u is None else _vector_total(u, i.dim))

    def _leaf(self, i: Index, a: Index) -> None:
        m, u = product(*self.edge(a, i)), self.weight(i)
        self.weigh(a, mat(m, Ones(i.dim) if u is None else _array(u, i.dim)))

    def _path(self, i: Index, a: Index, c: Index) -> None:
        left, right, u = product(*self.edge(a, i)), product(*self.edge(i, c)), self.weight(i)
        middle = () if u is None else (diag(_array(u, i.dim)),)
        self.join(a, c, mat(left, *middle, right))

    def _pair(self, i: Index, a: Index) -> None:
        """Two bound indices with only edges between them: u^T M v, or a trace, or a sum of squares."""
        edges, u, v = self.edge(i, a), self.weight(i), self.weight(a)
        if u is not None or v is not None:
            row = Ones(i.dim) if u is None else _array(u, i.dim)
            column = Ones(a.dim) if v is None else _array(v, a.dim)
            self.scalars.append(mat(transpose(row), product(*edges), column))
            return
        whole, other = product(*edges), product(*map(transpose, edges))
        if other.tilts < whole.tilts or (isinstance(whole, Transpose) and not isinstance(other, Transpose)):
            edges, whole = [transpose(f) for f in edges], other
        if len(edges) == 1 or whole.scalar or not _chains(edges):
            self.scalars.append(total(whole))
        else:
            self.scalars.append(trace(transpose(edges[0]), product(*edges[1:])))


def _chains(edges: list[Form]) -> bool:
    return any(isinstance(f, MatMul) for f in edges) and not isinstance(product(*edges), Power)


def _array(u: Form, dim: Expr) -> Form:
    return product(u, Ones(dim)) if u.scalar else u


def _vector_total(u: Form, dim: Expr) -> Form:
    return product(u, Const(dim)) if u.scalar else total(u)
