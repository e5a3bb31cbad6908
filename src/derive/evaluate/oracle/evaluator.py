"""The evaluator: one point, one ring, and what has been seen there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import Any

from sympy import Expr

from derive.errors import ShapeError
from derive.evaluate.clock import now
from derive.evaluate.extent import extent
from derive.evaluate.oracle.rules import rule_of
from derive.evaluate.refusals import NotExact, OutOfTime, OutsideDomain, Undecidable
from derive.evaluate.rings import EXACT, FLOAT, Ring
from derive.expr.nodes import Index, Tensor, free_indices, tensors
from derive.expr.program import Program

Env = dict[Any, int]
Values = Mapping[Any, Any]
Moves = Mapping[tuple[Tensor, tuple[int, ...]], int]
Record = Callable[[Expr, int, Env], None]
Rule = Callable[["Evaluator", Any, Env], Any]


def evaluate(e: Expr, values: Values, sizes: Mapping[Any, int], at: Env | None = None, ring: Ring = FLOAT) -> Any:
    """The value of `e` at these entries.

    values: {Tensor: nested list, tuple or array}; sizes: {Size: int}; at: {free Index: int}.
    Raises OutsideDomain (log of a negative number), Undecidable (a kink that balls cannot decide), NotExact.
    """
    return Evaluator(values, sizes, ring).value(e, at)


@lru_cache(1 << 14)
def _ordered_indices(e: Expr) -> tuple[Index, ...]:
    return tuple(free_indices(e))


class Evaluator:
    """Evaluates expressions at one point and remembers what it has seen.

    `program` gives lets their values (an entry in `values` goes first); `record(node, sign, env)` is told how each
    comparison came out and where; after `deadline` (of the clock) it gives up with OutOfTime; entries in `moved` move
    with the variable of the power series.
    """

    def __init__(
        self,
        values: Values,
        sizes: Mapping[Any, int],
        ring: Ring = FLOAT,
        program: Program | None = None,
        *,
        record: Record | None = None,
        deadline: float | None = None,
        moved: Moves | None = None,
    ) -> None:
        self.values, self.sizes, self.ring, self.program = values, sizes, ring, program
        self.record, self.deadline, self.moved = record, deadline, moved or {}
        self._memo: dict[Any, Any] = {}
        self._known: dict[int, tuple[Expr, tuple[Index, ...], Rule, dict[tuple[int, ...], Any]]] = {}
        self._exact: Evaluator | None = None

    def value(self, e: Expr, at: Env | None = None) -> Any:
        """The value of `e` where its free indices have these places."""
        with self.ring.session():
            self.prepare(e)
            return self.ring.result(self(e, dict(at or {})))

    def array(self, e: Expr, out: tuple[Index, ...], at: Env | None = None) -> Any:
        """Nested lists of the values of `e`, one level for each index in `out`."""
        if not out:
            return self.value(e, at)
        return [self.array(e, out[1:], {**(at or {}), out[0]: k}) for k in range(self.extent(out[0].dim))]

    def __call__(self, e: Expr, env: Env) -> Any:
        _, indices, rule, seen = self._known.get(id(e)) or self._learnt(e)
        try:
            places = tuple([env[i] for i in indices])
        except KeyError as missing:
            raise ShapeError(f"no place is given for the free index {missing.args[0]}") from None
        if places not in seen:
            seen[places] = rule(self, e, env)
        return seen[places]

    def _learnt(self, e: Expr) -> tuple[Expr, tuple[Index, ...], Rule, dict[tuple[int, ...], Any]]:
        """What is looked up once for each object: its free indices, its rule, and the values that equal ones have."""
        found = (e, _ordered_indices(e), rule_of(type(e)), self._memo.setdefault(e, {}))
        self._known[id(e)] = found  # the object is kept, so that its id stays its own
        return found

    def extent(self, dim: Any) -> int:
        return extent(dim, self.sizes)

    def places(self, indices: Iterable[Any], env: Env) -> tuple[int, ...]:
        return tuple(env[i] if isinstance(i, Index) else int(i) for i in indices)

    def over(self, bound: tuple[Index, ...], env: Env) -> Iterator[Env]:
        """The environment extended by every value of the bound indices."""
        if self.deadline is not None and now() > self.deadline:
            raise OutOfTime("the time allowed is over")
        for places in product(*(range(self.extent(i.dim)) for i in bound)):
            yield {**env, **dict(zip(bound, places, strict=True))}

    def entry(self, tensor: Tensor, places: tuple[int, ...]) -> Any:
        """An entry from the given values, or from the let that defines the tensor."""
        key = (tensor, places)
        if key not in self._memo:
            value = self._entry(tensor, places)
            if key in self.moved:
                from flint import arb_series

                value = value + arb_series([0, self.moved[key]], self.ring.order)
            self._memo[key] = value
        return self._memo[key]

    def once(self, key: Any, compute: Callable[[], Any]) -> Any:
        """What has been computed under this key at this point, or is now."""
        if key not in self._memo:
            self._memo[key] = compute()
        return self._memo[key]

    def _entry(self, tensor: Tensor, places: tuple[int, ...]) -> Any:
        if tensor in self.values:
            leaf = self.values[tensor]
            for place in places:
                if not 0 <= place < len(leaf):
                    raise OutsideDomain(f"{tensor} has no entry {place + 1} at these sizes")
                leaf = leaf[place]
            return self.ring.leaf(leaf)
        let = self.program.by_tensor.get(tensor) if self.program else None
        if let is None:
            raise ShapeError(f"no value is given for the tensor {tensor}")
        return self(let.rhs, dict(zip(let.target.indices, places, strict=True)))

    def prepare(self, e: Expr) -> None:
        """Evaluate the lets that `e` rests on in their order: a deep program must not become deep recursion."""
        if self.program is None or len(self.program.lets) < 12:
            return
        needed = set(tensors(e))
        chosen = []
        for let in reversed(self.program.lets):
            if let.tensor in needed and let.tensor not in self.values:
                needed |= tensors(let.rhs)
                chosen.append(let)
        for let in reversed(chosen):
            for places in product(*(range(self.extent(d)) for d in let.tensor.dims)):
                self.entry(let.tensor, places)

    def sign(self, node: Expr, argument: Expr, value: Any, env: Env) -> int | None:
        """The sign of the value of `argument`, on which `node` depends; it is recorded. None: not decidable."""
        sign = self.ring.sign(value)
        if sign is None and self.ring.exact_signs:
            sign = self._exact_sign(argument, env)
        if sign is not None and self.record is not None:
            self.record(node, sign, env)
        return sign

    def _exact_sign(self, argument: Expr, env: Env) -> int | None:
        """Ask exact arithmetic: 1/3 - 1/3 is zero, which balls can never tell."""
        try:
            return EXACT.sign(self.exactly(argument, env))
        except NotExact:
            return None

    def exactly(self, e: Expr, env: Env) -> Any:
        """The value in exact arithmetic, whatever the ring; raises NotExact where it is not rational."""
        if self._exact is None:
            self._exact = Evaluator(self.values, self.sizes, EXACT, self.program, deadline=self.deadline)
        return self._exact(e, env)

    def along(self, moved: Moves, ring: Ring) -> Evaluator:
        """An evaluator over power series in t, in which these entries move by multiples of t."""
        return Evaluator(
            self.values, self.sizes, ring, self.program, record=self.record, deadline=self.deadline, moved=moved
        )

    def decided(self, node: Expr, argument: Expr, value: Any, env: Env) -> int:
        sign = self.sign(node, argument, value, env)
        if sign is None:
            raise Undecidable(f"whether {argument} is positive cannot be decided at this point")
        return sign

    def larger(self, node: Expr, difference: Expr, a: Any, b: Any, env: Env) -> Any:
        """The larger of a and b, whose difference is this expression."""
        sign = self.sign(node, difference, a - b, env)
        if sign is None:
            return self.ring.larger(a, b)
        return a if sign >= 0 else b
