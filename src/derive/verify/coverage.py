"""Which cases of the comparisons in a claim have been looked at: each on both sides, and at its boundary.

A claim about step, abs or max that is tried at positive arguments only says nothing about negative ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import sympy
from sympy import Expr

from derive.evaluate.extent import extent
from derive.evaluate.oracle import Evaluator
from derive.evaluate.refusals import NoValue
from derive.evaluate.rings import EXACT
from derive.evaluate.sampling import admits, is_discrete
from derive.expr import functions as fn
from derive.expr.nodes import Index, Max_, Tensor, Winner, free_indices, tensors

CONSTANTS = (Fraction(0), Fraction(1), Fraction(-1), Fraction(1, 2))
LENGTHS = {1: (1,), 2: (3, 4), 3: (1, 2, 2), 4: (1, 1, 1, 1), 5: (1, 1, 1, 2, 3), 6: (1, 1, 1, 2, 3, 3)}
"""So many numbers, whose squares add up to a square."""
SOLVED = 40  # entries in which a boundary is solved for
PIECES = ((Fraction(1), Fraction(2)), (Fraction(-2), Fraction(-1)), (Fraction(-1, 8), Fraction(1, 8)))
"""Places from which it is: min(1, t + 1/2) is constant beyond the first of them."""

ARGUMENTS = {
    sympy.Abs: lambda e: e.args[0],
    sympy.sign: lambda e: e.args[0],
    fn.step: lambda e: e.args[0],
    fn.relu: lambda e: e.args[0],
    fn.Where: lambda e: e.args[0],
    fn.maximum: lambda e: e.args[0] - e.args[1],
    fn.minimum: lambda e: e.args[1] - e.args[0],
}


@dataclass
class Case:
    """One comparison: the signs that its argument had, and one environment in which it was met."""

    node: Expr
    env: dict[Any, int]
    at: dict[Index, int]
    signs: set[int] = field(default_factory=set)

    @property
    def argument(self) -> Expr | None:
        """What is compared with zero; None for a maximum over an index."""
        rule = ARGUMENTS.get(type(self.node))
        return rule(self.node) if rule else None

    @property
    def settled(self) -> bool:
        """Whether moving the entries changes nothing: all of them are discrete, or the maximum is of equals."""
        e = self.argument
        if e is None:
            return free_indices(self.node.body).isdisjoint(self.node.bound)
        return bool(tensors(e)) and all(map(is_discrete, tensors(e)))

    @property
    def possible(self) -> frozenset[int]:
        """The signs that the argument may have, as far as its assumptions tell."""
        if isinstance(self.node, Winner):
            return frozenset((-1, 1))  # undefined at a tie
        if self.settled:
            return frozenset(self.signs)
        e = self.argument
        if e is None:
            return frozenset((-1, 0, 1))
        rows = ((-1, e.is_nonnegative), (1, e.is_nonpositive), (0, e.is_zero is False))
        return frozenset((-1, 0, 1)) - {sign for sign, excluded in rows if excluded}


@dataclass
class Coverage:
    """Collects the comparisons that evaluations meet; `record` is the hook of the oracle."""

    cases: dict[Expr, Case] = field(default_factory=dict)
    at: dict[Index, int] = field(default_factory=dict)
    zeros: set[Expr] = field(default_factory=set)  # comparisons at zero, since it was last emptied

    def record(self, node: Expr, sign: int, env: Mapping[Any, int]) -> None:
        case = self.cases.get(node)
        if case is None:
            case = self.cases[node] = Case(node, dict(env), dict(self.at))
        case.signs.add(sign)
        if sign == 0:
            self.zeros.add(node)

    def at_kink(self) -> bool:
        """Whether a comparison was at zero by chance, which moving the entries a little would change."""
        cases = (self.cases[node] for node in self.zeros)
        return any(not case.settled and case.signs != {0} for case in cases)

    def one_sided(self) -> list[Case]:
        """Comparisons of which a side has not been seen."""
        return [c for c in self.cases.values() if not c.possible - {0} <= c.signs]

    def unreached(self) -> list[Case]:
        """Comparisons whose boundary has not been seen."""
        return [c for c in self.cases.values() if 0 in c.possible and 0 not in c.signs]


def argument_value(case: Case, values: Mapping[Tensor, Any], sizes: Any, program: Any) -> Fraction | None:
    """The exact value of what the comparison compares with zero, where it was first met; None if it has none."""
    if case.argument is None:
        return None
    env = {i: min(k, extent(i.dim, sizes) - 1) for i, k in case.env.items()}
    try:
        return Evaluator(values, sizes, EXACT, program).value(case.argument, env)
    except NoValue:
        return None


def boundary_values(case: Case, values: Mapping[Tensor, Any], movable: tuple[Tensor, ...], sizes: Any, program: Any
                    ) -> Iterator[dict[Tensor, Any]]:  # fmt: skip
    """Entries at which the argument of the comparison may be zero: the others as they are, all equal, or of a length
    that is a fraction."""
    yield from _solutions(case, values, movable, sizes, program)
    for c in CONSTANTS:
        chosen = [t for t in movable if admits(t, c)]
        if chosen:
            yield {**values, **{t: _constant(t, sizes, c) for t in chosen}}
    rational = {t: filled for t in movable if (filled := _of_rational_length(t, sizes)) is not None}
    if rational:
        yield from _solutions(case, {**values, **rational}, movable, sizes, program)


def _of_rational_length(tensor: Tensor, sizes: Any) -> Any:
    """Entries whose squares add up to the square of a fraction, so that norms have exact values; None if none fit."""
    dims = [extent(d, sizes) for d in tensor.dims]
    entries = [Fraction(n, 10) for n in LENGTHS.get(prod(dims), ())] if dims else []
    if not entries or not all(admits(tensor, x) for x in entries):
        return None
    for size in reversed(dims[1:]):
        entries = [tuple(entries[n : n + size]) for n in range(0, len(entries), size)]
    return tuple(entries)


def _constant(tensor: Tensor, sizes: Any, c: Fraction) -> Any:
    def filled(dims: tuple[Any, ...]) -> Any:
        return tuple(filled(dims[1:]) for _ in range(extent(dims[0], sizes))) if dims else c

    return filled(tensor.dims)


def _solutions(case: Case, values: Mapping[Tensor, Any], movable: tuple[Tensor, ...], sizes: Any, program: Any
               ) -> Iterator[dict[Tensor, Any]]:  # fmt: skip
    """Solve argument = 0 in one entry of each tensor in which it is affine, or piecewise so, exactly."""
    argument = case.argument
    if argument is None or isinstance(case.node, Max_):
        return

    def worth(changed: Mapping[Tensor, Any]) -> Fraction | None:
        return argument_value(case, changed, sizes, program)

    tried = 0
    for t in movable:
        for places in product(*(range(extent(d, sizes)) for d in t.dims)):
            tried += 1
            if tried > SOLVED:
                return

            def at(x: Fraction, t: Tensor = t, places: tuple[int, ...] = places) -> dict[Tensor, Any]:
                return {**values, t: replaced(values[t], places, x)}

            roots = (_root(lambda x, at=at: worth(at(x)), *ends) for ends in PIECES)
            moved = next((at(x) for x in roots if x is not None and admits(t, x)), None)
            if moved is not None:
                yield moved
                break


def _root(f: Callable[[Fraction], Fraction | None], first: Fraction, second: Fraction) -> Fraction | None:
    """Where f is zero, if it is affine from one of the places to the other and on to there."""
    low, high = f(first), f(second)
    if low is None or high is None or low == high:
        return None
    root = first - low * (second - first) / (high - low)
    return root if f(root) == 0 else None


def replaced(value: Any, places: tuple[int, ...], x: Fraction) -> Any:
    """Nested tuples with one entry replaced."""
    if not places:
        return x
    first, *rest = places
    return tuple(replaced(v, tuple(rest), x) if k == first else v for k, v in enumerate(value))


__all__ = ["Case", "Coverage", "boundary_values", "replaced"]
