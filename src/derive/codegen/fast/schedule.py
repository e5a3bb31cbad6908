"""In which order a graph is worked out, and in which arrays: blocks of rows, loops over parts of them, storage.

Sums over the rows are added up from block to block, so that the inputs are read once while they are in the cache, and
the workspace does not grow with the number of rows. What acts entry by entry runs through parts that fit the cache.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sympy import Expr

from derive.codegen.fast.graph import ENTRYWISE, VIEWS, Shape, Value
from derive.codegen.fast.sideways import Groups, reachable

NOT_MADE = VIEWS | {"number", "input"}
FRESH = frozenset(("where", "call", "plain"))  # operations that make an array of their own


@dataclass(frozen=True, eq=False)
class Storage:
    """An array that values share one after the other. `part`: as long as one part, not as one block.

    `filled` is the number that all its entries are and stay.
    """

    shape: Shape
    truth: bool
    part: int | None
    filled: str = ""


@dataclass(frozen=True, eq=False)
class Loop:
    """Values that are worked out part by part, and the shape of the widest array.

    A part is some of the rows of the data; `by_unit`: some of the rows of lying arrays, so that it is contiguous.
    """

    values: tuple[Value, ...]
    widest: Shape
    by_unit: bool = False


Step = Value | Loop


@dataclass
class Schedule:
    """before, then for each block `steps`, then after. `sums` are what the blocks add up."""

    roots: Sequence[Value]
    rows: Expr | None
    storage: dict[Value, Storage] = field(default_factory=dict)

    @cached_property
    def values(self) -> list[Value]:
        return reachable(self.roots)

    @cached_property
    def used_by(self) -> dict[Value, list[Value]]:
        """The values that read the array of a value, through views too."""
        out: dict[Value, list[Value]] = {v: [] for v in self.values}
        for v in self.values:
            if v.op not in VIEWS:
                for a in v.args:
                    out[a.base].append(v)
        return out

    def by_row(self, v: Value) -> bool:
        return self.rows is not None and self.rows in v.shape

    @cached_property
    def sums(self) -> list[Value]:
        """Values without rows that are made from values with rows."""
        if self.rows is None:
            return []
        return [v for v in self.values if not self.by_row(v) and any(map(self.by_row, v.args))]

    @cached_property
    def late(self) -> set[Value]:
        """What depends on a sum over all rows."""
        out: set[Value] = set()
        for v in self.values:
            if v in self.sums or any(a in out for a in v.args):
                out.add(v)
        return out

    @cached_property
    def in_blocks(self) -> bool:
        """Whether blocks of rows can be taken one after the other, and their sums be added."""
        return (
            self.rows is not None
            and not any(self.by_row(v) and (v in self.late or v.op == "plain" or v.shape.count(self.rows) > 1)
                        for v in self.values)
            and all(v.op in ("dot", "inner", "sum") for v in self.sums)
            and not any(v in self.late and v in self.sums and any(a in self.late for a in v.args) for v in self.sums)
        )  # fmt: skip

    @cached_property
    def made(self) -> list[Value]:
        return [v for v in self.values if v.op not in NOT_MADE]

    @cached_property
    def for_rows(self) -> set[Value]:
        """What the rows are made from."""
        return set(reachable([v for v in self.values if self.by_row(v)]))

    @cached_property
    def before(self) -> list[Value]:
        return [v for v in self.made if self.in_blocks and not self.by_row(v) and v in self.for_rows]

    @cached_property
    def after(self) -> list[Value]:
        outside = [v for v in self.made if self.in_blocks and not self.by_row(v) and v not in self.for_rows]
        return [v for v in outside if v not in self.sums]

    def loops(self, v: Value) -> bool:
        """Whether a value is worked out part by part."""
        if not self.by_row(v):
            return False
        across = v.op in ("max", "sum") and v.shape.index(self.rows) == v.args[0].shape.index(self.rows)
        return v.op in ENTRYWISE or v.op == "laid" or across

    @cached_property
    def steps(self) -> list[Step]:
        outside = {*self.before, *self.after}
        inside = [v for v in self.made if v not in outside]
        stage: dict[Value, int] = {}
        for v in inside:
            mine = self.loops(v)
            stage[v] = max((stage[a.base] + (self.loops(a.base) != mine) for a in v.args if a.base in stage), default=0)
        late = set()  # what is made from inputs, or from arrays that are read later anyway, waits until it is needed
        for v in inside:
            if self.loops(v) and all(a.base not in stage or a.base in late for a in v.args):
                late.add(v)
        for v in reversed(inside):
            users = [stage[u] - (not self.loops(u)) for u in self.used_by[v] if u in stage]
            if self.loops(v) and users and (v in late or self._read_later(v, min(users), stage)):
                stage[v] = max(stage[v], min(users))
        groups = Groups(inside, self.by_row)
        loops: dict[tuple, list[Value]] = {}
        for v in inside:
            if self.loops(v):
                loops.setdefault((stage[v], groups.of(v)), []).append(v)
        order: list[tuple[int, int, Step]] = [(stage[v], 0, v) for v in inside if not self.loops(v)]
        for (at, _), values in loops.items():
            widest = max((v.shape for v in values), key=lambda s: (len(s), sum(d != 1 for d in s)))
            order.append((at, 1, Loop(tuple(values), widest, self._by_unit(values, widest))))
        return [step for _, _, step in sorted(order, key=lambda row: row[:2])]

    def _by_unit(self, values: Sequence[Value], widest: Shape) -> bool:
        """Whether lying arrays can be cut along their first axis: they meet nothing else that has rows."""
        operands = [a for v in values for a in v.args]
        return (
            len(widest) == 2
            and widest[0] != self.rows
            and all(v.op in ENTRYWISE and v.shape == widest for v in values)
            and all((a.op != "input" and a.shape == widest) or a.op == "column" or not a.shape for a in operands)
        )

    def _read_later(self, v: Value, at: int, stage: Mapping[Value, int]) -> bool:
        """Whether all that a value is made from is read by others until this stage, or just before it."""
        bases = {a.base for a in v.args} & stage.keys()
        return all(any(stage.get(u, 0) >= at - 1 for u in self.used_by[b] if u is not v) for b in bases)

    @cached_property
    def loop_of(self) -> dict[Value, int]:
        return {v: n for n, s in enumerate(self.steps) if isinstance(s, Loop) for v in s.values}

    @cached_property
    def sequence(self) -> list[Value]:
        """All values that are made, in the order of their making."""
        inside = [v for s in self.steps for v in (s.values if isinstance(s, Loop) else (s,))]
        return [*self.before, *inside, *self.after]

    def is_part(self, v: Value) -> bool:
        """Whether a value is needed within one part only."""
        loop = self.loop_of.get(v)
        users = self.used_by[v]
        return loop is not None and v not in self.kept and all(self.loop_of.get(u) == loop for u in users)

    @cached_property
    def kept(self) -> set[Value]:
        return {r.base for r in self.roots} | set(self.sums)

    def stored(self, v: Value) -> bool:
        """Whether a value is written to a workspace: scalars and what lives in a part of its own making are not."""
        return bool(v.shape) and not (v.op in FRESH and (self.is_part(v) or v not in self.loop_of))

    def allocate(self) -> None:
        """Storage for each value, given on as soon as its array is no longer read."""
        place = {v: n for n, v in enumerate(self.sequence)}
        last = {v: max((place[u] for u in self.used_by[v]), default=place[v]) for v in self.sequence}
        inside = {v for s in self.steps for v in (s.values if isinstance(s, Loop) else (s,))}
        for v in self.kept | {v for v in self.before if any(u in inside for u in self.used_by[v])}:
            last[v] = len(place)
        free: list[Storage] = []
        holder: dict[Storage, Value] = {}
        for v in self.sequence:
            if self.stored(v):
                storage = self._taken(v, place, last, holder) or self._found(v, free)
                holder[storage] = v
                self.storage[v] = storage
            for s in [s for s, h in holder.items() if last[h] <= place[v]]:
                del holder[s]
                free.append(s)

    def _taken(self, v: Value, place, last, holder) -> Storage | None:
        """That of an operand which is read here for the last time."""
        if v.op not in ENTRYWISE or v.op in FRESH or v in self.kept:
            return None
        for a in v.args:
            s = self.storage.get(a)
            alike = s is not None and s.shape == v.shape and s.truth == v.truth and holder.get(s) is a
            whole = v.args.count(a) == len([x for x in v.args if x.base is a])  # not through a view as well
            if s is not None and alike and whole and last[a] == place[v] and (s.part is None or self.is_part(v)):
                return s
        return None

    def _found(self, v: Value, free: list[Storage]) -> Storage:
        wanted = (v.shape, v.truth, self._part(v))
        if v not in self.kept:
            for s in free:
                if (s.shape, s.truth, s.part) == wanted:
                    free.remove(s)
                    return s
        return Storage(*wanted)

    def _part(self, v: Value) -> int | None:
        return self.loop_of[v] if self.is_part(v) else None


def scheduled(roots: Iterable[Value], rows: Expr | None) -> Schedule:
    found = Schedule(list(roots), rows)
    found.allocate()
    return found
