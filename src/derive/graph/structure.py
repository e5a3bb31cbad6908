"""The structure of a local derivative: which axes of the result go with which axes of the operand.

A Kronecker delta between an axis of v and an axis of u says that an entry of u touches only the entries of v at the
same place. Where all axes are tied like this, the Jacobian is diagonal, and it is never built.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Mul

from derive.expr import Delta, Index, factors
from derive.graph.backward import Flow

LAYOUTS = ("numerator", "denominator")


@dataclass(frozen=True)
class Structure:
    """`tied` pairs axes of the result with axes of the operand; `coefficient` is the derivative where they agree."""

    tied: tuple[tuple[Index, Index], ...]
    coefficient: Expr
    result_axes: tuple[Index, ...]
    operand_axes: tuple[Index, ...]

    @property
    def diagonal(self) -> bool:
        """Whether the Jacobian has entries on its diagonal only; that of a transpose is a permutation."""
        both = (self.result_axes, self.operand_axes)
        same = len(self.result_axes) == len(self.operand_axes) == len(self.tied)
        return bool(self.tied) and same and set(self.tied) == set(zip(*both, strict=True))

    @property
    def free_result_axes(self) -> tuple[Index, ...]:
        """The axes of the result along which an entry of the operand touches everything."""
        return tuple(i for i in self.result_axes if i not in {a for a, _ in self.tied})


def structure(flow: Flow) -> Structure:
    """What the deltas of a local derivative say.

    >>> from derive.graph.build import graph_of
    >>> from derive.graph.backward import backward
    >>> (flow,) = backward(graph_of("maximum(0, x)", "x: 4096")).flows.values()
    >>> structure(flow).diagonal
    True
    """
    operand: tuple[Index, ...] = tuple(i for i in flow.of.indices if isinstance(i, Index))
    tied, rest = [], []
    for f in factors(flow.local):
        pair = _pair(f, flow.at, operand)
        if pair is None:
            rest.append(f)
        else:
            tied.append(pair)
    return Structure(tuple(tied), Mul(*rest), flow.at, operand)


def _pair(f: Expr, result: tuple[Index, ...], operand: tuple[Index, ...]) -> tuple[Index, Index] | None:
    if not isinstance(f, Delta):
        return None
    a, b = f.args
    if a in result and b in operand:
        return a, b
    if b in result and a in operand:
        return b, a
    return None
