"""Arrays whose rows are added up, or searched for their largest entry, lie on their side: columns are few, rows many.

A sum over the ten entries of each row is slow; one over ten long rows is not. Everything that meets such an array entry
by entry is turned with it; products of matrices take either. What meets no data entry by entry lies on its side as
well: BLAS is a few per cent faster at W X^T than at X W^T.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sympy import Expr

from derive.codegen.fast.graph import ENTRYWISE, ONE, Graph, Value

TURNED = ENTRYWISE | {"dot", "max", "sum", "column"}  # operations whose result is made lying; others would be copied


def reachable(roots: Iterable[Value]) -> list[Value]:
    """All values that these need, arguments first."""
    out: dict[Value, None] = {}

    def visit(v: Value) -> None:
        if v not in out:
            for a in v.args:
                visit(a)
            out[v] = None

    for r in roots:
        visit(r)
    return list(out)


class Groups:
    """Values that meet entry by entry, transitively."""

    def __init__(self, values: Iterable[Value], member: Callable[[Value], bool]) -> None:
        self.leader: dict[Value, Value] = {}
        for v in values:
            if v.op in ENTRYWISE or v.op in ("max", "sum", "inner", "laid", "column"):
                together = [x for x in (v, *v.args) if member(x)]
                for x in together[1:]:
                    self.leader[self.of(x)] = self.of(together[0])

    def of(self, v: Value) -> Value:
        while v in self.leader and self.leader[v] is not v:
            v = self.leader[v]
        return v


def turned(graph: Graph, roots: Sequence[Value], rows: Expr) -> tuple[list[Value], dict[Value, Value]]:
    """The roots with such arrays transposed, and for each value the one that has taken its place."""

    def matrix(v: Value) -> bool:
        return len(v.shape) == 2 and v.shape[0] == rows

    values = reachable(roots)
    groups = Groups(values, matrix)
    across = {groups.of(v.args[0]) for v in values if v.op in ("max", "sum") and v.note == (1, True) and matrix(v)}
    standing = {groups.of(v) for v in values if matrix(v) and v.op not in TURNED} - across
    turner = Turner(graph, lambda v: matrix(v) and groups.of(v) not in standing)
    return [turner.upright(r) for r in roots], {v: turner.upright(v).base for v in values}


class Turner:
    """Makes the values again; `lies` says which are transposed."""

    def __init__(self, graph: Graph, lies: Callable[[Value], bool]) -> None:
        self.graph, self.lies = graph, lies
        self.transposed: dict[Value, Value] = {}
        self.others: dict[Value, Value] = {}

    def upright(self, v: Value) -> Value:
        """The value in its own shape."""
        return self.graph.transpose(self.lying(v)) if self.lies(v) else self.kept(v)

    def beside(self, v: Value) -> Value:
        """An operand of a lying array."""
        if self.lies(v):
            return self.lying(v)
        if len(v.shape) == 1:
            return self.graph.value("column", (self.kept(v),), (*v.shape, ONE))
        return self.kept(v)

    def lying(self, v: Value) -> Value:
        if v not in self.transposed:
            self.transposed[v] = self._lying(v)
        return self.transposed[v]

    def _lying(self, v: Value) -> Value:
        g = self.graph
        if v.op in ENTRYWISE:
            return g.value(v.op, tuple(map(self.beside, v.args)), v.shape[::-1], v.note)
        if v.op in ("max", "sum") and v.note == (1, True):
            return g.reduce(v.op, self.lying(v.args[0]), 0, True)
        if v.op == "dot":
            return g.dot(g.transpose(self.upright(v.args[1])), g.transpose(self.upright(v.args[0])))
        if v.op == "column":
            return self.kept(v.args[0])
        return g.value("laid", (self.kept(v),), v.shape[::-1])

    def kept(self, v: Value) -> Value:
        if v not in self.others:
            self.others[v] = self._kept(v)
        return self.others[v]

    def _kept(self, v: Value) -> Value:
        g = self.graph
        if any(map(self.lies, v.args)):
            if v.op == "inner":
                return g.value("inner", tuple(map(self.beside, v.args)), ())
            if v.op == "sum" and v.note is None:
                return g.value("sum", (self.lying(v.args[0]),), ())
            if v.op in ("max", "sum") and not v.note[1]:
                return g.reduce(v.op, self.lying(v.args[0]), 1 - v.note[0], False)
        args = tuple(map(self.upright, v.args))
        if v.op == "transpose":
            return g.transpose(args[0])
        return v if args == v.args else g.value(v.op, args, v.shape, v.note)
