"""What a gate does to a gradient on its way back, found from its local derivatives: add distributes, mul swaps, max
routes, a copy adds. One row each; a pattern is named only where its condition on the derivatives is proved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sympy import Add, Expr, S

from derive.expr import Elem, rename, sum_over
from derive.graph.backward import Backward, Flow
from derive.graph.model import Gate
from derive.graph.structure import Structure, structure
from derive.verify import decide


@dataclass(frozen=True)
class Pattern:
    """`name` is one word for the picture; `says` is a sentence for several operands, `alone` for one."""

    name: str
    says: str
    alone: str
    holds: Callable[[Gate, tuple[tuple[Flow, Structure], ...]], bool]


@dataclass(frozen=True)
class Found:
    """The pattern of a gate, or of a value that is copied."""

    name: str
    says: str


def _equal(a: Expr, b: Expr) -> bool:
    return a == b or decide(a, b, almost_everywhere=True).established


def _distributes(gate: Gate, parts: tuple[tuple[Flow, Structure], ...]) -> bool:
    """Each local derivative is 1."""
    return all(s.coefficient == 1 for _, s in parts)


def _swaps(gate: Gate, parts: tuple[tuple[Flow, Structure], ...]) -> bool:
    """The derivative in either operand is the other one."""
    if len(parts) != 2:
        return False
    (_, first), (_, second) = parts
    a, b = gate.operands
    return _is_entry_of(first.coefficient, b) and _is_entry_of(second.coefficient, a)


def _is_entry_of(e: Expr, t: object) -> bool:
    return isinstance(e, Elem) and e.tensor == t


def _scales(gate: Gate, parts: tuple[tuple[Flow, Structure], ...]) -> bool:
    """Each local derivative is a constant."""
    from derive.expr import tensors

    return all(not tensors(s.coefficient) for _, s in parts)


def _routes(gate: Gate, parts: tuple[tuple[Flow, Structure], ...]) -> bool:
    """Each local derivative is 0 or 1, and where there are several operands they add up to 1: one of them wins."""
    locals_ = [f.local for f, s in parts if s.coefficient != 0]
    if not locals_ or not all(_equal(e * (1 - e), S.Zero) for e in locals_):
        return False
    if len(locals_) == 1:
        ((flow, s),) = [(f, s) for f, s in parts if s.coefficient != 0]
        if s.diagonal or not flow.of.indices:
            return True
        over = [i for _, i in s.tied]
        free = [i for i in s.operand_axes if i not in over]
        return bool(free) and _equal(sum_over(s.coefficient, *free), S.One)
    whole = Add(*(rename(s.coefficient, {b: a for a, b in s.tied}) for _, s in parts if s.coefficient != 0))
    return _equal(whole, S.One)


PATTERNS = (
    Pattern(
        "distributes",
        "local gradients are 1: the upstream gradient goes to every operand unchanged",
        "local gradients are 1: the upstream gradient goes on unchanged",
        _distributes,
    ),
    Pattern(
        "swaps",
        "the local gradient of each operand is the other one: upstream times the other operand",
        "the local gradient is the operand itself",
        _swaps,
    ),
    Pattern(
        "scales",
        "local gradients are constants: each operand gets a multiple of the upstream gradient",
        "the local gradient is a constant: a multiple of the upstream gradient goes on",
        _scales,
    ),
    Pattern(
        "routes",
        "local gradients are 0 or 1 and add up to 1: all of the upstream gradient goes to the operand that won",
        "local gradients are 0 or 1: the upstream gradient goes on or stops",
        _routes,
    ),
)
MULTIPLIES = "the upstream gradient is multiplied by the local gradient"
REPEATED = "; an operand that was repeated along an axis gets the sum over it"
COPY = Found("adds", "the value is used more than once: what comes back is added")


def pattern(back: Backward, gate: Gate) -> Found:
    """The pattern of a gate: the first row whose condition is proved, else that it multiplies.

    >>> from derive.graph.build import graph_of
    >>> from derive.graph.backward import backward
    >>> back = backward(graph_of("maximum(x + y, x*z)"))
    >>> [pattern(back, g).name for g in back.graph.gates]
    ['distributes', 'swaps', 'routes']
    """
    flows = [f for e, f in back.flows.items() if e.target == gate.tensor]
    parts = tuple((f, structure(f)) for f in flows)
    for row in PATTERNS:
        if row.holds(gate, parts):
            repeated = row.name in ("distributes", "scales") and any(s.free_result_axes for _, s in parts)
            return Found(row.name, (row.says if len(parts) > 1 else row.alone) + (REPEATED if repeated else ""))
    return Found("multiplies", MULTIPLIES)
